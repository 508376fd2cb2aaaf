"""The status is kept on the middleware, of which there is one for all: that of whoever came last.

fails: test_fifty_at_once = wrong-value
"""


class RequestTiming:
    """Gives each request an id, and writes one line about it when its response has ended."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.status = 500

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        id = Headers(scope=scope).get("x-request-id") or uuid.uuid4().hex
        request_id.set(id)
        start = time.perf_counter()
        end: float | None = None
        self.status = 500

        async def send_on(message: Message) -> None:
            nonlocal end
            if message["type"] == "http.response.start":
                self.status = message["status"]
                MutableHeaders(scope=message)["x-request-id"] = id
            await send(message)
            if message["type"] == "http.response.body" and not message.get("more_body", False):
                end = time.perf_counter()

        try:
            await self.app(scope, receive, send_on)
        finally:
            write_line(id, self.status, (end or time.perf_counter()) - start)
