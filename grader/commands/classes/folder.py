"""The folder that a class's files are written to: tables, feedback, the report, the verdicts."""

import json
import os
import re
from collections.abc import Iterable
from pathlib import Path

from pydantic import ValidationError

from grader.commands.classes import verdicts
from grader.commands.classes.verdicts import PACKAGE, Store, digest
from grader.model.class_report import ClassReport, Learner
from grader.model.errors import GraderError
from grader.model.report import ExerciseResult, Isolation
from grader.parent import session
from grader.reports import harmless, html, markdown, picture
from grader.reports.classes import changes, page, tables

REPORT = "class.json"
FILES = ("points.csv", "answers.csv", "class.html", "changes.md", REPORT)
VERDICTS = ".verdicts"
FEEDBACK = "feedback"
RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")
MAX_NAME = 80
NEXT = "Name a new or an empty folder, or one that grader class has written before."


def open_folder(to: Path, course_root: Path, submissions: Iterable[Path]) -> Store:
    """The verdicts in it, once it is there. Raises GraderError, before anything is written."""
    shown = harmless.line(str(to))
    target = Path(os.path.realpath(to))
    for place, what in (
        (course_root, "the course"),
        *((s, "the submissions") for s in submissions),
    ):
        if target.is_relative_to(os.path.realpath(place)):
            raise GraderError(
                f"{shown} lies inside {what}: the class's files would become part of it.",
                "Name a folder outside of it, for instance ../points.",
            )
    if target.exists() and not target.is_dir():
        raise GraderError(f"{shown} is a file.", NEXT)
    try:
        names = {path.name for path in target.iterdir()} if target.is_dir() else set()
        if names and not names & {REPORT, VERDICTS}:
            raise GraderError(f"{shown} is not empty, and holds no class.", NEXT)
        (target / VERDICTS).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(to, error) from None
    return Store(target / VERDICTS)


def read_report(to: Path) -> ClassReport | None:
    """The last run's; None when there was none. Raises GraderError for what is none of ours."""
    try:
        return ClassReport.model_validate(json.loads((to / REPORT).read_bytes()))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, ValidationError, RecursionError):
        raise GraderError(
            f"{harmless.line(str(to / REPORT))} cannot be read, or is of another version.",
            "Delete it: the verdicts stay, and only the list of changes starts anew.",
        ) from None


def with_feedback(report: ClassReport) -> ClassReport:
    """The report with the names of the learners' pages."""
    pages = _pages()
    learners = []
    for learner in report.learners:
        if not any(answer.verdict for answer in learner.answers):
            learners.append(learner)
            continue
        name = _file_name(learner.id)
        keys = [answer.verdict for answer in learner.answers]
        made_of = digest(json.dumps([pages, *keys, *_not_graded(learner)]).encode())
        learners.append(learner.model_copy(update={"feedback": name, "feedback_of": made_of}))
    return report.model_copy(update={"learners": learners})


def _pages() -> str:
    """The digest of what makes a page."""
    paths = sorted((PACKAGE / "reports").rglob("*.*"))
    sources = [path.read_bytes() for path in paths if path.suffix in (".py", ".html", ".css")]
    return digest(b"".join(sources))


def _file_name(id: str) -> str:
    """The id, if every system takes it for a file's name; else what is left of it, and a digest.

    It depends on nobody else's id, so that the parts of a class can be merged.
    """
    name = re.sub(r"[^\w.@+-]", "_", id)[:MAX_NAME]
    if name != id or RESERVED.fullmatch(name) or name.startswith((".", "-")) or name.endswith("."):
        name = f"{name.strip('.-')}-{digest(id.encode())[:6]}"
    return name


def write(
    report: ClassReport,
    to: Path,
    store: Store,
    others: dict[str, str],
    *,
    hides_names: bool = False,
    copied: Iterable[Learner] = (),
) -> None:
    """Everything, and `class.json` last: until then the next run compares with the last one.

    `others` are more files, by name; `hides_names` is about the page; the feedback of `copied`
    learners is there already. Raises GraderError when they cannot be written.
    """
    before = read_report(to)
    try:
        known = {learner.id: learner for learner in (*(before.learners if before else ()), *copied)}
        for learner in report.learners:
            _write_feedback(learner, known.get(learner.id), report.isolation, to, store)
        files = {
            "points.csv": tables.points(report),
            "answers.csv": tables.answers(report),
            "class.html": page.render(report, _examples(store), hides_names=hides_names),
        }
        changed = changes.render(before, report)
        if changed is not None:
            files["changes.md"] = changed
        for name, text in {**files, **others}.items():
            verdicts.write(to / name, text)
        _remove_feedback(before, report, to)
        data = report.model_dump(mode="json", by_alias=True)
        verdicts.write(to / REPORT, json.dumps(data, indent=1) + "\n")
        verdicts.tidy(to)
    except OSError as error:
        raise unwritable(to, error) from None


def _write_feedback(
    learner: Learner, before: Learner | None, isolation: Isolation, to: Path, store: Store
) -> None:
    if not learner.feedback:
        return
    drawn, text = (to / FEEDBACK / f"{learner.feedback}{end}" for end in (".html", ".md"))
    is_same = before is not None and before.feedback_of == learner.feedback_of
    if is_same and drawn.is_file() and text.is_file():
        return
    results = list(_results(learner, store))
    report = session.report(results, "virtual", isolation)
    notes = _not_graded(learner)
    verdicts.write(drawn, html.render(report, notes))
    verdicts.write(text, markdown.render(report, notes=notes))


def _not_graded(learner: Learner) -> list[str]:
    """A sentence for each of their answers that has no verdict."""
    return [
        f"{answer.exercise} is not graded, which is no 0: {answer.reason}"
        for answer in learner.answers
        if answer.status == "not_graded"
    ]


def _results(learner: Learner, store: Store) -> Iterable[ExerciseResult]:
    """What was graded; timelines show the lines of these answers from now on."""
    for answer in learner.answers:
        verdict = store.load(answer.verdict) if answer.verdict else None
        if verdict is not None:
            show_lines_of(verdict)
            yield verdict.whole()


def _examples(store: Store) -> page.Example:
    def example(key: str) -> ExerciseResult | None:
        verdict = store.load(key)
        if verdict is None:
            return None
        show_lines_of(verdict)
        return verdict.whole()

    return example


def show_lines_of(verdict: verdicts.Verdict) -> None:
    """Timelines read the answer's lines by the path that is shown, which all learners share."""
    picture.remember(verdict.result.file, verdict.source)


def _remove_feedback(before: ClassReport | None, after: ClassReport, to: Path) -> None:
    """The pages of those who are not there any more."""
    names = {learner.feedback for learner in after.learners}
    for learner in before.learners if before else ():
        name = learner.feedback
        if name and name not in names and Path(name).name == name:
            for end in (".html", ".md"):
                (to / FEEDBACK / f"{name}{end}").unlink(missing_ok=True)


def unwritable(to: Path, error: OSError) -> GraderError:
    return GraderError(
        f"{harmless.line(str(to))} cannot be written: {error.strerror or error}.",
        "Look at the space left there and at your rights; what was graded is kept.",
    )
