"""What a course says of itself, in the course.toml at its root."""

import importlib.metadata
import tomllib
from pathlib import Path
from typing import Annotated

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, field_validator

from grader.course.marks import check_format
from grader.course.packs import MANIFEST
from grader.model.errors import GraderError
from grader.model.evidence import CHECKS

FILE = MANIFEST
PAGES = "diagnoses"
"""The folder with the pages of a course's own diagnoses."""
OLDER = "Ask for a newer release of the course; `grader course new` shows its author that format."
ID = r"[a-z][a-z0-9]*(_[a-z0-9]+)*"


def _checked(kind: type, *errors: type[Exception]) -> AfterValidator:
    """Keeps the text, when `kind` can be made of it."""

    def check(text: str) -> str:
        try:
            kind(text)
        except errors as error:
            raise ValueError(str(error)) from None
        return text

    return AfterValidator(check)


class Counts(BaseModel):
    """How many answers beside its solution an exercise must have, at least."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    right: int = Field(default=3, ge=0)
    wrong: int = Field(default=4, ge=0)


class Diagnosis(BaseModel):
    """A diagnosis of the course's own: data, never code. Its page is `diagnoses/ID.md`.

    It is told where a check of the kind `check` fails that names its id, unless the grader sees a
    cause of its own.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z]+(-[a-z]+)+$", max_length=40)
    check: str
    means: str = Field(min_length=1)
    """One sentence: why the test failed."""
    next: str = Field(min_length=1)
    """One sentence: what to do."""

    @field_validator("check")
    @classmethod
    def _is_kind(cls, kind: str) -> str:
        if kind not in CHECKS:
            raise ValueError(f"there is no check {kind!r}, only {', '.join(sorted(CHECKS))}")
        return kind


class Manifest(BaseModel):
    """What a `course.toml` of format 1 says."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: int
    id: str = Field(pattern=f"^{ID}$")
    """The name of the package, too: with hyphens for pip, and of its folder."""
    title: str = Field(min_length=1)
    version: Annotated[str, _checked(Version, InvalidVersion)]
    license: str = Field(min_length=1)
    languages: tuple[str, ...] = Field(default=("en",), min_length=1)
    """The natural languages of its lessons and chapters."""
    grader: Annotated[str, _checked(SpecifierSet, InvalidSpecifier)] = ""
    """The versions of the grader that it works with, for instance `>=0.1`."""
    dependencies: tuple[Annotated[str, _checked(Requirement, InvalidRequirement)], ...] = ()
    """What its exercises import beside what the grader needs itself."""
    welcome: str = ""
    closing: str = ""
    answers: Counts = Counts()
    diagnoses: tuple[Diagnosis, ...] = ()


def read(root: Path) -> Manifest | None:
    """The manifest of the course at `root`; None where there is none. Raises GraderError."""
    try:
        data = tomllib.loads((root / FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise GraderError(f"{FILE} cannot be read: {error}.", "Correct that line.") from None
    check_format(data.get("format"), FILE, OLDER)
    try:
        manifest = Manifest.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise GraderError(
            f"{FILE}: {where}: {first['msg']}.", "It needs format, id, title, version and license."
        ) from None
    _check_grader(manifest)
    return manifest


def _check_grader(manifest: Manifest) -> None:
    """Raise GraderError when the course needs another version of the grader."""
    try:
        here = importlib.metadata.version("awaitlings")
    except importlib.metadata.PackageNotFoundError:
        return
    if not SpecifierSet(manifest.grader).contains(here, prereleases=True):
        raise GraderError(
            f"The course {manifest.title} needs a grader {manifest.grader}, and this is {here}.",
            f'Install one that fits: pip install "awaitlings{manifest.grader}"',
        )
