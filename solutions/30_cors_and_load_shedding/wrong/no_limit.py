"""Slots, but no time limit.

fails: test_a_report_that_is_too_slow = no-deadline
fails: test_slots_come_back = wrong-status
"""


class Guard:
    """Lets in SLOTS requests at a time, turns others away with 503, ends each at LIMIT with 504."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.inside = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if self.inside >= SLOTS:
            await JSONResponse({"detail": "full"}, 503)(scope, receive, send)
            return
        self.inside += 1
        try:
            await self.app(scope, receive, send)
        finally:
            self.inside -= 1
