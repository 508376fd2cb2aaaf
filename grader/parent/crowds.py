"""Has a crowd visit an answer, in a child of the warm server."""

import math
import secrets
import selectors
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from grader.isolation import namespaces
from grader.model import events
from grader.model.job import Crowd, Job
from grader.model.report import Isolation
from grader.parent import children
from grader.parent.children import Child
from grader.parent.runner import remove

REAL_SECONDS = 60.0
"""How long a crowd may take; what has been told until then counts."""


def visit(
    job: Job, crowd: Crowd, isolation: Isolation, is_unwanted: Callable[[], bool]
) -> list[events.Served]:
    """What became of each count of visitors; fewer, when they take too long or are `is_unwanted`.

    Raises GraderError when no child can be started.
    """
    home = None if isolation == "sandbox" else Path(tempfile.mkdtemp(prefix="awaitlings-"))
    key = secrets.token_bytes(32)
    job = replace(
        job,
        crowd=crowd,
        home=str(home or namespaces.SCRATCH),
        isolation=isolation,
        key=key,
        real_seconds=REAL_SECONDS,
    )
    child = children.child(job, [Path(job.suite)], isolation)
    try:
        return _listen(child, events.Reader(key), is_unwanted)
    finally:
        child.kill()
        child.wait(5)
        child.close()
        if home is not None:
            remove(home)


def _listen(
    child: Child, reader: events.Reader, is_unwanted: Callable[[], bool]
) -> list[events.Served]:
    served: list[events.Served] = []
    until = math.inf
    with selectors.DefaultSelector() as selector:
        selector.register(child.channel, selectors.EVENT_READ)
        while time.monotonic() < until and not is_unwanted():
            if not selector.select(0.1):
                if not child.alive():
                    return served
                if until == math.inf and not child.unstarted:  # its server may just have begun
                    until = time.monotonic() + REAL_SECONDS
                continue
            try:
                data = child.read()
                told = reader.feed(data)
            except BlockingIOError:
                continue
            except (OSError, events.Nonsense):
                return served
            served += [event for event in told if isinstance(event, events.Served)]
            if not data or any(isinstance(event, events.End) for event in told):
                return served
    return served
