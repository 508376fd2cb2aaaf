"""Does the model's call end when its visitor leaves, and only then."""

import asyncio
import random

import pytest

from grader.suite import called, ended, expect, heard, same, status, token

MODEL = "ask_model"
SOON = 0.5
"""Seconds after which a call must have ended for want of a visitor."""


def get(client, text):
    return client.get(f"/answers/{text}")


def post(client, text):
    return client.post("/answers", json={"text": text})


async def leaves(client, clock, ask, text, after):
    """A visitor asks, and leaves after so many seconds: when that was, and the app's tasks."""
    asked = asyncio.create_task(ask(client, text))
    await clock.sleep(after)
    serving = list(client.transport.tasks)
    gone = clock.now()
    asked.cancel()
    return gone, serving


@pytest.mark.points(2)
async def test_who_stays(client, clock, fake):
    """Whoever stays has the model's answer after 3.0 s, from one call."""
    text = token()
    model = fake(MODEL, takes=3.0)
    with clock.takes(3.0):
        response = await get(client, text)
    status(response, 200)
    same(response.json(), model.result)
    model.was_called_once_with(text)


@pytest.mark.points(3)
@pytest.mark.needs("test_who_stays")
async def test_the_call_ends_with_its_visitor(client, clock, fake, trace):
    """The model needs 8 s, its visitor leaves after 2.5 s: the call is cancelled by 3.0 s."""
    fake(MODEL, takes=8.0)
    gone, _ = await leaves(client, clock, get, token(), 2.5)
    await clock.sleep(8.0)
    called(MODEL, len(trace.named(MODEL)), 1)
    heard(trace.named(MODEL), gone, SOON)


@pytest.mark.points(2)
@pytest.mark.needs("test_who_stays")
async def test_a_question_in_the_body(client, clock, fake, trace):
    """The same for a POST: an answer after 3.0 s, and who leaves after 2.5 s ends the call."""
    text = token()
    model = fake(MODEL, takes=3.0)
    with clock.takes(3.0):
        response = await post(client, text)
    status(response, 200)
    same(response.json(), model.result)
    fake(MODEL, takes=8.0)
    gone, _ = await leaves(client, clock, post, text, 2.5)
    await clock.sleep(8.0)
    heard(trace.named(MODEL), gone, SOON)


@pytest.mark.points(2)
@pytest.mark.needs("test_who_stays")
async def test_some_leave_and_some_stay(client, clock, fake, trace):
    """Of ten visitors five leave after 1.0 s: the others have their answers after 3.0 s."""
    texts = [token() for _ in range(10)]
    left = set(random.sample(texts, 5))
    model = fake(MODEL, takes=lambda text: 8.0 if text in left else 3.0)
    start = clock.now()
    visits = {text: asyncio.create_task(get(client, text)) for text in texts}
    await clock.sleep(1.0)
    gone = clock.now()
    for text in left:
        visits[text].cancel()
    stayed = [text for text in texts if text not in left]
    responses = await asyncio.gather(*(visits[text] for text in stayed))
    clock.check(start, clock.now(), 3.0, "The last answer was there")
    for text, response in zip(stayed, responses, strict=True):
        status(response, 200)
        same(response.json(), model.result_for(text))
    await clock.sleep(8.0)
    labels = {f"{MODEL}({text!r})" for text in left}
    heard([call for call in trace.named(MODEL) if call.label in labels], gone, SOON)


@pytest.mark.needs("test_who_stays")
async def test_a_model_that_fails(client, clock, fake):
    """The model raises after 1.0 s, whatever it is: a 502 at 1.0 s."""
    for ask in (get, post):
        fake(MODEL, takes=1.0, raises=RuntimeError(token()))
        with clock.takes(1.0):
            response = await ask(client, token())
        status(response, 502)


@pytest.mark.needs("test_who_stays", "test_the_call_ends_with_its_visitor")
async def test_nobody_goes_before_the_call_has_ended(client, clock, fake, trace):
    """The call needs 0.2 s to end when it is cancelled: the request waits for that."""
    fake(MODEL, takes=8.0, undo=0.2)
    _, serving = await leaves(client, clock, get, token(), 2.5)
    await asyncio.wait(serving)
    over = clock.now()
    await clock.sleep(1.0)
    called(MODEL, len(trace.named(MODEL)), 1)
    (call,) = trace.named(MODEL)
    ended(call, "cancelled")
    expect(
        call.end <= over,
        "left_open",
        "a request that is over when its call has ended",
        f"a call of {MODEL} that was cancelled and had not ended yet",
        line=call.line,
        running=True,
    )


@pytest.mark.needs("test_who_stays", "test_the_call_ends_with_its_visitor")
async def test_the_server_cancels(client, clock, fake, trace):
    """The server cancels the request after 0.5 s: the model's call is cancelled then."""
    fake(MODEL, takes=8.0)
    asked = asyncio.create_task(get(client, token()))
    await clock.sleep(0.5)
    gone = clock.now()
    client.cancel()
    await asyncio.gather(asked, return_exceptions=True)
    await clock.sleep(8.0)
    called(MODEL, len(trace.named(MODEL)), 1)
    (call,) = trace.named(MODEL)
    expect(
        call.end < gone + 0.1,
        "left_open",
        "a call that ends with its request",
        f"a call of {MODEL} for a request that was cancelled",
        line=call.line,
        running=True,
    )


@pytest.mark.needs("test_who_stays", "test_a_model_that_fails")
async def test_nothing_is_left(client, clock, fake, tidy):
    """After an answer, a failure and a visitor who left, the app stops cleanly; nothing is left."""
    fake(MODEL, takes=1.0)
    status(await get(client, token()), 200)
    await leaves(client, clock, post, token(), 0.5)
    await clock.sleep(1.0)
    fake(MODEL, takes=1.0, raises=RuntimeError(token()))
    status(await post(client, token()), 502)
    await tidy()
