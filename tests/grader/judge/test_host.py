"""What a host says of its answer: moments that coincide, threads, loops, and lies."""

from pathlib import Path
from typing import Any

import pytest

from grader.suite.checks import same, status
from grader.suite.fakes import Fakes
from grader.suite.stopwatch import Stopwatch
from tests.grader.judge.played import hosted, outcome

HEAD = """
import asyncio
import time
from fastapi import FastAPI, HTTPException

app = FastAPI()

async def ask(number: int) -> int:
    raise NotImplementedError

def ask_and_block(number: int) -> int:
    raise NotImplementedError

"""


async def check(client: Any, clock: Stopwatch, fake: Fakes) -> None:
    """The endpoint needs as long as one call, of 1 s, and gives its result."""
    for name in ("ask", "ask_and_block"):
        fake(name, takes=1.0, returns=lambda number: number + 1)
    with clock.takes(1.0):
        response = await client.get("/")
    status(response, 200)
    same(response.json(), 8)


def played(endpoint: str, folder: Path) -> str:
    """How the test ends for a judge of this endpoint."""
    lines = endpoint.strip().splitlines()
    with hosted(HEAD + "@app.get('/')\n" + "\n".join(lines), folder) as line:
        return outcome(line, check)


@pytest.mark.parametrize(
    "endpoint",
    [
        "async def endpoint() -> int:\n    return await ask(7)",
        "def endpoint() -> int:\n    return ask_and_block(7)",
        "async def endpoint() -> int:\n    return ask_and_block(7)",
        "def endpoint() -> int:\n    return asyncio.run(ask(7))",
        "def endpoint() -> int:\n    time.sleep(1)\n    return 8",
        "async def endpoint() -> int:\n"
        "    each = (asyncio.to_thread(ask_and_block, 7) for _ in range(3))\n"
        "    return (await asyncio.gather(*each))[0]",
    ],
)
def test_time_passes_wherever_an_answer_waits(endpoint: str, tmp_path: Path) -> None:
    """On the loop, in a thread, in a loop of its own, in time.sleep: a second is a second."""
    assert played(endpoint, tmp_path) == "passed"


def test_cut_off_at_the_moment_of_its_end(tmp_path: Path) -> None:
    """A limit of 1 s for a call of 1 s: whichever comes first, there is a response at 1 s."""
    endpoint = """
async def endpoint() -> int:
    try:
        async with asyncio.timeout(1.0):
            return await ask(7)
    except TimeoutError:
        return 8
"""
    assert played(endpoint, tmp_path) == "passed"


def test_cut_off_before_it_began(tmp_path: Path) -> None:
    """A call that is cancelled in the step in which it began keeps nobody waiting."""
    endpoint = """
async def endpoint() -> int:
    task = asyncio.create_task(ask(1))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    return await ask(7)
"""
    assert played(endpoint, tmp_path) == "passed"


@pytest.mark.parametrize(
    ("lie", "ends"),
    [
        ("clock.move(clock.now_ns + 2 * 10**9)", "CheckFailed: expected 1.0 s, got 3.0 s"),
        ("clock.now_ns = 10**9", "CheckFailed: expected 1.0 s, got 2.0 s"),
        ("clock.elsewhere = None", "Gone: it has ended"),
    ],
)
def test_a_lie_about_the_time_is_only_its_own(lie: str, ends: str, tmp_path: Path) -> None:
    """An answer that reaches its clock moves that one: for the judge it is late, or gone."""
    endpoint = f"""
async def endpoint() -> int:
    clock = asyncio.get_running_loop().clock
    {lie}
    await asyncio.sleep(1.0)
    return 8
"""
    assert played(endpoint, tmp_path) == ends
