"""Finds the learners of a class in a folder of clones, exports or zips.

ada/exercises/06_checkout/checkout.py     a clone, a folder or a zip for each learner;
ada.zip, ada/week1-main/exercises/...     exercises/ lies at most three folders down
ada/06_checkout/checkout.py               its folders without exercises/
ada/checkout.py                           loose files, named as the exercises' are
week1-submissions/week1-ada/...           GitHub Classroom
submission_metadata.yml, submission_7/    Gradescope's export
Ada Byron_7_assignsubmission_file_/...    Moodle's export, with a zip in it or without
exercises/...                             one learner alone
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from grader.commands.classes import trees
from grader.commands.classes.gradescope import METADATA, Submission, read_metadata
from grader.commands.classes.trees import Entry, Tree, UnreadableError, join
from grader.course.exercises import Exercise
from grader.course.folders import FOLDER
from grader.model.errors import GraderError
from grader.reports import harmless
from grader.security import intake

DEPTH = 3
"""Folders between a learner's and exercises/, at most."""
EXERCISES = "exercises"
SUBMISSIONS = "-submissions"
MOODLE = re.compile(r"(?P<name>.+?)_(?P<id>\d+)_assignsubmission_(file|onlinetext)_?(?P<file>.*)")
BRANCH = re.compile(r"-(main|master)$")
"""What GitHub adds to the name of a downloaded zip."""
MAX_METADATA = 16 * 2**20


@dataclass(frozen=True)
class Found:
    """One learner's answers, and where they lie; `problem` says why there are none to be had.

    `names` are what else the learner goes by: an e-mail, a number. `loose` are files that lie
    outside of an exercise's folder, by name.
    """

    id: str
    where: str
    tree: Tree | None = None
    base: str = ""
    loose: dict[str, str] = field(default_factory=dict)
    name: str = ""
    names: tuple[str, ...] = ()
    handed_in: str = ""
    problem: str = ""

    def take(self, exercise: Exercise) -> bytes | intake.Unusable:
        """Their answer, or why it is none. Raises UnreadableError."""
        assert self.tree is not None
        shown = f"{EXERCISES}/{exercise.folder}/{exercise.file}"
        if not self.loose:
            path = join(self.base, f"{exercise.folder}/{exercise.file}")
            return self.tree.take(path, shown)
        if exercise.file not in self.loose:
            return intake.Unusable("missing", f"{exercise.file} was not handed in.")
        return self.tree.take(self.loose[exercise.file], shown)

    def failed(self, problem: str) -> "Found":
        return replace(self, problem=problem, tree=None)


def find(submissions: Path, files: Iterable[str]) -> list[Found]:
    """Every learner below `submissions`, by id; `files` are the names of the exercises' files.

    Raises GraderError when there is no such folder, or nobody in it.
    """
    wanted = frozenset(files)
    shown = harmless.line(str(submissions))
    try:
        top = _open(submissions)
        found = [_located(each, wanted) for each in _learners(top, submissions)]
    except UnreadableError as error:
        raise GraderError(
            f"{shown} {error}.", "Name a folder with a folder or a zip for each learner."
        ) from None
    if not found:
        raise GraderError(
            f"There is no learner in {shown}.",
            "Put a folder or a zip for each learner there: the name is the learner's.",
        )
    return sorted(_once(found), key=lambda each: each.id)


def _open(submissions: Path) -> Tree:
    if submissions.is_dir():
        return trees.Folder(submissions)
    if not submissions.exists():
        raise GraderError(
            f"There is no {harmless.line(str(submissions))}.",
            "Name a folder with a folder or a zip for each learner.",
        )
    return trees.Zip(submissions)


def _learners(top: Tree, submissions: Path) -> list[Found]:
    """Everybody, before their answers are looked for."""
    if _is_base(top.entries("")):
        return [Found(harmless.line(submissions.resolve().stem), submissions.name, top)]
    return _in_folder(top, "", submissions.resolve().name)


def _in_folder(tree: Tree, folder: str, name: str) -> list[Found]:
    entries = [e for e in tree.entries(folder) if not e.name.startswith(".")]
    names = {entry.name for entry in entries}
    submissions: dict[str, Submission] = {}
    if METADATA in names:
        submissions = read_metadata(tree.read(join(folder, METADATA), MAX_METADATA))
    prefix = f"{name.removesuffix(SUBMISSIONS)}-" if name.endswith(SUBMISSIONS) else ""
    found: list[Found] = []
    loose: dict[str, Found] = {}
    folders = [entry for entry in entries if entry.kind == "folder"]
    for entry in entries:
        path = join(folder, entry.name)
        if entry.kind == "folder" and _is_class(tree, path, entry, alone=len(folders) == 1):
            found += _in_folder(tree, path, entry.name)
        elif entry.name in submissions:
            found += _of_submission(tree, path, submissions[entry.name])
        elif (moodle := MOODLE.fullmatch(entry.name)) is not None and entry.kind == "file":
            known = loose.get(moodle["id"])
            made = known or Found(moodle["id"], path, tree, name=harmless.line(moodle["name"]))
            loose[moodle["id"]] = replace(made, loose={**made.loose, moodle["file"]: path})
        elif moodle is not None:
            one = Found(moodle["id"], path, tree, path, name=harmless.line(moodle["name"]))
            found.append(_no_link(one, entry))
        elif entry.kind in ("folder", "link") or entry.name.lower().endswith(".zip"):
            id = BRANCH.sub("", re.sub(r"(?i)\.zip$", "", entry.name))
            one = Found(harmless.line(id.removeprefix(prefix) or id), path, tree, path)
            found.append(_no_link(one, entry))
    return [*found, *loose.values()]


def _is_class(tree: Tree, path: str, entry: Entry, *, alone: bool) -> bool:
    """Whether a folder holds the learners of a class, and is not one of them."""
    if entry.name.endswith(SUBMISSIONS):
        return True
    names = [each.name for each in tree.entries(path)]
    return METADATA in names or (alone and any(map(MOODLE.fullmatch, names)))


def _of_submission(tree: Tree, path: str, submission: Submission) -> list[Found]:
    """Those who handed in one submission of Gradescope's: each of a group."""
    return [
        Found(
            who.id,
            path,
            tree,
            path,
            name=who.name,
            names=who.names,
            handed_in=submission.handed_in,
        )
        for who in submission.who
    ]


def _no_link(found: Found, entry: Entry) -> Found:
    if entry.kind == "link":
        return found.failed(f"{found.where} is a symbolic link: put the folder itself there.")
    return found


def _located(found: Found, wanted: frozenset[str]) -> Found:
    """With the place of the answers, or the problem that there is none."""
    if found.tree is None:
        return found
    try:
        if any(name.lower().endswith(".zip") for name in found.loose):
            names = [name for name in found.loose if name.lower().endswith(".zip")]
            return _in_zip(found, [found.loose[name] for name in names], wanted)
        if found.loose:
            return _with_loose(found, found.loose, wanted)
        if isinstance(found.tree, trees.Folder | trees.Zip) and _is_file(found.tree, found.base):
            return _in_zip(found, [found.base], wanted)
        return _in_tree(found, wanted)
    except UnreadableError as error:
        return found.failed(f"{found.where} {error}.")


def _is_file(tree: Tree, path: str) -> bool:
    folder, _, name = path.rpartition("/")
    return bool(path) and any(e.name == name and e.kind == "file" for e in tree.entries(folder))


def _in_zip(found: Found, paths: list[str], wanted: frozenset[str]) -> Found:
    if len(paths) > 1:
        return found.failed(f"{found.where} has {len(paths)} zips: leave the one that counts.")
    assert found.tree is not None
    if isinstance(found.tree, trees.Folder):
        inner = trees.Zip(found.tree.root / paths[0])
    else:
        inner = trees.Zip(found.tree.read(paths[0], trees.MAX_ZIP_BYTES))
    return _in_tree(replace(found, tree=inner, base="", loose={}), wanted, is_zip=True)


def _in_tree(found: Found, wanted: frozenset[str], *, is_zip: bool = False) -> Found:
    tree = found.tree
    assert tree is not None
    below = _Below(tree, found.base)
    here = below.entries("")
    if EXERCISES not in [entry.name for entry in here] and any(map(_is_exercise, here)):
        return found
    bases = trees.look_for(below, lambda _, entry: entry.name == EXERCISES, DEPTH)
    linked = [path for path in bases if below.kind(path) == "link"]
    if linked:
        return found.failed(
            f"{join(found.where, linked[0])} is a symbolic link, so its answers could be anybody's."
        )
    folders = [path for path in bases if below.kind(path) == "folder"]
    if len(folders) > 1:
        names = " and ".join(folders[:2])
        return found.failed(f"{found.where} has two folders of answers, {names}: leave one.")
    if folders:
        return replace(found, base=join(found.base, folders[0]))
    numbered = trees.look_for(below, lambda _, entry: _is_exercise(entry), DEPTH)
    places = {path.rpartition("/")[0] for path in numbered}
    if len(places) == 1:
        return replace(found, base=join(found.base, places.pop()))
    zips = [e.name for e in here if e.kind == "file" and e.name.lower().endswith(".zip")]
    if zips and not is_zip:
        return _in_zip(found, [join(found.base, name) for name in zips], wanted)
    found_loose = trees.look_for(
        below, lambda _, entry: entry.kind == "file" and entry.name in wanted, DEPTH
    )
    loose = {path.rpartition("/")[2]: join(found.base, path) for path in found_loose}
    return _with_loose(found, loose, wanted)


def _with_loose(found: Found, loose: dict[str, str], wanted: frozenset[str]) -> Found:
    known = {name: path for name, path in loose.items() if name in wanted}
    if known:
        return replace(found, loose=known)
    return found.failed(f"{found.where} has no answers: no folder exercises/, and no file of it.")


def _is_exercise(entry: Entry) -> bool:
    return entry.kind == "folder" and FOLDER.fullmatch(entry.name) is not None


def _is_base(entries: list[Entry]) -> bool:
    is_there = any(e.name == EXERCISES and e.kind in ("folder", "link") for e in entries)
    return is_there or any(map(_is_exercise, entries))


def _once(found: list[Found]) -> list[Found]:
    """Each learner once: whoever is there twice has a problem, and no points by chance."""
    times = Counter(each.id.casefold() for each in found)
    first: dict[str, Found] = {}
    for each in found:
        key = each.id.casefold()
        if key not in first:
            first[key] = each
        elif times[key] > 1:
            both = f"{first[key].where} and {each.where}"
            first[key] = first[key].failed(f"{each.id} is there twice, {both}: leave one.")
            times[key] = 1
    return list(first.values())


@dataclass(frozen=True)
class _Below:
    """The part of a tree that lies in one of its folders."""

    tree: Tree
    base: str

    def entries(self, folder: str) -> list[Entry]:
        return self.tree.entries(join(self.base, folder) if folder else self.base)

    def kind(self, path: str) -> str:
        folder, _, name = path.rpartition("/")
        return next(e.kind for e in self.entries(folder) if e.name == name)

    def take(self, path: str, shown: str) -> bytes | intake.Unusable:
        return self.tree.take(join(self.base, path), shown)

    def read(self, path: str, most: int) -> bytes:
        return self.tree.read(join(self.base, path), most)
