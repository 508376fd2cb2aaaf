"""`pools`: threads stand in for the processes of the answer's pools, where the clock sees them."""

import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from typing import Any
from weakref import WeakKeyDictionary

from grader.security import seals

MANY = 8
"""Processes of a pool that nobody gave a number: elsewhere the machine decides."""


class Pools:
    """Every ProcessPoolExecutor has as many threads as it would have processes.

    A function that a suite fakes can then take its virtual seconds in a pool:
    `@pytest.mark.usefixtures("pools")`. What only processes can show (that the work can be
    pickled, that it runs elsewhere) needs a test of its own without it.
    """

    def __init__(self) -> None:
        self._threads: WeakKeyDictionary[Any, ThreadPoolExecutor] = WeakKeyDictionary()

    @contextmanager
    def standing_in(self) -> Iterator[None]:
        """It must begin before the answer is loaded."""
        with ExitStack() as stack:
            stack.enter_context(seals.put(os, "cpu_count", lambda: MANY))
            for name, method in {
                "__init__": lambda pool, *args, **given: self._make(pool, *args, **given),
                **{each: self._of_threads(each) for each in ("submit", "map", "shutdown")},
            }.items():
                stack.enter_context(seals.put(ProcessPoolExecutor, name, method))
            yield

    def _of_threads(self, name: str) -> Any:
        return lambda pool, *args, **given: getattr(self._threads[pool], name)(*args, **given)

    def _make(
        self,
        pool: ProcessPoolExecutor,
        max_workers: int | None = None,
        mp_context: Any = None,
        initializer: Any = None,
        initargs: tuple[Any, ...] = (),
        **_more: Any,
    ) -> None:
        workers = MANY if max_workers is None else max_workers
        self._threads[pool] = ThreadPoolExecutor(
            workers, initializer=initializer, initargs=initargs
        )
