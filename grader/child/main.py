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

from grader.child import crowd, examination
from grader.child.collection import Collection, collect
from grader.child.reporter import Reporter
from grader.child.tampering import Tampering
from grader.clock import timing
from grader.course import packs
from grader.isolation import limits, namespaces, nobody
from grader.judge import opinion
from grader.model import events
from grader.model.job import UNTOLD, Job
from grader.security.seals import Seals, of_process
from grader.suite import fixtures, plugin
from grader.suite.answer import Source, stage
from grader.suite.loading import refuse_breakpoints
from grader.system import HAS_POSIX
from grader.trace import circumstance, timers

KILL_REAL_SECONDS = 10.0
"""How long a child on Windows waits for its parent to kill it."""


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
        if job.judged:
            _judge(channel, job, found, seals)
            code = 0
            return
        _seclude(job, home, is_collected=found is not None)
        send = events.sender(channel, job.key)
        circumstance.seed(job.seed)
        job = replace(job, key=b"", seed=b"")
        source = _stage(job)
        if job.crowd is not None:
            tampering = Tampering(source, job, lambda _event: None, seals or of_process())
            tampering.begin()
            crowd.serve(job.crowd, source, send)
            code = 0
            return
        if HAS_POSIX:
            # When the kernel ends an endless call, its line comes over the channel.
            faulthandler.register(signal.SIGXCPU, channel, chain=True)
        found = found or collect([suite])
        tampering = Tampering(source, job, send, seals or of_process())
        _run_suite(Reporter(send, source, job, tampering), found, deadline)
        send(events.End())
        code = 0
        os.close(channel)  # now: to give all memory back takes a while, and the parent waits
        if not HAS_POSIX:
            # On Windows, taskkill /T finds only the descendants of a process that still runs:
            # stay alive until the parent kills us.
            timing._sleep(KILL_REAL_SECONDS)
    except Exception:
        traceback.print_exc()
    finally:
        # Not sys.exit: that waits for the answer's threads and runs its exit handlers.
        os._exit(code)


def _stage(job: Job) -> Source:
    """The answer in its folder, where this process now is."""
    source = stage(job.data, job.shown, job.name, Path(job.home) / "answer")
    os.chdir(source.staged.parent)
    refuse_breakpoints(packs.tests_of(Path(job.suite)))
    return source


def _judge(channel: int, job: Job, found: Collection | None, seals: Seals | None) -> None:
    """Have a second look from outside, in this process; the answer gets one of its own."""
    if seals is None or not HAS_POSIX:
        return  # without a warm server there is no judge
    os.setsid()  # so that all of it can be ended at once
    found = found or collect([Path(job.suite)])

    def prepare() -> Source:
        _seclude(job, Path(job.home), is_collected=True)
        source = _stage(job)
        Tampering(source, job, lambda _event: None, seals).begin()
        return source

    found.select(Path(job.suite))
    items = list(found.session.items)
    circumstances = examination.known(items) if job.examined else ()
    known = [*(item.name for item in items), *(c.id for c in circumstances)]
    opinion.give(channel, job, found.session, prepare, known)


def _run_suite(reporter: Reporter, found: Collection, deadline: float) -> None:
    job = reporter.job
    found.select(Path(job.suite))
    config = found.session.config
    config.option.clock = job.clock
    config.stash[fixtures.SOURCE] = reporter.source
    config.stash[plugin.GUARD_SECONDS] = job.guard_seconds
    config.stash[plugin.DEADLINE] = deadline
    config.pluginmanager.register(reporter.tampering)
    config.pluginmanager.register(reporter)
    items = list(found.session.items)
    circumstances = examination.known(items) if job.examined else ()
    names = [*(item.name for item in items), *(c.id for c in circumstances)]
    reporter.send(events.Collected(tests=names))
    if job.done:
        # An earlier child was ended in one of these tests: this one runs the others.
        found.session.items = [i for i in found.session.items if i.name not in job.done]
        config.stash[plugin.FAILED].update(job.failed)
        config.stash[plugin.TIMED_OUT] = True
    found.run()
    if reporter.is_loaded:
        examination.run(reporter, circumstances, items, job.done)


def _seclude(job: Job, home: Path, *, is_collected: bool) -> None:
    """Give up what no answer gets: the terminal, and what its isolation takes away."""
    sys.dont_write_bytecode = True
    mapped = limits.address_space()
    if job.isolation == "sandbox":
        # An answer could read there what its tests expect. The suites are collected already; the
        # solutions can be seen at all where the course lies among the installed packages.
        suites = Path(job.suite).parent.parent
        hidden = [suites] if is_collected else []
        hidden += [path for path in [suites.parent.parent / "solutions"] if path.is_dir()]
        namespaces.enter([str(path) for path in hidden])
    if job.isolation != "none":
        if HAS_POSIX:
            with contextlib.suppress(OSError):  # a spawned child leads a session already
                os.setsid()
        limits.apply(mapped, own_processes=job.isolation == "sandbox")
    temporary = home / "tmp"
    temporary.mkdir(parents=True, exist_ok=True)
    if job.isolation == "process" and not job.own:
        nobody.become(home, [Path(job.suite)])
    # A server has a few variables of ours; these would lead its children elsewhere.
    for name in ("HOME", "USERPROFILE", "TMPDIR", "TEMP", "TMP"):
        os.environ[name] = str(temporary)
    tempfile.tempdir = None
    null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):  # last: until here errors reach the server's log
        os.dup2(null, stream)
