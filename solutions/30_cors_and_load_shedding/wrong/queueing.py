"""The eleventh waits for a slot, and is served late.

fails: test_the_eleventh_is_turned_away = queueing-instead-of-shedding
"""


class Guard:
    """Lets in SLOTS requests at a time, turns others away with 503, ends each at LIMIT with 504."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.slots = asyncio.Semaphore(SLOTS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        async with self.slots:
            try:
                await asyncio.wait_for(self.app(scope, receive, send), LIMIT)
            except TimeoutError:
                await JSONResponse({"detail": "too slow"}, 504)(scope, receive, send)
