"""`client.stream`: pieces at their moments, a reader who is slow, and one who leaves."""

import httpx
import pytest

from grader.suite import same, status
from grader.suite.answer import Answer
from grader.suite.client import Client
from grader.suite.stopwatch import Stopwatch
from grader.suite.trace import Trace

ANSWER = """
import asyncio
from fastapi import BackgroundTasks, FastAPI
from fastapi.responses import StreamingResponse

app = FastAPI()
left = []


async def numbers(many, every, fails_at):
    try:
        for number in range(many):
            await asyncio.sleep(every)
            if number == fails_at:
                raise ValueError("no more paper")
            yield f"{number};".encode()
    finally:
        left.append(asyncio.get_running_loop().time())


async def tidy_up():
    await asyncio.sleep(1)


@app.get("/numbers")
async def get(work: BackgroundTasks, many: int = 3, every: float = 0.5, fails_at: int = -1):
    work.add_task(tidy_up)
    return StreamingResponse(numbers(many, every, fails_at), headers={"x-many": str(many)})


@app.get("/fails")
async def fails():
    raise ValueError("no paper")
"""


async def test_each_piece_has_its_moment(client: Client, clock: Stopwatch) -> None:
    """The block begins with the status; the work after the last byte counts as the app's own."""
    async with client.stream("GET", "/numbers") as page:
        status(page, 200)
        assert (page.headers["x-many"], clock.now()) == ("3", page.asked)
        same(await page.chunk(), b"0;")
        same(await page.read(), b"1;2;")
        assert [piece.at for piece in page.pieces] == [0.5, 1.0, 1.5]
        assert page.ended == 1.5
        assert await page.chunk() is None
        assert await page.app_is_done() == 2.5


async def test_a_slow_reader_holds_up_the_app(client: Client) -> None:
    """`send` waits for who needs 2 s for each piece, and the generator with it."""
    async with client.stream("GET", "/numbers", pace=2.0) as page:
        await page.read()
    assert [piece.at for piece in page.pieces] == [2.5, 5.0, 7.5]


@pytest.mark.parametrize("pace", [0.0, 5.0])
async def test_who_leaves_is_heard_of(
    client: Client, clock: Stopwatch, answer: Answer, pace: float
) -> None:
    """The app's work ends as the reader goes, also while its `send` waits for them."""
    async with client.stream("GET", "/numbers?many=30", pace=pace) as page:
        await clock.sleep(1.7)
    await clock.sleep(0.01)
    assert answer.left == [1.7]
    assert await page.app_is_done() == 2.7  # its background task ran all the same
    assert page.ended is None


async def test_a_body_that_breaks_off_raises(
    client: Client, clock: Stopwatch, trace: Trace
) -> None:
    """What had come before is there; the error is the app's."""
    async with client.stream("GET", "/numbers?fails_at=1") as page:
        same(await page.chunk(), b"0;")
        with pytest.raises(httpx.RemoteProtocolError, match="the response broke off"):
            await page.read()
        assert clock.now() == 1.0
    (error,) = trace.server_errors
    assert str(error) == "no more paper"


async def test_an_error_before_the_first_byte_is_a_500(client: Client, clock: Stopwatch) -> None:
    """As with `client.get`."""
    with clock.takes(0.0):
        async with client.stream("GET", "/fails") as page:
            status(page, 500)


async def test_the_span_ends_as_the_response_does(client: Client, trace: Trace) -> None:
    """It is whole, cut off by the reader, or broken off by the app."""
    async with client.stream("GET", "/numbers") as page:
        await page.read()
    async with client.stream("GET", "/numbers") as page:
        await page.chunk()
    async with client.stream("GET", "/numbers?fails_at=0") as page:
        await page.app_is_done()
    spans = [(span.outcome, span.start, span.end) for span in trace.named("GET /numbers")]
    assert spans == [("done", 0.0, 1.5), ("cancelled", 1.5, 2.0), ("failed", 2.0, 2.5)]
