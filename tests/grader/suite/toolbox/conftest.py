"""A suite's own fixtures, for tests of the toolbox: `ANSWER` of the test's module is the answer."""

import asyncio
import textwrap
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from grader.clock import VirtualLoop
from grader.suite.answer import stage
from grader.suite.fixtures import (  # noqa: F401
    CODE,
    SOURCE,
    answer,
    client,
    clock,
    database,
    fake,
    logs,
    recorder,
    start,
    tidy,
    trace,
    trial,
    upstream,
)


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    return {"clock": VirtualLoop}


@pytest.fixture(autouse=True)
def staged(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[None]:
    """The module's answer, as the grader's child has it before the first test of a suite."""
    text = textwrap.dedent(request.module.ANSWER)
    stash = request.config.stash
    stash[SOURCE] = source = stage(
        text.encode(), "exercises/answer.py", "answer.py", tmp_path / "in"
    )
    stash[CODE] = source.compile_traced()
    yield
    del stash[SOURCE], stash[CODE]
