"""The watch stops when the response begins.

fails: test_a_report_in_pieces = wrong-value
fails: test_fifty_at_once = wrong-value
fails: test_the_server_cancels = wrong-value
fails: test_a_failure = wrong-value
"""


class RequestTiming:
    """Gives each request an id, and writes one line about it when its response has ended."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        start = time.perf_counter()
        begun: float | None = None
        status = 500
        id = Headers(scope=scope).get("x-request-id") or uuid.uuid4().hex
        request_id.set(id)

        async def send_on(message: Message) -> None:
            nonlocal status, begun
            if message["type"] == "http.response.start":
                status, begun = message["status"], time.perf_counter()
                MutableHeaders(scope=message)["x-request-id"] = id
            await send(message)

        try:
            await self.app(scope, receive, send_on)
        finally:
            write_line(id, status, (time.perf_counter() if begun is None else begun) - start)
