"""Calls that do something else than was meant, found in a file."""

import linecache
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.suite import slips

TEXTS = {
    "sync_client": ("client = httpx.Client()", "client = httpx.AsyncClient()"),
    "handed_call": ("background.add_task(send(1))", "background.add_task(send, 1)"),
    "swapped_status": ('raise HTTPException("gone", 404)', 'raise HTTPException(404, "gone")'),
    "async_in_thread": (
        "async def f(): ...\nasyncio.to_thread(f)",
        "def f(): ...\nasyncio.to_thread(f)",
    ),
    "second_yield": ("async def f():\n    yield 1\n    yield 2", "async def f():\n    yield 1"),
    "kept_behind_yield": (
        "async def f():\n    try:\n        yield 1\n    except Exception:\n        pass",
        "async def f():\n    try:\n        yield 1\n    except Exception:\n        raise",
    ),
    "no_commit": (
        'async def f():\n    async with connect(P) as db:\n        await db.execute("UPDATE t")',
        "async def f():\n    async with connect(P) as db:\n"
        '        await db.execute("UPDATE t")\n        await db.commit()',
    ),
    "own_lock": (
        "async def f():\n    async with asyncio.Semaphore(3):\n        pass",
        "async def f():\n    lock = asyncio.Lock()\n\n    async def g():\n"
        "        async with lock:\n            pass\n\n    await asyncio.wait([g(), g()])",
    ),
    "gather": (
        "async def f():\n    await asyncio.gather(g(), h())",
        "async def f():\n    await asyncio.gather(g(), h(), return_exceptions=True)",
    ),
    "not_awaited": (
        "async def f(steps):\n    anext(steps)",
        "async def f(steps):\n    await anext(steps)",
    ),
    "streamed_out_of": (
        "async def f():\n    async with open_it() as it:\n        return StreamingResponse(g(it))",
        "async def f():\n    async with open_it() as it:\n        return JSONResponse(g(it))",
    ),
    "local_only": (
        "kept = {}\n\ndef f():\n    kept = 1",
        "kept = {}\n\ndef f():\n    kept = 1\n    return kept",
    ),
    "changed_late": (
        "async def f():\n    global n\n    if n:\n        await g()\n    n = 1",
        "async def f():\n    global n\n    if n:\n        n = 1\n    await g()",
    ),
    "no_lifespan": (
        "@asynccontextmanager\nasync def life(app):\n    yield\napp = FastAPI()",
        "@asynccontextmanager\nasync def life(app):\n    yield\napp = FastAPI(lifespan=life)",
    ),
}
"""For each kind a text that has it, and one that does not."""
FACTS = ("anext", "module_state", "truth")
"""Kinds that are no mistakes, only what others are told with."""


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "answer.py"
    linecache.clearcache()


@pytest.mark.parametrize("kind", TEXTS)
def test_it_is_found_and_only_it(path: Path, kind: str) -> None:
    """By its own line; the right call beside it is nothing."""
    wrong, right = TEXTS[kind]
    path.write_text(wrong, encoding="utf-8")
    assert [slip.kind for slip in slips.slips(str(path)) if slip.kind not in FACTS] == [kind]
    linecache.clearcache()
    path.write_text(right, encoding="utf-8")
    assert [slip for slip in slips.slips(str(path)) if slip.kind not in FACTS] == []
