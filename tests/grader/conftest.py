"""The clock must be installed before any test imports a library that takes a lock by name."""

import asyncio
import io
import sys
import warnings
from collections.abc import Callable, Coroutine
from contextlib import redirect_stdout
from types import ModuleType
from typing import Any, TypeVar

import pytest

from grader import clock

clock.install()

T = TypeVar("T")


@pytest.fixture
def run_program(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], str]:
    """Runs a program from a page, given its name and source, on the virtual clock.

    Returns what it prints. Its `asyncio.run` is the one thing that differs.
    """

    def run(main: Coroutine[Any, Any, T], *, debug: bool | None = None) -> T:
        with asyncio.Runner(debug=debug, loop_factory=clock.VirtualLoop) as runner:
            return runner.run(main)

    def run_program(name: str, source: str) -> str:
        script = ModuleType("__main__")  # where pickle and SQLAlchemy look for its classes
        monkeypatch.setitem(sys.modules, "__main__", script)
        monkeypatch.setattr(asyncio, "run", run)
        printed = io.StringIO()
        with warnings.catch_warnings(), redirect_stdout(printed):
            # One page is about this warning; Python gives it to the reader as well.
            warnings.filterwarnings("ignore", "coroutine .* was never awaited", RuntimeWarning)
            exec(compile(source, name, "exec"), vars(script))
        return printed.getvalue()

    return run_program
