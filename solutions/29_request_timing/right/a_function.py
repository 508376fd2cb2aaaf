"""A middleware can be a function that gives a function back."""


class Watch:
    """What becomes of one response."""

    def __init__(self, id: str) -> None:
        self.id = id
        self.status = 500
        self.start = time.monotonic()
        self.end: float | None = None

    def see(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        elif not message.get("more_body", False):
            self.end = time.monotonic()


def RequestTiming(app: ASGIApp) -> ASGIApp:
    """Gives each request an id, and writes one line about it when its response has ended."""

    async def timed(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await app(scope, receive, send)
        given = dict(scope["headers"]).get(b"x-request-id", b"").decode()
        watch = Watch(given or str(uuid.uuid4()))
        request_id.set(watch.id)

        async def send_on(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).append("x-request-id", watch.id)
            await send(message)
            watch.see(message)

        try:
            await app(scope, receive, send_on)
        finally:
            end = time.monotonic() if watch.end is None else watch.end
            write_line(watch.id, watch.status, end - watch.start)

    return timed
