"""The guard takes the start of the app for a request: it has a slot, and a limit of a second.

fails: test_the_eleventh_is_turned_away = wrong-status
"""


class Guard:
    """Lets in SLOTS requests at a time, turns others away with 503, ends each at LIMIT with 504."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.inside = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.inside >= SLOTS:
            await JSONResponse({"detail": "full"}, 503)(scope, receive, send)
            return
        self.inside += 1
        try:
            async with asyncio.timeout(LIMIT):
                await self.app(scope, receive, send)
        except TimeoutError:
            await JSONResponse({"detail": "too slow"}, 504)(scope, receive, send)
        finally:
            self.inside -= 1
