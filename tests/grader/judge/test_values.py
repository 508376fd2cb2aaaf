"""What crosses between judge and host keeps its type, or does not cross."""

import datetime
import socket
import struct
from collections import Counter
from http import HTTPStatus
from typing import Any

import pytest

from grader.judge.line import MAX_FRAME, Gone, Line, Nonsense, Unplayable
from grader.judge.values import pack, pack_error, unpack, unpack_error


def across(value: Any) -> Any:
    """The value after its way over a line."""
    here, there = socket.socketpair()
    try:
        Line(here).put(pack(value))
        return unpack(Line(there).get())
    finally:
        here.close()
        there.close()


@pytest.mark.parametrize(
    "value",
    [
        *(
            None,
            True,
            0,
            -1,
            10**30,
            0.1,
            "",
            "e\N{COMBINING ACUTE ACCENT}\0\ud800",
            b"",
            b"\0\xff",
        ),
        [1, [2, (3, "x")], {}],
        {"d": {"t": [1]}, "": None},
        {1: "one", (2, 3): b"x", None: [True]},
        {"type": "http.response.start", "status": 200, "headers": [(b"a", b"b")]},
    ],
    ids=repr,
)
def test_plain_values_keep_their_types(value: Any) -> None:
    """What the other side has is equal, and of exactly the same types."""
    assert repr(across(value)) == repr(value)


class Liar(int):
    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = int.__hash__


DEEP: list[Any] = []
for _ in range(100_000):
    DEEP = [DEEP]


@pytest.mark.parametrize("value", [Liar(1), HTTPStatus.CONFLICT, Counter("a")])
def test_what_is_of_a_subclass_crosses_as_what_it_is(value: Any) -> None:
    """A status by its name, a counter, and a number that lies: none keeps a will of its own."""
    (there,) = unpack(pack([value]))
    assert type(there) in (int, dict)
    assert there == (dict(value) if isinstance(value, Counter) else int(value))


@pytest.mark.parametrize("value", [{1, 2}, object(), datetime.date(2026, 1, 1), DEEP])
def test_nothing_else_crosses(value: Any) -> None:
    """No object with a will of its own, and nothing that nobody could read."""
    with pytest.raises(Unplayable):
        pack([value])


@pytest.mark.parametrize(
    "data",
    [
        *({}, {"x": 1}, {"t": 1}, {"m": [1]}, {"m": [[{"d": {}}, 1]]}, {"d": 5}),
        *({"b": "\u0100"}, {"t": [], "b": ""}, [[{"q": []}]]),
    ],
    ids=str,
)
def test_what_pack_does_not_make_is_nonsense(data: Any) -> None:
    """A host may send anything: it is refused and raises nothing else."""
    with pytest.raises(Nonsense):
        unpack(data)


@pytest.mark.parametrize(
    "error", [RuntimeError("declined"), KeyError(7), TimeoutError(), OSError(2, "gone")], ids=repr
)
def test_exceptions_keep_class_and_arguments(error: BaseException) -> None:
    """A stand-in's exception is raised in the host as the suite made it."""
    found = unpack_error(pack_error(error), None)
    assert (type(found), found.args) == (type(error), error.args)


def test_an_exception_of_a_suites_own_does_not_cross() -> None:
    """A class that the host could not import is no class there."""

    class OwnError(Exception):
        pass

    with pytest.raises(Unplayable):
        pack_error(OwnError())


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        (b"", Gone),
        (b"\0\0", Gone),
        (struct.pack("!I", 5) + b"[1", Gone),
        (struct.pack("!I", MAX_FRAME + 1), Nonsense),
        (struct.pack("!I", 2) + b"[1", Nonsense),
        (struct.pack("!I", 2) + b"\xff\xff", Nonsense),
        (struct.pack("!I", 200_000) + b"[" * 200_000, Nonsense),
        (struct.pack("!I", 9_000) + b"1" * 9_000, Nonsense),
    ],
    ids=["end", "half a length", "half a frame", "long", "cut", "no text", "deep", "digits"],
)
def test_a_line_bounds_what_it_reads(sent: bytes, wrong: type[BaseException]) -> None:
    """Whatever comes, it is a frame or an exception of the line's own."""
    here, there = socket.socketpair()
    here.sendall(sent)
    here.close()
    with pytest.raises(wrong):
        Line(there).get()
    there.close()


def test_a_line_does_not_wait_for_ever() -> None:
    """A host that says nothing is gone."""
    here, there = socket.socketpair()
    with pytest.raises(Gone):
        Line(there, 0.01).get()
    here.close()
    there.close()
