"""The eleventh looks again and again whether a slot is free.

fails: test_the_eleventh_is_turned_away = queueing-instead-of-shedding
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
        while self.inside >= SLOTS:
            await asyncio.sleep(0.05)
        self.inside += 1
        try:
            async with asyncio.timeout(LIMIT):
                await self.app(scope, receive, send)
        except TimeoutError:
            await JSONResponse({"detail": "too slow"}, 504)(scope, receive, send)
        finally:
            self.inside -= 1
