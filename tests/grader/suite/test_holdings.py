"""Which tasks an answer's names reach."""

import asyncio
from types import ModuleType

import pytest
from fastapi import FastAPI

from grader.suite import holdings


class Box:
    """Stands for an object of the answer's own."""

    def __init__(self, thing: object) -> None:
        self.thing = thing


@pytest.fixture
def module() -> ModuleType:
    module = ModuleType("an_answer")
    Box.__module__ = "an_answer"
    return module


async def test_through_containers_objects_and_the_apps_state(module: ModuleType) -> None:
    """Lists, dictionaries, objects of the module's classes and `app.state`; each task once."""
    tasks = [asyncio.create_task(asyncio.sleep(0)) for _ in range(4)]
    app = FastAPI()
    app.state.running = {"one": tasks[2]}
    vars(module).update(kept=[tasks[0], {1: tasks[1]}], app=app, box=Box((tasks[3], tasks[0])))
    assert sorted(map(id, holdings.tasks(module))) == sorted(map(id, tasks))
    await asyncio.gather(*tasks)


async def test_not_through_what_belongs_to_others(module: ModuleType) -> None:
    """The standard library's own objects hold tasks of everybody."""
    task = asyncio.create_task(asyncio.sleep(0))
    other = ModuleType("other")
    vars(other)["task"] = task
    vars(module).update(loop=asyncio.get_running_loop(), other=other)
    assert list(holdings.tasks(module)) == []
    await task
