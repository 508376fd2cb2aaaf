"""The child's entry: stages one answer, runs one suite on it, sends events.

Runs beside learner code, in a process, session and folder of its own.
"""

import contextlib
import faulthandler
import os
import signal
import sys
import tempfile
import traceback
from dataclasses import replace
from pathlib import Path

from grader.child.collection import Collection, collect
from grader.child.reporter import Reporter
from grader.child.tampering import Tampering
from grader.clock import timing
from grader.isolation import limits, namespaces
from grader.model import events
from grader.model.job import UNTOLD, Job
from grader.security.seals import Seals, of_process
from grader.suite import plugin
from grader.suite.answer import Source, stage
from grader.system import HAS_POSIX
from grader.trace import timers

MOST_FLAG = 400
"""Characters of a flag."""
ENDED_REAL_SECONDS = 10.0
"""So long at most a child waits to be ended."""


def main(
    channel: int, job: Job, collected: Collection | None = None, seals: Seals | None = None
) -> None:
    """Grade one answer; everything that happens goes over `channel`.

    `collected` and `seals` are a warm server's; without them this child makes its own.
    """
    deadline = timers.real_time() + job.real_seconds
    home = Path(job.home)
    suite = Path(job.suite)
    code = UNTOLD
    try:
        found = collected if collected is not None and collected.has(suite) else None
        plugin.remember_suite(suite)
        _seclude(job, home, is_collected=found is not None)
        send = events.sender(channel, job.key)
        job = replace(job, key=b"")
        source = stage(job.data, job.shown, job.name, home / "answer")
        os.chdir(source.staged.parent)
        if HAS_POSIX:
            # Where the kernel ends a call that computes without end: no event, but a line.
            faulthandler.register(signal.SIGXCPU, channel, chain=True)
        found = found or collect([suite])
        tampering = Tampering(
            source,
            suite,
            home,
            lambda flag: send(events.Flagged(flag=flag[:MOST_FLAG])),
            seals or of_process(),
        )
        _run_suite(send, source, job, found, tampering, deadline)
        send(events.End())
        code = 0
        os.close(channel)  # the parent need not wait until all memory is given back
        if not HAS_POSIX:
            # There it is the parent that ends us: only of who still runs it can end the tree.
            timing._sleep(ENDED_REAL_SECONDS)
    except Exception:
        traceback.print_exc()
    finally:
        # Threads of the answer may still run, and its exit handlers are not wanted.
        os._exit(code)


def _run_suite(
    send: events.Send,
    source: Source,
    job: Job,
    found: Collection,
    tampering: Tampering,
    deadline: float,
) -> None:
    found.select(Path(job.suite))
    config = found.session.config
    config.option.clock = job.clock
    config.stash[plugin.SOURCE] = source
    config.stash[plugin.GUARD_SECONDS] = job.guard_seconds
    config.stash[plugin.DEADLINE] = deadline
    config.pluginmanager.register(tampering)
    config.pluginmanager.register(Reporter(send, source, job, tampering))
    send(events.Collected(tests=[item.name for item in found.session.items]))
    if job.done:
        # An earlier child got stuck: this one goes on after the test where that was.
        found.session.items = [i for i in found.session.items if i.name not in job.done]
        config.stash[plugin.FAILED].update(job.failed)
        config.stash[plugin.TIMED_OUT] = True
    found.run()


def _seclude(job: Job, home: Path, *, is_collected: bool) -> None:
    """Go where the answer may run: no terminal, and what its isolation says."""
    sys.dont_write_bytecode = True
    mapped = limits.address_space()
    if job.isolation == "sandbox":
        # Its tests lie beside right answers to them.
        hidden = [str(Path(job.suite).parent.parent)] if is_collected else []
        namespaces.enter(hidden)
    if job.isolation != "none":
        if HAS_POSIX:
            with contextlib.suppress(OSError):  # a spawned child leads a session already
                os.setsid()
        limits.apply(mapped, own_processes=job.isolation == "sandbox")
    temporary = home / "tmp"
    temporary.mkdir(parents=True, exist_ok=True)
    # The server has no variables of ours but a few; its children have fewer.
    for name in ("HOME", "USERPROFILE", "TMPDIR", "TEMP", "TMP"):
        os.environ[name] = str(temporary)
    tempfile.tempdir = None
    null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):  # last: until here the server's log hears what goes wrong
        os.dup2(null, stream)
