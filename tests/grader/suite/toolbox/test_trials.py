"""`trial`: an answer's own tests against programs, right and wrong, and what is left of them."""

import asyncio

import pytest

from grader.diagnosis import diagnose
from grader.model.evidence import Evidence
from grader.suite.answer import Answer
from grader.suite.checks import CheckFailed
from grader.suite.stopwatch import Stopwatch
from grader.suite.trials import Trials

ANSWER = """
import asyncio


async def test_the_wait(client, clock, fake):
    steep = fake("steep", takes=1.0)
    with clock.takes(1.0):
        response = await client.get("/tea")
    assert response.json() == steep.result


async def test_twice(client, fake):
    steep = fake("steep", takes=1.0)
    async with asyncio.TaskGroup() as group:
        for _ in range(2):
            group.create_task(client.get("/tea"))
    steep.was_called(2)


async def stops(client, fake):
    raise KeyError("weather")


async def stub(client, fake):
    raise NotImplementedError("tea: write the tests")


async def looks_at_the_app(client, fake):
    assert client.transport.app is None


async def looks_at_the_calls(client, fake):
    assert fake("steep").calls == []
"""
PAGE = """
import asyncio
from fastapi import FastAPI

app = FastAPI()

async def steep():
    return "no stand-in"

@app.get("/tea")
async def tea():
    return await steep()
"""
SLOW = PAGE.replace("return await", "await asyncio.sleep(0.5)\n    return await")
BEHIND = PAGE.replace("return await", "asyncio.create_task(asyncio.sleep(1e6))\n    return await")


async def test_a_right_program(trial: Trials, clock: Stopwatch) -> None:
    """It is accepted: each test has it for itself, and two tests take their two seconds."""
    with clock.takes(2.0):
        await trial.accepts(PAGE, "makes tea")


async def test_a_wrong_program(trial: Trials) -> None:
    """It is rejected by a check, and by an assertion."""
    await trial.rejects(SLOW, "sleeps")


async def test_a_right_program_that_is_rejected(trial: Trials) -> None:
    """The reason names the test, its line and what it expected."""
    with pytest.raises(CheckFailed) as failed:
        await trial.accepts(SLOW, "sleeps before it makes tea")
    told = diagnose(Evidence(check=failed.value.check), "answer.py")
    assert (told.diagnosis, told.line) == ("right-rejected", 7)
    assert told.why == (
        "This page does all that is asked: it sleeps before it makes tea. test_the_wait (line 7) "
        "rejects it: expected 1.0 s, got 1.5 s."
    )


async def test_a_wrong_program_that_is_accepted(trial: Trials) -> None:
    """The reason says what the program does."""
    with pytest.raises(CheckFailed) as failed:
        await trial.rejects(PAGE, "makes tea")
    told = diagnose(Evidence(check=failed.value.check), "answer.py")
    assert told.diagnosis == "wrong-accepted"
    assert told.why == "This page makes tea, and no assertion of yours sees it."


def only(answer: Answer, name: str) -> None:
    """The answer has no other test than this function."""
    names = vars(answer._module)
    for test in [known for known in names if known.startswith("test_")]:
        del names[test]
    names[f"test_{name}"] = names[name]


async def test_only_an_assertion_rejects(trial: Trials, answer: Answer) -> None:
    """A test that stops with another exception does not reject, and is told so."""
    only(answer, "stops")
    with pytest.raises(CheckFailed) as failed:
        await trial.rejects(SLOW, "sleeps")
    told = diagnose(Evidence(check=failed.value.check), "answer.py")
    assert (told.diagnosis, told.line) == ("wrong-accepted", 21)
    assert told.why == (
        "This page sleeps, and no assertion of yours sees it. stops (line 21) stops with KeyError: "
        "'weather', and only an assertion rejects."
    )


@pytest.mark.parametrize("name", ["looks_at_the_app", "looks_at_the_calls"])
async def test_a_test_cannot_look_at_its_program(trial: Trials, answer: Answer, name: str) -> None:
    """It has what the task tells of, and an AttributeError for the rest, which rejects nothing."""
    only(answer, name)
    with pytest.raises(CheckFailed, match="1 test that accepts it") as failed:
        await trial.rejects(SLOW, "sleeps")
    assert "AttributeError: a test has no ." in diagnose(Evidence(check=failed.value.check), "").why


async def test_a_stub_is_no_verdict(trial: Trials, answer: Answer) -> None:
    """A NotImplementedError of the answer's own leaves, so that it counts as not written."""
    only(answer, "stub")
    with pytest.raises(NotImplementedError):
        await trial.accepts(PAGE, "makes tea")


async def test_nothing_is_left(trial: Trials) -> None:
    """What a program leaves running ends with its test."""
    before = asyncio.all_tasks()
    await trial.accepts(BEHIND, "starts a task")
    assert asyncio.all_tasks() == before
