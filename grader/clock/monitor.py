"""A thread in real time that finds threads blocked where the clock does not see it.

A thread in a raw lock or a blocking socket call counts as busy and does nothing: the clock
would stand still for ever. After QUIET_TICKS looks without any event on the clock, and with
hardly any CPU time of the busy threads, the clock moves on; `clock.stalls` says so.
"""

import _thread
import sys
import threading
import time
from pathlib import Path

from grader.clock.virtual import VirtualClock
from grader.clock.waits import frames_outside

TICK = 0.02
"""Real seconds between two looks."""
QUIET_TICKS = 5
"""This many looks in a row without progress are a stall."""
LITTLE = 0.0005
"""Less CPU time between two looks is no progress: SQLite polls for a lock that is taken."""

COARSE_QUIET_TICKS = 25
"""The same where only the CPU time of the whole process is known (Windows, macOS)."""
COMPUTING_SHARE = 0.2
"""There, less CPU time than this share of TICK is no progress."""

ELSEWHERE = tuple(
    str(Path(threading.__file__).parent / name)
    for name in ("subprocess.py", "multiprocessing/", "asyncio/unix_events.py", "selectors.py")
)
"""Files whose blocking calls wait for another process: such a wait is no stall."""

State = tuple[int, dict[int, float]]
"""The clock's count of what happened, and what each busy thread has computed, in seconds."""
_new_raw_lock = _thread.allocate_lock
_clock_id = getattr(time, "pthread_getcpuclockid", None)
_clock_gettime = getattr(time, "clock_gettime", None)
_process_time = time.process_time


class Monitor:
    """Watches one clock from a thread of its own until `stop`."""

    def __init__(self, clock: VirtualClock) -> None:
        self.clock = clock
        self._stopped = _new_raw_lock()
        self._stopped.acquire()
        self._computed = 0.0
        self._busy_looks = 0
        _thread.start_new_thread(self._run, ())

    def stop(self) -> None:
        if self._stopped.locked():
            self._stopped.release()

    def _run(self) -> None:
        seen: State | None = None
        quiet = 0
        while not self._stopped.acquire(timeout=TICK):
            self._note_computing()
            state = self._state()
            quiet = quiet + 1 if _is_still(seen, state) else 0
            seen = state
            if quiet >= (QUIET_TICKS if _clock_id is not None else COARSE_QUIET_TICKS):
                quiet = 0
                self._break()

    def _busy(self) -> list[int]:
        return [ident for ident, waiter in self.clock.threads.items() if waiter is None]

    def _state(self) -> "State | None":
        """How far the clock and the busy threads are; None when nobody can be in a stall."""
        clock = self.clock
        # The lock keeps a busy thread from ending while its processor clock is read.
        with clock._lock:
            waiting = [waiter for waiter in clock.threads.values() if waiter is not None]
            if clock.frozen or clock.closed or not (clock.ready or clock.has_timers()):
                return None
            if any(waiter.woken and waiter not in clock.ready for waiter in waiting):
                return None
            threads = {}
            for ident in self._busy():
                if _is_runnable(clock.native_ids.get(ident)):
                    return None
                threads[ident] = self._cpu_seconds(ident)
            return (clock.activity, threads) if threads else None

    def _cpu_seconds(self, ident: int) -> float:
        """The thread's CPU time; without a clock for it, how often the process computed."""
        if _clock_id is not None and _clock_gettime is not None:
            return float(_clock_gettime(_clock_id(ident)))
        return self._busy_looks

    def _note_computing(self) -> None:
        computed = _process_time()
        if computed - self._computed > COMPUTING_SHARE * TICK:
            self._busy_looks += 1
        self._computed = computed

    def _break(self) -> None:
        with self.clock._lock:
            busy = self._busy()
            # Not earlier: on 3.12 sys._current_frames of a running thread can corrupt the GC.
            current = sys._current_frames()
            stood = [current.get(ident) for ident in busy]
            if any(f is None or f.f_code.co_filename.startswith(ELSEWHERE) for f in stood):
                return
            frame = stood[0] if stood else None
            frames = frames_outside(frame)
            owners = None
            if self.clock.owner in busy and self.clock.loop and self.clock.loop.is_running():
                owners = frames_outside(current.get(self.clock.owner))
            self.clock.break_stall(*(frames[0] if frames else ("", 0)), owners)


def _is_still(before: "State | None", now: "State | None") -> bool:
    """Has nothing moved between two looks."""
    if before is None or now is None or before[0] != now[0] or before[1].keys() != now[1].keys():
        return False
    return all(spent - before[1][ident] < LITTLE for ident, spent in now[1].items())


def _is_runnable(native_id: int | None) -> bool:
    """Does the thread wait for a CPU or a disk, not for a lock: /proc says so on Linux."""
    try:
        stat = Path(f"/proc/self/task/{native_id}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] in "RD"
