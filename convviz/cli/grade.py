"""``convviz grade``: a folder of homework, marked on this machine or on many."""

import argparse
import contextlib
import functools
from pathlib import Path

from convviz.cli import _homework

_DESCRIPTION = """\
Marks every FOLDER/*.ipynb and FOLDER/STUDENT/*.ipynb, each in a process of its own, and writes
grades.csv, results.jsonl, overview.html and a feedback page each. What was marked is kept: a run
that was stopped goes on where it was. Exit status 0: all were marked; 1: not all."""

_BAR = "{n_fmt} of {total_fmt} {bar} {elapsed}, {remaining} left"


def add_parser(subparsers):
    """Add ``grade`` to the subcommands of ``convviz``."""
    grade = subparsers.add_parser(
        "grade", help="mark a folder of homework", description=_DESCRIPTION
    )
    grade.add_argument("folder", help="the folder with the submissions")
    grade.add_argument("--out", required=True, help="folder for the reports")
    where = grade.add_mutually_exclusive_group()
    where.add_argument(
        "-j", "--jobs", type=_homework.positive(int), default=1, metavar="N",
        help="mark N at a time on this machine (default: 1)",
    )  # fmt: skip
    where.add_argument(
        "--dask", metavar="ADDRESS", help="mark on the workers of the Dask scheduler at ADDRESS"
    )
    grade.add_argument("--force", action="store_true", help="replace the reports of an earlier run")
    grade.add_argument(
        "--format",
        type=_formats,
        default=(),
        metavar="NAME,…",
        help="write these too: canvas, classroom, gradescope, jplag, junit",
    )
    grade.add_argument(
        "--key-file",
        help="secret of the course, from which the random cases are made "
        "(default: course.key in OUT, made when missing)",
    )
    grade.add_argument(
        "--doctor", action=_Doctor, nargs=0, help="try what a sandbox promises here, and end"
    )
    isolation = grade.add_mutually_exclusive_group()
    isolation.add_argument(
        "--sandbox",
        choices=("bubblewrap", "landlock"),
        help="take this one and no other (default: the strongest there is)",
    )
    isolation.add_argument(
        "--unsafe-trusted",
        action="store_true",
        help="no sandbox: every submission runs as you, with your files and your network",
    )
    _homework.add_limits(grade, required=True)
    grade.set_defaults(run=run)


class _Doctor(argparse.Action):
    """Ends the program, as ``--version`` does: what else it needs may be left out."""

    def __call__(self, parser, namespace, values, option_string=None):
        from convviz.grading.sandbox import doctor

        lines, sound = doctor.report()
        print("\n".join(lines))
        parser.exit(0 if sound else 1)


def _formats(text):
    from convviz.grading import reports

    try:
        return reports.named(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def run(options):
    """Mark a folder and write the reports; return the exit status."""
    from convviz.grading import cluster, homework, reports, sandbox, submissions

    try:
        with _machines(options) as (choose, mark_all):
            course, handed_in = _prepared(options, choose)
            results = _marked(options, course, handed_in, mark_all)
    except (
        homework.HomeworkError,
        sandbox.NoSandbox,
        submissions.NoSubmissions,
        reports.WouldOverwrite,
        cluster.ClusterError,
        OSError,
    ) as error:
        return _homework.fail(str(error))
    except KeyboardInterrupt:
        return _homework.fail(
            "stopped: the same command goes on with those that are not marked yet"
        )
    for line in reports.write(options.out, course.homework, results, formats=options.format):
        print(line)
    marked = sum(record["status"] == "marked" for record in results)
    print(f"marked {marked} of {len(results)}: {Path(options.out) / 'grades.csv'}")
    return 0 if marked == len(results) else 1


@contextlib.contextmanager
def _machines(options):
    """Yield what chooses the sandbox, and what marks, in the place where it is to be done."""
    from convviz.grading import cluster, grade, sandbox

    if not options.dask:
        yield sandbox.choose, functools.partial(grade.mark_all, jobs=options.jobs)
        return
    with cluster.Cluster(options.dask) as machines:
        yield machines.choose, machines.mark_all


def _prepared(options, choose):
    """Course and submissions, before anything is marked; says what there is."""
    from convviz.grading import grade, homework, reports, sandbox, submissions

    level = choose(sandbox.NONE if options.unsafe_trusted else options.sandbox)
    master = homework.load(homework.find(_homework.folder(), options.homework))
    found = submissions.discover(options.folder)
    reports.prepare(options.out, formats=options.format, force=options.force)
    key = _course_key(options)
    points = homework.text(master.points)
    print(f"homework {master.name}: {len(master.questions)} questions, {points} points")
    print(f"isolation: {sandbox.PROMISES[level]}")
    for file, why in submissions.left_out(options.folder):
        print(f"left out {file}: {why}")
    secret = tuple(str(Path(path).resolve()) for path in (options.folder, options.out))
    return grade.Course(master, key, level, _homework.limits(options), secret), found


def _marked(options, course, handed_in, mark_all):
    from tqdm import tqdm

    from convviz.grading import store

    kept = store.Store(Path(options.out) / "marked", course)
    with tqdm(total=len(handed_in), bar_format=_BAR, disable=None) as bar:

        def done(record):
            bar.write(_summary(record))
            bar.update()

        return mark_all(course, handed_in, done=done, store=kept)


def _summary(record):
    if record["status"] != "marked":
        return f"{record['file']}: not marked: {record['reason']}"
    reviews = sum(note["review"] for note in record["notes"])
    return f"{record['file']}: {record['points']} of {record['max']}" + ", REVIEW" * bool(reviews)


def _course_key(options):
    """Read the course's secret; make one on the first run."""
    import secrets

    path = Path(options.key_file or Path(options.out) / "course.key")
    if options.key_file or path.exists():
        return path.read_bytes().strip()
    path.touch(mode=0o600)
    path.write_text(secrets.token_hex(32) + "\n", encoding="ascii")
    return path.read_bytes().strip()
