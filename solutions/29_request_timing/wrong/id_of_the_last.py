"""The id is kept on the middleware, of which there is one: requests read that of the last.

fails: test_fifty_at_once = wrong-value
"""


class RequestTiming:
    """Gives each request an id, and writes one line about it when its response has ended."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.id = ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        start = time.perf_counter()
        end: float | None = None
        status = 500
        self.id = Headers(scope=scope).get("x-request-id") or uuid.uuid4().hex
        request_id.set(self.id)

        async def send_on(message: Message) -> None:
            nonlocal status, end
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["x-request-id"] = self.id
            await send(message)
            if message["type"] == "http.response.body" and not message.get("more_body", False):
                end = time.perf_counter()

        try:
            await self.app(scope, receive, send_on)
        finally:
            duration = (time.perf_counter() if end is None else end) - start
            write_line(self.id, status, duration)
