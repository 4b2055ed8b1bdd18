"""``convviz check`` and ``convviz release``: homework, from both sides."""

from pathlib import Path

from convviz.cli import _homework

_CHECK = """\
Marks a copy of your notebook just as your teacher will: the same hidden cases, other random
numbers. Nothing in your notebook is changed."""
_RELEASE = """\
Takes solutions and hidden cells out of a source notebook, runs the rest and writes the student's
version with a manifest of hashes. A student's version changed by hand is not overwritten."""


def add_parser(subparsers):
    """Add ``check`` and ``release`` to the subcommands of ``convviz``."""
    check = subparsers.add_parser("check", help="mark your own homework", description=_CHECK)
    check.add_argument("notebook", help="your notebook")
    _homework.add_limits(check, required=False)
    check.set_defaults(run=run_check)

    release = subparsers.add_parser(
        "release", help="make the student's version of a homework", description=_RELEASE
    )
    release.add_argument("source", help="the source notebook, with solutions")
    release.add_argument("--to", help="the student's version (default: beside the source's folder)")
    release.add_argument("--force", action="store_true", help="overwrite changes made by hand")
    release.set_defaults(run=run_release)


def run_check(options):
    """Mark one notebook and print the feedback; return the exit status."""
    from convviz.grading import grade, homework, sandbox, submissions, transplant
    from convviz.grading.reports import feedback

    path = Path(options.notebook)
    try:
        name = options.homework or _name_in(path)
        master = homework.load(homework.find(_homework.folder(), name))
    except (homework.HomeworkError, transplant.Refused) as error:
        return _homework.fail(f"{path.name}: {error}")
    # one's own work on one's own computer: nothing is to be kept from it
    course = grade.Course(master, b"at home", sandbox.NONE, _homework.limits(options))
    record = grade.mark(course, submissions.Submission(path.stem, path.name, path))
    if record["status"] != "marked":
        return _homework.fail(f"{path.name}: not marked: {record['reason']}")
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


def run_release(options):
    """Write the student's version of a homework; return the exit status."""
    from convviz.grading import homework, release

    try:
        done = release.release(options.source, options.to, force=options.force)
    except (homework.HomeworkError, release.ChangedByHand, OSError) as error:
        return _homework.fail(str(error))
    print(f"{done.path}: {done.questions} questions, {done.points} points")
    print(f"{done.manifest}: its hashes")
    return 0
