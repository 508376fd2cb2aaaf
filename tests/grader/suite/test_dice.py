"""What a suite's `random` draws: an id that no other request of the same test has."""

import random
from collections.abc import Iterator

import pytest

from grader.suite.circumstances import FIRST_ID, WIDE, Dice
from grader.trace import circumstance
from grader.trace.circumstance import DICE

IDS = range(FIRST_ID, FIRST_ID + WIDE)


def test_no_id_comes_twice() -> None:
    """40,000 of 50,000: without memory some 13,000 of them would have come before."""
    dice = Dice(1)
    ids = [dice.randint(IDS.start, IDS[-1]) for _ in range(300)]
    ids += [id for _ in range(10) for id in dice.sample(IDS, 3_970)]
    assert len(set(ids)) == len(ids) == 40_000


def test_the_next_test_may_draw_it_again() -> None:
    dice = Dice(1)
    for _ in range(3):
        assert len(set(dice.sample(IDS, len(IDS)))) == len(IDS)
        dice.forget()


def test_a_seed_repeats_its_ids() -> None:
    draws = [[dice.randint(FIRST_ID, 99_999), *dice.sample(IDS, 3)] for dice in (Dice(5), Dice(5))]
    assert draws[0] == draws[1]


def test_an_amount_may_come_again() -> None:
    dice = Dice(1)
    assert len({dice.randint(1, 9) for _ in range(100)}) == 9


def test_zero_is_an_id_under_odd_values() -> None:
    dice = Dice(1)
    dice.zero = True
    assert dice.randint(100_000, 999_999) != 0
    assert not dice.drew_zero
    assert dice.randint(FIRST_ID, 99_999) == 0
    assert dice.sample(IDS, 5).count(0) == 1
    assert dice.drew_zero


def test_more_than_there_are() -> None:
    with pytest.raises(ValueError, match="larger than population"):
        Dice(1).sample(IDS, len(IDS) + 1)


@pytest.fixture
def seeded() -> Iterator[None]:
    before, kept = (DICE.seed_of_all, DICE.seeded), random.getstate()
    circumstance.seed(b"one class")
    yield
    DICE.seed_of_all, DICE.seeded = before
    random.setstate(kept)


@pytest.mark.usefixtures("seeded")
def test_a_seeded_test_draws_the_same_whatever_was_drawn_before_it() -> None:
    """How often the tests before it have drawn hangs on threads that race."""
    drawn = []
    for before in (0, 1, 7):
        for _ in range(before):
            DICE.random(), random.random()
        DICE.begin("test_a_sale at_once")
        drawn.append((DICE.random(), DICE.getrandbits(32), random.random()))
    assert drawn[0] == drawn[1] == drawn[2]
    DICE.begin("test_a_refusal at_once")
    assert (DICE.random(), DICE.getrandbits(32), random.random()) != drawn[0]
