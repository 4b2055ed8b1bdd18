"""The sandbox itself: each promise is tried, and what cannot be had is said."""

import dataclasses
import functools
import os
import sys
from pathlib import Path

import pytest

import convviz
from convviz.cli import main
from convviz.grading import sandbox
from convviz.grading.sandbox import box, doctor, landlock, levels, needed

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs Linux")

WITHOUT = levels.problem(sandbox.BUBBLEWRAP) if sys.platform.startswith("linux") else "Linux only"
needs_bubblewrap = pytest.mark.skipif(bool(WITHOUT), reason=WITHOUT)
needs_landlock = pytest.mark.skipif(not landlock.version(), reason="no Landlock in this kernel")

# What Landlock alone leaves open: it knows no UDP, and root's own processes have no limit.
HELD_BY_LANDLOCK = [
    trial
    for trial in doctor.TRIALS
    if trial.promise not in ("gets no answer by UDP", "cannot start 100 processes", "is not root")
]
# The others take too much of a machine on which nothing limits them.
HARMLESS = [
    trial
    for trial in doctor.TRIALS
    if not any(much in trial.promise for much in ("100 processes", "8 GiB", "10 s"))
]


@pytest.fixture(scope="module")
def outside():
    with doctor.grader_side() as known:
        yield known


@needs_bubblewrap
@pytest.mark.parametrize("trial", doctor.TRIALS, ids=lambda trial: trial.promise)
def test_bubblewrap_keeps_each_promise(trial, findings):
    assert findings[trial.promise].holds


@needs_landlock
@pytest.mark.parametrize("trial", HELD_BY_LANDLOCK, ids=lambda trial: trial.promise)
def test_landlock_keeps_its_promises(trial, outside, monkeypatch):
    # As root, Landlock is refused where Python is out of another user's reach; it still holds.
    monkeypatch.setattr(box, "is_root", lambda: False)
    assert doctor.tried(sandbox.LANDLOCK, trial, outside).holds


@pytest.mark.parametrize("trial", HARMLESS, ids=lambda trial: trial.promise)
def test_without_a_sandbox_a_trial_can_do_what_it_tries(trial, outside, tmp_path):
    """Else a promise would seem kept because the trial is broken."""
    if trial.promise == "is not root" and os.getuid() != 0:
        pytest.skip("needs to be root")
    import subprocess

    program = trial.program.format(**outside)
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert done.stdout.strip() == "done", done.stderr


@needs_bubblewrap
def test_nothing_of_the_graders_environment_is_inside(monkeypatch):
    monkeypatch.setenv("COURSE_SECRET", "42")
    status, out, _ = doctor.run(sandbox.BUBBLEWRAP, "import os; print(sorted(os.environ))")
    assert status == 0
    assert "COURSE_SECRET" not in out and "'HOME'" in out


@needs_bubblewrap
def test_a_hidden_folder_is_empty_even_inside_one_that_python_needs(tmp_path, monkeypatch):
    library = tmp_path / "library"
    (library / "homework").mkdir(parents=True)
    (library / "homework" / "solution.ipynb").write_text("42", encoding="ascii")
    (library / "code.py").write_text("42", encoding="ascii")
    needed = box.readable()
    monkeypatch.setattr(box, "readable", lambda: [*needed, str(library)])
    folders = [str(library), str(library / "homework")]
    program = f"import os; print(*map(os.listdir, {folders}))"
    for hidden, seen in (((), "['solution.ipynb']"), ((str(library / "homework"),), "[]")):
        status, out, error = doctor.run(sandbox.BUBBLEWRAP, program, hidden=hidden)
        assert (status, out.split("] ")[1].strip()) == (0, seen), error
        assert "code.py" in out


@needs_landlock
def test_landlock_opens_no_file_of_a_hidden_folder_and_all_beside_it(tmp_path, monkeypatch):
    monkeypatch.setattr(box, "is_root", lambda: False)
    library = tmp_path / "library"
    for name in ("homework/solution.txt", "beside/code.txt", "code.txt"):
        (library / name).parent.mkdir(parents=True, exist_ok=True)
        (library / name).write_text("x", encoding="ascii")
    monkeypatch.setattr(box, "readable", functools.partial(_with, str(library), box.readable()))
    hidden = str(library / "homework")
    for name, opened in (("beside/code.txt", 0), ("code.txt", 0), ("homework/solution.txt", 1)):
        program = f"import os, numpy\nos.listdir({str(library)!r})\nopen({str(library / name)!r})"
        status, _, error = doctor.run(sandbox.LANDLOCK, program, hidden=(hidden,))
        assert (status, "PermissionError" in error) == (opened, bool(opened)), error


def _with(path, others):
    return [*others, path]


@pytest.mark.parametrize("refused", [FileNotFoundError, PermissionError])
def test_what_landlock_cannot_reach_gets_no_right_and_stops_nothing(refused, monkeypatch):
    def refuse(*_):
        raise refused

    monkeypatch.setattr("os.open", refuse)
    monkeypatch.setattr(landlock, "_call", None)  # would give a right
    landlock._allow(3, "/closed/to/this/user", 4)


@needs_bubblewrap
def test_the_notebooks_of_the_project_are_not_inside():
    status, out, _ = doctor.run(
        sandbox.BUBBLEWRAP,
        "import os, convviz\n"
        "top = os.path.dirname(os.path.dirname(convviz.__file__))\n"
        "print(os.path.exists(os.path.join(top, 'notebooks')), bool(convviz.__version__))",
    )
    assert (status, out.strip()) == (0, "False True")


def test_as_root_each_box_has_a_user_of_its_own(tmp_path, monkeypatch):
    monkeypatch.setattr(box, "is_root", lambda: True)
    uids = {sandbox.Box(sandbox.BUBBLEWRAP, tmp_path).uid for _ in range(50)}
    assert len(uids) > 40 and not {0, None} & uids
    monkeypatch.setattr(box, "is_root", lambda: False)
    assert sandbox.Box(sandbox.BUBBLEWRAP, tmp_path).uid is None


def test_the_strongest_sandbox_is_chosen(monkeypatch):
    monkeypatch.setattr(levels, "problem", lambda level: "")
    assert sandbox.choose() == sandbox.BUBBLEWRAP
    assert sandbox.choose(sandbox.LANDLOCK) == sandbox.LANDLOCK
    monkeypatch.setattr(levels, "problem", lambda level: "no" * (level == sandbox.BUBBLEWRAP))
    assert sandbox.choose() == sandbox.LANDLOCK
    with pytest.raises(sandbox.NoSandbox, match="^no sandbox holds on this machine .bubble.*: no"):
        sandbox.choose(sandbox.BUBBLEWRAP)


def test_without_a_sandbox_nothing_is_graded(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(levels, "problem", lambda level: "not installed")
    (tmp_path / "in").mkdir()
    command = ["grade", str(tmp_path / "in"), "--homework", "hw01", "--out", str(tmp_path / "out")]
    assert main(command) == 1
    said = capsys.readouterr().err
    assert "bubblewrap: not installed; landlock: not installed" in said
    assert "Install bubblewrap on Linux, or, if you trust every submission, add" in said
    assert "--unsafe-trusted" in said
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("platform", "which", "reason"),
    [
        ("darwin", "/usr/bin/bwrap", "needs Linux"),
        ("linux", None, "the program bwrap is not installed"),
    ],
)
def test_the_reason_why_there_is_no_sandbox_is_told(platform, which, reason, monkeypatch):
    monkeypatch.setattr("sys.platform", platform)
    monkeypatch.setattr("shutil.which", lambda name: which)
    assert levels.problem.__wrapped__(sandbox.BUBBLEWRAP) == reason


@pytest.mark.parametrize(
    ("level", "folder", "refused"),
    [
        (sandbox.LANDLOCK, "closed", True),
        (sandbox.LANDLOCK, "closed/library/numpy", True),
        # what is above a folder that it takes in, bubblewrap makes anew
        (sandbox.BUBBLEWRAP, "closed", False),
        (sandbox.BUBBLEWRAP, "closed/library/numpy", True),
        (sandbox.BUBBLEWRAP, "closed/library/numpy/__init__.py", True),
    ],
)
def test_as_root_python_has_to_be_where_others_may_read_it(
    level, folder, refused, monkeypatch, tmp_path
):
    path = tmp_path.resolve() / "closed" / "library" / "numpy" / "__init__.py"
    path.parent.mkdir(parents=True)
    path.touch()
    shut = tmp_path.resolve() / folder
    shut.chmod(0o700)
    monkeypatch.setattr(needed, "_pieces", lambda: {"numpy": path})
    monkeypatch.setattr(needed, "_mounts", lambda: {str(tmp_path.resolve() / "closed" / "library")})
    # whoever runs the tests may have closed the folder of all temporary files
    monkeypatch.setattr(needed, "_above", lambda one: [one, *one.parents][: 4 - one.is_dir()])
    monkeypatch.setattr(landlock, "version", lambda: 4)
    monkeypatch.setattr("shutil.which", lambda name: "true")
    said = []
    for user in (0, 1000):
        monkeypatch.setattr("os.geteuid", lambda user=user: user)
        said.append(levels.problem.__wrapped__(level))
    assert said == [
        f"numpy is in {shut}, which only its owner may read: grade as another user, or install "
        "it where everybody may read" * refused, ""
    ]


@needs_landlock
def test_landlock_finds_the_package_and_lists_nothing_beside_it(monkeypatch):
    monkeypatch.setattr(box, "is_root", lambda: False)
    program = "import convviz, os\nos.listdir({!r})"
    beside = str(Path(convviz.__file__).parents[1] / "tests")
    status, _, error = doctor.run(sandbox.LANDLOCK, program.format(os.path.dirname(os.__file__)))
    assert (status, error) == (0, "")
    _, _, error = doctor.run(sandbox.LANDLOCK, program.format(beside))
    assert error.splitlines()[-1] == f"PermissionError: [Errno 13] Permission denied: {beside!r}"


def test_a_bubblewrap_that_is_refused_is_quoted(monkeypatch, tmp_path):
    fake = tmp_path / "bwrap"
    fake.write_text("#!/bin/sh\necho 'bwrap: No permissions to create namespace' >&2; exit 1\n")
    fake.chmod(0o755)
    monkeypatch.setattr("shutil.which", lambda name: str(fake))
    problem = levels.problem.__wrapped__(sandbox.BUBBLEWRAP)
    assert problem == "bwrap: No permissions to create namespace"


@needs_bubblewrap
def test_the_doctor_prints_what_holds_and_ends(capsys, monkeypatch):
    monkeypatch.setattr(doctor, "TRIALS", (doctor.RUNS, doctor.TRIALS[1]))
    with pytest.raises(SystemExit) as ended:
        main(["grade", "--doctor"])
    said = capsys.readouterr().out
    assert ended.value.code == 0
    assert "bubblewrap:\n  ✓ runs Python and NumPy: it could\n" in said
    assert "  ✓ cannot read a file outside: FileNotFoundError" in said
    assert "grading here uses: bubblewrap (" in said


@needs_bubblewrap
def test_the_doctor_says_when_a_promise_is_broken(monkeypatch, capsys):
    broken = dataclasses.replace(doctor.TRIALS[1], program="print('done')")
    monkeypatch.setattr(doctor, "TRIALS", (doctor.RUNS, broken))
    with pytest.raises(SystemExit) as ended:
        main(["grade", "--doctor"])
    assert ended.value.code == 1
    assert "✗ cannot read a file outside: it could" in capsys.readouterr().out
