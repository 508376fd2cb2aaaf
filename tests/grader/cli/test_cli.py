"""The commands, as a user types them.

Those whose process matters run in one of their own (`process`): what a pipe, an encoding and
an exit code are. The others call the same `main` here (`grader`), and share one warm server.
"""

import contextlib
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pexpect
import pytest
import typer.main

from grader.__main__ import main
from grader.cli import app
from grader.course import exercises as course
from grader.course import folders, patches

ROOT = folders.find_root(Path(__file__).parent)
COMMANDS = list(vars(typer.main.get_command(app))["commands"])
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def process() -> Run:
    def run(
        *arguments: str, cwd: Path = ROOT, **environment: str
    ) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "grader", *arguments],
            cwd=cwd,
            env={**os.environ, "COLUMNS": "100", **environment},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run


@pytest.fixture
def grader(monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("COLUMNS", "100")

    def run(*arguments: str, cwd: Path = ROOT) -> "subprocess.CompletedProcess[str]":
        out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
        monkeypatch.setattr(sys, "argv", ["grader", *arguments])
        with (
            contextlib.chdir(cwd),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
            pytest.raises(SystemExit) as ended,
        ):
            main()
        said = []
        for stream in (out, err):
            stream.seek(0)
            said.append(stream.read())
            stream.close()
        code = ended.value.code or 0
        assert isinstance(code, int)
        return subprocess.CompletedProcess(arguments, code, *said)

    return run


@pytest.fixture
def answers(tmp_path: Path) -> Path:
    """A folder of answers with every exercise's solution."""
    for exercise in course.load(ROOT).exercises:
        folder = tmp_path / "answers" / exercise.folder
        folder.mkdir(parents=True)
        shutil.copy(exercise.solution, folder / exercise.file)
    return tmp_path / "answers"


@pytest.fixture
def small_course(tmp_path: Path) -> Path:
    """A course of its own with one exercise, checkout."""
    root = tmp_path / "course"
    for part in ("exercises", "solutions", "tests/exercises"):
        shutil.copytree(
            ROOT / part / "06_checkout",
            root / part / "06_checkout",
            ignore=shutil.ignore_patterns("__pycache__"),
        )
    shutil.copy(ROOT / "tests/exercises/pytest.ini", root / "tests/exercises/pytest.ini")
    return root


def test_one_exercise_passes(process: Run, answers: Path) -> None:
    """A right answer: exit code 0, the board, a closing line, no colour in a pipe."""
    done = process("run", "06", "--answers", str(answers))
    assert done.returncode == 0
    assert "06  checkout  7/7" in done.stdout
    assert done.stdout.rstrip().endswith("All passed: 7 of 7 points.")
    assert "\x1b" not in done.stdout + done.stderr


def test_an_exercise_has_four_names(grader: Run, small_course: Path) -> None:
    """An exercise is found by its slug, its number and its folder, and graded once."""
    done = grader("run", "checkout", "06", "6", "06_checkout", cwd=small_course)
    assert done.returncode == 1
    assert "0 of 1 exercise passed" in done.stdout
    assert "checkout() still raises NotImplementedError" in done.stdout


def test_grader_alone_shows_the_first_unfinished(grader: Run, small_course: Path) -> None:
    """Without a command: the board, the first unfinished exercise, the next step."""
    done = grader(cwd=small_course)
    assert done.returncode == 1
    assert "0 of 1 exercise passed, 0 of 7 points" in done.stdout
    assert (
        "Next: grader lesson checkout, then edit exercises/06_checkout/checkout.py;" in done.stdout
    )


def test_a_failed_timing_check_is_drawn(process: Run, small_course: Path) -> None:
    """A failure shows the fact, the learner's lines over time, why, and the next step."""
    wrong = small_course / "solutions/06_checkout/wrong/sequential.py"
    answer = small_course / "exercises/06_checkout/checkout.py"
    answer.write_text(patches.whole(wrong))
    done = process(cwd=small_course)
    assert done.returncode == 1
    assert "took 1.5 s, expected 1.0 s: one after another" in done.stdout
    rows = [line for line in done.stdout.splitlines() if "await process_payment" in line]
    assert len(rows) == 1
    assert "█" in rows[0]
    assert "░" in rows[0]
    line = (
        answer.read_text().splitlines().index("    email = await send_confirmation_email(order.id)")
        + 1
    )
    assert f"exercises/06_checkout/checkout.py:{line}" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_ascii_terminals_get_ascii(process: Run, small_course: Path) -> None:
    """Where the terminal knows only ASCII, nothing else is printed."""
    wrong = small_course / "solutions/06_checkout/wrong/sequential.py"
    (small_course / "exercises/06_checkout/checkout.py").write_text(patches.whole(wrong))
    done = process(cwd=small_course, PYTHONIOENCODING="ascii", LC_ALL="C")
    assert done.stdout.isascii()
    assert "await process_payment(order.id)" in done.stdout
    assert "####" in done.stdout


def test_json_is_alone_on_stdout(process: Run, answers: Path) -> None:
    """With --format json stdout carries the report and nothing else; it fits its schema."""
    done = process("run", "checkout", "--answers", str(answers), "--format", "json")
    report = json.loads(done.stdout)
    assert report["schema"] == "awaitlings/report/1"
    assert (report["points"], report["max_points"]) == (7, 7)
    exercise = report["exercises"][0]
    assert (exercise["id"], exercise["number"], exercise["status"]) == ("checkout", 6, "passed")
    overlap = exercise["tests"][0]
    assert (overlap["id"], overlap["seconds"]) == ("test_payment_and_email_overlap", 1.0)
    schema = json.loads(process("schema").stdout)
    assert set(report) == set(schema["properties"])


def test_a_report_can_be_written_to_a_file(grader: Run, answers: Path, tmp_path: Path) -> None:
    """--output writes the report there, and prints nothing."""
    target = tmp_path / "report.json"
    done = grader(
        "run", "6", "--answers", str(answers), "--format", "json", "--output", str(target)
    )
    assert (done.returncode, done.stdout) == (0, "")
    assert json.loads(target.read_text())["points"] == 7


def test_list_shows_every_exercise(grader: Run) -> None:
    """`grader list` has one line per exercise."""
    done = grader("list")
    assert done.returncode == 0
    for exercise in course.load(ROOT).exercises:
        assert f"{exercise.number:02}  {exercise.slug}" in done.stdout


@pytest.mark.parametrize("command", [[], *([name] for name in COMMANDS)])
def test_every_command_has_help_with_an_example(grader: Run, command: list[str]) -> None:
    """--help says what the command does and shows an example."""
    done = grader(*command, "--help")
    assert done.returncode == 0
    assert "Example" in done.stdout
    assert "grader" in done.stdout
    assert "[[" not in done.stdout


@pytest.mark.parametrize("command", [[], ["run"], ["credential", "key"], ["course", "build"]])
def test_no_help_asks_for_a_value_of_a_flag(grader: Run, command: list[str]) -> None:
    """A flag stands alone; an option that takes something says what."""
    done = grader(*command, "--help")
    assert "--help" in done.stdout
    assert "<bool>" not in done.stdout
    assert command != ["run"] or "<path>" in done.stdout


def test_the_readme_names_every_command() -> None:
    """Each command stands in the README's table, and none that is not there."""
    rows = re.findall(r"^\| `grader ?([a-z]*)", (ROOT / "README.md").read_text(), re.MULTILINE)
    assert set(COMMANDS) - {"schema"} == set(rows) - {""}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["run", "chekout"], "There is no exercise 'chekout'.\nDid you mean checkout?"),
        (
            ["checkout"],
            "'checkout' is an exercise, and no command.\nDid you mean: grader run checkout",
        ),
        (["run", "99"], "There is no exercise '99'.\n`grader list` shows them all."),
        (["run", "--answers", "/nowhere"], "The answers folder /nowhere is not there."),
        (
            ["run", "--output", "/nowhere/report.json"],
            "The report cannot be written to /nowhere/report.json: No such file or directory.",
        ),
    ],
)
def test_wrong_usage_is_one_sentence(process: Run, arguments: list[str], sentence: str) -> None:
    """Bad input: one sentence with the next step, exit code 2, no traceback."""
    done = process(*arguments)
    assert done.returncode == 2
    assert done.stderr.startswith(f"grader: {sentence}")
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 2


@pytest.mark.parametrize("words", [("--format", "json"), ()])
def test_a_full_disk(grader: Run, small_course: Path, words: tuple[str, ...]) -> None:
    """A report that finds no space is one sentence, and no traceback."""
    done = grader("run", *words, "--output", "/dev/full", cwd=small_course)
    assert done.returncode == 2
    assert done.stderr == (
        "grader: The report cannot be written to /dev/full: No space left on device.\n"
        "Look at the space left there, or name another file with --output.\n"
    )


def test_a_report_replaces_no_answer(grader: Run, small_course: Path) -> None:
    """A report's name is no program's, so that a slip costs nobody an answer."""
    answer = small_course / "exercises/06_checkout/checkout.py"
    before = answer.read_bytes()
    done = grader("run", "--output", str(answer), cwd=small_course)
    assert (done.returncode, answer.read_bytes()) == (2, before)
    assert "checkout.py is the name of a program" in done.stderr


def test_an_unknown_option_is_wrong_usage(process: Run) -> None:
    """A misspelt option exits with 2."""
    done = process("run", "--clok", "real")
    assert (done.returncode, done.stdout) == (2, "")


def test_an_unusable_course(grader: Run, small_course: Path) -> None:
    """A broken course says which file is broken and what to do."""
    toml = small_course / "tests/exercises/06_checkout/exercise.toml"
    text = toml.read_text()
    toml.write_text(text.replace('level = "beginner"', 'level = "hard"'))
    done = grader(cwd=small_course)
    assert done.returncode == 2
    assert done.stderr.startswith("grader: tests/exercises/06_checkout/exercise.toml: level: ")
    toml.write_text("title = \n")
    assert "is not valid TOML" in grader(cwd=small_course).stderr
    toml.unlink()
    assert "exercise.toml is missing" in grader(cwd=small_course).stderr
    shutil.rmtree(small_course / "tests/exercises/06_checkout")
    done = grader(cwd=small_course)
    assert done.returncode == 2
    assert "has no exercises" in done.stderr


def test_a_suite_without_docstring(grader: Run, small_course: Path) -> None:
    """A test without the sentence that a learner reads makes the course unusable."""
    suite = small_course / "tests/exercises/06_checkout/test_checkout.py"
    suite.write_text("async def test_x(client):\n    pass\n")
    done = grader("run", cwd=small_course)
    assert done.returncode == 2
    assert "test_checkout.py, line 1: test_x has no docstring." in done.stderr


@pytest.mark.parametrize(
    ("mark", "problem"),
    [
        ('parametrize("n", [1, 2])', "test_x is parametrized."),
        ('needs("test_y")', "test_x needs 'test_y', which is no test above it."),
    ],
)
def test_a_mark_that_means_nothing(
    grader: Run, small_course: Path, mark: str, problem: str
) -> None:
    """What would be left out silently, or spoil every verdict, is said with its line."""
    suite = small_course / "tests/exercises/06_checkout/test_checkout.py"
    suite.write_text(
        f'import pytest\n\n\n@pytest.mark.{mark}\nasync def test_x(client):\n    """It works."""\n'
    )
    done = grader("verify", cwd=small_course)
    assert done.returncode == 2
    assert f"test_checkout.py, line 5: {problem}" in done.stderr


def test_verify_lists_what_a_suite_is_not_asked(grader: Run, small_course: Path) -> None:
    """Each exception with its reason; one without a reason, or of nothing, is a broken promise."""
    suite = small_course / "tests/exercises/06_checkout/test_checkout.py"
    marks = (
        '[\n    pytest.mark.except_for("in_a_crowd", "the printer is one"),\n'
        '    pytest.mark.except_for("stretched"),\n]'
    )
    suite.write_text(f"{suite.read_text()}\n\npytestmark = {marks}\n")
    done = grader("verify", "checkout", cwd=small_course)
    assert "checkout is not asked in_a_crowd: the printer is one." in done.stdout.splitlines()
    assert "in a learner's words, not 'stretched' and ''." in done.stdout
    assert done.returncode == 1


def test_a_suite_that_cannot_be_collected_is_told_once(grader: Run, small_course: Path) -> None:
    """A suite that pytest cannot import is one broken promise, and no fault of an answer."""
    suite = small_course / "tests/exercises/06_checkout/test_checkout.py"
    suite.write_text("import no_such_module\n" + suite.read_text())
    *problems, last = grader("verify", "checkout", cwd=small_course).stdout.splitlines()
    sentence = (
        "tests/exercises/06_checkout: pytest does not find the tests that stand there; "
        "`python -m pytest tests/exercises/06_checkout` says why."
    )
    assert problems == [sentence]
    assert last.endswith("1 broken promise.")
    report = json.loads(grader("run", "checkout", "--format", "json", cwd=small_course).stdout)
    (result,) = report["exercises"]
    asked = "Ask the author of the exercise: your file is not what is wrong."
    problem = f"{sentence.partition(';')[0]}. {asked}"
    assert (result["status"], result["problem"]) == ("crashed", problem)


def test_verify_shows_the_way_to_a_diagnosis(grader: Run, small_course: Path) -> None:
    """A header with a diagnosis or a test that is not there names what was meant, and the list."""
    wrong = small_course / "solutions/06_checkout/wrong/sequential.py"
    text = wrong.read_text()
    name = re.search(r"fails: (\w+) = ([a-z-]+)", text)
    assert name is not None
    wrong.write_text(text.replace(f"= {name[2]}", "= no-such-thing", 1))
    told = grader("verify", "checkout", cwd=small_course).stdout
    assert (
        "sequential.py: there is no diagnosis no-such-thing; `grader explain` lists them." in told
    )


def test_a_new_exercise_loads_lists_and_verifies(grader: Run, small_course: Path) -> None:
    """`grader new` makes files that work, and verify names only what is still to write."""
    made = grader("new", "last_ticket", "--number", "22", cwd=small_course)
    assert made.returncode == 0
    assert "tests/exercises/22_last_ticket/test_last_ticket.py" in made.stdout
    assert "22  last_ticket" in grader("list", cwd=small_course).stdout
    verified = grader("verify", "last_ticket", cwd=small_course)
    assert verified.returncode == 1
    *to_do, right, wrong, last = verified.stdout.splitlines()
    assert "exercises/22_last_ticket/README.md, line 1, still says TODO." in to_do
    assert all(line.endswith(", still says TODO.") for line in to_do)
    assert [right, wrong, last] == [
        "solutions/22_last_ticket/right has 0 files; it needs 3.",
        "solutions/22_last_ticket/wrong has 0 files; it needs 4.",
        f"2 answers judged, {len(to_do) + 2} broken promises.",
    ]
    assert "already" in grader("new", "last_ticket", cwd=small_course).stderr
    assert "no name for an exercise" in grader("new", "LastTicket", cwd=small_course).stderr
    assert "checkout has it" in grader("new", "other", "--number", "6", cwd=small_course).stderr
    (small_course / "solutions/23_other").write_text("where a folder was to be", encoding="utf-8")
    unwritable = grader("new", "other", cwd=small_course)
    assert unwritable.returncode == 2
    assert "The files of other cannot be written: File exists." in unwritable.stderr
    assert not list(small_course.glob("*/**/23_other/*"))


def test_the_solution_is_for_those_who_passed(grader: Run, small_course: Path) -> None:
    """Before passing, `grader solution` asks; after, it shows every shape with its line."""
    refused = grader("solution", "checkout", cwd=small_course)
    assert refused.returncode == 2
    assert "does not pass yet" in refused.stderr
    assert "asyncio.gather" not in refused.stdout
    right = small_course / "solutions/06_checkout/right/task_group.py"
    (small_course / "exercises/06_checkout/checkout.py").write_text(patches.whole(right))
    shown = grader("solution", "checkout", cwd=small_course)
    assert shown.returncode == 0
    assert "asyncio.gather(" in shown.stdout
    assert "right/wait" in shown.stdout
    assert "The second await begins when the first has ended: 1.5 s." in shown.stdout


def test_another_answer_is_shown_as_a_whole_program(grader: Run, small_course: Path) -> None:
    """Exactly the text that is graded, given part and all; a name that is nearly right is told."""
    wrong = small_course / "solutions/06_checkout/wrong/sequential.py"
    for name in ("sequential", "wrong/sequential", "wrong/sequential.py"):
        shown = grader("solution", "checkout", name, "--yes", cwd=small_course)
        assert shown.stdout == patches.whole(wrong)
    assert "async def process_payment" in shown.stdout
    refused = grader("solution", "checkout", "seqential", "--yes", cwd=small_course)
    assert refused.returncode == 2
    assert "checkout has no answer 'seqential'.\nDid you mean sequential?" in refused.stderr


def test_a_diagnosis_has_its_page(grader: Run) -> None:
    """`grader explain` shows the page of an id, lists all, and helps with a typo."""
    page = grader("explain", "one-after-another")
    assert page.returncode == 0
    assert "Repaired" in page.stdout
    assert "blocked-loop" in grader("explain").stdout
    wrong = grader("explain", "blockd-loop")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "Did you mean blocked-loop?" in wrong.stderr


def test_an_interrupt_leaves_nothing_behind(small_course: Path) -> None:
    """Ctrl-C ends the children and gives the terminal back as it was."""
    answer = small_course / "exercises/06_checkout/checkout.py"
    answer.write_text("import time\nwhile True:\n    pass\n")
    child = pexpect.spawn(
        sys.executable,
        ["-m", "grader"],
        cwd=str(small_course),
        timeout=30,
        encoding="utf-8",
    )
    before = child.getecho()
    child.expect("grading")
    wait_for(lambda: len(family(child.pid)) >= 2)
    pids = family(child.pid)
    child.kill(signal.SIGINT)
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 130
    assert before
    wait_for(lambda: not any(is_alive(pid) for pid in pids))


def family(pid: int) -> set[int]:
    """All descendants of a process (Linux)."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(stat.parent.name)] = int(fields[1])
    found: set[int] = set()
    todo = [pid]
    while todo:
        parent = todo.pop()
        children = {child for child, known in parents.items() if known == parent}
        found |= children
        todo += children
    return found


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def wait_for(condition: Callable[[], bool]) -> None:
    """Real time, for these are real processes; bounded by 20 s."""
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end, "it did not happen within 20 s"
        time.sleep(0.02)
