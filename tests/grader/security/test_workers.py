"""A worker that is no fork finds the answer by its name, and is audited as its parent."""

import multiprocessing
import multiprocessing.spawn
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from grader.security import audit, workers

DATA = b"""
import os

def double(number):
    return os.getpid(), 2 * number

def read(path):
    try:
        with open(path) as file:
            return file.read()
    except RuntimeError as error:
        return str(error)
"""
METHODS = multiprocessing.get_all_start_methods()


@pytest.fixture
def answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """A staged answer that this process has loaded, and of which workers know."""
    real = multiprocessing.spawn.get_preparation_data
    monkeypatch.setattr(multiprocessing.spawn, "get_preparation_data", real)  # put back afterwards
    staged = tmp_path / "home" / "answer" / "staged_answer.py"
    staged.parent.mkdir(parents=True)
    (tmp_path / "closed").mkdir()
    (tmp_path / "closed" / "secret.txt").write_text("expected")
    walls = (tmp_path / "home", (tmp_path / "closed",))
    workers.tell(DATA, "exercises/staged_answer.py", staged, walls)
    module = audit.fresh("staged_answer", DATA, "exercises/staged_answer.py", staged)
    exec(compile(DATA, "exercises/staged_answer.py", "exec"), vars(module))
    yield module
    del sys.modules["staged_answer"]


@pytest.mark.timeout(120)
@pytest.mark.parametrize("method", [m for m in METHODS if m != "fork"])
def test_a_worker_knows_the_answer(answer: ModuleType, tmp_path: Path, method: str) -> None:
    """It computes with the answer's functions, and may not read what the answer may not."""
    arguments = sys.argv[:]
    with multiprocessing.get_context(method).Pool(1) as pool:
        pid, result = pool.apply(answer.double, (21,))
        assert result == 42
        assert pid != multiprocessing.current_process().pid
        said = pool.apply(answer.read, (str(tmp_path / "closed" / "secret.txt"),))
        assert said == "opens secret.txt of the course: no answer needs that"
    assert sys.argv == arguments
