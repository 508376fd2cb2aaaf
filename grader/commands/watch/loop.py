"""The loop at a terminal: keys and verdicts come in, the screen goes out."""

import os
import sys

from grader.commands import lesson
from grader.commands.watch import editor, pages
from grader.commands.watch.gradings import Gradings
from grader.commands.watch.inbox import (
    Added,
    AllGraded,
    Event,
    Graded,
    Inbox,
    Notice,
    OwnPassed,
    Rewritten,
    Saved,
    Trouble,
)
from grader.commands.watch.keyboard import Closed, Keyboard
from grader.commands.watch.saves import Saves
from grader.commands.watch.session import take_added, take_rewritten
from grader.commands.watch.state import ON_TOP, Page, State
from grader.course import stubs
from grader.course.exercises import Course, Exercise
from grader.course.folders import shown_path
from grader.model.errors import GraderError
from grader.model.report import ExerciseResult
from grader.parent.runner import Runner
from grader.wording import count

HOME = "\x1b[H"
CLEAR_LINE = "\x1b[2K"
CLEAR_REST = "\x1b[J"
BACK = ("enter", "escape")
LONG_REAL_SECONDS = 0.4
"""A verdict that takes longer is announced."""


class Loop:
    """One session of `grader watch`; `start` is the exercise that was asked for."""

    def __init__(self, course: Course, start: Exercise | None, runner: Runner) -> None:
        folder = course.answers
        self.state = State(course, current=start)
        self.inbox = Inbox()
        self.gradings = Gradings(course.exercises, folder, runner, self.inbox)
        self.saves = Saves(course.exercises, folder, self.inbox)
        self.keyboard = Keyboard(self.inbox)
        self.console = pages.terminal()
        self._closing = False
        self._quit = False
        self._stale = True
        self._awaited = False

    def run(self) -> None:
        """Until `q`, or until the terminal is gone. Raises what a thread could not do."""
        self.saves.start()
        self.gradings.start()
        if self.state.current is not None:
            self.gradings.saved([self.state.current.slug])
        self._grade_all()
        try:
            with self.keyboard:
                while not self._quit:
                    self._turn()
        except Closed:
            return
        finally:
            self.saves.stop()
            self.gradings.stop()
            self.inbox.close()
        passed = sum(map(self.state.has_passed, self.state.course.exercises))
        print(f"{passed} of {count(len(self.state.course.exercises), 'exercise')} passed.")

    def _turn(self) -> None:
        """Draw what has changed, then take what comes next."""
        if self._stale:
            self._draw()
        is_waiting = self._awaited and not self.state.grading
        keys = self.keyboard.wait(LONG_REAL_SECONDS if is_waiting else None)
        events = self.inbox.take()
        if is_waiting and not keys and not events:
            self.state.grading = self._stale = True
        for key in keys:
            self._press(key)
        for event in events:
            self._hear(event)

    def _draw(self) -> None:
        self._stale = False
        width, height = self._size()
        shown = pages.frame(self.state, width, height, self.console)
        text = "\n".join(f"{CLEAR_LINE}{line}" for line in shown)
        self.keyboard.write(f"{HOME}{text}{CLEAR_REST}")

    @staticmethod
    def _size() -> tuple[int, int]:
        """Columns and lines, as the terminal has them now."""
        try:
            size = os.get_terminal_size(sys.stdout.fileno())
        except OSError:
            return 80, 24
        return max(20, size.columns or 80), max(5, size.lines or 24)

    # -- what comes from the threads -----------------------------------------

    def _hear(self, event: Event) -> None:
        if isinstance(event, Saved):
            self._take_saved(event.slugs)
            return
        if isinstance(event, Rewritten):
            self._take_rewritten(event.slugs)
            return
        if isinstance(event, Added):
            self._take_added()
            return
        self._stale = self._stale or not isinstance(event, AllGraded) or self.state.grading_all
        if isinstance(event, Graded):
            self._take_verdict(event.result)
        elif isinstance(event, OwnPassed):
            self._take_own(event.result)
        elif isinstance(event, AllGraded):
            self._take_all()
        elif isinstance(event, Notice):
            self.state.note = event.text
        elif isinstance(event, Trouble):
            raise event.error

    def _take_saved(self, slugs: frozenset[str]) -> None:
        state = self.state
        self.gradings.saved(slugs)
        self._closing = False
        if state.current is not None and state.current.slug in slugs:
            self._awaited = True
            state.so_far = None
            # Draw nothing before the verdict: drawing would take the processor from the grading.
            if state.page is not Page.verdict:
                self._show(Page.verdict)
            return
        self._stale = True
        if state.current is None:
            return
        if state.result is not None and state.result.status == "passed":
            # After passing, saving another exercise's file opens that exercise.
            self._jump(next(e for e in state.course.exercises if e.slug in slugs))
        else:
            names = ", ".join(sorted(slugs))
            state.note = f"Saved as well: {names}. l jumps there."

    def _note(self, text: str) -> None:
        self.state.note = text

    def _take_rewritten(self, slugs: frozenset[str]) -> None:
        state = self.state
        self._stale = True
        before = state.current
        state.course, taken = take_rewritten(state.course, slugs, self.gradings, self._note)
        for changed in taken:
            if before is not None and before.folder == changed.folder:
                state.current = changed
                self._awaited = True

    def _take_added(self) -> None:
        state = self.state
        self._stale = True
        state.course, slugs = take_added(state.course, self.saves, self.gradings, self._note)
        if slugs:
            state.note += " l jumps there."

    def _take_own(self, result: ExerciseResult) -> None:
        """What a save has come to so far: its circumstances may take ten times as long."""
        state = self.state
        if state.current is not None and state.current.slug == result.id and self._awaited:
            self._awaited, state.grading = False, True
            state.so_far = result

    def _take_verdict(self, result: ExerciseResult) -> None:
        state = self.state
        state.take(result)
        if state.current is not None and state.current.slug == result.id:
            self._awaited = state.grading = False
            state.so_far = None
        if result.status == "passed":
            state.hints.pop(result.id, None)
        if state.current is None and state.page is Page.verdict:
            self._open_first()

    def _open_first(self) -> None:
        """Open the first unfinished exercise as soon as it is known which that is."""
        state = self.state
        for exercise in state.course.exercises:
            if exercise.slug not in state.results:
                return
            if not state.has_passed(exercise):
                state.current = exercise
                return
        self._show(Page.end)

    def _take_all(self) -> None:
        """After a full grading, the last exercise's `n` may still want its answer."""
        state = self.state
        if all(exercise.slug in state.results for exercise in state.course.exercises):
            state.grading_all = False
            if self._closing:
                self._close()

    def _close(self) -> None:
        """The closing page, or what does not pass any more."""
        self._closing = False
        state = self.state
        unfinished = [e for e in state.course.exercises if not state.has_passed(e)]
        if not unfinished:
            state.current = None
            self._show(Page.end)
            return
        self._jump(unfinished[0])
        state.note = f"{unfinished[0].slug} does not pass any more."

    # -- what comes from the keyboard ----------------------------------------

    def _press(self, key: str) -> None:
        state = self.state
        state.note = ""
        self._stale = True
        if state.page in (Page.ask_solution, Page.ask_reset):
            self._answer(key)
        elif state.page is Page.list and self._choose(key):
            return
        elif key in ("up", "down", "page up", "page down"):
            self._scroll(key)
        elif key == "q":
            self._quit = True
        elif key == "?":
            self._show(Page.help)
        elif key == "l":
            self._open_list()
        elif key == "a":
            self._grade_all()
            self._show(Page.all)
        elif key in BACK and state.page in ON_TOP:
            self._back()
        elif state.current is not None:
            self._press_on(state.current, key)

    def _press_on(self, exercise: Exercise, key: str) -> None:
        """The keys that need an exercise."""
        state = self.state
        if key == "n":
            self._next(exercise)
        elif key == "h":
            self._hint(exercise)
        elif key == "t":
            state.full = not state.full
            self._show(Page.verdict)
            if state.full and not state.has_timeline:
                state.note = "There is no timeline yet: it draws what your code did, once it runs."
        elif key == "s":
            if not exercise.solution.is_file():
                state.note = "This copy of the course has no solutions."
            else:
                passed = state.has_passed(exercise)
                self._show(Page.solution if passed else Page.ask_solution)
        elif key == "r":
            self._read(exercise)
        elif key == "w" and state.diagnosis is not None:
            self._show(Page.why)
        elif key == "x":
            self._show(Page.ask_reset)
        elif key == "e":
            self._edit(exercise)

    def _next(self, exercise: Exercise) -> None:
        state = self.state
        if not state.has_passed(exercise):
            state.note = f"{exercise.slug} has not passed yet. l jumps to any other exercise."
        elif state.following is not None:
            self._jump(state.following)
        else:
            self._grade_all()
            self._closing = True
            self._show(Page.all)

    def _hint(self, exercise: Exercise) -> None:
        state = self.state
        asked = state.hints.get(exercise.slug, 0)
        self._show(Page.verdict)
        if asked < stubs.LEVELS:
            state.hints[exercise.slug] = asked + 1
        else:
            state.note = "These are all the hints there are. s shows the solution."
        state.scroll = sys.maxsize  # hints stand at the end

    def _read(self, exercise: Exercise) -> None:
        state = self.state
        try:
            state.lesson = lesson.read(exercise)
        except GraderError as error:
            state.note = f"{error.problem} {error.remedy}"
            return
        self._show(Page.lesson)
        if not stubs.is_original(exercise):
            state.scroll = pages.task_line(state.lesson, self._size()[0], self.console)

    def _edit(self, exercise: Exercise) -> None:
        def lend(work: editor.Work) -> None:
            with self.keyboard.lent():
                work()

        try:
            editor.edit(exercise.stub, self.state.line, lend)
        except GraderError as error:
            self.state.note = f"{error.problem} {error.remedy}"

    def _answer(self, key: str) -> None:
        """To a question: `y` is yes, everything else is no."""
        state, asked = self.state, self.state.page
        self._show(Page.verdict)
        if key != "y" or state.current is None:
            return
        if asked is Page.ask_solution:
            self._show(Page.solution)
            return
        try:
            backup = stubs.reset(state.current)
        except GraderError as error:
            state.note = f"{error.problem} {error.remedy}"
            return
        if backup is None:
            state.note = "It is the original stub already."
        else:
            state.note = f"The stub is back; what you had written is in {shown_path(backup)}."

    def _open_list(self) -> None:
        state = self.state
        self._show(Page.list)
        state.typed, state.sought = "", None
        exercises = state.course.exercises
        state.pointer = exercises.index(state.current) if state.current is not None else 0

    def _choose(self, key: str) -> bool:
        """A key on the list; False when it is none of the list's."""
        state = self.state
        if state.point(key):
            state.scroll = max(0, state.pointer - 3)
        elif key == "enter":
            for exercise in state.listed[state.pointer : state.pointer + 1]:
                self._jump(exercise)
        elif key in ("l", "escape"):
            self._back()
        else:
            return False
        return True

    # -- moves ---------------------------------------------------------------

    def _show(self, page: Page) -> None:
        self._stale = True
        self.state.page = page
        self.state.scroll = 0

    def _back(self) -> None:
        """From a page on top to what lay under it."""
        done = self.state.current is None and self.state.following is None
        self._show(Page.end if done else Page.verdict)

    def _jump(self, exercise: Exercise) -> None:
        self.state.current = exercise
        self.state.full = self.state.grading = False
        self.state.so_far = None
        self._awaited = exercise.slug not in self.state.results
        self._closing = False
        self._show(Page.verdict)
        if exercise.slug not in self.state.results:
            self.gradings.saved([exercise.slug])

    def _scroll(self, key: str) -> None:
        page = max(1, self._size()[1] // 2)
        steps = {"up": -1, "down": 1, "page up": -page, "page down": page}
        self.state.scroll = max(0, self.state.scroll + steps[key])

    def _grade_all(self) -> None:
        self.state.grading_all = True
        self.state.results.clear()
        self.gradings.wanted(exercise.slug for exercise in self.state.course.exercises)
