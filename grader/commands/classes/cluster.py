"""Grades answers on a Dask cluster: on one that runs, or on one of this machine's own.

A worker grades as this machine would: each has the same course at the same place, and refuses an
answer whose verdict it would file under another name.
"""

import gc
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, wait
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.commands.classes import verdicts
from grader.model.errors import GraderError
from grader.model.report import ExerciseResult, Isolation
from grader.parent import children, verdict
from grader.parent.conversation import Order
from grader.parent.runner import Runner

if TYPE_CHECKING:
    from collections.abc import Iterator

    from distributed import Client

NAME = "dask"
AT_ONCE = 1000
"""Answers that the cluster holds: enough for hundreds of workers, few for the memory here."""
CONNECT_REAL_SECONDS = 10
WITHOUT_PAGES: dict[str, list[str]] = {
    f"distributed.{part}.http.routes": [] for part in ("scheduler", "worker")
}
"""Of a cluster of one's own: what it does is for nobody else on this machine to read."""

Keep = Callable[[str, ExerciseResult], None]

LOADED = verdicts.grader_digest()
"""Of the code that this process has loaded, whatever lies in its place by now."""
_lock = threading.Lock()
_running = ""


@dataclass(frozen=True)
class Errand:
    """What all answers of one run have in common; `run` is the run's own name."""

    run: str
    root: Path
    suites: tuple[Path, ...]
    isolation: Isolation


def address_of(engine: str) -> str:
    """That of `dask:ADDRESS`, empty for `dask`. Raises GraderError."""
    name, _, address = engine.partition(":")
    if name != NAME or (address == "" and ":" in engine):
        raise GraderError(
            f"--engine is {engine!r}, which is none.",
            "Write --engine dask, or --engine dask:tls://HOST:8786 for a cluster that runs.",
        )
    return address


def grade(
    orders: Mapping[str, Order], errand: Errand, address: str, jobs: int | None, keep: Keep
) -> None:
    """Grade the orders; `keep` hears each verdict, under its order's key. Raises GraderError."""
    with _client(address, jobs) as client:
        executor = client.get_executor()
        left = iter(orders.items())
        asked: dict[Any, tuple[str, Order]] = {}
        while True:
            for key, order in islice(left, AT_ONCE - len(asked)):
                asked[executor.submit(work, errand, key, order)] = key, order
            if not asked:
                return
            done, _ = wait(asked, return_when=FIRST_COMPLETED)
            for future in done:
                key, order = asked.pop(future)
                keep(key, _result(future, order))


def _result(future: Any, order: Order) -> ExerciseResult:
    """Its verdict. Raises GraderError when the cluster cannot work at all."""
    from distributed import KilledWorker

    try:
        result: ExerciseResult = future.result()
    except GraderError:
        raise
    except KilledWorker:
        problem = f"{order.shown}: each worker that began to grade this answer has ended."
        failed = verdict.without_child(replace(order, status="crashed", problem=problem))
        return failed.model_copy(update={"is_graders_fault": True})
    except Exception as error:
        raise GraderError(
            f"The cluster has failed: {type(error).__name__}: {error}.",
            "What was graded is kept: mend the cluster, and run the same command again.",
        ) from None
    return result


def work(errand: Errand, key: str, order: Order) -> ExerciseResult:
    """On a worker: the verdict on one answer. Raises GraderError when it is not as it should."""
    global _running
    assert order.job is not None
    with _lock:  # a process has one warm server
        keys = replace(
            verdicts.keys([order.exercise], errand.root, errand.isolation), grader=LOADED
        )
        if keys.of(order.exercise, order.job.data) != key:
            raise GraderError(
                "A worker has another course, grader, Python or package than this machine.",
                "Give each the same clone at the same place, install it alike, and start the "
                "workers anew.",
            )
        runner = Runner(1, isolation=errand.isolation, judged=True)
        if errand.run != _running:  # a cluster may outlive a suite's change
            verdicts.fix_hashes()
            children.renew(errand.suites, errand.isolation)
            _running = errand.run
        return runner.run([order])[0]


@contextmanager
def _client(address: str, jobs: int | None) -> "Iterator[Client]":
    """Connected to the cluster at `address`, or to one that ends with this. Raises GraderError."""
    try:
        from dask import config
        from distributed import Client, LocalCluster
        from distributed.security import Security
    except ImportError:
        raise GraderError(
            "Dask is not installed here.", 'Install it: pip install "awaitlings[cluster]"'
        ) from None
    with ExitStack() as opened:
        if not address:
            opened.enter_context(config.set(WITHOUT_PAGES))
            cluster: AbstractContextManager[Any] = LocalCluster(
                n_workers=jobs,
                threads_per_worker=1,
                host="127.0.0.1",
                dashboard_address=":0",
                security=Security.temporary(),  # else any user of this machine could give it work
            )
            yield opened.enter_context(opened.enter_context(cluster).get_client())
            return
        client, failed = None, ""
        try:
            client = opened.enter_context(Client(address, timeout=CONNECT_REAL_SECONDS))
        except (OSError, ValueError, TypeError, RuntimeError) as error:
            failed = str(error)
        if client is None:
            # A client without a scheduler waits for its loop when Python tidies it away: let that
            # be here, and not in the midst of what comes next.
            gc.collect()
            raise GraderError(
                f"No Dask cluster can be reached at {address}: {failed}.",
                "Look at the address that its scheduler has printed, and at the TLS settings of "
                "Dask (distributed.comm.tls).",
            )
        yield client
