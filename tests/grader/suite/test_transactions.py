"""What is made of the statements that a database has run."""

from itertools import count

from grader.suite.transactions import Commit, Step, Write, stale, stored
from grader.trace.visits import Visit

LOOK, WRITE = True, False


def visits(number: int) -> list[Visit]:
    return [Visit(place, f"POST /{place}", 0.0) for place in range(number)]


def steps(*made: tuple[Visit, bool]) -> list[Step]:
    """In that order, one each 0.5 s; looks at line 10, writes at line 20."""
    moments = count()
    return [
        Step(next(moments) * 0.5, 10 if is_read else 20, visit, is_read) for visit, is_read in made
    ]


def test_who_looked_before_the_first_write_saw_old_things() -> None:
    """All who then wrote count, the first writer too."""
    ann, ben, cleo, dan = visits(4)
    looks = ((ann, LOOK), (ben, LOOK), (cleo, LOOK), (dan, LOOK))
    found = stale(steps(*looks, (ann, WRITE), (ben, WRITE), (cleo, WRITE)))
    assert found is not None
    assert (found.requests, found.line, found.write) == (3, 10, 20)
    assert (found.start, found.end, found.at) == (0.0, 1.0, 2.0)


def test_one_at_a_time_nothing_is_old() -> None:
    """Each looks after the write before it; two may look together by chance."""
    ann, ben, cleo = visits(3)
    in_turn = [(visit, what) for visit in (ann, ben, cleo) for what in (LOOK, WRITE)]
    assert stale(steps(*in_turn)) is None
    assert stale(steps((ann, LOOK), (ben, LOOK), (ann, WRITE), (ben, WRITE))) is None
    assert stale([]) is None


def test_whose_work_a_commit_stored() -> None:
    """Another request's statement in it is named, and a response that had left before."""
    ann, ben = visits(2)
    ann.end, ann.status = 1.0, 504
    own, others = Write(20, ann), Write(30, ben)
    late = Commit(1.4, 40, 1, ann, (own,), is_alone=False)
    mixed = Commit(6.0, 50, 1, ben, (own, others), is_alone=False)
    empty = Commit(7.0, 60, 1, ben, (), is_alone=False)
    first, second, undone = stored([late, mixed, empty], [late, mixed])
    assert (first.line, first.left, first.status, first.of_other) == (40, 1.0, 504, None)
    assert (second.line, second.left, second.of_other, second.is_undone) == (50, None, 20, False)
    assert (undone.line, undone.of_other, undone.is_undone) == (50, 20, True)


def test_a_write_is_seen_after_its_commit() -> None:
    """Who looked in between saw what was there before; it counts where they wrote then."""
    ann, ben, cleo = visits(3)
    made = steps((ann, LOOK), (ann, WRITE), (ben, LOOK), (cleo, LOOK), (ben, WRITE))
    late = Commit(1.2, 40, 1, ann, (Write(20, ann),), is_alone=False)
    found = stale(made, [late])
    assert found is not None
    assert (found.requests, found.line, found.start, found.end) == (1, 10, 1.0, 1.0)
    assert (found.write, found.at, found.commit, found.stored) == (20, 0.5, 40, 1.2)
    assert stale(made, [late._replace(at=0.6)]) is None
    assert stale(made, []) is None
