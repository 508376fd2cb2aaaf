"""A class to grade: learners' folders, made of the course's own answers to one exercise."""

import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.course import exercises as course
from grader.course import folders, patches

ROOT = folders.find_root(Path(__file__).parent)
CHECKOUT = course.read(ROOT, ROOT / "tests" / "exercises" / "06_checkout")
PLACE = "06_checkout/checkout.py"
RIGHT = CHECKOUT.solution.read_bytes()
WRONG = patches.whole(CHECKOUT.solutions / "wrong" / "sequential.py").encode()
STUB = CHECKOUT.original.read_bytes()

Put = Callable[..., Path]
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def submissions(tmp_path: Path) -> Path:
    folder = tmp_path / "submissions"
    folder.mkdir()
    return folder


@pytest.fixture
def put(submissions: Path) -> Put:
    """Writes one file below the submissions: `put("ada/exercises/06_checkout/checkout.py")`."""

    def put(path: str, data: bytes = RIGHT) -> Path:
        place = submissions / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
        return place

    return put


@pytest.fixture
def grader() -> Run:
    """Runs the command, in a process of its own, in this repository."""

    def run(*words: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "grader", *map(str, words)],
            cwd=ROOT,
            env={**os.environ, "COLUMNS": "100"},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def pack(path: Path, files: dict[str, bytes]) -> Path:
    """A zip of these files, with their names as they are."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in files.items():
            packed.writestr(name, data)
    return path


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, by its path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
