"""A shield keeps the work going when its time is over.

fails: test_what_is_too_slow_is_ended = answered-not-ended
fails: test_nothing_is_left = still-running
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
            work = asyncio.ensure_future(self.app(scope, receive, send))
            await asyncio.wait_for(asyncio.shield(work), LIMIT)
        except TimeoutError:
            await JSONResponse({"detail": "too slow"}, 504)(scope, receive, send)
        finally:
            self.inside -= 1
