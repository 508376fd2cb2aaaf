"""A patch and its solution make one program, as a person would have written it."""

import ast
from pathlib import Path

import pytest

from grader.course import exercises as course
from grader.course import folders, patches
from grader.model.errors import GraderError

COURSE = course.load(folders.find_root(Path(__file__).parent))
REFERENCE = '''"""The solution."""

import asyncio
from collections import deque

from fastapi import FastAPI

LIMIT = 3
"""How many at a time."""

app = FastAPI()


async def given(item: int) -> int:
    return item


# Waits in here.
seats = deque[int]()


@app.get("/items/{item}")
async def answer(item: int) -> int:
    """What the learner writes."""
    await asyncio.sleep(0)
    seats.append(item)
    return await given(item)
'''


def patch(tmp_path: Path, text: str, reference: str | None = REFERENCE) -> Path:
    """A file in wrong/ beside a solution."""
    folder = tmp_path / "01_item"
    (folder / "wrong").mkdir(parents=True)
    if reference is not None:
        (folder / "item.py").write_text(reference)
    path = folder / "wrong" / "it.py"
    path.write_text(text)
    return path


def test_a_patch_is_laid_over_its_solution(tmp_path: Path) -> None:
    """Replaced in place, new before what is replaced next, gone with its comment and import."""
    path = patch(
        tmp_path,
        '''"""It forgets.

fails: test_it = not-called
"""

import random
from fastapi import HTTPException

del seats

LIMIT = 1


class Held:
    pass


@app.get("/items/{item}")
async def answer(item: int) -> int:
    if random.random() < 1 / LIMIT:
        raise HTTPException(404)
    return await given(item)
''',
    )
    assert (
        patches.whole(path)
        == '''"""It forgets.

fails: test_it = not-called
"""

import random

from fastapi import FastAPI, HTTPException

LIMIT = 1

app = FastAPI()


async def given(item: int) -> int:
    return item


class Held:
    pass


@app.get("/items/{item}")
async def answer(item: int) -> int:
    if random.random() < 1 / LIMIT:
        raise HTTPException(404)
    return await given(item)
'''
    )


def test_what_a_patch_adds_last_stands_last(tmp_path: Path) -> None:
    """After what it replaces last; and where it replaces nothing, at the end."""
    path = patch(tmp_path, '"""More."""\n\nasync def given(item: int) -> int:\n    ...\n\nx = 1\n')
    assert "    ...\n\n\nx = 1\n\n\n# Waits in here.\nseats" in patches.whole(path)
    path.write_text('"""More."""\n\nx = 1\n')
    assert patches.whole(path).endswith("return await given(item)\n\n\nx = 1\n")


@pytest.mark.parametrize(
    "text", ['"""Alone.\n\nwhole: it has no endpoint.\n"""\n\nx = 1\n', "# Unfinished.\ndef x(:\n"]
)
def test_a_program_of_its_own(tmp_path: Path, text: str) -> None:
    """One that says so, and one that Python cannot read, are taken as they are."""
    path = patch(tmp_path, text)
    assert patches.whole(path) == text
    assert patches.repeated(path) == []


def test_what_cannot_be_laid_over(tmp_path: Path) -> None:
    """A `del` of nothing, and a solution that is not there or cannot be read: one sentence."""
    path = patch(tmp_path, '"""Less."""\n\ndel saets\n')
    with pytest.raises(GraderError, match="`del saets`: the solution defines no saets"):
        patches.whole(path)
    for broken in ("def (:\n", None):
        other = patch(tmp_path / str(broken)[:3], '"""More."""\n\nx = 1\n', broken)
        with pytest.raises(GraderError, match="01_item has no solution that Python can read"):
            patches.whole(other)


def test_what_a_patch_repeats_is_told(tmp_path: Path) -> None:
    """The solution's own definitions are not written again."""
    path = patch(tmp_path, '"""More."""\n\nLIMIT = 3\nx = 1\napp = FastAPI( )\n')
    assert patches.repeated(path) == ["LIMIT", "app"]


@pytest.mark.parametrize("exercise", COURSE.exercises, ids=lambda exercise: exercise.slug)
def test_every_answer_of_the_course_is_a_program(exercise: course.Exercise) -> None:
    """It has the app, and Python can read it."""
    for path in sorted(exercise.solutions.glob("*/*.py")):
        bound = [ast.unparse(node) for node in ast.parse(patches.whole(path)).body]
        assert any(line.startswith("app = ") for line in bound), path
