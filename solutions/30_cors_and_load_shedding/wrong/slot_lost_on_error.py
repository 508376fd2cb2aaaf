"""Only a report that is done gives its slot back.

fails: test_slots_come_back = slot-leak
fails: test_requests_that_are_cancelled = slot-leak
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
            async with asyncio.timeout(LIMIT):
                await self.app(scope, receive, send)
                self.inside -= 1
        except TimeoutError:
            await JSONResponse({"detail": "too slow"}, 504)(scope, receive, send)
