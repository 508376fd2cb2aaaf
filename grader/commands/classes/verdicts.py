"""Verdicts by content: what was graded once is never graded again, whoever handed it in.

The name of a verdict's file is the digest of all that decides it. Files are written whole and
then renamed, so that whoever is interrupted loses only what was just being graded.
"""

import hashlib
import importlib.metadata
import json
import os
import platform
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from packaging.requirements import Requirement
from pydantic import Field, ValidationError

import grader
from grader.course import circumstances, folders, manifests
from grader.course.constraints import FILE as CONSTRAINTS
from grader.course.exercises import Exercise
from grader.course.suites import SETTINGS
from grader.model.report import ExerciseResult, Failure, Isolation, TestResult
from grader.model.spans import Model

PACKAGE = Path(grader.__file__).parent
WITHOUT_SAY = ("reports", "commands", "cli")
"""Rooms that decide no verdict."""
SCHEMA: Literal["awaitlings/verdict/1"] = "awaitlings/verdict/1"


class Verdict(Model):
    """A verdict as it is stored; `source` is the answer's text.

    `line` and `facts` are what the JSON of a report leaves out: of each failure what happened in
    words, and whether its figures are durations.
    """

    schema_name: Literal["awaitlings/verdict/1"] = Field(alias="schema")
    result: ExerciseResult
    line: int | None
    facts: dict[str, tuple[str, bool]]
    source: str

    def whole(self) -> ExerciseResult:
        """The result as it was when it came."""
        tests = [self._whole(test) for test in self.result.tests]
        return self.result.model_copy(update={"line": self.line, "tests": tests})

    def _whole(self, test: TestResult) -> TestResult:
        if test.failure is None or test.id not in self.facts:
            return test
        fact, is_duration = self.facts[test.id]
        failure: Failure = test.failure.model_copy(
            update={"fact": fact, "is_duration": is_duration}
        )
        return test.model_copy(update={"failure": failure})


@dataclass(frozen=True)
class Keys:
    """What the names of verdicts are made of, beside the answer: digests."""

    isolation: Isolation
    grader: str
    libraries: str
    suites: dict[str, str]

    def of(self, exercise: Exercise, answer: bytes) -> str:
        """The name of the verdict on this answer."""
        parts = [SCHEMA, exercise.folder, self.suites[exercise.slug], self.grader, self.libraries]
        parts += [self.isolation, "virtual", platform.python_version(), digest(answer)]
        return digest(json.dumps(parts).encode())


def keys(exercises: Iterable[Exercise], root: Path, isolation: Isolation) -> Keys:
    """Of a course as it is now."""
    suites = {exercise.slug: _suite(exercise) for exercise in exercises}
    return Keys(isolation, grader_digest(), _libraries(root), suites)


def fix_hashes() -> None:
    """For children to come: else what an answer does with a set differs by chance."""
    os.environ["PYTHONHASHSEED"] = "0"


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _suite(exercise: Exercise) -> str:
    """Of all that an answer to it is tested with, and that its report says of it."""
    settings = exercise.settings
    named = [exercise.file, settings.title, settings.level, str(circumstances.are_on())]
    named += map(str, exercise.diagnoses)
    files = [exercise.suite.read_bytes(), SETTINGS.read_bytes()]
    return digest(json.dumps([*named, *map(digest, files)]).encode())


def grader_digest() -> str:
    """Of the grader's code, as far as it decides verdicts."""
    paths = [
        path
        for path in sorted(PACKAGE.rglob("*.py"))
        if path.relative_to(PACKAGE).parts[0] not in WITHOUT_SAY
    ]
    found = [[path.relative_to(PACKAGE).as_posix(), digest(path.read_bytes())] for path in paths]
    return digest(json.dumps(found).encode())


def _libraries(root: Path) -> str:
    """Of the versions that are installed of what the course names, or else the package."""
    given = root / CONSTRAINTS
    if given.is_file():
        lines = given.read_text(encoding="utf-8", errors="replace").split()
        names = [line.partition("==")[0] for line in lines]
    else:
        needed = importlib.metadata.requires("awaitlings") or []
        names = [Requirement(line).name for line in needed]
    manifest = manifests.read(root)
    if manifest is not None:
        names += [Requirement(line).name for line in manifest.dependencies]
    versions = {}
    for name in names:
        with suppress(importlib.metadata.PackageNotFoundError, ValueError):
            versions[name] = importlib.metadata.version(name)
    return digest(json.dumps(sorted(versions.items())).encode())


@dataclass(frozen=True)
class Store:
    """The folder of verdicts."""

    folder: Path

    def path(self, key: str) -> Path:
        return self.folder / key[:2] / f"{key}.json"

    def load(self, key: str) -> Verdict | None:
        """None when there is none, or none that can be read: then it is graded again."""
        try:
            content = json.loads(self.path(key).read_bytes())
            return Verdict.model_validate(content)
        except (OSError, ValueError, ValidationError, RecursionError):
            return None

    def save(self, key: str, result: ExerciseResult, source: bytes) -> None:
        failures = ((test.id, test.failure) for test in result.tests)
        verdict = Verdict(
            schema=SCHEMA,
            result=result.model_copy(update={"real_seconds": 0.0}),
            line=result.line,
            facts={id: (f.fact, f.is_duration) for id, f in failures if f is not None},
            source=source.decode("utf-8", "replace"),
        )
        write(self.path(key), json.dumps(verdict.model_dump(mode="json", by_alias=True)) + "\n")


def write(path: Path, text: str | bytes) -> None:
    """Put a file there in one step, unless it is there already: a reader sees the old or the new.

    Raises OSError.
    """
    data = text.encode("utf-8", "replace") if isinstance(text, str) else text
    with suppress(OSError):
        if path.read_bytes() == data:
            return
    path.parent.mkdir(parents=True, exist_ok=True)
    folders.replace(path, data)


def tidy(folder: Path) -> None:
    """Remove what an interrupted run has left half written."""
    for path in [*folder.glob(".*.new"), *folder.glob("*/.*.new"), *folder.glob("*/*/.*.new")]:
        with suppress(OSError):
            path.unlink()
