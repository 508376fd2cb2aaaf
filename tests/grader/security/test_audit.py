"""The audit, in a process of its own: an audit hook stays until its process ends."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import json, sys
from pathlib import Path
from grader.security import audit
home = Path(sys.argv[1])
flags = []
walls = home / "own", (home / "closed",)
audit.Audit("answer.py", walls, flags.append).begin()
text = sys.stdin.read()
module = audit.fresh("answer", text.encode(), "answer.py", home / "own" / "answer.py")
code = compile(text, "answer.py", "exec")
try:
    exec(code, vars(module))
    said = ""
except BaseException as error:
    said = f"{type(error).__name__}: {error}"
print(json.dumps([flags, said]))
"""


def run(text: str, home: Path) -> tuple[list[str], str]:
    """The flags of an answer that consists of `text`, and the exception that ended it."""
    (home / "closed").mkdir()
    (home / "closed" / "solution.py").write_text("secret = 1")
    (home / "own").mkdir()
    program = home / "closed" / "program.py"  # where the course lies, code is the grader's
    program.write_text(PROGRAM)
    ended = subprocess.run(
        [sys.executable, str(program), str(home)],
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
        ("import os\nos.system('true')", "line 2 uses os.system"),
        ("import os\nos.kill(os.getpid(), 0)", "line 2 uses os.kill"),
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
    ],
)
def test_what_harms_is_stopped_and_told(text: str, flag: str | None, tmp_path: Path) -> None:
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
        ("getattr(len, '__se' 'lf__')", "line 1 uses __self__"),
        (
            "import ast\nsetattr(ast.parse, '__co' 'de__', ast.dump.__code__)",
            "line 2 uses __code__",
        ),
        ("import pickle\npickle.loads(b'csys\\nexc_info\\n.')", "line 2 unpickles sys.exc_info"),
    ],
)
def test_a_name_made_up_is_told_and_goes_on(text: str, flag: str, tmp_path: Path) -> None:
    """What the gate cannot read; the answer is graded all the same."""
    assert run(text, tmp_path) == ([flag], "")


@pytest.mark.parametrize(
    "text",
    [
        "import signal\nheard = []\nsignal.signal(signal.SIGUSR1, lambda *a: heard.append(a))\n"
        "signal.raise_signal(signal.SIGUSR1)\nassert len(heard) == 1",
        "class C: pass\nsetattr(C, 'x', 1); setattr(C(), 'y', 2); delattr(C, 'x'); vars(C())",
        "import pytest\n@pytest.mark.parametrize('x', [1])\ndef test_x(x): pass\n"
        "@pytest.fixture\ndef client(): return 7",
        "import unittest\nfrom unittest import mock\nclass T(unittest.TestCase):\n"
        "    @mock.patch('time.sleep')\n    def test(self): pass",
        "import gc, sys\ngc.get_objects(), sys._getframe(), eval('1 + 1')\nexec('x = 1')",
        "import sys\nsys.settrace(lambda *args: None)",
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
def test_what_harms_nobody_is_left_alone(text: str, tmp_path: Path) -> None:
    """No flag and no exception: what of it no answer needs, the gate has read."""
    assert run(text, tmp_path) == ([], "")


def test_a_hook_of_its_own_is_not_added(tmp_path: Path) -> None:
    """Python leaves such a hook out without a word; the flag says that it was tried."""
    text = (
        "import sys\nheard = []\nsys.addaudithook(lambda *a: heard.append(a))\nopen(__file__, 'w')"
    )
    flags, said = run(f"{text}\nassert not heard", tmp_path)
    assert flags[0] == "line 3 uses sys.addaudithook"
    assert "AssertionError" not in said
