"""datetime.now() and its kin follow the clock, and a datetime is still a datetime."""

import asyncio
import sqlite3
import time
import warnings
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pydantic
import pytest
import sqlalchemy

from grader.clock import VirtualLoop

EAST = timezone(timedelta(hours=5))


class Own(datetime):
    """A learner's own kind of datetime."""


@pytest.mark.parametrize(
    "ask",
    [
        datetime.now,
        datetime.today,
        Own.now,
        lambda: datetime.now(UTC),
        lambda: datetime.now(tz=EAST),
        lambda: datetime.fromtimestamp(time.time()),
    ],
)
def test_a_datetime_follows_the_clock(loop: VirtualLoop, ask: Callable[[], datetime]) -> None:
    """Two looks with a sleep of 0.3 s between are 0.3 s apart, and agree with time.time()."""

    async def look() -> tuple[datetime, datetime]:
        before = ask()
        await asyncio.sleep(0.3)
        assert abs(ask().timestamp() - time.time()) < 1e-6
        return before, ask()

    before, after = loop.run_until_complete(look())
    assert after - before == timedelta(seconds=0.3)
    assert type(after) is type(ask())


def test_utcnow_follows_the_clock(loop: VirtualLoop) -> None:
    """It has no zone, and newer Pythons warn of it."""

    async def look() -> timedelta:
        before = datetime.utcnow()
        await asyncio.sleep(2)
        assert datetime.utcnow() == datetime.now(UTC).replace(tzinfo=None)
        return datetime.utcnow() - before

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        assert loop.run_until_complete(look()) == timedelta(seconds=2)


def test_days_pass_on_the_clock(loop: VirtualLoop) -> None:
    """date.today, time.localtime and time.strftime are a day further after a day."""

    async def look() -> list[Any]:
        return [date.today().toordinal(), time.localtime().tm_yday, time.strftime("%Y-%m-%d")]

    before = loop.run_until_complete(look())
    loop.clock.epoch += 86_400
    after = loop.run_until_complete(look())
    assert after[0] == before[0] + 1
    assert after[1:] != before[1:]
    assert after[2] == date.fromordinal(after[0]).isoformat()


def test_without_a_clock_it_is_the_systems() -> None:
    """A thread that is no participant sees real time."""
    assert abs(datetime.now().timestamp() - time.time()) < 60
    assert datetime.now(EAST).utcoffset() == timedelta(hours=5)
    with pytest.raises(TypeError):
        datetime.now("UTC")  # type: ignore[arg-type]


def test_a_datetime_is_still_one(loop: VirtualLoop) -> None:
    """pydantic, sqlite3 and SQLAlchemy know the value by its type."""

    class Note(pydantic.BaseModel):
        at: datetime = pydantic.Field(default_factory=datetime.now)
        day: date = pydantic.Field(default_factory=date.today)

    async def note() -> tuple[Note, timedelta]:
        first = Note()
        await asyncio.sleep(1)
        return first, Note().at - first.at

    noted, apart = loop.run_until_complete(note())
    assert apart == timedelta(seconds=1)
    assert type(noted.at) is datetime
    assert Note.model_validate_json(noted.model_dump_json()) == noted
    column = sqlalchemy.Column("at", sqlalchemy.DateTime)
    table = sqlalchemy.Table("notes", sqlalchemy.MetaData(), column)
    engine = sqlalchemy.create_engine("sqlite://")
    with engine.begin() as connection:
        table.create(connection)
        connection.execute(table.insert(), {"at": noted.at})
        assert connection.execute(sqlalchemy.select(table.c.at)).scalar() == noted.at
    engine.dispose()
    with closing(sqlite3.connect(":memory:")) as plain, warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of sqlite3's own adapter
        (kept,) = plain.execute("SELECT ?", (noted.at,)).fetchone()
    assert kept == noted.at.isoformat(" ")
