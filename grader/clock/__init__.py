"""One virtual clock for an event loop and for the threads it starts.

Problem. A suite that proves concurrency measures durations. On the wall clock
they are slow and noisy: a busy machine fails correct answers. Existing virtual
loops skip over `asyncio.sleep`, but stand still in front of a thread: a
database driver, a `def` endpoint or a thread pool breaks them.

Solution. Discrete-event simulation over participants: the loop's thread and
every thread started while the clock is active. A participant is busy, or it
waits, with or without a deadline. When the last busy one starts to wait, the
clock jumps to the earliest deadline and wakes that participant; equal deadlines
wake in order of registration. When nobody has a deadline and nothing can come
from outside, the program can never go on: a deadlock, reported at once.
Participants take turns: one runs at a time, in the order in which they were
woken, so what threads do at one moment does not depend on the machine, either.

Consequences. Durations are exact and independent of the machine. Computing
costs no time. What is really outside this process freezes the clock. The
places where the standard library waits are taught once (threads.py, locks.py,
timing.py, loop.py, outside.py); libraries on top of them need no line.

Modules, each importing only from those before it:
  stacks   who waits where, for a report
  errors   what the clock raises
  waits    one wait: of a participant, or one that the clock could not see
  virtual  VirtualClock: participants, deadlines, deadlock
  wall     WallClock: the same face over real time, with its tolerances
  membership  which clock does this thread live on
  timing   time.sleep, time.monotonic and their kin
  debuggers  a debugger's own waits, which are real
  dates    datetime.now and its kin
  locks    threading.Lock and RLock
  threads  Thread, Condition, and with them the rest of `threading` and `queue`
  outside  process pools and subprocesses
  files    locks of files
  loop     VirtualLoop
  monitor  a real-time watch for threads that block where the clock cannot see

Prior art: trio's MockClock, tokio's `time::pause`, looptime.
"""

from grader.clock import dates, files, locks, loop, outside, threads, timing
from grader.clock.errors import ClockClosed, Deadlock, Endless
from grader.clock.loop import VirtualLoop, WallLoop
from grader.clock.membership import current
from grader.clock.virtual import VirtualClock
from grader.clock.waits import Blocking, Stall
from grader.clock.wall import WallClock

__all__ = [
    "Blocking",
    "ClockClosed",
    "Deadlock",
    "Endless",
    "Stall",
    "VirtualClock",
    "VirtualLoop",
    "WallClock",
    "WallLoop",
    "current",
    "install",
]


def install() -> None:
    """Teach the standard library's waits; threads without a clock notice nothing.

    Call it before importing libraries that take `SimpleQueue` or `Lock` by name.
    """
    timing.install()
    dates.install()
    locks.install()
    threads.install()
    outside.install()
    files.install()
    loop.install()
