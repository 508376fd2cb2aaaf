"""`client.websocket`: moments, slow receivers, codes, and what a server takes from an app."""

import asyncio
import math
from contextlib import AsyncExitStack
from typing import Any

import pytest
import starlette.websockets

from grader.model.spans import Span
from grader.reports.timeline import timeline
from grader.suite import CheckFailed, same
from grader.suite.answer import Answer
from grader.suite.client import Client
from grader.suite.stopwatch import Stopwatch
from grader.suite.trace import Trace
from grader.suite.websockets import Closed
from grader.trace.recorder import Recorder

ANSWER = '''
import asyncio
from fastapi import FastAPI, WebSocket, WebSocketDisconnect
from fastapi.responses import PlainTextResponse

app = FastAPI()
told = []
room = []


@app.websocket("/echo")
async def echo(socket: WebSocket):
    await socket.accept()
    try:
        while True:
            await socket.send_text(await socket.receive_text())
            told.append("sent")
    except WebSocketDisconnect as gone:
        told.append(gone.code)
        raise


@app.websocket("/room")
async def gather(socket: WebSocket):
    await socket.accept()
    room.append(socket)
    try:
        while True:
            text = await socket.receive_text()
            await asyncio.gather(*(other.send_text(text) for other in room))
    finally:
        room.remove(socket)


@app.websocket("/closes")
async def closes(socket: WebSocket):
    await socket.accept()
    await socket.receive_text()
    await socket.close(4001, "enough")
    told.append((await socket.receive())["code"])


@app.websocket("/closes-all")
async def closes_all(socket: WebSocket):
    await socket.accept()
    room.append(socket)
    try:
        await socket.receive_text()
        for other in room:
            await other.close(4001)
    except WebSocketDisconnect:
        told.append("heard")


@app.websocket("/refuses")
async def refuses(socket: WebSocket):
    await socket.close(1008)


@app.websocket("/denies")
async def denies(socket: WebSocket):
    await socket.send_denial_response(PlainTextResponse("pay first", 402))


@app.websocket("/returns")
async def returns(socket: WebSocket):
    await socket.accept()


@app.websocket("/fails")
async def fails(socket: WebSocket):
    await socket.accept()
    raise ValueError("no paper")


@app.websocket("/tasks")
async def tasks(socket: WebSocket):
    await socket.accept()
    task = asyncio.create_task(asyncio.Event().wait())
    await task


@app.websocket("/never")
async def never(socket: WebSocket):
    await asyncio.Event().wait()


async def raw(scope, receive, send):
    """Sends what the suite says, without Starlette's own order."""
    if scope["type"] == "lifespan":
        while True:
            event = (await receive())["type"]
            await send({"type": event + ".complete"})
    await receive()
    for message in told:
        try:
            await send(message)
        except RuntimeError as error:
            told[:] = [str(error)]
            return
'''


async def test_messages_have_their_moments(client: Client, clock: Stopwatch) -> None:
    """A text is at the app at once; its answer needs what its receiver needs."""
    async with client.websocket("/echo", takes=2.0) as ann:
        await ann.send_json({"amount": 5})
        await clock.sleep(0.5)
        await ann.send_text("twice")
        same(await ann.receive_json(), {"amount": 5})
        same((await ann.receive()).data, "twice")
    assert [arrival.at for arrival in ann.received] == [2.0, 4.0]


async def test_who_leaves_is_heard_of(client: Client, clock: Stopwatch, answer: Answer) -> None:
    """With the code of a close; 1005 where the connection broke. That is no error of the app."""
    async with client.websocket("/echo") as ann:
        ann.close(4000)
        assert await ann.app_is_done() == 0.0
    async with client.websocket("/echo") as bob:
        await clock.sleep(1.0)
        bob.drop()
        assert await bob.app_is_done() == 1.0
    same(answer.told, [4000, 1005])
    assert client.transport.recorder.server_errors == []


async def test_a_send_to_somebody_who_vanishes_raises(
    client: Client, clock: Stopwatch, answer: Answer
) -> None:
    """Also while it waits for a receiver who reads nothing: Starlette makes a 1006 of it."""
    async with client.websocket("/echo", takes=math.inf) as ann:
        await ann.send_text("hello")
        await clock.sleep(5.0)
        ann.drop()
        assert await ann.app_is_done() == 5.0
    same(answer.told, [1006])
    same(ann.received, [])


async def test_the_pace_may_change_while_something_is_on_its_way(
    client: Client, clock: Stopwatch
) -> None:
    """Who has read nothing for 3 s, and reads then, has what was waiting for them."""
    async with client.websocket("/echo", takes=math.inf) as ann:
        await ann.send_text("hello")
        await clock.sleep(3.0)
        ann.takes = 0.0
        await clock.sleep(0.01)
    assert [arrival.at for arrival in ann.received] == [3.0]


async def test_one_receiver_takes_one_message_at_a_time(client: Client, clock: Stopwatch) -> None:
    """Two who send to the same slow one wait in turn; nobody else waits."""
    async with (
        client.websocket("/room", takes=2.0) as slow,
        client.websocket("/room") as ann,
        client.websocket("/room") as bob,
    ):
        await ann.send_text("a")
        await bob.send_text("b")
        await clock.sleep(10.0)
    assert [(arrival.at, arrival.data) for arrival in slow.received] == [(2.0, "a"), (4.0, "b")]
    assert [arrival.at for arrival in ann.received] == [0.0, 0.0]


async def test_the_app_closes(client: Client, clock: Stopwatch, answer: Answer) -> None:
    """Behind what its receiver has still to take; the app's `receive` has its own code."""
    async with client.websocket("/closes", takes=3.0) as ann:
        await ann.send_text("go")
        assert await ann.closes() == 4001
        assert (ann.close_code, ann.closed_at) == (4001, 3.0)
        with pytest.raises(Closed, match="closed with code 4001"):
            await ann.receive()
        with pytest.raises(Closed):
            await ann.send_text("more")
        await ann.app_is_done()
    same(answer.told, [4001])


async def test_a_close_is_heard_of_when_it_has_left(
    client: Client, clock: Stopwatch, answer: Answer
) -> None:
    """Who closes the connection of somebody slow waits for it, and their handler hears then."""
    async with (
        client.websocket("/closes-all", takes=3.0) as slow,
        client.websocket("/closes-all") as ann,
    ):
        await ann.send_text("enough")
        await clock.sleep(2.0)
        assert (answer.told, slow.app_ended, ann.app_ended) == ([], None, None)
        assert await ann.app_is_done() == 3.0
        assert (slow.close_code, slow.closed_at, slow.app_ended) == (4001, 3.0, 3.0)
    same(answer.told, ["heard"])


DENIES = pytest.param(
    "/denies",
    402,
    marks=pytest.mark.skipif(
        not hasattr(starlette.websockets.WebSocket, "send_denial_response"), reason="Starlette 0.37"
    ),
)


@pytest.mark.parametrize(("path", "refused"), [("/refuses", 403), DENIES, ("/no", 403)])
async def test_a_refusal_is_a_check_of_its_own(client: Client, path: str, refused: int) -> None:
    """Unless the suite leaves it open."""
    with pytest.raises(CheckFailed) as failed:
        async with client.websocket(path):
            pass
    check: Any = failed.value.check
    assert (check.kind, check.status, check.name) == ("refused", refused, f"WS {path}")
    socket = client.websocket(path)
    await socket.connect(accepted=False)
    assert (socket.status, socket.close_code) == (refused, 1006)


@pytest.mark.parametrize("path", ["/returns", "/fails"])
async def test_a_handler_that_ends_leaves_an_abrupt_end(client: Client, path: str) -> None:
    """uvicorn drops the connection then, whatever ended the handler."""
    async with client.websocket(path) as ann:
        assert await ann.closes() == 1006
    errors = [str(error) for error in client.transport.recorder.server_errors]
    assert errors == (["no paper"] if path == "/fails" else [])


async def test_a_stop_tells_both_ends(client: Client, clock: Stopwatch, answer: Answer) -> None:
    """1012, before the requests have their grace; an open handshake is refused."""
    waiting = client.websocket("/never")
    opening = asyncio.create_task(waiting.connect(accepted=False))
    async with client.websocket("/echo") as ann:
        await clock.sleep(0.1)
        with clock.takes(5.0, what="The app had stopped"):
            await client.stop(grace=5.0)
        assert ann.close_code == 1012
    same(answer.told, [1012])
    await opening
    assert waiting.status == 500


SEND: dict[str, Any] = {"type": "websocket.send", "text": "hello"}
ACCEPT: dict[str, Any] = {"type": "websocket.accept"}
CLOSE: dict[str, Any] = {"type": "websocket.close"}


@pytest.mark.parametrize(
    ("messages", "said"),
    [
        ([SEND], "Expected ASGI message 'websocket.accept' or 'websocket.close'"),
        ([ACCEPT, ACCEPT], "Expected ASGI message 'websocket.send' or 'websocket.close', but got"),
        ([ACCEPT, CLOSE, SEND], "Unexpected ASGI message 'websocket.send', after sending"),
        ([{"type": "websocket.http.response.start", "status": 402}, SEND], "response.body'"),
    ],
)
async def test_the_order_is_a_servers(
    client: Client, answer: Answer, messages: list[Any], said: str
) -> None:
    """An app that speaks ASGI itself is told what it does wrong."""
    client.transport.app = answer.raw
    answer.told.extend(messages)
    socket = client.websocket("/raw")
    await socket.connect(accepted=False)
    await socket.app_is_done()
    (error,) = answer.told
    assert said in error


async def test_a_send_is_a_span_with_its_line(
    client: Client, clock: Stopwatch, trace: Trace
) -> None:
    """It is named after its receiver, and lasts as long as the app waits."""
    async with client.websocket("/echo", takes=2.0, name="the slow one") as ann:
        await ann.send_text("hello")
        await ann.receive()
    (sent,) = trace.named("send")
    assert (sent.label, sent.line, sent.end) == ("send to the slow one", 16, 2.0)
    (visit,) = trace.named("WS /echo")
    assert (visit.outcome, visit.end) == ("done", 2.0)


async def test_a_broadcast_to_fifty_stays_a_few_rows(
    client: Client, clock: Stopwatch, recorder: Recorder
) -> None:
    """The line that sends, once for the many and once for the slow one."""
    sockets = [client.websocket("/room") for _ in range(50)]
    slow = client.websocket("/room", takes=5.0, name="the slow one")
    async with AsyncExitStack() as stack:
        for socket in (*sockets, slow):
            await stack.enter_async_context(socket)
        for text in ("a", "b", "c"):
            await sockets[0].send_text(text)
        await clock.sleep(20.0)
    assert sum(len(socket.received) for socket in sockets) == 150
    drawn = timeline(_as_a_report_has_them(recorder))
    assert drawn is not None
    rows = [(row.label, row.fold) for row in drawn.rows]
    assert rows == [
        ("send to WS /room", "x150, 50 at once"),
        ("send to the slow one", "x3, 1 at once"),
    ]
    assert drawn.left_out == 0


def _as_a_report_has_them(recorder: Recorder) -> list[Span]:
    return [Span.model_validate(span.model_dump()) for span in recorder.spans()]


async def test_one_who_left_may_end_anothers_handler(
    client: Client, clock: Stopwatch, answer: Answer
) -> None:
    """That is an error of the app: who is still there did not leave."""
    async with client.websocket("/room") as ann, client.websocket("/room") as bob:
        await clock.sleep(0.1)
        gone = answer.room[1]
        bob.drop()
        await bob.app_is_done()
        answer.room.append(gone)
        await ann.send_text("hello")
        assert await ann.closes() == 1006
    (error,) = client.transport.recorder.server_errors
    assert type(error).__name__ == "WebSocketDisconnect"


async def test_a_failed_check_leaves_nothing_running(client: Client, recorder: Recorder) -> None:
    """The block ends with the test; what the app has not heard yet is not left by it."""

    async def suite() -> None:
        async with client.websocket("/tasks") as ann:
            await ann.send_text("hello")
            same(ann.received, ["hello"])

    with pytest.raises(CheckFailed):
        await suite()
    assert recorder.leaked(of_ended_visits=True) == []
    async with client.websocket("/tasks") as ann:
        await ann.send_text("hello")
    (left,) = recorder.leaked(of_ended_visits=True)
    assert left.what == "the task Event.wait"


async def test_a_thousand_have_exact_moments(client: Client, clock: Stopwatch) -> None:
    """Every tenth takes 1 s for each message; nobody else is late."""
    async with AsyncExitStack() as stack:
        sockets = [
            await stack.enter_async_context(
                client.websocket("/room", takes=0.0 if number % 10 else 1.0)
            )
            for number in range(1_000)
        ]
        for text in ("a", "b"):
            await sockets[1].send_text(text)
        await clock.sleep(10.0)
    moments = [[arrival.at for arrival in socket.received] for socket in sockets]
    assert moments == [[0.0, 1.0] if number % 10 else [1.0, 2.0] for number in range(1_000)]
