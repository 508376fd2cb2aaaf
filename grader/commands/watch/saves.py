"""Notices when an answer or a suite is saved: by file events, or by looking where none arrive.

Events only wake it; what counts is that a file lies there otherwise than before. So an
editor's rename, a removed and returned file and a `git checkout` are all the same to it,
and a change that no event told of shows that events do not arrive here.
"""

import contextlib
import os
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path

import watchfiles

from grader.commands.watch.inbox import Added, Inbox, Notice, Rewritten, Saved, Trouble
from grader.course.exercises import Exercise
from grader.course.folders import FOLDER, SETTINGS

STEP_MS = 2
"""How long to wait for further events: one save is often several events."""
MAX_STEPS_MS = 50
"""The longest wait for further events, although more keep coming."""
LOOK_MS = 500
"""Real milliseconds after which the files are looked at although no event came."""
POLL_REAL_SECONDS = 0.1
FORCED = "WATCHFILES_FORCE_POLLING"
"""The variable by which users of watchfiles ask for polling."""

POLLING = "File events do not arrive here, so watch looks at your files ten times a second."

Stamp = tuple[int, int, int, int]


def stamp(path: Path) -> Stamp | None:
    """What changes when a file is saved; None when there is none."""
    try:
        about = path.lstat()
    except OSError:
        return None
    return (about.st_mtime_ns, about.st_ctime_ns, about.st_size, about.st_ino)


def polling_is_asked_for() -> bool:
    return os.environ.get(FORCED, "").lower() not in ("", "0", "false", "disable", "disabled")


class Saves(threading.Thread):
    """Tells the inbox of each change: a Saved, a Rewritten, an Added; a Notice when it polls."""

    def __init__(self, exercises: Iterable[Exercise], folder: Path, inbox: Inbox) -> None:
        super().__init__(name="saves", daemon=True)
        self._folder = folder
        self._answers: dict[Path, str] = {}
        self._suites: dict[Path, str] = {}
        self._courses: set[Path] = set()
        self._stamps: dict[Path, Stamp | None] = {}
        self._looking = threading.Lock()
        self._inbox = inbox
        self._stopping = threading.Event()
        self.know(exercises)

    def know(self, exercises: Iterable[Exercise]) -> None:
        """These are the exercises from now on; what is saved later is told."""
        answers: dict[Path, str] = {}
        suites: dict[Path, str] = {}
        for exercise in exercises:
            answers[self._folder / exercise.folder / exercise.file] = exercise.slug
            for path in (exercise.suite, exercise.suite.with_name(SETTINGS)):
                suites[path] = exercise.slug
        with self._looking:
            self._answers, self._suites = answers, suites
            self._courses = {path.parent.parent for path in suites}
            self._stamps = {**self._look(), **self._stamps}

    def stop(self) -> None:
        self._stopping.set()
        self.join(2)

    def run(self) -> None:
        try:
            if not polling_is_asked_for():
                self._follow_events()
            if not self._stopping.is_set():
                self._inbox.put(Notice(POLLING))
            while not self._stopping.wait(POLL_REAL_SECONDS):
                self._tell()
        except BaseException as error:
            self._inbox.put(Trouble(error))

    def _follow_events(self) -> None:
        """Returns when it is to stop, or when events do not arrive."""
        untold = False
        try:
            for changes in watchfiles.watch(
                self._folder,
                *self._courses,
                watch_filter=None,
                step=STEP_MS,
                debounce=MAX_STEPS_MS,
                rust_timeout=LOOK_MS,
                yield_on_timeout=True,
                stop_event=self._stopping,
                raise_interrupt=False,
                force_polling=False,
            ):
                if untold and not changes:
                    return  # no event arrived within LOOK_MS: they do not arrive here, so poll
                changed = self._tell()
                untold = changed and not changes
        except (OSError, RuntimeError):
            return  # too many watches, or a file system that knows none

    def _tell(self) -> bool:
        """Look at every answer and suite, and tell of those that have changed."""
        with self._looking:
            now, before = self._look(), self._stamps
            self._stamps = now
        changed = {path for path in now if path not in before or now[path] != before[path]}
        if changed - self._answers.keys() - self._suites.keys():
            self._inbox.put(Added())
        suites = frozenset(self._suites[path] for path in changed & self._suites.keys())
        if suites:
            self._inbox.put(Rewritten(suites))
        answers = frozenset(self._answers[path] for path in changed & self._answers.keys())
        if answers:
            self._inbox.put(Saved(answers))
        return bool(changed)

    def _look(self) -> dict[Path, Stamp | None]:
        paths = (*self._answers, *self._suites, *self._strangers())
        return {path: stamp(path) for path in paths}

    def _strangers(self) -> Iterator[Path]:
        """What exercises consist of that are not known, when both of it are there."""
        known = {path.parent.name for path in self._suites}
        for course in self._courses:
            with contextlib.suppress(OSError):
                for name in os.listdir(course):
                    match = FOLDER.fullmatch(name)
                    if match is None or name in known:
                        continue
                    both = (course / name / f"test_{match[2]}.py", course / name / SETTINGS)
                    if all(path.is_file() for path in both):
                        yield from both
