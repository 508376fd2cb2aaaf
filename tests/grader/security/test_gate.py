"""The gate notes what no answer needs, with its line, and refuses nothing."""

from pathlib import Path

import pytest

from grader.course import exercises as course
from grader.course import folders, patches
from grader.model.job import Job
from grader.parent import session
from grader.security import gate

ROOT = folders.find_root(Path(__file__).parent)
HARMLESS = sorted((Path(__file__).parents[1] / "corpora" / "harmless").glob("*.py"))
COURSE = sorted(
    [
        *ROOT.glob("tests/exercises/*/stub.py"),
        *ROOT.glob("solutions/*/*.py"),
        *ROOT.glob("solutions/*/right/*.py"),
        *ROOT.glob("solutions/*/wrong/*.py"),
    ]
)


def said(text: str) -> list[str]:
    """What it does, without the reasons."""
    return [note.partition(", which ")[0] for note in gate.notes(text.encode())]


@pytest.mark.parametrize("path", [*COURSE, *HARMLESS], ids=lambda path: path.stem)
def test_no_false_alarm(path: Path) -> None:
    """No stub, solution, right or wrong answer of the course and no harmless file is noted, but
    those whose header promises a flag."""
    text = patches.whole(path)
    assert not gate.notes(text.encode()) or "\n# flags: " in text


def test_the_harmless_corpus_is_large_enough() -> None:
    """Fifty files that come close, at least."""
    assert len(HARMLESS) >= 50


@pytest.mark.parametrize("module", sorted(gate.MODULES))
def test_every_listed_module_is_noted(module: str) -> None:
    """Imported by name, by another name, or from it."""
    flag = f"line 1 imports {module}"
    assert said(f"import {module}\n") == [flag]
    assert said(f"import {module} as innocent\n") == [flag]
    assert said(f"from {module} import thing as other\n") == [f"{flag}.thing"]
    assert said(f"import {module}.deeper\n") == [f"{flag}.deeper"]


@pytest.mark.parametrize("name", sorted(gate.ATTRIBUTES))
def test_every_listed_attribute_is_noted(name: str) -> None:
    """As an attribute, in a text for getattr, and in a pattern."""
    assert said(f"x.{name}\n") == [f"line 1 uses {name}"]
    assert said(f"getattr(x, '{name}')\n") == [f"line 1 has the name {name} in a text"]
    assert said(f"match x:\n    case C({name}=y): pass\n") == [f"line 2 matches {name}"]


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("import sys\nsys.modules['grader']", "line 2 uses sys.modules"),
        ("import asyncio\nasyncio.sys.modules", "line 2 uses asyncio.sys.modules"),
        ("import inspect\ninspect.stack()", "line 2 uses inspect.stack"),
        ("from inspect import importlib", "line 1 imports inspect.importlib"),
        ("import asyncio\nasyncio.sleep = f", "line 2 assigns to asyncio.sleep"),
        ("import asyncio\ndel asyncio.sleep", "line 2 assigns to asyncio.sleep"),
        ("import asyncio\nasyncio.sleep += f", "line 2 assigns to asyncio.sleep"),
        ("import asyncio as a\na.tasks.sleep = f", "line 2 assigns to asyncio.tasks.sleep"),
        (
            "from httpx import AsyncClient\nAsyncClient.get = f",
            "line 2 assigns to httpx.AsyncClient.get",
        ),
        ("import asyncio\nwith f() as asyncio.sleep: pass", "line 2 assigns to asyncio.sleep"),
        ("import asyncio\nasyncio.__dict__", "line 2 opens asyncio.__dict__"),
        ("import time\nsetattr(time, name, f)", "line 2 uses setattr on time"),
        ("eval('1')", "line 1 uses eval"),
        ("import \uff47\uff43", "line 1 imports gc"),
        ("'{0.__globals__}'.format(f)", "line 1 has the name __globals__ in a text"),
        ("f'__glo' 'bals__'", "line 1 has the name __globals__ in a text"),
        ("asyncio.get_running_loop().clock", "line 1 uses clock"),
        ("session.identity_map", "line 1 uses identity_map"),
        ("class A(int):\n    def __eq__(self, other): ...", "line 1 defines __eq__"),
        ("class A(Session):\n    identity_map = {}", "line 1 defines identity_map"),
        (
            "from operator import attrgetter\nattrgetter(*F)",
            "line 2 uses operator.attrgetter with a name made up here",
        ),
        ("if __name__ == '__main__':\n    pass\nelse:\n    import ctypes", "line 4 imports ctypes"),
        ("__name__ = '__main__'\nif __name__ == '__main__':\n    import gc", "line 3 imports gc"),
    ],
)
def test_what_is_noted(text: str, flag: str) -> None:
    """Each shape is told with its line."""
    assert said(text) == [flag]


@pytest.mark.parametrize(
    "text",
    [
        "class A:\n    def f(self):\n        return self.modules, self._scheduled",
        "release.modules",
        "def compile(): pass\ncompile()",
        "from re import compile\ncompile('x')",
        "if __name__ == '__main__':\n    import ctypes\n    sys.modules",
        "import sys\nsys.tracebacklimit = 0",
        "import logging\nlogging.Formatter.converter = f",
        "def f(time):\n    time.zone = 1\n\nimport time",
        "class A:\n    clock: Clock\n\ndef f(a): return a.clock",
        "import inspect\ninspect.signature(f)",
        "from importlib import metadata",
        "'the frame has f_back'",
    ],
)
def test_what_is_plainly_its_own_is_not_even_noted(text: str) -> None:
    """A name of the file's own, a hook that Python offers, what is not run here, and prose."""
    assert said(text) == []


def test_a_long_sum_is_read_to_its_end() -> None:
    """A text of some hundred parts is no reason to look away."""
    long = " + ".join(["part"] * 900)
    assert said(f"text = {long}\nimport ctypes") == ["line 2 imports ctypes"]


def test_what_is_too_deep_is_told() -> None:
    """It may be there so that nobody reads the rest."""
    assert said(f"import ctypes\nif {'-'.join('1' * 900)}: pass") == ["line 1 is nested too deeply"]


@pytest.mark.parametrize("data", [b"def f(:\n", b"\xff\xfe", b"x = '\x00'", b"(" * 5000])
def test_what_is_no_python_passes(data: bytes) -> None:
    """The child says what is wrong with it; the gate never raises."""
    assert gate.notes(data) == []


@pytest.mark.parametrize("own", [True, False])
def test_what_is_noted_is_graded(own: bool, tmp_path: Path) -> None:
    """Whoever asks: line, deed and reason are a flag of an order that has its job."""
    checkout = course.read(ROOT, ROOT / "tests" / "exercises" / "06_checkout")
    path = tmp_path / "checkout.py"
    path.write_text("\nimport ctypes\n")
    order = session.order(checkout, path, "checkout.py", "virtual", own=own)
    assert isinstance(order.job, Job)
    assert order.flags == ("line 2 imports ctypes, which reaches into the interpreter's memory",)
