"""Who may come in, and what every response says."""

import httpx
import pytest

from grader.commands.live.door import HEADERS, Door, forwarded_host
from tests.grader.commands.live.conftest import HOST, PORT, TOKEN

CODESPACE = {"CODESPACES": "true", "CODESPACE_NAME": "blue-owl"}
FORWARDED = f"blue-owl-{PORT}.app.github.dev"


async def test_the_token_opens(browser: httpx.AsyncClient) -> None:
    """With it the list of all exercises is there, and nothing may run but the page's script."""
    response = await browser.get(f"/{TOKEN}/")
    assert response.status_code == 200
    assert "06</span> checkout" in response.text
    assert {name: response.headers[name] for name in HEADERS} == HEADERS
    assert "unsafe" not in HEADERS["content-security-policy"]


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/", {}),
        ("/checkout", {}),
        ("/a-tokem/checkout", {}),
        (f"/{TOKEN}x/checkout", {}),
        (f"/{TOKEN}/checkout", {"host": "evil.example"}),
        (f"/{TOKEN}/checkout", {"host": f"evil.example:{PORT}"}),
        (f"/{TOKEN}/checkout", {"host": f"127.0.0.1:{PORT + 1}"}),
        (f"/{TOKEN}/checkout", {"host": FORWARDED}),
        (f"/{TOKEN}/checkout", {"origin": "https://evil.example"}),
        (f"/{TOKEN}/checkout", {"origin": "null"}),
        (f"/{TOKEN}/live.js", {"origin": f"https://{FORWARDED}"}),
    ],
)
async def test_nobody_else_gets_in(
    browser: httpx.AsyncClient, path: str, headers: dict[str, str]
) -> None:
    """No token, another host or another origin: the same 404, whatever was asked for."""
    response = await browser.get(path, headers=headers)
    assert (response.status_code, response.text) == (404, "Not found.\n")


@pytest.mark.parametrize("headers", [{"host": f"localhost:{PORT}"}, {"origin": f"http://{HOST}"}])
async def test_this_machine_by_either_name(
    browser: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    """localhost is 127.0.0.1, and the page itself is no foreign origin."""
    assert (await browser.get(f"/{TOKEN}/", headers=headers)).status_code == 200


def test_a_codespace_is_reached_by_another_name() -> None:
    """Only there that name counts, and only with its own port."""
    assert forwarded_host(PORT, CODESPACE) == FORWARDED
    domain = {"GITHUB_CODESPACES_PORT_FORWARDING_DOMAIN": "preview.example"}
    assert forwarded_host(PORT, CODESPACE | domain) == f"blue-owl-{PORT}.preview.example"
    assert forwarded_host(PORT, {"CODESPACE_NAME": "blue-owl"}) is None


async def test_through_the_door_of_a_codespace() -> None:
    """Its host and its origin pass, over TLS alone."""

    async def app(_scope: object, _receive: object, send: object) -> None:
        assert callable(send)
        await send({"type": "http.response.start", "status": 200})
        await send({"type": "http.response.body"})

    transport = httpx.ASGITransport(app=Door(app, TOKEN, PORT, FORWARDED))
    async with httpx.AsyncClient(transport=transport, base_url=f"https://{FORWARDED}") as client:
        for origin, status in ((f"https://{FORWARDED}", 200), (f"http://{FORWARDED}", 404)):
            response = await client.get(f"/{TOKEN}/", headers={"origin": origin})
            assert response.status_code == status
