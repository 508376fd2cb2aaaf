"""What watch knows: the course, its verdicts, and which page is shown."""

from dataclasses import dataclass, field
from enum import StrEnum

from grader.course.exercises import Course, Exercise
from grader.model.report import ExerciseResult
from grader.reports import reasons


class Page(StrEnum):
    verdict = "verdict"
    list = "list"
    solution = "solution"
    ask_solution = "ask solution"
    ask_reset = "ask reset"
    all = "all"
    end = "end"
    help = "help"
    lesson = "lesson"
    why = "why"


ON_TOP = (Page.solution, Page.help, Page.all, Page.lesson, Page.why)
"""Pages that `enter` takes away."""


@dataclass
class State:
    """What is shown: `hints` counts those asked for by slug, `pointer` is the list's line.

    `grading` says that the verdict of the current exercise is on its way, `so_far` what it will be
    when its circumstances pass as its tests have. `lesson` is the text of the page of that name.
    """

    course: Course
    current: Exercise | None = None
    results: dict[str, ExerciseResult] = field(default_factory=dict)
    earlier: dict[str, ExerciseResult] = field(default_factory=dict)
    """The verdicts on the saves before."""
    hints: dict[str, int] = field(default_factory=dict)
    page: Page = Page.verdict
    full: bool = False
    grading: bool = False
    grading_all: bool = False
    so_far: ExerciseResult | None = None
    pointer: int = 0
    typed: str = ""
    sought: str | None = None
    """What `/` asks of the list; None without it."""
    scroll: int = 0
    note: str = ""
    lesson: str = ""

    @property
    def result(self) -> ExerciseResult | None:
        return None if self.current is None else self.results.get(self.current.slug)

    def take(self, result: ExerciseResult) -> None:
        """Enter a verdict; the one before it is kept until something has changed again."""
        known = self.results.get(result.id)
        if known is not None and _outcome(known) != _outcome(result):
            self.earlier[result.id] = known
        self.results[result.id] = result

    @property
    def before(self) -> ExerciseResult | None:
        """The verdict on the current exercise's save before."""
        return None if self.current is None else self.earlier.get(self.current.slug)

    def has_passed(self, exercise: Exercise) -> bool:
        result = self.results.get(exercise.slug)
        return result is not None and result.status == "passed"

    @property
    def diagnosis(self) -> str | None:
        """The id of what the verdict says first."""
        if self.result is None or self.result.status == "not_started":
            return None
        failures = (test.failure for test in self.result.tests)
        return next((failure.diagnosis for failure in failures if failure), None)

    @property
    def listed(self) -> list[Exercise]:
        """The exercises on the list: those that have each word which is sought."""
        words = (self.sought or "").split()
        return [e for e in self.course.exercises if all(word in _line(e) for word in words)]

    def seek(self, text: str | None) -> None:
        """List what has this; the pointer stays at its exercise, if that is still there."""
        pointed = self.listed[self.pointer : self.pointer + 1]
        self.sought, self.typed = text, ""
        self.pointer = next((i for i, e in enumerate(self.listed) if e in pointed), 0)

    def point(self, key: str) -> bool:
        """A key that moves along the list, or finds in it; False for any other."""
        step = {"up": -1, "down": 1, "k": -1, "j": 1}.get(key, 0)
        if step and (len(key) > 1 or self.sought is None):
            self.pointer = (self.pointer + step) % max(1, len(self.listed))
            self.typed = ""
        elif self.sought is not None:
            return self._type(self.sought, key)
        elif key == "/":
            self.seek("")
        elif key.isdecimal() or key == "backspace":
            self.typed = self.typed[:-1] if key == "backspace" else (self.typed + key)[-2:]
            for index, exercise in enumerate(self.listed):
                if self.typed.isdecimal() and exercise.number == int(self.typed):
                    self.pointer = index
        else:
            return False
        return True

    def _type(self, before: str, key: str) -> bool:
        if key == "escape":
            self.seek(None)
        elif key == "backspace":
            self.seek(before[:-1] if before else None)
        elif key == "page down":  # the space bar
            self.seek(f"{before} ")
        elif len(key) == 1:
            self.seek(before + key)
        else:
            return False
        return True

    @property
    def has_timeline(self) -> bool:
        """Whether `t` has something to draw."""
        return self.result is not None and any(test.timeline for test in self.result.tests)

    @property
    def following(self) -> Exercise | None:
        """The next exercise that is not passed, from the current one on; None at the end."""
        exercises = self.course.exercises
        at = exercises.index(self.current) + 1 if self.current is not None else 0
        rest = (*exercises[at:], *exercises[:at])
        return next((e for e in rest if e != self.current and not self.has_passed(e)), None)

    @property
    def line(self) -> int | None:
        """The learner's line to look at: there the editor opens."""
        return None if self.result is None else reasons.line(self.result)


def _line(exercise: Exercise) -> str:
    return f"{exercise.number:02} {exercise.slug} {exercise.settings.title}".lower()


def _outcome(result: ExerciseResult) -> list[tuple[str, str, float | None]]:
    return [(test.id, test.status, test.seconds) for test in result.tests]
