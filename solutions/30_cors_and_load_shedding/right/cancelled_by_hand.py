"""The work is a task; asyncio.wait ends the waiting, and cancel() the work."""


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
        work = asyncio.create_task(self.app(scope, receive, send))
        try:
            await asyncio.wait({work}, timeout=LIMIT)
        finally:
            is_late = work.cancel()
            await asyncio.gather(work, return_exceptions=True)
            self.inside -= 1
        if is_late:
            await JSONResponse({"detail": "too slow"}, 504)(scope, receive, send)
        else:
            work.result()
