"""A newcomer's first half hour: clone, install, watch, and two exercises typed in vi."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.grader.commands.watch.screens import ROOT, Screen, terminal

pytestmark = [
    pytest.mark.thorough,
    pytest.mark.timeout(900),
]  # the grader and its libraries are installed from PyPI

EDITOR = "vi -N -u NONE -i NONE"
"""Nobody's settings, and none kept."""


def write(screen: Screen, line: str, *lines: str) -> None:
    """Open the editor, put `lines` where the first line like `line` is, and save."""
    screen.press("e")
    screen.until_printed(line)
    screen.press(f"gg/{line}\rcc")
    for number, text in enumerate(lines):
        screen.press("\r" * (number > 0) + text)
    screen.press("\x1b")
    screen.read(0.2)  # an Esc and a letter that come together are another key to some terminals
    screen.press("ZZ")


def test_two_exercises_from_a_fresh_clone(tmp_path: Path) -> None:
    """Everything is typed: the commands of the README, the keys of watch, the answers in vi."""
    bash = ["--norc", "--noprofile", "-i"]
    outside = {"PS1": "shell> ", "VISUAL": "", "EDITOR": EDITOR}
    with terminal("bash", bash, tmp_path, size=(40, 160), **outside) as screen:
        screen.patience_real_seconds = 600  # a whole environment is installed
        screen.until_printed("shell> ")
        screen.press(f"git clone -q '{ROOT}' course && cd course && git rev-parse HEAD\r")
        commit = subprocess.check_output(["git", "rev-parse", "HEAD"], cwd=ROOT, text=True).strip()
        screen.until_printed(f"\n{commit}\n", "shell> ")
        screen.press(f"'{sys.executable}' -m venv .venv && source .venv/bin/activate\r")
        screen.until_printed("(.venv) ")
        screen.press("pip install -q -e . && grader\r")
        screen.until_printed("0 of ", "exercises passed", "01 await_the_quote", "not started")

        screen.press("grader watch\r")
        screen.until("01 await_the_quote", "not started", "h hint")
        screen.press("h")
        assert "Hint 2" not in screen.until("Hint 1: ")
        screen.press("h")
        screen.until("Hint 1: ", "Hint 2: ")
        write(
            screen,
            "raise NotImplementedError",
            "    price = fetch_quote(parcel_id)",
            '    return {"parcel": parcel_id, "price": price}',
        )
        screen.until("01 await_the_quote", "took 0.0 s, expected 0.4 s: forgotten await")
        write(
            screen,
            "price = fetch_quote",
            "    price = await fetch_quote(parcel_id)",
            "    if price is None:",
            "        raise HTTPException(404)",
            "    await save_audit(parcel_id, price)",
        )
        screen.until("Passed: ", "Learnt: ", "Next: n goes on to 02 fast_and_slow.", "1 of ")

        screen.press("n")
        screen.until("02 fast_and_slow", "not started")
        write(screen, "raise NotImplementedError", '    return {"status": "fast"}')
        screen.until("02 fast_and_slow", "slow() still raises NotImplementedError")
        write(
            screen,
            "raise NotImplementedError",
            "    import time",
            "    time.sleep(1)",
            '    return {"status": "done", "waited": "1 second"}',
        )
        screen.until("blocked loop", "time.sleep(1)  x200", "▓▓▓", "blocks the loop", "Next: ")
        write(screen, "    time.sleep", "    await asyncio.sleep(1)")
        screen.until("Passed: ", "n goes on to 03 thousands_at_once", "2 of ")
        screen.press("q")
        screen.until_printed("2 of ", " exercises passed.", "shell> ")

        screen.press("git status --short; grader run 01,02; echo code $?\r")
        shown = screen.until_printed("2 of 2 exercises passed", "\ncode 0\n")
        changed = [line.split()[1] for line in shown.splitlines() if line.startswith(" M ")]
        assert changed == [
            "exercises/01_await_the_quote/await_the_quote.py",
            "exercises/02_fast_and_slow/fast_and_slow.py",
        ]
