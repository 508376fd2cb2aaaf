"""The time until the app comes back: its background tasks have run by then.

fails: test_what_goes_on_after_the_response = wrong-value
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
        status = 500
        id = Headers(scope=scope).get("x-request-id") or uuid.uuid4().hex
        request_id.set(id)

        async def send_on(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["x-request-id"] = id
            await send(message)

        try:
            await self.app(scope, receive, send_on)
        finally:
            write_line(id, status, time.perf_counter() - start)
