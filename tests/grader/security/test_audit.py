"""The audit, in a process of its own: an audit hook stays until its process ends."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import json, sys
from pathlib import Path
from types import ModuleType
from grader.security import audit
home = Path(sys.argv[1])
flags = []
walls = audit.Walls(home / "own", (home / "closed",), own=sys.argv[2] == "own")
audit.begin(audit.Audit("answer.py", walls, flags.append))
module = ModuleType("answer")
module.__file__ = str(home / "own" / "answer.py")
sys.modules["answer"] = module
audit.prepare(module)
code = compile(sys.stdin.read(), "answer.py", "exec")
try:
    exec(code, vars(module))
    said = ""
except BaseException as error:
    said = f"{type(error).__name__}: {error}"
print(json.dumps([flags, said]))
"""


def run(text: str, home: Path, who: str = "others") -> tuple[list[str], str]:
    """The flags of an answer that consists of `text`, and the exception that ended it."""
    (home / "closed").mkdir()
    (home / "closed" / "solution.py").write_text("secret = 1")
    (home / "own").mkdir()
    program = home / "closed" / "program.py"  # where the course lies, code is the grader's
    program.write_text(PROGRAM)
    ended = subprocess.run(
        [sys.executable, str(program), str(home), who],
        input=text,
        capture_output=True,
        text=True,
        check=True,
    )
    flags, said = json.loads(ended.stdout)
    return flags, said


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("name = 'bdb'\n__import__(name)", "line 2 imports bdb"),
        ("import operator\noperator.attrgetter('a.__glo' 'bals__')", "line 2 uses __globals__"),
        ("from importlib import import_module", "line 1 imports importlib"),
        ("getattr(len, '__se' 'lf__')", "line 1 uses __self__"),
        ("import sys\nsys._getframe()", "line 2 uses sys._getframe"),
        ("import sys\ngetattr(sys, 'modules')", "line 2 uses sys.modules"),
        ("import os\nos.system('true')", "line 2 uses os.system"),
        ("import os\nos.kill(os.getpid(), 0)", "line 2 uses os.kill"),
        ("import ast\nast.parse.__code__", "line 2 uses __code__"),
        ("import asyncio\nsetattr(asyncio, 'sleep', 1)", "line 2 assigns to asyncio.sleep"),
        (
            "import asyncio\ndelattr(asyncio.Event, 'wait')",
            "line 2 assigns to asyncio.locks.Event.wait",
        ),
        ("import asyncio\nvars(asyncio)", "line 2 opens asyncio"),
        ("open('../closed/solution.py')", None),
        ("open(0)", "line 1 opens a file that others have opened"),
        ("open('/proc/self/environ')", "line 1 opens what belongs to the process"),
        ("open('/var/tmp/x', 'w')", "line 1 writes outside its own folder"),
        ("import subprocess\nsubprocess.run(['true'])", "line 2 starts another program: true"),
        (
            "import socket\nsocket.socket().connect(('203.0.113.7', 80))",
            "line 2 calls 203.0.113.7:80, outside this machine",
        ),
        (
            "import socket\nsocket.getaddrinfo('example.com', 80)",
            "line 2 calls example.com:80, outside this machine",
        ),
        ("import pickle\npickle.loads(b'cos\\nsystem\\n.')", "line 2 unpickles os.system"),
    ],
)
def test_an_attempt_is_stopped_and_told(text: str, flag: str | None, tmp_path: Path) -> None:
    """It raises in the answer, and the flag has its line."""
    if flag is None:
        text = f"open({str(tmp_path / 'closed' / 'solution.py')!r})"
        flag = "line 1 opens solution.py of the course"
    flags, said = run(text, tmp_path)
    assert flags == [flag]
    assert said.startswith(("Attempt: ", "Outside: "))


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("import importlib\nimportlib.import_module('json')", "line 1 imports importlib"),
        ("import sys\nassert sys._getframe().f_lineno == 2", "line 2 uses sys._getframe"),
        ("exec('x = 1')\nassert x == 1", "line 1 uses exec"),
        ("assert eval('1 + 1') == 2", "line 1 uses exec"),
        ("import asyncio\nsetattr(asyncio, 'sleep', 1)", "line 2 assigns to asyncio.sleep"),
        ("import asyncio\nassert 'sleep' in vars(asyncio)", "line 2 opens asyncio"),
        ("import pickle\npickle.loads(b'csys\\nexc_info\\n.')", "line 2 unpickles sys.exc_info"),
    ],
)
def test_an_author_is_told_and_not_stopped(text: str, flag: str, tmp_path: Path) -> None:
    """What only looks, in an answer that its own author grades, goes on with a flag."""
    flags, said = run(text, tmp_path, "own")
    assert said == ""
    assert flag in flags


@pytest.mark.parametrize(
    "text",
    [
        "import os\nos.kill(os.getpid(), 0)",
        "open('/var/tmp/x', 'w')",
        "import subprocess\nsubprocess.run(['true'])",
        "import socket\nsocket.socket().connect(('203.0.113.7', 80))",
    ],
)
def test_an_author_s_answer_is_stopped_where_it_harms(text: str, tmp_path: Path) -> None:
    """Files elsewhere, other processes and other machines are as closed as to anybody."""
    flags, said = run(text, tmp_path, "own")
    assert len(flags) == 1
    assert said.startswith(("Attempt: ", "Outside: "))


def test_what_finds_objects_is_stopped(tmp_path: Path) -> None:
    """`gc` may be imported, which is told, and collects; it does not hand out what others own."""
    flags, said = run("import gc\ngc.collect(), gc.freeze()\ngc.get_objects()", tmp_path)
    assert flags == ["line 1 imports gc", "line 3 uses gc.get_objects"]
    assert said.startswith("Attempt: ")


@pytest.mark.parametrize(
    "text",
    [
        "import pytest\n@pytest.mark.parametrize('x', [1])\ndef test_x(x): pass\n"
        "@pytest.fixture\ndef client(): return 7\nassert client() == 7",
        "import unittest\nfrom unittest import mock\nclass T(unittest.TestCase):\n"
        "    @mock.patch('time.sleep')\n    def test(self): pass\nunittest.main()",
        "from unittest.mock import AsyncMock, patch\nwith patch('x'): pass",
        "import respx, pytest_asyncio\n@respx.mock\ndef f(): return 1\nassert f() == 1",
        "import builtins\nassert builtins.len([1]) == 1",
    ],
)
def test_tests_of_its_own_are_told_and_do_nothing(text: str, tmp_path: Path) -> None:
    """Their tools are stand-ins; the import is noted, and the answer goes on."""
    flags, said = run(text, tmp_path)
    assert said == ""
    assert flags
    assert all(" imports " in flag for flag in flags)


@pytest.mark.parametrize(
    "text",
    [
        "from operator import attrgetter\nF = ('real', 'imag')\nassert attrgetter(*F)(1) == (1, 0)",
        "import signal\nheard = []\nsignal.signal(signal.SIGUSR1, lambda *a: heard.append(a))\n"
        "signal.raise_signal(signal.SIGUSR1)\nassert heard == [(signal.SIGUSR1, None)]",
        "def f(): pass\nassert f.__code__.co_name == 'f' and getattr(f, '__code__')",
        "class A:\n    _scheduled = 1\nassert getattr(A(), '_scheduled') == 1",
        "class C: pass\nsetattr(C, 'x', 1); setattr(C(), 'y', 2); delattr(C, 'x'); vars(C())",
        "def f():\n    x = 1\n    return vars()\nassert f() == {'x': 1}",
        "import socket\ns = socket.socket()\ns.bind(('127.0.0.1', 0))\ns.listen()\n"
        "socket.create_connection(s.getsockname()).close()",
        "import importlib.metadata, tempfile\nfrom importlib import resources\n"
        "tempfile.TemporaryFile().close()",
        "import dataclasses, inspect\n@dataclasses.dataclass\nclass P:\n    x: int\n"
        "assert inspect.signature(P) and getattr(P(1), 'x') == 1 and hasattr(P, 'y') is False",
        "import traceback\ntry:\n    1 / 0\nexcept ValueError: pass\n"
        "except ZeroDivisionError:\n    traceback.format_exc()",
    ],
)
def test_what_is_harmless_is_left_alone(text: str, tmp_path: Path) -> None:
    """No flag and no exception."""
    assert run(text, tmp_path) == ([], "")


def test_a_breakpoint_only_warns(tmp_path: Path) -> None:
    """sys.settrace is told, as a debugger uses it, and not stopped."""
    flags, said = run("import sys\nsys.settrace(lambda *args: None)", tmp_path)
    assert flags == ["line 2 uses sys.settrace, as a debugger does"]
    assert said == ""


def test_a_hook_of_its_own_is_not_added(tmp_path: Path) -> None:
    """Python leaves such a hook out without a word; the flag says that it was tried."""
    text = (
        "import sys\nheard = []\nsys.addaudithook(lambda *a: heard.append(a))\nopen(__file__, 'w')"
    )
    flags, said = run(f"{text}\nassert not heard", tmp_path)
    assert flags[0] == "line 3 uses sys.addaudithook"
    assert "AssertionError" not in said
