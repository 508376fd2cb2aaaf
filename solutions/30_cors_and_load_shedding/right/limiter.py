"""anyio: acquire_nowait says WouldBlock when it is full, move_on_after ends in time."""

import anyio


class Guard:
    """Lets in SLOTS requests at a time, turns others away with 503, ends each at LIMIT with 504."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.slots = anyio.CapacityLimiter(SLOTS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        try:
            self.slots.acquire_nowait()
        except anyio.WouldBlock:
            await JSONResponse({"detail": "full"}, 503)(scope, receive, send)
            return
        try:
            with anyio.move_on_after(LIMIT) as limit:
                await self.app(scope, receive, send)
        finally:
            self.slots.release()
        if limit.cancelled_caught:
            await JSONResponse({"detail": "too slow"}, 504)(scope, receive, send)
