"""`upstream`: bodies that come in pieces, connections that are kept, and what breaks."""

import asyncio
from collections import Counter

import httpx
import pytest

from grader.suite import reply
from grader.suite.answer import Answer
from grader.suite.stopwatch import Stopwatch
from grader.suite.trace import Trace
from grader.suite.upstream import Upstream

ANSWER = """
import asyncio, copy
import httpx

FILES = "https://files.test/a"
LIMITS = httpx.Limits(max_connections=2)
client = httpx.AsyncClient(limits=LIMITS, timeout=5)
kept = []


async def whole():
    async with client.stream("GET", FILES) as file:
        return await file.aread()


async def forget():
    request = client.build_request("GET", FILES)
    kept.append(await client.send(request, stream=True))


async def until(piece):
    async with client.stream("GET", FILES) as file:
        async for data in file.aiter_raw():
            if data == piece:
                return


def synchronous():
    with httpx.Client(timeout=5) as client, client.stream("GET", FILES) as file:
        return list(file.iter_raw())


async def again():
    transport = httpx.AsyncHTTPTransport(retries=2)
    async with httpx.AsyncClient(transport=transport) as client:
        return await client.get(FILES)


async def copied():
    one = copy.copy(client)
    one._transport = httpx.AsyncHTTPTransport()
    return await one.get(FILES)


async def usual(many):
    async with httpx.AsyncClient() as client:
        calls = (client.get(FILES) for _ in range(many))
        return await asyncio.gather(*calls, return_exceptions=True)
"""

FILES = "https://files.test/a"
PIECES = [(0.1, b"one"), (1.0, b"two"), (1.0, b"three")]


async def test_a_body_comes_in_pieces(
    answer: Answer, upstream: Upstream, clock: Stopwatch, trace: Trace
) -> None:
    """After the latency; its span says whether it was read to its end."""
    upstream.streams("GET", FILES, PIECES, latency=0.4, headers={"x-name": "a"})
    with clock.takes(2.5):
        assert await answer.whole() == b"onetwothree"
    with clock.takes(1.5):
        await answer.until(b"two")
    assert [flow.sent for flow in upstream.flows] == [3, 2]
    spans = [(span.outcome, span.start, span.end) for span in trace.named("body of files.test/a")]
    assert spans == [("done", 0.4, 2.5), ("cancelled", 2.9, 4.0)]
    assert [span.end for span in trace.named("GET files.test/a")] == [0.4, 2.9]
    assert upstream.open_responses == []


async def test_a_forgotten_response_keeps_its_connection(
    answer: Answer, upstream: Upstream, clock: Stopwatch
) -> None:
    """Plain ones do, too; with two forgotten, a client of two connections has none left."""
    upstream.streams("GET", FILES, PIECES)
    await answer.forget()
    upstream.answers("GET", FILES, text="whole")
    await answer.forget()
    left = [(left.what, left.line) for left in upstream.open_responses]
    assert left == [("a response of files.test", 18)] * 2
    with clock.takes(5.0), pytest.raises(httpx.PoolTimeout):
        await answer.whole()
    await answer.kept[0].aclose()
    assert await answer.whole() == b"whole"
    assert len(upstream.open_responses) == 1


async def test_whatever_ends_the_reading_closes(
    answer: Answer, upstream: Upstream, clock: Stopwatch, trace: Trace
) -> None:
    """A cancellation, a break, a read time-out of one piece: httpcore closes by itself."""
    upstream.streams("GET", FILES, PIECES)
    reading = asyncio.create_task(answer.whole())
    await clock.sleep(0.5)
    reading.cancel()
    await clock.sleep(0.0)
    assert upstream.open_responses == []
    upstream.streams("GET", FILES, PIECES, breaks=httpx.ReadError)
    with clock.takes(2.1), pytest.raises(httpx.ReadError, match="the connection broke"):
        await answer.whole()
    upstream.streams("GET", FILES, [(4.0, b"one"), (6.0, b"two")])
    with clock.takes(9.0), pytest.raises(httpx.ReadTimeout):
        await answer.whole()
    assert upstream.open_responses == []
    outcomes = [span.outcome for span in trace.named("body of files.test/a")]
    assert outcomes == ["cancelled", "failed", "cancelled"]


async def test_a_synchronous_client_blocks(
    answer: Answer, upstream: Upstream, clock: Stopwatch, trace: Trace
) -> None:
    """Each piece keeps the loop waiting; in a thread it does not."""
    upstream.streams("GET", FILES, PIECES)
    assert await asyncio.to_thread(answer.synchronous) == [b"one", b"two", b"three"]
    assert trace.blocking == []
    with clock.takes(2.1):
        answer.synchronous()
    assert [call.end - call.start for call in trace.blocking] == [0.1, 1.0, 1.0]
    assert upstream.open_responses == []


async def test_a_sequence_may_hold_a_break(
    answer: Answer, upstream: Upstream, clock: Stopwatch
) -> None:
    """`reply(error=)` breaks the connection in a reply's place."""
    attempts = [reply(error=httpx.ReadTimeout, latency=2.0), reply(200, text="there")]
    upstream.route(method="GET", url=FILES).mock(side_effect=attempts)
    with clock.takes(2.0), pytest.raises(httpx.ReadTimeout):
        await answer.whole()
    assert await answer.whole() == b"there"


async def test_a_thousand_callers_have_httpxs_own_limits(
    answer: Answer, upstream: Upstream, clock: Stopwatch
) -> None:
    """100 connections and 5 s for one: of 1,000 callers of 1 s each, 500 are served, as in life."""
    upstream.answers("GET", FILES, latency=1.0)
    with clock.takes(5.0):
        found = await answer.usual(1_000)
    assert Counter(type(one).__name__ for one in found) == {"Response": 500, "PoolTimeout": 500}


@pytest.mark.parametrize(
    ("error", "asked", "takes"), [(httpx.ConnectError, 3, 1.7), (httpx.ReadError, 1, 0.4)]
)
async def test_a_transport_with_retries_connects_again(
    answer: Answer,
    upstream: Upstream,
    clock: Stopwatch,
    error: type[httpx.TransportError],
    asked: int,
    takes: float,
) -> None:
    """As httpx does below its client: at once, then after 0.5 s, and never after a connection."""
    upstream.fails("GET", FILES, latency=0.4, error=error)
    with clock.takes(takes), pytest.raises(error):
        await answer.again()
    upstream.was_called("GET", FILES, asked)


async def test_a_copy_of_a_client_is_one_more(answer: Answer, upstream: Upstream) -> None:
    """Nobody made it, and it sends: it counts from its first request on."""
    upstream.answers("GET", FILES, latency=0.1)
    await answer.copied()
    await answer.copied()
    assert len(upstream.clients) == 3
