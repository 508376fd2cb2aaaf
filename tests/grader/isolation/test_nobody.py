"""Root's gradings of other people's answers run as nobody, where nobody can read Python."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from grader.isolation import nobody

PROGRAM = """
import json, os, sys
from pathlib import Path
from grader.isolation import nobody
home, closed, needed = map(Path, sys.argv[1:])
asked, is_open = [], nobody.is_open
def noting(path):
    asked.append(str(path))
    return path != needed or is_open(path)  # as if Python were open to everybody
nobody.is_open = noting
nobody.become(home, [needed])
said = {"ids": [*os.getresuid(), *os.getresgid()], "groups": os.getgroups(), "asked": asked}
(home / "tmp" / "new").write_text("written")
try:
    said["read"] = closed.read_text()
except PermissionError:
    said["read"] = None
try:
    os.setuid(0)
    said["back"] = True
except PermissionError:
    said["back"] = False
print(json.dumps(said))
"""

as_root = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="only root can become nobody"
)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that everybody may pass, unlike pytest's own, with an answer's home in it."""
    with tempfile.TemporaryDirectory(prefix="awaitlings-test-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "home" / "tmp").mkdir(parents=True, mode=0o700)
        for file, mode in (("secret", 0o600), ("suite", 0o644)):
            (folder / file).write_text(file)
            (folder / file).chmod(mode)
        yield folder


def become(folder: Path, needed: str) -> Any:
    paths = [str(folder / name) for name in ("home", "secret", needed)]
    command = [sys.executable, "-c", PROGRAM, *paths]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)
    return json.loads(done.stdout)


@as_root
def test_root_gives_its_rights_away(folder: Path) -> None:
    """For good, with its groups; the home is nobody's, and what is root's alone is closed."""
    said = become(folder, "suite")
    assert said["ids"] == [nobody.NOBODY] * 6
    assert (said["groups"], said["read"], said["back"]) == ([], None, False)
    assert os.__file__ in said["asked"]
    assert (folder / "home" / "tmp" / "new").stat().st_uid == nobody.NOBODY


@as_root
def test_root_stays_root_where_nobody_could_not_read(folder: Path) -> None:
    """A suite, or a Python, that is closed to nobody: a grading there would end in errors."""
    said = become(folder, "secret")
    assert said["ids"] == [0] * 6
    assert (folder / "home").stat().st_uid == 0


def test_a_file_is_open_when_all_folders_above_it_are(folder: Path) -> None:
    """By the rights of everybody, whoever asks."""
    assert nobody.is_open(folder / "suite")
    assert not nobody.is_open(folder / "secret")
    folder.chmod(0o700)
    assert not nobody.is_open(folder / "suite")
