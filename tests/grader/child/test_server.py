"""Which processor a child keeps to."""

import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from grader.child.server import quietest
from grader.course import exercises as course
from grader.course import folders
from grader.parent import session
from grader.parent.runner import Runner

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets one choose")

ROOT = folders.find_root(Path(__file__).parent)
CHECKOUT = course.read(ROOT, ROOT / "tests" / "exercises" / "06_checkout")


def test_the_processor_that_fewest_keep_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """Children side by side spread over what the server may use."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {2, 5, 7})
    assert quietest([2, 5, 5, None]) == 7
    assert {quietest([2, 5, 7, 7]) for _ in range(100)} == {2, 5}


def test_only_a_virtual_clock_keeps_to_one_processor(tmp_path: Path) -> None:
    """On the wall clock an answer has what the machine has."""
    path = tmp_path / "checkout.py"
    path.write_text("import os\nraise ValueError(f'{len(os.sched_getaffinity(0))} here')\n")
    order = session.order(CHECKOUT, path, "checkout.py", "virtual")
    assert order.job is not None
    on_the_wall = replace(order, job=replace(order.job, clock="real"))
    virtual, real = Runner(jobs=1).run([order, on_the_wall])
    assert "ValueError: 1 here" in (virtual.problem or "")
    assert f"ValueError: {len(os.sched_getaffinity(0))} here" in (real.problem or "")
