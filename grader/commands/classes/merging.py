"""Puts the parts of a class together that several machines have graded."""

from collections.abc import Iterator
from pathlib import Path

from grader.commands.classes import folder, known, verdicts
from grader.commands.classes.verdicts import Store
from grader.course.exercises import Course
from grader.model.class_report import ClassReport, Learner
from grader.model.errors import GraderError
from grader.reports import harmless
from grader.reports.classes import groups
from grader.wording import count

ALIKE = {
    "exercises": "the exercises or their suites",
    "grader": "the grader",
    "libraries": "the libraries",
    "python": "the Python",
    "isolation": "the isolation",
    "due": "when it was due",
    "constraints": "the constraints",
}
"""What must be the same in all parts, in words."""

Parts = list[tuple[Path, ClassReport]]


def merge(course: Course, parts: list[Path], to: Path, store: Store) -> ClassReport:
    """The whole class, as one machine would have graded it. Raises GraderError.

    Verdicts and pages are copied to `to`; the parts stay as they are.
    """
    reports = [(path, _read(path)) for path in parts]
    first = reports[0][1]
    for path, report in reports:
        for name, words in ALIKE.items():
            if getattr(report, name) != getattr(first, name):
                raise GraderError(
                    f"{_shown(parts[0])} and {_shown(path)} were not graded alike: {words} differ.",
                    "Grade all parts with the same course, the same packages and options.",
                )
    _check_numbers(reports)
    learners = sorted(_learners(reports), key=lambda learner: learner.id)
    for path in parts:
        _copy(path / folder.VERDICTS, store.folder, "*/*.json")
        _copy(path / folder.FEEDBACK, to / folder.FEEDBACK, "*.*")
    whole = first.model_copy(update={"part": 1, "parts": 1, "learners": learners})
    slugs = {exercise.id for exercise in whole.exercises}
    selection = [exercise for exercise in course.exercises if exercise.slug in slugs]
    return groups.complete(whole, known.read(selection))


def _shown(path: Path) -> str:
    return harmless.line(str(path))


def _read(path: Path) -> ClassReport:
    report = folder.read_report(path)
    if report is None:
        raise GraderError(
            f"{_shown(path)} is no part of a class: it has no {folder.REPORT}.",
            "Name the folders that `grader class --part` has written.",
        )
    return report


def _check_numbers(reports: Parts) -> None:
    """Each part is there once. Raises GraderError."""
    seen: dict[int, Path] = {}
    parts = reports[0][1].parts
    for path, report in reports:
        if report.parts != parts:
            raise GraderError(
                f"{_shown(path)} is one of {count(report.parts, 'part')}, others are of {parts}.",
                "Name the parts of one class.",
            )
        if report.part in seen:
            both = f"{_shown(seen[report.part])} and {_shown(path)}"
            raise GraderError(f"{both} are both part {report.part}.", "Leave one of the two.")
        seen[report.part] = path
    if missing := [str(number) for number in range(1, parts + 1) if number not in seen]:
        raise GraderError(
            f"Part {missing[0]} of {parts} is missing"
            f"{f', and {len(missing) - 1} more' if missing[1:] else ''}.",
            f"Grade it with --part {missing[0]}/{parts}, and name its folder too.",
        )


def _learners(reports: Parts) -> Iterator[Learner]:
    """Everybody, once. Raises GraderError."""
    seen: dict[str, Path] = {}
    for path, report in reports:
        for learner in report.learners:
            if learner.id.casefold() in seen:
                both = f"{_shown(seen[learner.id.casefold()])} and {_shown(path)}"
                raise GraderError(
                    f"{learner.id} is in {both}: these are parts of different folders.",
                    "Grade all parts from the same submissions.",
                )
            seen[learner.id.casefold()] = path
            yield learner


def _copy(source: Path, to: Path, pattern: str) -> None:
    try:
        for path in sorted(source.glob(pattern)):
            if path.is_file():
                verdicts.write(to / path.relative_to(source), path.read_bytes())
    except OSError as error:
        raise folder.unwritable(to, error) from None
