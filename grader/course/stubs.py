"""What a learner may ask for while working: a hint, and the original stub back.

The originals lie on the trusted side, as tests/exercises/NN_slug/stub.py, so that they are
there in a clone, in an exported starter and in a folder without git alike, whatever the
learner has committed. `grader verify` holds each against the stub in exercises/.
"""

import itertools
from pathlib import Path

from grader.course import packs
from grader.course.exercises import Exercise
from grader.course.folders import replace, shown_path
from grader.model.errors import GraderError

LEVELS = 3
"""Hints per exercise: a nudge, a direction, nearly there."""


def hint(exercise: Exercise, level: int) -> str:
    """The hint of that level, 1 to 3. Raises GraderError for any other."""
    if not 1 <= level <= LEVELS:
        nearest = min(max(level, 1), LEVELS)
        raise GraderError(
            f"There is no hint {level}: each exercise has {LEVELS}.",
            f"Ask for one of them: grader hint {exercise.slug} --level {nearest}",
        )
    return exercise.settings.hints[level - 1]


def is_original(exercise: Exercise) -> bool:
    """Is the learner's file still, or again, the stub."""
    try:
        return exercise.stub.read_bytes() == exercise.original.read_bytes()
    except OSError:
        return False


def reset(exercise: Exercise) -> Path | None:
    """Bring the original stub back; returns the backup of the learner's file.

    None when there was nothing to keep: no file, or the stub itself. The backup lies beside
    the file, and an older one is never overwritten. At every moment the learner's work is
    in one of the two. Raises GraderError when there is no original or a file cannot be written.
    """
    where = shown_path(exercise.stub)
    try:
        original = exercise.original.read_bytes()
    except OSError:
        raise GraderError(
            f"The original stub, {shown_path(exercise.original)}, is not there.",
            packs.remedy(shown_path(exercise.original)),
        ) from None
    if exercise.stub.is_dir():
        raise GraderError(f"{where} is a folder.", "Move it away, then reset again.")
    if is_original(exercise) and not exercise.stub.is_symlink():
        return None
    try:
        exercise.stub.parent.mkdir(parents=True, exist_ok=True)
        backup = _back_up(exercise.stub)
        replace(exercise.stub, original)
    except OSError as error:
        raise GraderError(
            f"{where} cannot be reset: {error.strerror or error}.",
            "Your file is as it was; look at the rights of its folder and at the space left.",
        ) from None
    return backup


def _back_up(path: Path) -> Path | None:
    """Copy the file to `NAME.py.bak`, or to the first free `NAME.py.2.bak`, `.3.bak`, ..."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    for number in itertools.count(1):
        backup = path.with_name(f"{path.name}{'' if number == 1 else f'.{number}'}.bak")
        try:
            file = backup.open("xb")
        except FileExistsError:
            continue
        try:
            with file:
                file.write(data)
        except OSError:
            backup.unlink(missing_ok=True)
            raise
        return backup
    raise AssertionError("numbers have no end")
