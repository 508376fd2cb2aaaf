"""`tidy`: one look, at a test's end, at all that an answer can have left behind."""

import gc

from grader.model.evidence import LeftOpenCheck, TimeCheck
from grader.suite.checks import CheckFailed, nothing_left
from grader.suite.client import DRAIN_SECONDS, Starter
from grader.suite.database import Database
from grader.suite.upstream import Upstream
from grader.trace import lines
from grader.trace.recorder import Recorder
from grader.wording import seconds


class Tidy:
    """Stops the app and looks: `await tidy()` as the last line of a suite's last test."""

    def __init__(
        self,
        start: Starter,
        recorder: Recorder,
        upstream: Upstream | None = None,
        database: Database | None = None,
    ) -> None:
        self._start = start
        self._recorder = recorder
        self._upstream = upstream
        self._database = database

    async def __call__(self, grace: float = DRAIN_SECONDS) -> None:
        """Stop the app, whose requests have `grace` seconds to end, and look what is left.

        Raises the first of: CheckFailed for a loop that was blocked; what the app's shutdown
        raises; what a request raised, and no stand-in for it (a suite clears `trace.server_errors`
        of what it provoked otherwise); CheckFailed for a task's failure that nobody looked at, and
        for a task, client, response or connection that is left.
        """
        self._check_loop()
        for client in self._start.clients:
            await client.stop(grace)
        gc.collect()  # Python tells of a task's exception when it tidies the task away
        for error in self._recorder.server_errors:
            if not self._recorder.raised.is_planted(error):
                raise error
        self._check_tasks()
        left = self._recorder.leaked()
        if self._upstream is not None:
            left += [*self._upstream.open_responses, *self._upstream.open_clients]
        if self._database is not None:
            left += self._database.open_sessions or self._database.open_connections
        nothing_left(left, "nothing left open or running")

    def _check_tasks(self) -> None:
        tasks = self._recorder.tasks
        tasks.lost = tasks.unseen()  # the app has stopped: nobody will look any more
        for error in tasks.lost:
            problem = lines.problem(self._recorder.file, error)
            raise CheckFailed(
                LeftOpenCheck(
                    expected="no failure that nobody looked at",
                    actual=f"a task's {problem.type}",
                    line=problem.line,
                )
            )

    def _check_loop(self) -> None:
        for blocking in self._recorder.clock.blocking:
            if blocking.end > blocking.start:
                raise CheckFailed(
                    TimeCheck(
                        expected=seconds(0.0),
                        actual=seconds(blocking.end - blocking.start),
                        expected_seconds=0.0,
                        actual_seconds=blocking.end - blocking.start,
                        start=blocking.start,
                        end=blocking.end,
                        what="The event loop went on",
                    )
                )
