"""By which parameter a function takes what a dependency with `yield` gives."""

import linecache
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.suite import takers

TEXT = """
async def get_session():
    async with SessionFactory() as session:
        yield session


Short = Annotated[AsyncSession, Depends(get_session, scope="function")]


async def check_key(key: str, session: AsyncSession = Depends(get_session)):
    await look_up(session, key)


@app.get("/prices", dependencies=[Depends(check_key)])
async def prices():
    return []


@app.get("/orders")
async def orders(session: Short):
    return []


def get_client(request: Request):
    return request.app.state.client


@app.get("/rates")
async def rates(client: Annotated[AsyncClient, Depends(get_client)]):
    return []
"""


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "answer.py"
    path.write_text(TEXT, encoding="utf-8")
    yield path
    linecache.clearcache()


def test_each_is_found_with_its_function_and_scope(path: Path) -> None:
    """By an alias, by a default, and by a dependency of a dependency; `return` lends nothing."""
    found = {(t.user, t.line, t.is_short) for t in takers.takers(str(path))}
    assert found == {("check_key", 10, False), ("prices", 10, False), ("orders", 20, True)}


def test_it_knows_where_the_connection_is_opened(path: Path) -> None:
    """The lines of the generator, for the line that a connection has."""
    assert {(t.of, t.first, t.last) for t in takers.takers(str(path))} == {("get_session", 2, 4)}
