"""``convviz check``, ``convviz grade`` and ``convviz release``: homework, from both sides."""

import argparse
import sys
from pathlib import Path

_CHECK = """\
Marks a copy of your notebook just as your teacher will: the same hidden cases, other random
numbers. Nothing in your notebook is changed."""
_GRADE = """\
Marks every FOLDER/*.ipynb and FOLDER/STUDENT/*.ipynb, each in a process of its own, and writes
grades.csv, results.jsonl, overview.html and a feedback page each. What was marked is kept: a run
that was stopped goes on where it was. Exit status 0: all were marked; 1: not all."""
_RELEASE = """\
Takes solutions and hidden cells out of a source notebook, runs the rest and writes the student's
version with a manifest of hashes. A student's version changed by hand is not overwritten."""


def add_parser(subparsers):
    """Add ``check``, ``grade`` and ``release`` to the subcommands of ``convviz``."""
    check = subparsers.add_parser("check", help="mark your own homework", description=_CHECK)
    check.add_argument("notebook", help="your notebook")
    _common(check)
    check.set_defaults(run=run_check)

    grade = subparsers.add_parser("grade", help="mark a folder of homework", description=_GRADE)
    grade.add_argument("folder", help="the folder with the submissions")
    grade.add_argument("--out", required=True, help="folder for the reports")
    grade.add_argument("-j", "--jobs", type=_positive(int), default=1, metavar="N")
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
    _common(grade)
    grade.set_defaults(run=run_grade)

    release = subparsers.add_parser(
        "release", help="make the student's version of a homework", description=_RELEASE
    )
    release.add_argument("source", help="the source notebook, with solutions")
    release.add_argument("--to", help="the student's version (default: beside the source's folder)")
    release.add_argument("--force", action="store_true", help="overwrite changes made by hand")
    release.set_defaults(run=run_release)


class _Doctor(argparse.Action):
    """Ends the program, as ``--version`` does: what else it needs may be left out."""

    def __call__(self, parser, namespace, values, option_string=None):
        from convviz.grading.sandbox import doctor

        lines, sound = doctor.report()
        print("\n".join(lines))
        parser.exit(0 if sound else 1)


def _common(parser):
    parser.add_argument(
        "--homework",
        required=parser.prog.endswith("grade"),
        help="name of the homework (hw01), or its source notebook",
    )
    parser.add_argument(
        "--deadline", type=_positive(float), metavar="S", help="seconds for a whole submission"
    )
    parser.add_argument(
        "--cell-seconds", type=_positive(float), metavar="S", help="most seconds for one answer"
    )


def _positive(kind):
    """Return an argparse type: a number of `kind` above 0."""
    def parse(text):
        try:
            number = kind(text)
        except ValueError:
            number = 0
        if not 0 < number < float("inf"):
            raise argparse.ArgumentTypeError(f"must be a number above 0, got {text!r}")
        return number

    return parse


def _formats(text):
    from convviz.grading import reports

    try:
        return reports.named(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def run_check(options):
    """Mark one notebook and print the feedback; return the exit status."""
    from convviz.grading import grade, homework, sandbox, submissions, transplant
    from convviz.grading.reports import feedback

    path = Path(options.notebook)
    try:
        name = options.homework or _name_in(path)
        master = homework.load(homework.find(_homework_folder(), name))
    except (homework.HomeworkError, transplant.Refused) as error:
        return _fail(f"{path.name}: {error}")
    # one's own work on one's own computer: nothing is to be kept from it
    course = grade.Course(master, b"at home", sandbox.NONE, _limits(options))
    record = grade.mark(course, submissions.Submission(path.stem, path.name, path))
    if record["status"] != "marked":
        return _fail(f"{path.name}: not marked: {record['reason']}")
    print(f"{path.name}: homework {master.name}")
    print("\n".join(feedback.lines(record)))
    print(f"{record['points']} of {record['max']} points")
    return 0


def _name_in(path):
    """The homework a notebook says it is."""
    from convviz.grading import homework, transplant

    if not path.is_file():
        raise transplant.Refused("there is no such file")
    name = homework.meta(transplant.read(path)).get("homework")
    if not isinstance(name, str):
        raise transplant.Refused("the notebook does not say which homework it is: add --homework")
    return name


def run_grade(options):
    """Mark a folder and write the reports; return the exit status."""
    from tqdm import tqdm

    from convviz.grading import grade, homework, reports, sandbox, store, submissions

    wanted = sandbox.NONE if options.unsafe_trusted else options.sandbox
    try:
        level = sandbox.choose(wanted)
        master = homework.load(homework.find(_homework_folder(), options.homework))
        handed_in = submissions.discover(options.folder)
        reports.prepare(options.out, formats=options.format, force=options.force)
        key = _course_key(options)
    except (
        homework.HomeworkError,
        sandbox.NoSandbox,
        submissions.NoSubmissions,
        reports.WouldOverwrite,
        OSError,
    ) as error:
        return _fail(str(error))
    points = homework.text(master.points)
    print(f"homework {master.name}: {len(master.questions)} questions, {points} points")
    print(f"isolation: {sandbox.PROMISES[level]}")
    secret = tuple(str(Path(path).resolve()) for path in (options.folder, options.out))
    course = grade.Course(master, key, level, _limits(options), secret)
    kept = store.Store(Path(options.out) / "marked", course)
    with tqdm(total=len(handed_in), unit="submission", disable=None) as bar:

        def done(record):
            bar.write(_summary(record))
            bar.update()

        try:
            results = grade.mark_all(
                course, handed_in, jobs=options.jobs, done=done, store=kept
            )
        except KeyboardInterrupt:
            return _fail("stopped: the same command goes on with those that are not marked yet")
    for line in reports.write(options.out, master, results, formats=options.format):
        print(line)
    marked = sum(record["status"] == "marked" for record in results)
    print(f"marked {marked} of {len(results)}: {Path(options.out) / 'grades.csv'}")
    return 0 if marked == len(results) else 1


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


def run_release(options):
    """Write the student's version of a homework; return the exit status."""
    from convviz.grading import homework, release

    try:
        done = release.release(options.source, options.to, force=options.force)
    except (homework.HomeworkError, release.ChangedByHand, OSError) as error:
        return _fail(str(error))
    print(f"{done.path}: {done.questions} questions, {done.points} points")
    print(f"{done.manifest}: its hashes")
    return 0


def _homework_folder():
    import convviz
    from convviz.cli import _workspace
    from convviz.grading.homework import HomeworkError

    try:
        return _workspace.locate(Path(convviz.__file__).parent)[0] / "homework"
    except _workspace.WorkspaceError as error:
        raise HomeworkError(str(error)) from error


def _limits(options):
    from convviz.grading.grade import Limits

    return Limits(options.deadline, options.cell_seconds)


def _fail(text):
    print(f"convviz: {text}", file=sys.stderr)
    return 1
