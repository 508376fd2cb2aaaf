"""What the second examiner checks beside a test's own checks, and how it waits for the end."""

import asyncio
import re
from collections import Counter
from collections.abc import Sequence
from math import inf
from types import ModuleType

from grader.model.evidence import (
    SAME_CALL,
    CallsCheck,
    HiddenCheck,
    LeftOpenCheck,
    TimeCheck,
    ValueCheck,
)
from grader.suite import holdings
from grader.suite.checks import CheckFailed
from grader.suite.client import LEAVES_AFTER, Client
from grader.suite.database import Database
from grader.trace import lines
from grader.trace.circumstance import Twin
from grader.trace.recorder import Record, Recorder
from grader.trace.visits import Visit
from grader.wording import seconds

ENDS_WITHIN = 600.0
"""Seconds within which what a crowd has asked for must have been answered."""
RESTS = 400
"""Seconds at most until nothing runs any more."""
MOMENT = 0.001
"""Seconds that pass only when no thread has anything to do."""
MAX_STEPS = 3
"""Later steps of a request in which somebody leaves."""
BLOCKS = 0.05
"""Seconds from which on the event loop has been kept waiting."""
A_TWIN = 999_999
"""Stands for the number of a request that the suite does not count."""
_sleep = asyncio.sleep


class Aftermath:
    """Of one test: the app, its requests and what they have left behind.

    Each check raises CheckFailed.
    """

    def __init__(self, client: Client, recorder: Recorder, database: Database | None) -> None:
        self.client = client
        self.recorder = recorder
        self.database = database

    def check_unharmed(self, good: Twin) -> None:
        """Who was served while others failed has got an answer."""
        done = good.answered
        if not done.done() or done.cancelled() or done.exception() is not None:
            raise CheckFailed(
                ValueCheck(
                    expected="a response for who was served while others failed",
                    actual="no response",
                    cause="None of their own calls failed: what failed for others ended it, too.",
                    step="Look for what requests share: a task group, a list of tasks. A failure "
                    "may end the work of its own request only.",
                ),
                visit=A_TWIN,
            )

    def is_up(self) -> bool:
        """Whether the app still runs: a test may have stopped it.

        Raises what the lifespan has raised, when it ended by itself.
        """
        lifespan = self.client.lifespan
        if lifespan.task is not None and lifespan.task.done() and self.recorder.tasks.app_is_up:
            self.recorder.app_ended = True
            lifespan.stopped.result()
        return self.recorder.tasks.app_is_up

    async def end(self, tasks: "Sequence[asyncio.Task[None]]") -> None:
        if tasks:
            await asyncio.wait(tasks, timeout=ENDS_WITHIN)

    async def rest(self) -> None:
        """Until no stand-in runs any more, what requests have left behind included.

        The thread of a connection closes it unasked, and has let go of its locks when time passes.
        """
        if self.database is not None:
            await _sleep(MOMENT)
        for _ in range(RESTS):
            records = (r for r in self.recorder.records if r.kind in ("call", "job", "query"))
            twins = (twin.running for twin in self.client.transport.all_twins)
            busy = self.recorder.handover.pending > 0 or any(twins)
            if not busy and all(record.outcome != "running" for record in records):
                return
            await _sleep(1.0)

    def later_steps(self) -> list[float]:
        """Seconds after which a step of the test's requests has begun or ended, and others go on.

        None where a database keeps what who leaves then has stored, and the test counts it.
        """
        if self.database is not None:
            return []
        steps: dict[tuple[str, int | None], list[tuple[Record, Visit]]] = {}
        for record in self.recorder.records:
            if record.kind in ("call", "job", "upstream") and record.visit is not None:
                kind = record.name.partition("/")[0], record.line
                steps.setdefault(kind, []).append((record, record.visit))
        turns = set()
        for alike in steps.values():  # the one that ends first: whichever draws the shortest time
            step, visit = min(alike, key=lambda found: (found[0].end or inf) - found[1].start)
            last = (visit.end or 0.0) - LEAVES_AFTER
            turns |= {at - visit.start for at in (step.start, step.end or last) if at < last}
        later = sorted({round(turn, 3) for turn in turns if turn > LEAVES_AFTER})
        return [turn + LEAVES_AFTER for turn in later[:MAX_STEPS]]

    def most_calls(self) -> int:
        """How many calls one request of the test has made, at most."""
        visits = Counter(record.visit for record in self.recorder.records)
        return max((made for visit, made in visits.items() if visit is not None), default=0)

    def check_retries(self) -> None:
        for served, *_ in self.client.transport.served:
            if served.repeated:
                name = re.sub(r"https?://", "", served.repeated.partition("(")[0])
                raise CheckFailed(
                    CallsCheck(
                        kind="called_too_often",
                        expected=f"one call {served.repeated}, which fails",
                        actual=SAME_CALL,
                        name=name,
                        times=1,
                        ran=2,
                    )
                )

    def check_hidden(self, name: str) -> None:
        for served, _, _, status in self.client.transport.served:
            if served.broken and (status < 400 or status == 404):
                raise CheckFailed(
                    HiddenCheck(
                        expected="an error status that is no 404",
                        actual=f"status {status}",
                        name=name,
                    )
                )

    def check_free(self) -> None:
        """Nothing has kept the event loop waiting."""
        for blocking in self.recorder.clock.blocking:
            took = blocking.end - blocking.start
            if took > BLOCKS and lines.first(self.recorder.file, blocking.frames) is not None:
                raise CheckFailed(
                    TimeCheck(
                        expected=seconds(0.0),
                        actual=seconds(took),
                        expected_seconds=0.0,
                        actual_seconds=took,
                        start=blocking.start,
                        end=blocking.end,
                        what="The next step of anybody else",
                    )
                )

    def check_held(self, module: ModuleType, crowd: int) -> None:
        """The answer's names keep no tasks of requests that are over."""
        held = [task for task in holdings.tasks(module) if task.done()]
        if len(held) > crowd // 2:
            raise CheckFailed(
                LeftOpenCheck(
                    expected="no task that is done and kept for ever",
                    actual=f"{len(held)} tasks that are done, and that a name of the module keeps",
                    line=self.recorder.tasks.line_of(held[0]),
                )
            )

    def check_left(self) -> None:
        """No connection is left out, and nothing that a request has started runs on."""
        for left in self.database.open_sessions if self.database is not None else []:
            raise CheckFailed(
                LeftOpenCheck(
                    expected="every connection back in the pool", actual=left.what, line=left.line
                )
            )
