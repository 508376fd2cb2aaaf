"""The line is written as the last piece has left; the end of the app writes it if none did."""


class RequestTiming:
    """Gives each request an id, and writes one line about it when its response has ended."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        start = time.perf_counter()
        status, is_told = 500, False
        id = Headers(scope=scope).get("x-request-id", uuid.uuid4().hex)
        before = request_id.set(id)

        def tell() -> None:
            nonlocal is_told
            if not is_told:
                is_told = True
                write_line(id, status, time.perf_counter() - start)

        async def send_on(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (b"x-request-id", id.encode())]
            await send(message)
            if message["type"] == "http.response.body" and not message.get("more_body"):
                tell()

        try:
            await self.app(scope, receive, send_on)
        finally:
            tell()
            request_id.reset(before)
