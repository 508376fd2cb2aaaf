"""The whole loop in a real terminal: a real process, a real keyboard, real saves."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest

from tests.grader.commands.watch.screens import (
    Screen,
    copy_course,
    solve,
    terminal,
    watch,
    write_editor,
)

pytestmark = pytest.mark.timeout(240)  # several processes that start on a busy machine

ONE_MORE = """

async def test_more(answer):
    '''There is one more thing.'''
    answer.more()
"""
AWAIT, FAST, CHECKOUT = "01_await_the_quote", "02_fast_and_slow", "06_checkout"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return copy_course(tmp_path / "course", AWAIT, FAST, CHECKOUT)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A course with one exercise."""
    return copy_course(tmp_path / "course", CHECKOUT)


@pytest.fixture
def screen(checkout: Path) -> Iterator[Screen]:
    """Watch on that one exercise, open."""
    with watch(checkout) as screen:
        screen.until("checkout() still raises NotImplementedError")
        yield screen


def answer(root: Path) -> Path:
    return root / "exercises" / CHECKOUT / "checkout.py"


def solution(root: Path) -> str:
    return (root / "solutions" / CHECKOUT / "checkout.py").read_text(encoding="utf-8")


def test_two_exercises_solved_by_typing(root: Path, tmp_path: Path) -> None:
    """From the first unfinished exercise to the closing page, with nothing but the keyboard."""
    solve(root, CHECKOUT)
    with watch(root, VISUAL="", EDITOR=write_editor(tmp_path)) as screen:
        screen.until("01 await_the_quote", "not started", "1 of 3 exercises passed", "h hint")
        screen.press("e")
        screen.until_printed("type>")
        screen.press("price = fetch_quote(parcel_id)\r")
        screen.press("return {'parcel': parcel_id, 'price': price}\r.\r")
        screen.until("01 await_the_quote", "never awaited", "Next:")
        screen.press("x")
        screen.until("Bring the original stub of", "y yes")
        screen.press("y")
        screen.until("not started", "is in exercises/01_await_the_quote/await_the_quote.py.bak")
        screen.press("e")
        screen.until_printed("type>")
        for line in (
            "price = await fetch_quote(parcel_id)",
            "if price is None:",
            "    raise HTTPException(404)",
            "await save_audit(parcel_id, price)",
            "return {'parcel': parcel_id, 'price': price}",
            ".",
        ):
            screen.press(f"{line}\r")
        shown = screen.until("Passed: ", "Learnt: Calling an async function", "2 of 3 exercises")
        assert "n goes on to 02 fast_and_slow" in shown
        screen.press("n")
        screen.until("02 fast_and_slow", "not started")
        screen.press("e")
        screen.until_printed("type>")
        screen.press("return {'status': 'fast'}\r.\r")
        screen.until_printed("type>")
        screen.press("await asyncio.sleep(1)\rreturn {'status': 'done', 'waited': '1 second'}\r.\r")
        screen.until("Passed: ", "3 of 3 exercises passed", "That was the last one")
        screen.press("n")
        shown = screen.until("The course is done.", "graded once more")
        assert "Two awaits in a row add up" in shown
        screen.press("q")
        screen.until_printed("3 of 3 exercises passed.")
        screen.child.expect(pexpect.EOF)
        screen.child.close()
        assert screen.child.exitstatus == 0


def test_hints_come_one_by_one(screen: Screen) -> None:
    """Each press shows one more, up to three; then a note says that these are all."""
    screen.press("h")
    assert "Hint 2" not in screen.until("Hint 1: Count the moments")
    screen.press("h")
    assert "Hint 3" not in screen.until("Hint 1: ", "Hint 2: asyncio.gather")
    screen.press("h")
    screen.until("Hint 3: ")
    screen.press("h")
    screen.until("Hint 3: ", "These are all the hints there are.")


def test_the_solution_asks_before_it_is_shown(screen: Screen, checkout: Path) -> None:
    """Before passing there is a question; after passing there is none."""
    screen.press("s")
    screen.until("does not pass yet. Show the solution all the same?")
    screen.press("n")
    screen.until("not started", without="all the same")
    screen.press("s")
    screen.until("all the same?")
    screen.press("y")
    screen.until("gather starts both coroutines", "more lines: space")
    screen.press("\r")
    screen.until("not started")
    answer(checkout).write_text(solution(checkout), encoding="utf-8")
    screen.until("Passed: 7 of 7 points.")
    screen.press("s")
    screen.until("gather starts both coroutines")
    for _ in range(8):
        screen.child.send(" ")
    screen.until("task_awaited_at_once", "the end: page up")


def test_next_wants_a_pass(screen: Screen) -> None:
    """`n` says why it does not go on, and where the other way is."""
    screen.press("n")
    screen.until("checkout has not passed yet. l jumps to any other exercise.")


def test_the_list_jumps(root: Path) -> None:
    """By number, by arrow or by j and k; `a` grades everything and shows the board."""
    with watch(root, "2") as screen:
        screen.until("02 fast_and_slow", "not started")
        screen.press("l")
        screen.until("> · 02", "enter jump")
        screen.press("06\r")
        screen.until("06 checkout", "not started")
        screen.press("l\x1b[A\r")
        screen.until("02 fast_and_slow", "not started")
        screen.press("lj\r")
        screen.until("06 checkout", "not started")
        screen.press("lk\r")
        screen.until("02 fast_and_slow", "not started")
        screen.press("a")
        screen.until("Everything is graded.", "02  fast_and_slow", "0/")
        screen.press("?")
        screen.until("one more hint each time")


SEQUENTIAL = """{}
@app.post("/checkout")
async def checkout(order: Order) -> dict:
    payment = await process_payment(order.id)
    email = await send_confirmation_email(order.id)
    return {{"payment": payment, "email": email}}
"""


def test_what_a_save_has_changed(screen: Screen, checkout: Path) -> None:
    """What failed at the save before is drawn over it, with the moment that was expected."""
    sequential = SEQUENTIAL.format(solution(checkout).partition("@app.post")[0])
    answer(checkout).write_text(sequential, encoding="utf-8")
    screen.until("took 1.5 s, expected 1.0 s", "▲ expected")
    answer(checkout).write_text(solution(checkout), encoding="utf-8")
    shown = screen.until("Passed: 7 of 7 points.", "It was 1.5 s, and is 1.0 s.")
    assert [line.count("▒") > 0 for line in shown.splitlines() if "before:" in line] == [True, True]


def test_the_timeline_in_full(screen: Screen, checkout: Path) -> None:
    """`t` draws what has passed as well."""
    answer(checkout).write_text(solution(checkout), encoding="utf-8")
    screen.until("Passed: 7 of 7 points.", without="0.8  0.9 s")
    screen.press("t")
    screen.until("process_payment(order.id)", "0.8  0.9 s")
    screen.press("t")
    screen.until("Passed: 7 of 7 points.", without="0.8  0.9 s")


def test_the_path_can_be_clicked(screen: Screen, checkout: Path) -> None:
    """The file is a link where the terminal knows links, and names the failing line."""
    screen.until("exercises/06_checkout/checkout.py:30")
    assert f";{answer(checkout).as_uri()}\x1b\\" in screen.seen


def test_every_kind_of_save(screen: Screen, checkout: Path) -> None:
    """A half-written file, a rename, a syntax error, a removed file: the newest content counts."""
    path, text = answer(checkout), solution(checkout)
    with path.open("w", encoding="utf-8") as file:  # empty for a moment, as many editors do it
        screen.forget()
        time.sleep(0.02)
        file.write(text[:400])
        file.flush()
        time.sleep(0.02)
        file.write(text[400:])
    screen.until("Passed: 7 of 7 points.")
    assert not any("is empty" in frame for frame in screen.frames)

    screen.forget()
    path.write_text(text.replace("async def checkout(", "async def checkout"), encoding="utf-8")
    screen.until("exercises/06_checkout/checkout.py", "line ", "and save it")

    screen.forget()
    new = path.with_name("checkout.py~new")
    new.write_text(text, encoding="utf-8")
    os.replace(new, path)
    screen.until("Passed: 7 of 7 points.")

    screen.forget()
    path.unlink()
    screen.until("checkout.py not found", "Next: x brings the stub back")
    path.write_text(text, encoding="utf-8")
    screen.until("Passed: 7 of 7 points.")


def test_an_endless_answer_holds_up_nobody(screen: Screen, checkout: Path) -> None:
    """What is graded is given up when newer content is there."""
    answer(checkout).write_text("while True:\n    pass\n", encoding="utf-8")
    time.sleep(0.5)  # until it is really running
    answer(checkout).write_text(solution(checkout), encoding="utf-8")
    screen.until("Passed: 7 of 7 points.")
    assert not any("and save it" in frame for frame in screen.frames)


def test_a_terminal_of_another_size(screen: Screen) -> None:
    """The frame fits the new size; what has no room can be scrolled to."""
    screen.forget()
    screen.child.setwinsize(12, 60)
    shown = screen.until("0 of 1 exercise passed")
    end = time.monotonic() + 20
    while len(shown.splitlines()) > 12:
        assert time.monotonic() < end
        screen.read(0.1)
        shown = screen.frame
    assert max(map(len, shown.splitlines())) <= 60
    screen.press("?")
    screen.until("more lines: space")
    screen.press("      ")
    screen.until("the end: page up")


def test_suspended_and_brought_back(checkout: Path) -> None:
    """Ctrl-Z gives the shell its terminal back; `fg` draws everything again."""
    with terminal("bash", ["--norc", "--noprofile", "-i"], checkout, PS1="shell> ") as screen:
        screen.until_printed("shell> ")
        screen.press(f"'{sys.executable}' -m grader watch\r")
        screen.until("not started")
        for _ in range(2):
            screen.press("\x1a")
            screen.until_printed("Stopped", "shell> ")
            assert "\x1b[?1049l" in screen.seen
            assert "\x1b[?25h" in screen.seen
            screen.press("stty -a | grep -ow -e '-icanon' -e '-echo' -e 'icanon'\r")
            assert "\n-" not in screen.until_printed("\nicanon\n", "\nshell> ")
            screen.press("fg\r")
            screen.until("not started", "h hint")
        solved = solution(checkout)
        answer(checkout).write_text(solved, encoding="utf-8")
        screen.until("Passed: 7 of 7 points.")
        screen.press("q")
        screen.until_printed("1 of 1 exercise passed.", "shell> ")


def test_a_signal_gives_the_terminal_back(screen: Screen) -> None:
    """SIGTERM ends it as `q` does: the cursor, the lines and the first screen are back."""
    screen.forget()
    screen.child.kill(signal.SIGTERM)
    screen.child.expect(pexpect.EOF)
    assert "\x1b[?25h\x1b[?1049l" in screen.child.before
    screen.child.close()
    assert screen.child.exitstatus == 128 + signal.SIGTERM


def test_an_author_changes_the_suite(checkout: Path) -> None:
    """The new suite and the new hints count at once; a suite that cannot be read is named."""
    folder = checkout / "tests/exercises" / CHECKOUT
    suite, settings = folder / "test_checkout.py", folder / "exercise.toml"
    before = suite.read_text(encoding="utf-8")
    answer(checkout).write_text(solution(checkout), encoding="utf-8")
    with watch(checkout, "checkout") as screen:
        screen.until("Passed: 7 of 7 points.")
        screen.forget()
        suite.write_text(before + ONE_MORE, encoding="utf-8")
        screen.until("7 of 8 points", "There is one more thing.", "files of checkout have changed")
        told = settings.read_text(encoding="utf-8").replace("Count the moments", "Look at the bars")
        settings.write_text(told, encoding="utf-8")
        screen.press("h")
        screen.until("Hint 1: Look at the bars")
        screen.forget()
        suite.write_text(f"{before}\n\nasync def", encoding="utf-8")
        screen.until("test_checkout.py cannot be read: invalid syntax", "Correct the suite.")
        screen.forget()
        suite.write_text(before, encoding="utf-8")
        screen.until("Passed: 7 of 7 points.")


@pytest.mark.thorough
def test_an_author_makes_an_exercise(checkout: Path) -> None:
    """`grader new` while watch runs: the exercise is in the list, and its saves count."""
    with watch(checkout, "checkout") as screen:
        screen.until("not started: checkout()")
        screen.forget()
        words = [sys.executable, "-m", "grader", "new", "trip", "--number", "9"]
        subprocess.run(words, cwd=checkout, check=True, stdout=subprocess.DEVNULL)
        screen.until("New in the course: trip. l jumps there.", "0 of 2 exercises passed")
        screen.press("l09\r")
        screen.until("09 trip", "not started")
        stub = checkout / "exercises/09_trip/trip.py"
        stub.write_bytes((checkout / "solutions/09_trip/trip.py").read_bytes())
        screen.until("Passed: 1 of 1 point.")


def test_polling_says_so(checkout: Path) -> None:
    """Where events do not arrive, the files are looked at, and the foot says it."""
    with watch(checkout, WATCHFILES_FORCE_POLLING="true") as screen:
        screen.until("not started", "File events do not arrive here")
        answer(checkout).write_text(solution(checkout), encoding="utf-8")
        screen.until("Passed: 7 of 7 points.")


def test_without_a_terminal_the_named_exercise_comes_first(checkout: Path) -> None:
    """Its verdict is told before the whole course is graded, and once."""
    process = subprocess.Popen(
        [sys.executable, "-m", "grader", "watch", "checkout"],
        cwd=checkout,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        try:
            assert process.stdout.readline() == "Grading 1 exercise first.\n"
            assert "06 checkout: not started: checkout()" in process.stdout.readline()
            assert process.stdout.readline() == "Watching 1 exercise, 0 passed. Ctrl-C ends it.\n"
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.stdout.read() == ""


def test_without_a_terminal(checkout: Path) -> None:
    """A line per verdict, no colours, no keys; ends with the signal."""
    process = subprocess.Popen(
        [sys.executable, "-m", "grader", "watch"],
        cwd=checkout,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        try:
            assert process.stdout.readline() == "Grading 1 exercise first.\n"
            assert process.stdout.readline() == "Watching 1 exercise, 0 passed. Ctrl-C ends it.\n"
            assert "06 checkout: not started: checkout()" in process.stdout.readline()
            text = solution(checkout)
            answer(checkout).write_text(text.replace('"payment"', '"paid"'), encoding="utf-8")
            line = process.stdout.readline()
            assert line.startswith("06 checkout: failed, ")
            assert "exercises/06_checkout/checkout.py" in line
            answer(checkout).write_text(text, encoding="utf-8")
            assert process.stdout.readline() == "06 checkout: passed, 7 of 7 points\n"
            assert process.stdout.readline() == "The course is done: 7 of 7 points.\n"
            suite = checkout / "tests/exercises" / CHECKOUT / "test_checkout.py"
            suite.write_text(suite.read_text(encoding="utf-8") + ONE_MORE, encoding="utf-8")
            assert "files of checkout have changed" in process.stdout.readline()
            assert process.stdout.readline().startswith("06 checkout: failed, 7 of 8 points: ")
        finally:
            process.send_signal(signal.SIGTERM)
    assert process.returncode == 128 + signal.SIGTERM
