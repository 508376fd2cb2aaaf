"""Requests of the test before, sent again by many, whom nobody counts."""

from grader.suite.aftermath import Aftermath
from grader.suite.client import LEAVES_AFTER, Client

FAILURES = 70
"""How often each request that failed is sent again, and how many leave midway in each step."""
MAX_CALLS, FEW = 1_000, 15
"""Where a request makes many calls fewer leave: so many calls in all, but at least `FEW` of them.
"""


class Repeats:
    """Of one test's requests: those that failed, and those that are left midway."""

    def __init__(self, client: Client, aftermath: Aftermath) -> None:
        self.client = client
        self.aftermath = aftermath

    async def fail_again(self) -> int:
        """Send again, often, what has failed in the test before; how many that were."""
        transport = self.client.transport
        failed = {
            (served.method, served.path, sent): request
            for served, request, sent, status in transport.served
            if served.planted or status >= 400
        }
        good = next(
            (
                transport.twin(request, sent, pace=2.0)
                for served, request, sent, status in transport.served
                if not served.planted and status < 400 and failed
            ),
            None,
        )
        twins = [
            transport.twin(request, sent)[0]
            for (_, _, sent), request in list(failed.items())[:3]
            for _ in range(FAILURES)
        ]
        await self.aftermath.end([*twins, *([good[0]] if good is not None else [])])
        await self.aftermath.rest()
        if good is not None:
            self.aftermath.check_unharmed(good[1])
        return len(twins)

    async def leave_often(self) -> int:
        """Many come for what the test before has asked, and leave midway; how many did."""
        transport = self.client.transport
        good = next(
            (
                (request, sent)
                for served, request, sent, status in transport.served
                if not served.planted and status < 400
            ),
            None,
        )
        if good is None:
            return 0
        moments = [LEAVES_AFTER, *self.aftermath.later_steps()]
        leavers = max(FEW, min(FAILURES, MAX_CALLS // max(1, self.aftermath.most_calls())))
        for after in moments:
            for _ in range(leavers):
                transport.add_leaver(*good, after)
            await self.aftermath.end([task for task, _ in transport.left])
            await self.aftermath.rest()
            transport.left.clear()
        return len(moments) * leavers
