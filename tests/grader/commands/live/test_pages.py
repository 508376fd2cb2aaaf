"""What a page says, and what its stream tells."""

import asyncio
import html
import json
import re
from collections.abc import AsyncIterator

import httpx
import pytest

from grader.commands.live import lessons
from grader.commands.live.crowds import Crowds
from grader.commands.live.pages import Pages
from grader.commands.live.pictures import BEFORE, looks, moments
from grader.commands.watch.inbox import Graded, Notice, OwnPassed, Saved
from grader.course.exercises import Exercise
from grader.model.report import ExerciseResult
from grader.model.spans import Span
from grader.reports.timeline import timeline
from tests.grader.commands.live.conftest import CHECKOUT, COURSE, TOKEN, Still
from tests.grader.reports.conftest import HOSTILE, states

PARTIAL, PASSED = (
    states()[name].model_copy(update={"id": "checkout", "number": 6})
    for name in ("partial", "passed")
)


async def told(stream: AsyncIterator[str]) -> dict[str, str]:
    """The parts that the next message brings."""
    while True:
        message = await anext(stream)
        if message.startswith("data: "):
            parts: dict[str, str] = json.loads(message.removeprefix("data: "))
            return parts


async def test_the_answer_to_the_question_is_folded(browser: httpx.AsyncClient) -> None:
    """The picture opens when it is asked for; question and task stand there."""
    text = (await browser.get(f"/{TOKEN}/checkout")).text
    assert re.search(r"<details[^>]*><summary><h2>The picture</h2>", text)
    assert re.search(r"<details><summary><h2>After passing</h2>", text)
    for title in ("Predict", "Task"):
        assert f"<h2>{title}</h2>" in text.replace(f"<summary><h2>{title}</h2>", "")
    assert text.count("<li hidden>") == 3


@pytest.mark.parametrize("exercise", COURSE.exercises, ids=lambda exercise: exercise.slug)
def test_every_lesson_can_be_shown(
    exercise: Exercise,
) -> None:
    """No link of a lesson leads nowhere, and nothing of it needs a style of its own."""
    known = {each.slug for each in COURSE.exercises}
    shown = "".join(section.body for section in lessons.sections(exercise, COURSE))
    assert "style=" not in shown
    for place in re.findall(r'href="([^"]*)"', shown):
        assert place in known or place.startswith("https://")


async def test_a_stream_tells_what_changes(desk: Still) -> None:
    """At first all parts, then only those that became others; a slow reader gets the newest."""
    stream = Pages(desk, Crowds("process"), TOKEN)._changes(CHECKOUT)
    assert (await told(stream)).keys() == {"progress", "verdict", "next"}
    desk._hear(Graded(PARTIAL))
    desk._hear(Notice("Look here."))
    desk._hear(Graded(PASSED))
    parts = await told(stream)
    assert "Look here." in parts["progress"]
    assert 'data-passed="yes"' in parts["next"]
    assert "passed</span>, 4 of 4 points" in parts["verdict"]
    desk.close()
    assert [message async for message in stream] == []
    assert not desk._bells


async def test_own_tests_come_first(desk: Still) -> None:
    """While circumstances run, the page says so; the verdict takes that away."""
    pages = Pages(desk, Crowds("process"), TOKEN)
    desk._hear(OwnPassed(PASSED))
    assert "The same is being asked again" in pages._parts(CHECKOUT)["verdict"]
    desk._hear(Graded(PASSED))
    assert "The same is being asked again" not in pages._parts(CHECKOUT)["verdict"]


async def test_a_long_grading_is_announced(desk: Still) -> None:
    """A save draws nothing; a verdict that does not come soon is announced."""
    desk._hear(Graded(PARTIAL))
    version = desk.version
    desk._hear(Saved(frozenset({"checkout"})))
    assert desk.version == version
    desk._announce("checkout")
    assert "grading" in Pages(desk, Crowds("process"), TOKEN)._parts(CHECKOUT)["verdict"]
    desk._due.clear()


@pytest.mark.parametrize("state", states())
async def test_hostile_texts_stay_texts(desk: Still, state: str) -> None:
    """Whatever an answer says stands there escaped, in each state that an exercise can be in."""
    result = states(HOSTILE)[state].model_copy(update={"id": "checkout"})
    desk._hear(Graded(result))
    verdict = Pages(desk, Crowds("process"), TOKEN)._parts(CHECKOUT)["verdict"]
    assert "cannot be shown" not in verdict
    for forbidden in ("<script", "<img", "javascript:x)</a", "\x1b", "\u202e", "\x07"):
        assert forbidden not in verdict
    if state in ("partial", "broken"):
        assert "<script>alert(1)</script>" in html.unescape(verdict)


def test_what_is_in_flight() -> None:
    """At each moment: what runs, what another's blocking call holds up, what is done."""
    spans = [
        Span(label="pay(1)", line=1, start=0.0, end=1.0),
        Span(label="time.sleep", line=2, start=0.25, end=0.75, blocking=True),
        Span(label="mail(1)", line=3, start=0.5, end=2.0, lane="thread"),
        Span(label="log(1)", line=4, start=0.0, end=1.0, count=3, outcome="failed"),
    ]
    shown = timeline(spans, full=True)
    assert shown is not None
    assert moments(shown) == [
        (0.0, 4, 0, 0),
        (0.25, 1, 4, 0),
        (0.5, 2, 4, 0),
        (0.75, 5, 0, 1),
        (1.0, 1, 0, 5),
        (2.0, 0, 0, 6),
    ]


def test_ghosts_stand_below_on_the_same_scale() -> None:
    """They show calls and no line of another program; one that takes too long is cut off."""
    slow = [Span(label="pay(1)", line=9, start=0.0, end=60.0)]
    tests = [test.model_copy(update={"timeline": slow, "seconds": 60.0}) for test in PASSED.tests]
    ghost = PASSED.model_copy(update={"tests": tests})
    earlier = {test.id: test.model_copy(update={"seconds": 9.0}) for test in PARTIAL.tests}
    found = looks(PASSED, earlier, {"blocking": ghost})
    picture = found[0].picture
    assert picture is not None
    assert [(strip.name, strip.took) for strip in picture.ghosts] == [
        (BEFORE, "1.5 s"),
        ("blocks the loop", "60.0 s"),
    ]
    assert picture.end == 4.5
    lines = {bar.line for strip in picture.ghosts for bar in strip.drawing.bars}
    assert lines == {None}
    assert found[0].change == "It was 9.0 s, and is 1.5 s."
    assert [look.is_open for look in found] == [True, False, False]


def test_the_first_failure_is_open() -> None:
    """Its reason is what a learner needs."""
    failed: ExerciseResult = states()["timed_out"]
    assert failed.tests
    assert [look.is_open for look in looks(PARTIAL, {}, {})] == [True, False, False]


async def test_there_is_nothing_else(browser: httpx.AsyncClient) -> None:
    """An exercise that is not there, too many visitors, and a function that is not given."""
    assert (await browser.get(f"/{TOKEN}/chekout")).status_code == 404
    for query in ("count=0", "count=2001", "count=1&gap=-1", "count=1&failing=checkout"):
        assert (await browser.get(f"/{TOKEN}/checkout/visitors?{query}")).status_code == 422


async def test_who_leaves_ends_the_visit(desk: Still, monkeypatch: pytest.MonkeyPatch) -> None:
    """A chart that nobody waits for any more is not made to its end."""
    ended = asyncio.Event()

    async def for_ever(*_: object) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    crowds = Crowds("process")
    monkeypatch.setattr(crowds, "visit", for_ever)
    said = asyncio.Queue[dict[str, object]]()
    said.put_nowait({"type": "http.request", "body": b"", "more_body": False})
    said.put_nowait({"type": "http.disconnect"})
    scope = {
        "type": "http",
        "method": "GET",
        "path": f"/{TOKEN}/checkout/visitors",
        "query_string": b"count=1",
        "headers": [],
    }
    sent: list[object] = []

    async def send(message: object) -> None:
        sent.append(message)

    await Pages(desk, crowds, TOKEN).app(scope, said.get, send)
    await ended.wait()
    assert sent
