"""The checks of a suite: typed where they are called."""

import asyncio

import httpx
import pytest

from grader.model.checks import OutlivedCheck, RateCheck, SharedCancelCheck
from grader.model.evidence import PeakCheck, ValueCheck
from grader.suite import (
    CheckFailed,
    SuiteError,
    at_most,
    at_most_in,
    called,
    expect,
    heard,
    none_outlived,
    same,
    unharmed,
)
from grader.trace.recorder import Record


@pytest.mark.parametrize(
    ("kind", "detail", "says"),
    [
        ("peak", {}, "peak.most: Field required"),
        ("peak", {"most": "many", "allowed": 4}, "most: Input should be a valid integer"),
        ("time", {"expected_seconds": float("nan")}, "expected_seconds: Input should be a finite"),
        ("value", {"colour": "red"}, "colour: Extra inputs are not permitted"),
        ("speed", {}, "Input tag 'speed' found using 'kind' does not match"),
    ],
)
@pytest.mark.parametrize("holds", [True, False])
def test_a_wrong_detail_is_refused_where_it_is_given(
    kind: str, detail: dict[str, object], says: str, holds: bool
) -> None:
    """An author hears of it at the first run, whether the check holds or not."""
    with pytest.raises(SuiteError, match="in the suite: ") as caught:
        expect(holds, kind, "at most 4", "5", **detail)
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("actual", "missing", "surplus"),
    [
        ([{"n": 1}], "{'n': 2}", ""),
        ([{"n": 2}, {"n": 1}, {"n": 1}], "", "{'n': 1}"),
        ([{"n": 1}, {"n": True}, {"n": 3}], "{'n': 2}", "{'n': True}"),
    ],
)
def test_a_list_of_another_length_names_an_item(
    actual: list[object], missing: str, surplus: str
) -> None:
    """The first that is missing, and the first that should not be there."""
    with pytest.raises(CheckFailed) as caught:
        same({"found": actual}, {"found": [{"n": 1}, {"n": 2}]})
    check = caught.value.check
    assert isinstance(check, ValueCheck)
    assert (check.path, check.missing, check.surplus) == ("found", missing, surplus)


def test_a_check_carries_its_numbers() -> None:
    """The diagnosis gets a model of the check's kind."""
    with pytest.raises(CheckFailed, match="expected 4 at a time, got 5 at a time") as caught:
        at_most(5, 4, "work")
    assert caught.value.check == PeakCheck(
        expected="4 at a time", actual="5 at a time", most=5, allowed=4, name="work"
    )
    at_most(4, 4, "work")


def calls_at(*starts: float) -> list[Record]:
    return [Record("ask", "ask()", "loop", "call", 7, start) for start in starts]


def test_a_rate_is_held_in_any_stretch() -> None:
    """Wherever the stretch begins; its end belongs to the next one."""
    at_most_in(1.0, 2, calls_at(0.0, 0.0, 1.0, 1.0, 2.0))
    with pytest.raises(CheckFailed, match="got 3 between") as caught:
        at_most_in(1.0, 2, calls_at(0.0, 0.9, 1.0, 1.1))
    check = caught.value.check
    assert isinstance(check, RateCheck)
    assert (check.most, check.start, check.end, check.line) == (3, 0.9, 1.1, 7)


async def test_one_caller_leaves_alone() -> None:
    """Who was cancelled without being asked to counts; a failure is another matter."""
    loop = asyncio.get_running_loop()

    async def end(how: str) -> None:
        if how == "cancelled":
            raise asyncio.CancelledError
        if how == "failed":
            raise ConnectionError

    tasks = [loop.create_task(end(how)) for how in ("well", "failed", "cancelled")]
    await asyncio.wait(tasks)
    unharmed(tasks[:2], "load")
    with pytest.raises(CheckFailed, match="for 3 callers who stayed, got 1 Cancelled") as caught:
        unharmed(tasks, "load", gone=2)
    check = caught.value.check
    assert isinstance(check, SharedCancelCheck)
    assert (check.gone, check.others) == (2, 1)
    assert isinstance(tasks[1].exception(), ConnectionError)


def test_what_outlives_its_response() -> None:
    """A call that ended with the response has not; one that goes on has."""
    response = httpx.Response(409)
    calls = calls_at(0.0, 0.0, 0.0)
    calls[0].end, calls[1].end = 0.2, 0.5
    none_outlived(calls[:1], response, 0.2)
    for call, end in ((calls[1], 0.5), (calls[2], None)):
        with pytest.raises(CheckFailed, match="expected ask to have ended") as caught:
            none_outlived([calls[0], call], response, 0.2)
        check = caught.value.check
        assert isinstance(check, OutlivedCheck)
        assert (check.status, check.left, check.end, check.line) == (409, 0.2, end, 7)


def test_what_goes_on_for_nobody() -> None:
    """A call may end a little after its visitor has left, and no later."""
    calls = calls_at(0.0, 0.0, 0.0)
    calls[0].end, calls[1].end = 0.7, 0.8
    heard(calls[:1], 0.2, 0.5)
    for call, end in ((calls[1], 0.8), (calls[2], None)):
        with pytest.raises(CheckFailed, match=r"expected ask to have ended by 0\.7 s") as caught:
            heard([calls[0], call], 0.2, 0.5)
        check = caught.value.check
        assert isinstance(check, OutlivedCheck)
        assert (check.status, check.left, check.end, check.line) == (0, 0.2, end, 7)


@pytest.mark.parametrize(("ran", "kind"), [(1, "not_called"), (3, "called_too_often")])
def test_calls_are_too_few_or_too_many(ran: int, kind: str) -> None:
    """One check for both."""
    with pytest.raises(CheckFailed) as caught:
        called("work", ran, 2)
    assert caught.value.check.kind == kind
    called("work", 2, 2)
