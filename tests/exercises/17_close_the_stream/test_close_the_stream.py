"""Does the film come as it comes, and is everything given back, whatever ends it."""

import asyncio
import contextlib
import random

import httpx
import pytest

from grader.suite import expect, not_ahead, nothing_left, same, status, token

pytestmark = pytest.mark.except_for("in_a_crowd", "two licences make a crowd wait, as they should")

ARCHIVE = "https://archive.example.com"


def film(first=0.1, every=1.0, number=10):
    """What the archive sends: (seconds to wait, bytes)."""
    return [(first if n == 0 else every, b"\xff" + f"{token()}{n}".encode()) for n in range(number)]


def whole(film):
    return b"".join(piece for _, piece in film)


def all_closed(upstream):
    """Every response that the answer has got from the archive is closed."""
    nothing_left(upstream.open_responses, "every response of the archive closed")


async def begins(client, clock, name, seconds, **instead):
    """A film asked for now has its first bytes after so many seconds; its viewer leaves then."""
    async with client.stream("GET", f"/films/{name}") as page:
        status(page, 200)
        expect(await page.chunk() is not None, "value", "a film", "an empty one", how="body")
        clock.check(page.asked, page.pieces[0].at, seconds, "The first bytes came", **instead)


async def both_licences_are_free(client, clock, upstream):
    """Two films that are asked for at once both begin at 0.1 s."""
    for name in ("next", "another"):
        upstream.streams("GET", f"{ARCHIVE}/{name}", film(number=2))
    await asyncio.gather(*(begins(client, clock, name, 0.1) for name in ("next", "another")))


@pytest.mark.points(2)
async def test_the_first_bytes_come_at_once(client, clock, upstream):
    """Of a film of 9.1 s the first bytes are there after 0.1 s, the last after 9.1 s."""
    pieces = film()
    upstream.streams("GET", f"{ARCHIVE}/a", pieces)
    async with client.stream("GET", "/films/a") as page:
        status(page, 200)
        body = await page.read()
        clock.check(page.asked, page.pieces[0].at, 0.1, "The first bytes came", with_the_last=9.1)
        clock.check(page.asked, page.ended, 9.1, "The last bytes came")
        await page.app_is_done()
    same(body, whole(pieces))
    all_closed(upstream)


async def test_a_slow_viewer_is_waited_for(client, clock, upstream):
    """For a viewer who takes 1 s per piece, at most three pieces are fetched ahead."""
    pieces = film(first=0.0, every=0.0, number=20)
    upstream.streams("GET", f"{ARCHIVE}/a", pieces)
    async with client.stream("GET", "/films/a", pace=1.0) as page:
        await clock.sleep(5.5)
        status(page, 200)
        asked = f"GET {ARCHIVE}/a"
        expect(bool(upstream.flows), "not_called", "the film", "nothing", name=asked, ran=0)
        not_ahead(upstream.flows[-1].sent, len(page.pieces), 3, "the film")
        body = await page.read()
    same(body, whole(pieces))


@pytest.mark.points(2)
async def test_a_licence_is_held_while_the_film_runs(client, clock, upstream):
    """Two films run, a viewer leaves at 1.6 s: a third, asked for at 0.2 s, begins 1.5 s later."""
    for name in "abc":
        upstream.streams("GET", f"{ARCHIVE}/{name}", film())
    async with client.stream("GET", "/films/a") as first:
        async with client.stream("GET", "/films/b") as second:
            for page in (first, second):
                await page.chunk()
                clock.check(page.asked, page.pieces[0].at, 0.1, "The first bytes came")
            await clock.sleep(0.1)
            third = asyncio.create_task(
                begins(client, clock, "c", 1.5, without_a_licence=0.1, when_the_last_film_ends=9.0)
            )
            await clock.sleep(1.4)
        await third
    for name in "ab":
        upstream.streams("GET", f"{ARCHIVE}/{name}", film(number=40))
    watched = [asyncio.create_task(client.get(f"/films/{name}")) for name in "ab"]
    await clock.sleep(0.2)
    await begins(client, clock, "c", 39.0, without_a_licence=0.1)
    await asyncio.gather(*watched)


async def test_a_missing_film_is_a_502(client, clock, upstream):
    """When the archive answers 404, 403 or 503 after 0.1 s, the answer is a 502 at 0.1 s."""
    page = film(first=0.5, every=0.5, number=4)
    for code in random.sample((404, 403, 503), 3):
        upstream.streams("GET", f"{ARCHIVE}/{code}", page, latency=0.1, status=code)
        start = clock.now()
        response = await client.get(f"/films/{code}")
        end = clock.now()
        status(response, 502)
        clock.check(start, end, 0.1, with_the_whole_error_page=2.1)


@pytest.mark.points(2)
@pytest.mark.needs("test_a_missing_film_is_a_502")
async def test_a_502_gives_everything_back(client, clock, upstream):
    """After three films that are not there nothing is open, and two others begin at 0.1 s."""
    page = film(first=0.5, every=0.5, number=4)
    upstream.streams("GET", f"{ARCHIVE}/gone", page, latency=0.1, status=404)
    for _ in range(3):
        status(await client.get("/films/gone"), 502)
        all_closed(upstream)
    await both_licences_are_free(client, clock, upstream)


async def test_an_archive_out_of_reach_is_a_502(client, clock, upstream):
    """When the archive cannot be reached, three times, that is a 502; two others begin at 0.1 s."""
    upstream.fails("GET", f"{ARCHIVE}/lost", latency=0.1)
    for _ in range(3):
        status(await client.get("/films/lost"), 502)
    await both_licences_are_free(client, clock, upstream)


@pytest.mark.points(2)
async def test_a_viewer_who_leaves(client, clock, upstream):
    """A viewer leaves after 2.5 s: all ends at 2.5 s. After three, two films begin at 0.1 s."""
    upstream.streams("GET", f"{ARCHIVE}/a", film())
    for _ in range(3):
        async with client.stream("GET", "/films/a") as page:
            await clock.sleep(2.5)
        await clock.sleep(0.01)
        all_closed(upstream)
        clock.check(page.asked, await page.app_is_done(), 2.5, "The app's work for it ended")
    await both_licences_are_free(client, clock, upstream)


async def test_a_film_that_breaks_off(client, clock, upstream):
    """The archive breaks a film off, three times: nothing is open, two others begin at 0.1 s."""
    upstream.streams("GET", f"{ARCHIVE}/broken", film(number=2), breaks=httpx.ReadError)
    for _ in range(3):
        async with client.stream("GET", "/films/broken") as page:
            status(page, 200)
            with contextlib.suppress(httpx.RemoteProtocolError):
                await page.read()
            await page.app_is_done()
        all_closed(upstream)
    await both_licences_are_free(client, clock, upstream)


async def test_a_request_that_is_cancelled(client, clock, upstream):
    """The server cancels three requests that wait for the archive: two others begin at 0.1 s."""
    upstream.streams("GET", f"{ARCHIVE}/a", film(), latency=1.0)
    for _ in range(3):
        asked = asyncio.create_task(client.get("/films/a"))
        await clock.sleep(0.5)
        client.cancel()
        await asyncio.gather(asked, return_exceptions=True)
    all_closed(upstream)
    await both_licences_are_free(client, clock, upstream)


@pytest.mark.needs("test_a_missing_film_is_a_502")
async def test_nothing_is_left(client, upstream, tidy):
    """After a film, a 502 and a viewer who left, the app stops cleanly and leaves nothing."""
    upstream.streams("GET", f"{ARCHIVE}/a", film(number=3))
    upstream.streams("GET", f"{ARCHIVE}/gone", film(number=3), status=404)
    async with client.stream("GET", "/films/a") as page:
        status(page, 200)
        await page.read()
    status(await client.get("/films/gone"), 502)
    async with client.stream("GET", "/films/a") as page:
        await page.chunk()
    await tidy()
