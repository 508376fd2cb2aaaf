"""What the warm server does once, so that every child it forks has it done already."""

import gc
import importlib

import grader.child  # noqa: F401 - first: it installs the clock before the libraries come

import _pytest.config  # isort: skip
import aiosqlite  # noqa: F401  # isort: skip
import fastapi  # isort: skip
import pydantic  # isort: skip
import pytest_asyncio.plugin  # noqa: F401  # isort: skip
import pytest_timeout  # noqa: F401  # isort: skip
import sqlalchemy.ext.asyncio  # isort: skip
import sqlalchemy.dialects.sqlite.aiosqlite  # noqa: F401  # isort: skip

LATE_MODULES = (
    "anyio._backends._asyncio",
    "faulthandler",
    "fastapi.openapi.utils",
    "fastapi.telemetry._runtime",
    "pdb",
)
"""Imported by libraries only when first used."""


def warm_up() -> None:
    """Import what pytest and FastAPI import late, then keep it out of the collector's way."""
    for plugin in _pytest.config.default_plugins:
        importlib.import_module(f"_pytest.{plugin}")
    for module in LATE_MODULES:
        importlib.import_module(module)

    class Body(pydantic.BaseModel):
        value: int

    app = fastapi.FastAPI()

    @app.post("/warm")
    async def warm(body: Body) -> dict[str, int]:
        return {"value": body.value}

    gc.collect()
    gc.freeze()


warm_up()
