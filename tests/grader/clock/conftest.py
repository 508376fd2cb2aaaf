"""What the clock's tests share: a virtual loop, and a real server in that loop."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import pytest
import uvicorn

from grader.clock import VirtualLoop

Serve = Callable[[Any], AbstractAsyncContextManager[str]]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "slow: takes more than 0.25 real seconds, and says why")


@pytest.fixture
def loop() -> Iterator[VirtualLoop]:
    """A virtual loop, closed as asyncio.Runner closes any loop."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        loop = runner.get_loop()
        assert isinstance(loop, VirtualLoop)
        yield loop


@pytest.fixture
def serve() -> Serve:
    """`async with serve(app) as url`: a uvicorn server on a loopback port of the running loop."""

    @asynccontextmanager
    async def serving(app: Any) -> AsyncIterator[str]:
        config = uvicorn.Config(app, port=0, log_level="error", lifespan="off", ws="none")
        server = uvicorn.Server(config)
        task = asyncio.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        finally:
            server.should_exit = True
            await task

    return serving
