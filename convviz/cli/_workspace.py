"""A student's folder of notebooks: new ones arrive, a student's own work is never overwritten."""

import dataclasses
import hashlib
import json
import os
from pathlib import Path

# What the folder remembers: the hash of each file as it was written into it.
_MANIFEST = ".convviz-notebooks.json"
# Homework with solutions, and what Jupyter and Python leave behind, stay out of a student's folder.
_NOT_COPIED = {"source", ".ipynb_checkpoints", "__pycache__"}


class WorkspaceError(Exception):
    """The notebooks cannot be found or written; the text says what to do."""


@dataclasses.dataclass(frozen=True)
class Changes:
    """What :func:`update` did, as names relative to the folder (kept: the student's → the new)."""

    new: tuple[str, ...]
    updated: tuple[str, ...]
    restored: tuple[str, ...]
    kept: tuple[tuple[str, str], ...]

    def sentences(self):
        """Return one plain sentence for each thing worth saying.

        >>> Changes(("a.ipynb",), (), (), (("b.ipynb", "b (new in 0.2.0).ipynb"),)).sentences()
        ['Copied 1 file.', "Kept your b.ipynb; the new version is 'b (new in 0.2.0).ipynb'."]
        """
        said = []
        for verb, names in (("Copied", self.new), ("Brought up to date", self.updated)):
            if names:
                said.append(f"{verb} {len(names)} file{'s' * (len(names) > 1)}.")
        said += [f"Put back {name}, which was no longer there." for name in self.restored]
        said += [f"Kept your {mine}; the new version is '{new}'." for mine, new in self.kept]
        return said


def locate(package):
    """Find the notebooks that belong to an installed package.

    Parameters
    ----------
    package : pathlib.Path
        The folder of the package ``convviz`` itself.

    Returns
    -------
    notebooks : pathlib.Path
    in_checkout : bool
        True for the project's own sources, whose notebooks are worked on where they are.

    Raises
    ------
    WorkspaceError
        When the installation holds no notebooks.
    """
    checkout = package.parent
    if (checkout / "pyproject.toml").is_file() and (checkout / "notebooks").is_dir():
        return checkout / "notebooks", True
    if (package / "_notebooks").is_dir():
        return package / "_notebooks", False
    raise WorkspaceError(
        f"no notebooks beside {package}: the installation is incomplete. "
        "Install convviz again: python -m pip install --force-reinstall convviz"
    )


def update(source, folder, version):
    """Bring a student's folder up to the notebooks of this version.

    A file the student has not touched is replaced by a newer one. A file the student has changed
    stays; the newer one is put beside it, once, as ``name (new in VERSION).ipynb``. A file that is
    gone is put back: deleting a notebook is how to get a fresh one.

    Parameters
    ----------
    source : pathlib.Path
        The packaged notebooks.
    folder : pathlib.Path
        The student's folder; made when missing.
    version : str
        The version the notebooks belong to, for the names of files put beside.

    Returns
    -------
    Changes

    Raises
    ------
    WorkspaceError
        When the folder cannot be written, or is a checkout of the project.
    """
    if (folder / "pyproject.toml").is_file() and (folder / "convviz").is_dir():
        raise WorkspaceError(
            f"{folder} is a checkout of convviz, not a folder for copies: "
            "install from it (python -m pip install -e .) or name another folder with --notebooks"
        )
    try:
        return _update(source, folder, version)
    except OSError as error:
        reason = error.strerror or error
        raise WorkspaceError(
            f"cannot write the notebooks in {folder} ({reason}): "
            "name a folder you may write in with --notebooks FOLDER"
        ) from error


def first_document(folder):
    """Return the notebook to open first, relative to the folder, or None when there is none.

    That is the one with the lowest number, in the folder itself or else among the lectures.
    """
    for place in ("", "lectures/"):
        names = sorted(path.name for path in (folder / place).glob("[0-9]*.ipynb"))
        # A new version put beside a student's own sorts before it, and is not what was left off.
        names = [name for name in names if " (new in " not in name]
        if names:
            return place + names[0]
    return None


def _update(source, folder, version):
    folder.mkdir(parents=True, exist_ok=True)
    known = _read_manifest(folder)
    done = {"new": [], "updated": [], "restored": [], "kept": []}
    for path in _files(source):
        name = path.relative_to(source).as_posix()
        _place(path.read_bytes(), folder, name, version, known, done)
    text = json.dumps({"version": version, "files": known}, indent=1, sort_keys=True) + "\n"
    _write_if_different(folder / _MANIFEST, text.encode())
    return Changes(**{what: tuple(names) for what, names in done.items()})


def _files(source):
    for path in sorted(source.rglob("*")):
        if path.is_file() and not _NOT_COPIED.intersection(path.relative_to(source).parts):
            yield path


def _place(content, folder, name, version, known, done):
    """Write one file where the student has none or an untouched one, else put it beside."""
    target, digest = folder / name, _digest(content)
    entry = known.get(name, {})
    if not os.path.lexists(target):
        _write(target, content)
        done["restored" if entry else "new"].append(name)
    else:
        present = _digest_of(target)
        untouched = present is not None and present == entry.get("written")
        if untouched and present != digest:
            _write(target, content)
            done["updated"].append(name)
        elif present != digest:
            if digest not in (entry.get("written"), entry.get("offered")):
                done["kept"].append((name, _put_beside(target, content, version)))
                known[name] = {**entry, "offered": digest}
            return
    known[name] = {"written": digest}


def _put_beside(target, content, version):
    """Write the new version under a free name next to the student's file; return that name."""
    number = 1
    while True:
        again = f", {number}" if number > 1 else ""
        beside = target.with_name(f"{target.stem} (new in {version}{again}){target.suffix}")
        if not os.path.lexists(beside):
            _write(beside, content)
        elif _digest_of(beside) != _digest(content):
            number += 1
            continue
        return beside.name


def _digest(content):
    return hashlib.sha256(content).hexdigest()


def _digest_of(path):
    # A link or a folder under a notebook's name is the student's doing: never equal to ours.
    if path.is_symlink() or not path.is_file():
        return None
    return _digest(path.read_bytes())


def _write_if_different(path, content):
    if _digest_of(path) != _digest(content):
        _write(path, content)


def _write(path, content):
    """Write a file whole or not at all: a full disk must not leave half a notebook."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # Not tempfile: its files are the owner's alone, and a class may share a folder.
    scratch = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        scratch.write_bytes(content)
        os.replace(scratch, path)
    finally:
        scratch.unlink(missing_ok=True)


def _read_manifest(folder):
    """Return the known files; an unreadable manifest means that every file is the student's."""
    try:
        files = json.loads((folder / _MANIFEST).read_text("utf-8"))["files"]
        return {str(name): dict(entry) for name, entry in files.items()}
    except (FileNotFoundError, ValueError, KeyError, TypeError, AttributeError):
        return {}
