"""When the receipt fails, the time is that until then, and not until the last piece.

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
        end: float | None = None
        status = 500
        id = Headers(scope=scope).get("x-request-id") or uuid.uuid4().hex

        async def send_on(message: Message) -> None:
            nonlocal status, end
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["x-request-id"] = id
            await send(message)
            if message["type"] == "http.response.body" and not message.get("more_body", False):
                end = time.perf_counter()

        request_id.set(id)
        try:
            await self.app(scope, receive, send_on)
        except Exception:
            end = None
            raise
        finally:
            write_line(id, status, (time.perf_counter() if end is None else end) - start)
