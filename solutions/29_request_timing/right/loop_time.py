"""The loop's own clock, and the moment before the last piece is handed on."""


class RequestTiming:
    """Gives each request an id, and writes one line about it when its response has ended."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        now = asyncio.get_running_loop().time
        start = now()
        seen: dict[str, float] = {"status": 500}
        id = Headers(scope=scope).get("x-request-id") or uuid.uuid4().hex
        request_id.set(id)

        async def send_on(message: Message) -> None:
            if message["type"] == "http.response.start":
                seen["status"] = message["status"]
                MutableHeaders(scope=message)["x-request-id"] = id
            elif not message.get("more_body", False):
                seen["end"] = now()
            await send(message)

        try:
            await self.app(scope, receive, send_on)
        finally:
            write_line(id, seen["status"], seen.get("end", now()) - start)
