"""What the warm server does once for all the children that it forks."""

import asyncio
import contextlib
import gc
import importlib.util
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from grader.child import main  # noqa: F401  # isort: skip - first: it installs the clock

import _pytest.config  # isort: skip
import fastapi  # isort: skip
import httpx  # isort: skip
import pydantic  # isort: skip
import pytest_asyncio.plugin  # noqa: F401  # isort: skip
import pytest_timeout  # noqa: F401  # isort: skip
import sqlalchemy  # isort: skip
from sqlalchemy import orm  # isort: skip
from sqlalchemy.ext import asyncio as sqlalchemy_asyncio  # isort: skip

from grader.child.collection import Collection, collect
from grader.child.tampering import hide_test_names
from grader.security.seals import Seals, of_process

LATE_MODULES = (
    "anyio._backends._asyncio",
    "faulthandler",
    "fastapi.openapi.utils",
    "fastapi.telemetry._runtime",
    "pdb",
)
"""Modules that libraries import at their first use."""
NOT_THERE = ("sniffio",)
"""Modules that httpcore tries to import at every request, which searches all of sys.path."""


def warm_up(suites: Sequence[str]) -> tuple[Collection | None, Seals]:
    """Import and use what nearly every answer uses, then freeze it: gc need not look at it.

    Returns what a child needs of it: these suites, collected, and the seals on this process.
    """
    for name in _pytest.config.default_plugins:
        importlib.import_module(f"_pytest.{name}")
    for name in LATE_MODULES:
        with contextlib.suppress(ImportError):  # another version of a library may not have it
            importlib.import_module(name)
    for name in NOT_THERE:
        if importlib.util.find_spec(name) is None:
            sys.modules[name] = None  # type: ignore[assignment]  # then an import fails at once
    asyncio.run(_use_everything())
    hide_test_names()
    collected = collect(map(Path, suites)) if suites else None
    kept = of_process()
    gc.collect()
    gc.freeze()
    return collected, kept


async def _use_everything() -> None:
    """Go once through a request, a table and a session."""
    app = fastapi.FastAPI()

    class Body(pydantic.BaseModel):
        value: int

    @app.post("/warm")
    async def warm(body: Body) -> dict[str, int]:
        return {"value": body.value}

    class Base(orm.DeclarativeBase):
        pass

    class Row(Base):
        __tablename__ = "rows"
        id: orm.Mapped[int] = orm.mapped_column(primary_key=True)

    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://warm") as client:
        await client.post("/warm", json={"value": 1})
    engine = sqlalchemy_asyncio.create_async_engine("sqlite+aiosqlite://")
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    factory: Any = sqlalchemy_asyncio.async_sessionmaker(engine)
    async with factory() as session:
        session.add(Row(id=1))
        await session.commit()
        await session.get(Row, 1)
        (await session.execute(sqlalchemy.select(Row))).scalars().all()
    await engine.dispose()
