"""The use case of a CI: grade what a job asks for, and tell it in every place it looks.

In GitHub Actions those are the log, annotations, the step's summary and its outputs; any
other CI gets plain text. What goes wrong before the grading is told there as well: a job
without outputs would be a class without points.
"""

import difflib
import errno
import os
import secrets
import stat
import sys
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console

from grader.course import answers as own
from grader.course.exercises import Course, Exercise
from grader.model.errors import BROKE, FAILED, PASSED, UNUSABLE, GraderError
from grader.model.report import ClockName, ExerciseResult, Isolation, Report
from grader.parent import session
from grader.parent.conversation import Order
from grader.parent.runner import Runner
from grader.parent.verdict import without_child
from grader.reports import actions, harmless, markdown
from grader.wording import count

OUTPUT = "GITHUB_OUTPUT"
SUMMARY = "GITHUB_STEP_SUMMARY"
COMMAND_FILES = (OUTPUT, SUMMARY, "GITHUB_ENV", "GITHUB_PATH", "GITHUB_STATE")
"""Files of a step whose lines the runner obeys."""
CLOCKS: tuple[ClockName, ...] = ("virtual", "real")


@dataclass(frozen=True)
class Request:
    """What a job asks for, as its inputs say it: strings, of which each may be empty.

    `answers` is an exercises/ folder, or a checkout that has one.
    """

    exercises: str = ""
    answers: Path | None = None
    minimum_points: str = ""
    clock: str = ""
    jobs: int | None = None
    isolation: Isolation = "process"


@dataclass(frozen=True)
class Verdict:
    """What came of it; `problem` says why nothing was graded, `broke` that it is the grader's."""

    report: Report
    minimum: int | None = None
    problem: GraderError | None = None
    broke: bool = False
    checkout: Path = Path()
    """Where the report's paths begin."""

    @property
    def passed(self) -> bool:
        if self.problem is not None:
            return False
        return self.report.passed if self.minimum is None else self.report.points >= self.minimum

    @property
    def exit_code(self) -> int:
        if self.problem is not None:
            return BROKE if self.broke else UNUSABLE
        return PASSED if self.passed else FAILED


def judge(find: Callable[[], Course], request: Request) -> Verdict:
    """Grade what is asked for, with the suites of the course that `find` finds.

    There is a verdict in any case.
    """
    selection: tuple[Exercise, ...] = ()
    clock: ClockName = "virtual"
    broke = False
    try:
        course = find()
        selection = course.exercises
        selection = course.select([request.exercises])
        clock = _clock(request.clock)
        minimum = _minimum(request.minimum_points, selection)
        if request.answers is None:
            answers, checkout = None, Path.cwd()
        else:
            answers = own.folder_of(request.answers)
            checkout = answers.resolve().parent
        graded = session.grade(
            course,
            selection,
            answers=answers,
            shown_from=checkout,
            clock=clock,
            runner=Runner(request.jobs, isolation=request.isolation, judged=True),
        )
        return Verdict(actions.what_can_be_shown(graded), minimum, checkout=checkout)
    except GraderError as error:
        problem = error
    except Exception as error:
        broke = True
        print(harmless.workflow(traceback.format_exc()), file=sys.stderr)
        problem = GraderError(
            f"The grader itself has failed ({type(error).__name__}).",
            "That is not the answers' fault: report it with this job's log.",
        )
    results = [_not_graded(exercise, problem) for exercise in selection]
    return Verdict(session.report(results, clock, request.isolation), problem=problem, broke=broke)


def _clock(text: str) -> ClockName:
    wanted = text.strip() or "virtual"
    for clock in CLOCKS:
        if wanted == clock:
            return clock
    close = difflib.get_close_matches(wanted.lower(), CLOCKS, n=1, cutoff=0.5)
    remedy = f"Did you mean {close[0]}?" if close else "The clocks are virtual and real."
    raise GraderError(f"There is no clock {text!r}.", remedy)


def _minimum(text: str, selection: tuple[Exercise, ...]) -> int | None:
    if not text.strip():
        return None
    most = sum(test.points for exercise in selection for test in exercise.tests)
    remedy = f"Give a whole number from 0 to {most}, the points of these exercises."
    if not (text.strip().isascii() and text.strip().isdecimal()):
        raise GraderError(f"The minimum of points is {text!r}, which is no number.", remedy)
    minimum = int(text)
    if minimum > most:
        raise GraderError(f"{minimum} points can never be reached: there are {most}.", remedy)
    return minimum


def _not_graded(exercise: Exercise, problem: GraderError) -> ExerciseResult:
    shown = f"exercises/{exercise.folder}/{exercise.file}"
    told = f"not graded: {_sentences(problem)}"
    return without_child(Order(exercise, shown, None, "missing", told))


@dataclass
class Step:
    """A step of GitHub Actions, as its environment describes it.

    Remembers what its command files held before the grading: nothing that an answer may
    have written there stays.
    """

    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)
    write: Callable[[str], object] = field(default_factory=lambda: sys.stdout.write)

    def __post_init__(self) -> None:
        self.warnings: list[str] = []
        self._before: dict[str, bytes] = {}
        self._paths: dict[str, Path] = {}
        for name in COMMAND_FILES:
            self._remember(name)

    def _path(self, name: str) -> Path:
        """Where it really is: the runner's own path may lead over a link, an answer's must not."""
        return self._paths[name]

    def _remember(self, name: str) -> None:
        wanted = name in (OUTPUT, SUMMARY)
        if not self.environment.get(name):
            if wanted:
                self.warnings.append(f"{name} is not set: what belongs there is not written.")
            return
        try:
            path = Path(self.environment[name]).resolve()
            if path.exists() and not path.is_file():
                # A device is never read, for it may have no end, and never put back.
                raise OSError(errno.EINVAL, "it is no plain file")
            with path.open("a+b") as file:
                file.seek(0)
                self._before[name] = file.read()
            self._paths[name] = path
        except OSError as error:
            if wanted:
                self.warnings.append(_unwritable(name, error))

    def tell(self, verdict: Verdict) -> None:
        """Write summary, outputs, log and annotations; each as far as it can be written."""
        self._restore()
        self._append(SUMMARY, self._summary(verdict))
        self._append(
            OUTPUT, actions.outputs(verdict.report, verdict.passed, verdict.problem is None)
        )
        self._log(verdict)

    def _restore(self) -> None:
        for name, content in list(self._before.items()):
            path = self._path(name)
            try:
                if not _holds(path, content):
                    path.unlink(missing_ok=True)
                    path.write_bytes(content)
                    self.warnings.append(
                        f"Something wrote to {name} while the answers were graded: "
                        "what it wrote has been removed."
                    )
            except OSError as error:
                del self._before[name]
                self.warnings.append(_unwritable(name, error))

    def _append(self, name: str, text: str) -> None:
        if name not in self._before:
            return
        try:
            with self._path(name).open("ab") as file:
                file.write(text.encode())
        except OSError as error:
            self.warnings.append(_unwritable(name, error))

    def _summary(self, verdict: Verdict) -> str:
        notes = list(self.warnings)
        if verdict.problem is not None:
            text = harmless.markdown(_sentences(verdict.problem), markdown.MAX_TEXT)
            return f"**Not graded:** {text}\n\n{markdown.board(verdict.report, notes)}"
        if verdict.minimum is not None:
            word = "reached" if verdict.passed else "not reached"
            notes.insert(0, f"The minimum of {count(verdict.minimum, 'point')} is {word}.")
        room = markdown.MAX_BYTES - len(self._before.get(SUMMARY, b""))
        return markdown.render(verdict.report, max(0, room), notes)

    def _log(self, verdict: Verdict) -> None:
        problem = verdict.problem
        lines = []
        if problem is not None:
            lines.append(actions.error(_sentences(problem), "Not graded"))
        else:
            lines += actions.log(verdict.report, secrets.token_hex(16))
            lines += actions.annotations(
                verdict.report,
                self._located(verdict.checkout),
                actions.MAX_ANNOTATIONS - len(self.warnings),
            )
        lines += [actions.error(text, "Awaitlings", kind="warning") for text in self.warnings]
        self.write("".join(f"{line}\n" for line in lines))

    def _located(self, checkout: Path) -> Callable[[str], str]:
        """How a path of the report reads from the folder that GitHub checked out."""
        workspace = Path(self.environment.get("GITHUB_WORKSPACE", "") or ".").resolve()

        def located(file: str) -> str:
            try:
                return (checkout / file).resolve().relative_to(workspace).as_posix()
            except (OSError, ValueError):
                return file

        return located


def _sentences(problem: GraderError) -> str:
    return f"{problem.problem} {problem.remedy}"


def _unwritable(name: str, error: OSError) -> str:
    return f"{name} cannot be written to ({error.strerror}): what belongs there is lost."


def _holds(path: Path, content: bytes) -> bool:
    """Is it still a plain file with that content; looked at before it is opened."""
    try:
        about = path.lstat()
    except FileNotFoundError:
        return False
    regular = stat.S_ISREG(about.st_mode) and about.st_size == len(content)
    return regular and path.read_bytes() == content


def print_plainly(verdict: Verdict) -> None:
    """For any other CI: everything as text."""
    console = Console(width=actions.WIDTH, highlight=False, color_system=None)
    problem = verdict.problem
    if problem is None:
        actions.plain(verdict.report, console)
        return
    text = harmless.plain(f"Not graded: {problem.problem}\n{problem.remedy}")
    console.print(text, markup=False, soft_wrap=True)


def in_actions(environment: Mapping[str, str] = os.environ) -> bool:
    return environment.get("GITHUB_ACTIONS") == "true"
