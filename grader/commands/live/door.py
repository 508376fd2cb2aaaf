"""Who may come in: this machine's own browser, with the token; and how a page leaves.

A page elsewhere in the web can make a browser ask 127.0.0.1, also under a name of its own. So a
request needs the token, which only the printed address has, and a Host and an Origin of ours.
"""

import secrets
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
}
"""Of every response. Nothing runs in the page but its own script, and no link tells the token."""


def token() -> str:
    return secrets.token_urlsafe(16)


def forwarded_host(port: int, environment: Mapping[str, str]) -> str | None:
    """By which name a browser reaches that port of a Codespace; None anywhere else."""
    name, domain = map(
        environment.get, ("CODESPACE_NAME", "GITHUB_CODESPACES_PORT_FORWARDING_DOMAIN")
    )
    if environment.get("CODESPACES") != "true" or not name:
        return None
    return f"{name}-{port}.{domain or 'app.github.dev'}"


class Door:
    """ASGI in front of the pages: what does not belong here gets a 404 without any detail."""

    def __init__(self, app: App, token: str, port: int, forwarded: str | None) -> None:
        self._app = app
        self._token = token.encode()
        here = [f"{host}:{port}" for host in ("127.0.0.1", "localhost")]
        self._hosts = {*here, *([forwarded] if forwarded else [])}
        self._origins = {f"http://{host}" for host in here}
        if forwarded:
            self._origins.add(f"https://{forwarded}")

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            return  # no WebSocket is ours: uvicorn answers a 403

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                more = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
                message["headers"] = [*message.get("headers", ()), *more]
            await send(message)

        app = self._app if self._may_enter(scope) else _nothing
        await app(scope, receive, send_with_headers)

    def _may_enter(self, scope: Message) -> bool:
        headers = {
            name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]
        }
        origin = headers.get("origin")
        _, _, rest = str(scope["path"]).partition("/")
        given = rest.partition("/")[0].encode()
        return (
            headers.get("host", "").lower() in self._hosts
            and (origin is None or origin.lower() in self._origins)
            and secrets.compare_digest(given, self._token)
        )


async def _nothing(_scope: Message, _receive: Receive, send: Send) -> None:
    plain = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": 404, "headers": plain})
    await send({"type": "http.response.body", "body": b"Not found.\n"})
