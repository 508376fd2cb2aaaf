"""Notices when an answer is saved: by file events, or by looking where none arrive.

Events only wake it; what counts is that a file lies there otherwise than before. So an
editor's rename, a removed and returned file and a `git checkout` are all the same to it,
and a change that no event told of shows that events do not arrive here.
"""

import os
import threading
from collections.abc import Iterable
from pathlib import Path

import watchfiles

from grader.course import Exercise
from grader.practice.inbox import Inbox, Notice, Saved, Trouble

STEP_MS = 5
"""So long after an event others are waited for: one save is often several events."""
MOST_STEPS_MS = 50
"""After so long it is told although more events come."""
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
    """Puts a Saved in the inbox for each change, and a Notice when it goes over to polling."""

    def __init__(self, exercises: Iterable[Exercise], folder: Path, inbox: Inbox) -> None:
        super().__init__(name="saves", daemon=True)
        self._folder = folder
        self._paths = {
            exercise.slug: folder / exercise.folder / exercise.file for exercise in exercises
        }
        self._inbox = inbox
        self._stopping = threading.Event()
        self._stamps = self._look()

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
                watch_filter=None,
                step=STEP_MS,
                debounce=MOST_STEPS_MS,
                rust_timeout=LOOK_MS,
                yield_on_timeout=True,
                stop_event=self._stopping,
                raise_interrupt=False,
                force_polling=False,
            ):
                if untold and not changes:
                    return  # the event of that change had half a second to come
                changed = self._tell()
                untold = changed and not changes
        except (OSError, RuntimeError):
            return  # too many watches, or a file system that knows none

    def _tell(self) -> bool:
        """Look at every answer, and tell of those that have changed."""
        now = self._look()
        slugs = frozenset(slug for slug in now if now[slug] != self._stamps[slug])
        self._stamps = now
        if slugs:
            self._inbox.put(Saved(slugs))
        return bool(slugs)

    def _look(self) -> dict[str, Stamp | None]:
        return {slug: stamp(path) for slug, path in self._paths.items()}
