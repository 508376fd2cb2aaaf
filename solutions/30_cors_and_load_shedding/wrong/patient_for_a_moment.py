"""The eleventh waits for half a second before it is turned away.

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
        try:
            await asyncio.wait_for(self.slots.acquire(), 0.4)
        except TimeoutError:
            await JSONResponse({"detail": "full"}, 503)(scope, receive, send)
            return
        try:
            async with asyncio.timeout(LIMIT):
                await self.app(scope, receive, send)
        except TimeoutError:
            await JSONResponse({"detail": "too slow"}, 504)(scope, receive, send)
        finally:
            self.slots.release()
