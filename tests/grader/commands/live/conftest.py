"""A desk without threads, to which a test tells verdicts, and its pages behind the door."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from grader.commands.live.crowds import Crowds
from grader.commands.live.desk import Desk
from grader.commands.live.door import Door
from grader.commands.live.ghosts import Ghosts
from grader.commands.live.pages import Pages
from grader.course import exercises as course
from grader.course import folders
from grader.course.exercises import Exercise
from grader.model.report import ExerciseResult
from grader.parent.runner import Runner

ROOT = folders.find_root(Path(__file__).parent)
COURSE = course.load(ROOT)
(CHECKOUT,) = COURSE.select(["checkout"])
TOKEN, PORT = "a-token", 8471
HOST = f"127.0.0.1:{PORT}"


class NoGhosts(Ghosts):
    """None is graded."""

    def of(self, exercise: Exercise) -> dict[str, ExerciseResult]:
        return {}


class Still(Desk):
    """A desk at which no ghost is graded."""

    def __init__(self) -> None:
        super().__init__(COURSE, Runner(), lambda: None)
        self.ghosts.discard()
        self.ghosts = NoGhosts("process", self.tell)

    def stop(self) -> None:
        self._gradings.discard()
        self.ghosts.discard()
        self._inbox.close()


@pytest.fixture
def desk() -> Iterator[Still]:
    desk = Still()
    yield desk
    desk.stop()


@pytest.fixture
async def browser(desk: Still) -> AsyncIterator[httpx.AsyncClient]:
    """Asks as a browser on this machine does."""
    door = Door(Pages(desk, Crowds("process"), TOKEN).app, TOKEN, PORT, None)
    transport = httpx.ASGITransport(app=door)
    async with httpx.AsyncClient(transport=transport, base_url=f"http://{HOST}") as client:
        yield client
