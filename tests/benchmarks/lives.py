"""The figures of `grader live`: how soon bars move and charts come, and what is left behind."""

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from statistics import median
from subprocess import Popen
from typing import Any

from playwright.sync_api import Page, sync_playwright

from grader.course.exercises import Exercise
from grader.wording import count
from tests.benchmarks.rows import Row
from tests.benchmarks.subjects import MeasuringError
from tests.benchmarks.watched import (
    FAILED,
    PASSED,
    PATIENCE_REAL_SECONDS,
    Copied,
    Usage,
    copied,
    end,
    usage,
    watched,
)

MOST_RATIO = 1.3
MOST_SECONDS = 3.0
MOST_GROWTH = 2.0
VISITORS = 2_000
CHARTS = 3
SETTLE_REAL_SECONDS = 2.0
"""Until the children of an earlier save have ended."""
WORDS = {PASSED: "its tests pass", FAILED: "failed"}
DRAWN = """word => new Promise(resolve => {
  const look = () => document.querySelector("#verdict .told").textContent.includes(word);
  const frame = () => requestAnimationFrame(() => resolve(true));
  if (look()) { frame(); return; }
  const observer = new MutationObserver(() => { if (look()) { observer.disconnect(); frame(); } });
  observer.observe(document.getElementById("verdict"), { childList: true, subtree: true });
})"""
CHART = """async query => {
  const response = await fetch(`${document.body.dataset.slug}/visitors?${query}`);
  return await response.text();
}"""


class Lived:
    """A page of `grader live`."""

    def __init__(self, copy: Copied, process: Popen[bytes], page: Page) -> None:
        self.copy = copy
        self.process = process
        self.page = page

    def drawn_seconds(self) -> float:
        """Real seconds from a save to the frame with its verdict, another one each time."""
        sort = PASSED if self.copy.number % 2 else FAILED
        started = time.perf_counter()
        self.copy.save(sort)
        self.page.evaluate(DRAWN, WORDS[sort])
        return time.perf_counter() - started

    def usage(self) -> Usage:
        """What it uses when nothing is graded: a wrong answer is asked for nothing more."""
        self.drawn_seconds()
        if self.copy.number % 2 == 0:
            self.drawn_seconds()
        time.sleep(SETTLE_REAL_SECONDS)
        return usage(self.process.pid, self.copy.scratch)

    def chart_seconds(self, gap: float) -> float:
        """Real seconds from a question to its chart. Raises MeasuringError when it has gaps."""
        started = time.perf_counter()
        chart = self.page.evaluate(CHART, f"count={VISITORS}&gap={gap}")
        seconds = time.perf_counter() - started
        if f"{VISITORS:,}" not in chart or "not in time" in chart:
            raise MeasuringError("The visitors were not served in time.")
        return seconds


def live(exercise: Exercise, saves: int, leak_saves: int, reconnects: int) -> list[Row]:
    """All figures in one run, each beside what it is compared with."""
    with lived(exercise) as subject:
        with watched(exercise) as other:
            pairs = [
                (_alone(subject.drawn_seconds), _alone(other.verdict_seconds)) for _ in range(saves)
            ]
        drawn, watch = (median(seconds) for seconds in zip(*pairs, strict=True))
        # Another spacing each time: what ghosts came to is remembered.
        charts = [subject.chart_seconds(index * 1e-4) for index in range(1, CHARTS + 1)]
        before = subject.usage()
        for index in range(leak_saves):
            subject.drawn_seconds()
            if index % max(1, leak_saves // reconnects) == 0:
                subject.page.reload()
        after = subject.usage()
    grown = after.megabytes - before.megabytes
    is_flat = after.processes <= before.processes and after.descriptors <= before.descriptors
    return [
        Row(
            f"{exercise.folder}: save to moved bars, {count(saves, 'save')}, beside watch",
            f"{drawn:.3f} s",
            f"{watch:.3f} s",
            f"{drawn / watch:.2f}",
            f"<= {MOST_RATIO}",
            drawn <= MOST_RATIO * watch,
        ),
        Row(
            f"{VISITORS:,} visitors of four programs, drawn",
            f"{median(charts):.2f} s",
            goal=f"<= {MOST_SECONDS:g} s",
            met=median(charts) <= MOST_SECONDS,
        ),
        Row(
            f"`grader live` after {leak_saves:,} saves and {reconnects} reconnects",
            f"{after.descriptors} descriptors, {after.megabytes:.1f} MB",
            f"{before.descriptors} descriptors, {before.megabytes:.1f} MB",
            f"{grown:+.2f} MB",
            f"no more of any, <= {MOST_GROWTH:g} MB",
            is_flat and grown <= MOST_GROWTH,
        ),
    ]


def _alone(timed: Callable[[], float]) -> float:
    """Timed once nothing is graded any more: the circumstances of the other's save go on."""
    time.sleep(SETTLE_REAL_SECONDS)
    return timed()


@contextlib.contextmanager
def lived(exercise: Exercise) -> Iterator[Lived]:
    """Live on a copy of one exercise, in a browser, warm. Raises MeasuringError."""
    chromium = shutil.which("chromium")
    if chromium is None:
        raise MeasuringError("There is no Chromium.")
    with copied(exercise) as copy, tempfile.TemporaryFile() as output:
        process = copy.begin("live", exercise, output.fileno(), "--no-open")
        try:
            address = _address(output)
            with sync_playwright() as playwright:
                sandbox = [] if os.geteuid() else ["--no-sandbox"]
                options = [*sandbox, "--no-proxy-server"]
                browser = playwright.chromium.launch(executable_path=chromium, args=options)
                page = browser.new_page()
                page.set_default_timeout(PATIENCE_REAL_SECONDS * 1000)
                page.goto(address)
                page.locator("#verdict .told").wait_for()
                subject = Lived(copy, process, page)
                for _ in range(4):
                    subject.drawn_seconds()
                yield subject
                browser.close()
        finally:
            end(process)


def _address(output: Any) -> str:
    """What live prints first."""
    until = time.monotonic() + PATIENCE_REAL_SECONDS
    while time.monotonic() < until:
        output.seek(0)
        line = output.readline().decode()
        if line.startswith("http://") and line.endswith("\n"):
            return str(line.strip())
        time.sleep(0.05)
    raise MeasuringError("grader live did not begin.")
