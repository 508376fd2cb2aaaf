"""The channel from a child, against whatever an answer may write into it."""

import os
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.course import exercises as course
from grader.course import folders
from grader.model import events
from grader.parent import verdict
from grader.parent.conversation import Order, Said

ROOT = folders.find_root(Path(__file__).parent)
CHECKOUT = course.read(ROOT, ROOT / "tests" / "exercises" / "06_checkout")
TESTS = [test.id for test in CHECKOUT.tests]
KEY = b"k" * 32


def lines_of(*sent: events.Event, key: bytes = KEY) -> list[bytes]:
    """What a child with this key writes for these events, line by line."""
    there, here = os.pipe()
    send = events.sender(here, key)
    for event in sent:
        send(event)
    os.close(here)
    with open(there, "rb") as file:
        return file.readlines()


def conversation(outcome: str = "passed") -> list[events.Event]:
    told: list[events.Event] = [events.Collected(tests=TESTS)]
    for test in TESTS:
        told += [events.Started(test=test)]
        told += [events.Finished.model_validate({"test": test, "outcome": outcome})]
    return [*told, events.End()]


def points(data: list[bytes]) -> int:
    """The points that these chunks of bytes earn; raises what the parent would raise."""
    reader, said = events.Reader(KEY), Said(Order(CHECKOUT, "checkout.py", None), 0.0)
    try:
        for chunk in data:
            for event in reader.feed(chunk):
                said.take(event)
    except events.Nonsense as error:
        said.nonsense = error
    return verdict.of(said).points


TRUE = lines_of(*conversation())
FAILED = lines_of(*conversation("failed"))


def test_a_whole_conversation_earns_its_points() -> None:
    """However it is cut into pieces, it arrives; a failed one earns nothing."""
    whole = b"".join(TRUE)
    assert points([whole]) == points([whole[i : i + 7] for i in range(0, len(whole), 7)]) == 7
    assert points(FAILED) == 0


@pytest.mark.parametrize(
    ("before", "problem"),
    [
        (
            [],
            "tests/exercises/06_checkout: pytest does not find the tests that stand there. Ask the "
            "author of the exercise: your file is not what is wrong.",
        ),
        (
            [events.Collected(tests=TESTS)],
            "checkout.py: its process spoke out of turn: it sent an event",
        ),
    ],
)
def test_a_suite_is_at_fault_only_at_the_beginning(
    before: list[events.Collected], problem: str
) -> None:
    """Tests that are named again, when the answer may run already, are no matter of the suite."""
    said = Said(Order(CHECKOUT, "checkout.py", None), 0.0)
    for event in before:
        said.take(event)
    with pytest.raises(events.Nonsense) as caught:
        said.take(events.Collected(tests=["test_other"]))
    said.nonsense = caught.value
    result = verdict.of(said)
    assert (result.problem or "").startswith(problem)
    assert result.is_suites_fault is (not before)
    assert "is_suites_fault" not in result.model_dump_json()


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_random_bytes_earn_nothing(data: list[bytes]) -> None:
    """Nothing but Nonsense comes of them, and no point."""
    assert points(data) == 0


@given(st.lists(st.binary(max_size=80), max_size=5), st.integers(0, len(FAILED)))
def test_random_bytes_in_the_midst_earn_nothing(data: list[bytes], place: int) -> None:
    """Also not when true events stand around them."""
    assert points([*FAILED[:place], *data, *FAILED[place:]]) == 0


@given(st.integers(0, len(b"".join(TRUE))))
def test_a_truncated_conversation_earns_what_it_finished(end: int) -> None:
    """Only tests whose line had its end count."""
    cut = b"".join(TRUE)[:end]
    complete = cut.split(b"\n")[:-1]
    earned = sum(
        test.points
        for test in CHECKOUT.tests
        if any(b'"finished"' in line and b'"%s"' % test.id.encode() in line for line in complete)
    )
    assert points([cut]) == earned


def test_half_a_surrogate_pair_arrives_as_a_question_mark() -> None:
    """An answer's own message may hold one: that is no reason to call its process crashed."""
    [line] = lines_of(events.Unloadable(status="broken", problem="odd \ud800, é, 𝄞, \0"))
    [event] = events.Reader(KEY).feed(line)
    assert event == events.Unloadable(status="broken", problem="odd ?, é, 𝄞, \0")


@given(st.permutations(range(len(TRUE))))
def test_reordered_events_earn_no_more_than_their_true_beginning(order: list[int]) -> None:
    """What stands in another place than it was sent from ends the conversation."""
    true = next((i for i, place in enumerate(order) if i != place), len(order))
    assert points([TRUE[place] for place in order]) == points(TRUE[:true])


@given(st.integers(0, len(FAILED) - 1), st.integers(1, 4))
def test_repeated_events_earn_nothing(place: int, times: int) -> None:
    """A line counts once."""
    assert points([*FAILED[:place], *[FAILED[place]] * (times + 1), *FAILED[place + 1 :]]) == 0


@given(st.integers(0, len(FAILED)), st.sampled_from(TESTS), st.binary(min_size=1, max_size=64))
def test_forged_events_earn_nothing(place: int, test: str, key: bytes) -> None:
    """Well-formed events without the key, or with another, are nonsense."""
    forged = [events.Started(test=test), events.Finished(test=test, outcome="passed")]
    plain = [event.model_dump_json().encode() + b"\n" for event in forged]
    assert points([*FAILED[:place], *plain, *FAILED[place:]]) == 0
    if key != KEY:
        signed = lines_of(*conversation()[:place], *forged, key=key)[place:]
        assert points([*FAILED[:place], *signed]) == 0


EVENTS = st.one_of(
    st.builds(events.Collected, tests=st.lists(st.sampled_from([*TESTS, "x"]), max_size=8)),
    st.builds(events.Started, test=st.sampled_from([*TESTS, "x"])),
    st.builds(
        events.Finished,
        test=st.sampled_from([*TESTS, "x"]),
        outcome=st.sampled_from(["failed", "skipped"]),
    ),
    st.builds(events.Unloadable, status=st.sampled_from(["passed", "broken"]), problem=st.text()),
    st.builds(events.Flagged, flag=st.text(max_size=50)),
    st.just(events.End()),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(EVENTS, max_size=12))
def test_signed_events_in_any_order_never_raise(told: list[events.Event]) -> None:
    """Even a child that knows its key can only fail, and never gets the parent to raise."""
    assert points(lines_of(*told)) == 0


@pytest.mark.parametrize("size", [events.MAX_LINE + 1, events.MAX_BYTES + 1])
def test_oversized_events_are_nonsense(size: int) -> None:
    """The parent keeps no more of a line, and reads no more in all, than its limits."""
    with pytest.raises(events.Nonsense):
        events.Reader(KEY).feed(b"x" * size)


def test_deep_json_is_nonsense() -> None:
    """A bomb of brackets, well signed, ends the conversation."""
    deep = b'{"event":"flagged","flag":' + b"[" * 200_000 + b"]" * 200_000 + b"}"
    line = events.sign(KEY, 0, deep) + b" " + deep + b"\n"
    with pytest.raises(events.Nonsense):
        events.Reader(KEY).feed(line)


def test_the_reader_is_linear() -> None:
    """A line that comes byte by byte costs no more for each byte the longer it gets."""

    def cost(size: int) -> float:
        reader = events.Reader(KEY)
        began = time.process_time()
        for _ in range(size):
            reader.feed(b"x")
        return time.process_time() - began

    cost(1000)
    assert cost(200_000) < 5 * 4 * cost(50_000)


def test_a_line_in_pieces_is_one_line() -> None:
    """Its end may come with the next lines, or alone."""
    whole = b"".join(TRUE)
    for cut in (1, 40, len(TRUE[0]) - 1, len(TRUE[0]), len(TRUE[0]) + 1):
        reader = events.Reader(KEY)
        found = [*reader.feed(whole[:cut]), *reader.feed(b""), *reader.feed(whole[cut:])]
        assert len(found) == len(TRUE)
