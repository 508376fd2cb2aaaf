"""The gate refuses what no answer needs, with its line, and nothing that an answer may have."""

from pathlib import Path

import pytest

from grader.course import folders, patches
from grader.security import gate, refusals

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
    return [offence.flag for offence in gate.offences(text.encode())]


@pytest.mark.parametrize("path", [*COURSE, *HARMLESS], ids=lambda path: path.stem)
def test_no_false_alarm(path: Path) -> None:
    """No stub, solution, right or wrong answer of the course and no harmless file is refused, and
    none is noted whose header promises no flag."""
    text = patches.whole(path)
    offences = gate.offences(text.encode())
    assert all(offence.is_noted for offence in offences)
    assert not offences or "\n# flags: " in text


def test_the_harmless_corpus_is_large_enough() -> None:
    """Fifty files that come close, at least."""
    assert len(HARMLESS) >= 50


@pytest.mark.parametrize("module", sorted(refusals.MODULES))
def test_every_listed_module_is_refused(module: str) -> None:
    """Imported by name, by another name, or from it."""
    flag = f"line 1 imports {module}"
    assert said(f"import {module}\n") == [flag]
    assert said(f"import {module} as innocent\n") == [flag]
    assert said(f"from {module} import thing as other\n")[0].startswith(flag)
    assert said(f"import {module}.deeper\n")[0].startswith(flag)


@pytest.mark.parametrize("name", sorted(refusals.ATTRIBUTES))
def test_every_listed_attribute_is_refused(name: str) -> None:
    """As an attribute, in a text for getattr, and in a pattern."""
    assert said(f"x.{name}\n") == [f"line 1 uses {name}"]
    assert said(f"getattr(x, '{name}')\n") == [f"line 1 has the name {name} in a text"]
    assert said(f"match x:\n    case C({name}=y): pass\n") == [f"line 2 matches {name}"]


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("import os\nos._exit(0)", "line 2 uses os._exit"),
        ("import os as o\no.execv('x', [])", "line 2 uses os.execv"),
        ("from os import spawnv", "line 1 imports os.spawnv"),
        ("import sys\ns = sys\ns._getframe()", "line 3 uses sys._getframe"),
        ("import inspect\ninspect.currentframe()", "line 2 uses inspect.currentframe"),
        ("import asyncio\nasyncio.sleep = f", "line 2 assigns to asyncio.sleep"),
        ("import asyncio\ndel asyncio.sleep", "line 2 assigns to asyncio.sleep"),
        ("import asyncio\nasyncio.sleep += f", "line 2 assigns to asyncio.sleep"),
        ("import asyncio as a\na.tasks.sleep = f", "line 2 assigns to asyncio.tasks.sleep"),
        (
            "from httpx import AsyncClient\nAsyncClient.get = f",
            "line 2 assigns to httpx.AsyncClient.get",
        ),
        ("import asyncio\nwith f() as asyncio.sleep: pass", "line 2 assigns to asyncio.sleep"),
        ("import time\nsetattr(time, name, f)", "line 2 uses setattr on time"),
        ("import time\n[setattr][0](time, name, f)", None),
        ("eval = eval", "line 1 uses eval"),
        ("import \uff47\uff43", "line 1 imports gc"),
        ("x.__traceback__", "line 1 uses __traceback__"),
        ("'{0.__globals__}'.format(f)", "line 1 has the name __globals__ in a text"),
        ("f'__glo' 'bals__'", "line 1 has the name __globals__ in a text"),
    ],
)
def test_what_is_refused(text: str, flag: str | None) -> None:
    """Each shape is told with its line; what only shows while running is not the gate's."""
    assert said(text) == ([flag] if flag is not None else [])


NOTED = [
    ("now_ns = 1\nprint(now_ns)", []),
    ("class A:\n    modules: list\n\n    def f(self):\n        return self.modules", []),
    ("release.modules", ["line 1 uses modules"]),
    ("def resolve_name(): pass\nresolve_name()", []),
    (
        "class A:\n    def _run_once(self): self._run_once()\nA()._run_once()",
        ["line 3 uses _run_once"],
    ),
    ("import pytest\n\ndef test_x(): pytest.fail()", ["line 1 imports pytest"]),
    ("if __name__ == '__main__':\n    import ctypes\n    sys.modules", ["line 2 imports ctypes"]),
    ("import gc\ngc.collect()", ["line 1 imports gc"]),
    ("import os\nos.system('ls')", ["line 2 uses os.system"]),
    ("from re import compile\ncompile('x')", []),
    ("import inspect\ninspect.unwrap(f)", ["line 2 uses inspect.unwrap"]),
    ("import sys\nsys.tracebacklimit = 0", []),
    ("import sys\nsys.modules[__name__]", ["line 2 uses sys.modules"]),
    ("import sys\n'uvicorn' in sys.modules", ["line 2 uses sys.modules"]),
    ("class A: pass\nA.__subclasses__()", ["line 2 uses __subclasses__"]),
    ("tb = error.__traceback__\ntb.tb_lineno", ["line 1 uses __traceback__"]),
    ("import json\njson.JSONEncoder.default = f", ["line 2 assigns to json.JSONEncoder.default"]),
    (
        "from operator import attrgetter\nattrgetter(*F)",
        ["line 2 uses attrgetter with a name made up here"],
    ),
]


@pytest.mark.parametrize(("text", "flags"), NOTED, ids=lambda value: str(value)[:40])
def test_what_may_be_its_own_is_noted_and_not_refused(text: str, flags: list[str]) -> None:
    """A teacher sees it; a name that is plainly the answer's own is not even noted."""
    offences = gate.offences(text.encode())
    assert all(offence.is_noted for offence in offences)
    assert {offence.flag for offence in offences} >= set(flags)
    assert bool(offences) == bool(flags)


@pytest.mark.parametrize(
    "text",
    [
        "if __name__ == '__main__':\n    pass\nelse:\n    import ctypes",
        "__name__ = '__main__'\nif __name__ == '__main__':\n    import ctypes",
        "x.__class__.__subclasses__()",
        "object.__subclasses__()",
        "f_back = 1\nx.f_back",
        "import sys\nsys.modules['grader']",
    ],
)
def test_what_has_no_honest_use_is_refused(text: str) -> None:
    """However it is dressed."""
    assert not gate.offences(text.encode())[0].is_noted


def test_a_long_sum_is_read_to_its_end() -> None:
    """A text of some hundred parts is no reason to look away."""
    long = " + ".join(["part"] * 900)
    assert said(f"text = {long}\nimport ctypes") == ["line 2 imports ctypes"]


@pytest.mark.parametrize("data", [b"def f(:\n", b"\xff\xfe", b"x = '\x00'", b"(" * 5000])
def test_what_is_no_python_passes(data: bytes) -> None:
    """The child says what is wrong with it; the gate never raises."""
    assert gate.offences(data) == []


def test_a_sentence_says_what_and_why() -> None:
    """Line, deed, reason."""
    (offence,) = gate.offences(b"\nimport gc\n")
    assert offence.sentence == (
        "line 2 imports gc, which finds every object of the process: no answer needs that."
    )
