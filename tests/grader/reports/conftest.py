"""Reports: one exercise in each state, made by hand and graded, and one whose texts are hostile."""

import linecache
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.course import exercises as course
from grader.course import folders, patches
from grader.model.report import ExerciseResult, ExerciseStatus, Failure, Report, TestResult
from grader.model.spans import Span
from grader.parent import session
from grader.parent.runner import Runner
from tests.grader.unaudited import unaudited

ROOT = folders.find_root(Path(__file__).parent)
CHECKOUT = course.read(ROOT, ROOT / "tests" / "exercises" / "06_checkout")
TIMED_OUT_REAL_SECONDS = 3.0
"""So long the one answer may take that nothing but the runner's own guard ends."""
GOLDEN = Path(__file__).parent / "golden"
HOSTILE = (
    "\x1b]0;owned\x07\x1b[2J\x9b31m\n::error file=a,line=1::forged\r##[error]red "
    "::notice title=Autograding complete::Points 999/10 "
    "</code></details><script>alert(1)</script> | cell | `code` **bold** [a](javascript:x) "
    "![i](https://evil.example/i.png) www.evil.example @octocat #1 :tada: $x$ "
    "```\n# heading\n- item\n\u202eedoc\u2066\u2028next\ufffe : ; %% %0A,"
)


@pytest.fixture(autouse=True)
def no_lines_of_other_answers() -> None:
    """A grading before this test may have left the text that it read under the same path."""
    linecache.clearcache()


def failure(text: str = "") -> Failure:
    return Failure(
        expected="1.0 s",
        actual="1.5 s",
        diagnosis="one-after-another",
        why=f"send_email() (line 36) began only when pay() (line 35) had ended.{text}",
        next=f"Start the work that can overlap before you wait for any of it.{text}",
        file=f"exercises/06_checkout/checkout.py{text}",
        line=36,
        is_duration=True,
    )


def timeline(text: str = "") -> list[Span]:
    return [
        Span(label=f"pay(1){text}", line=35, start=0.0, end=1.0),
        Span(label=f"send_email(1){text}", line=36, start=1.0, end=1.5, blocking=True),
        Span(label=f"POST /checkout{text}", start=0.0, end=1.5, kind="request", outcome="failed"),
    ]


def graded(earned: list[int], most: list[int], text: str) -> list[TestResult]:
    """One test for each figure; what earned nothing failed, but the last of several is skipped."""
    results = []
    for index, (points, max_points) in enumerate(zip(earned, most, strict=True)):
        passed = points == max_points
        skipped = not passed and index == len(most) - 1 > 0
        results.append(
            TestResult(
                id=f"test_{index}",
                title=f"Sentence {index}, for a learner.",
                status="passed" if passed else "skipped" if skipped else "failed",
                points=points,
                max_points=max_points,
                seconds=1.5,
                failure=None if passed or skipped else failure(text),
                printed="" if passed or skipped else f"paid: {index}{text}\n",
                timeline=timeline(text),
            )
        )
    return results


def exercise(
    number: int,
    status: ExerciseStatus,
    earned: list[int],
    most: list[int],
    *,
    problem: str | None = None,
    line: int | None = None,
    flags: tuple[str, ...] = (),
    text: str = "",
) -> ExerciseResult:
    results = graded(earned, most, text)
    if problem is not None:
        results = [
            test.model_copy(update={"failure": None, "printed": "", "timeline": []})
            for test in results
        ]
    return ExerciseResult(
        id=f"{status}_{number}",
        number=number,
        title="Take the payment while the e-mail goes out",
        level="beginner",
        status=status,
        points=sum(earned),
        max_points=sum(most),
        real_seconds=0.125,
        problem=None if problem is None else problem + text,
        line=line,
        file=f"exercises/{number:02}_{status}/answer.py{text}",
        flags=[flag + text for flag in flags],
        printed=f"trying {status}{text}" if status == "broken" else "",
        tests=results,
    )


def report(*exercises: ExerciseResult) -> Report:
    return Report(
        schema="awaitlings/report/1",
        clock="virtual",
        python="3.11.7",
        isolation="process",
        points=sum(each.points for each in exercises),
        max_points=sum(each.max_points for each in exercises),
        exercises=list(exercises),
    )


def states(text: str = "") -> dict[str, ExerciseResult]:
    """Each state that an exercise can be in, by its name."""
    most = [2, 1, 1]
    return {
        "passed": exercise(1, "passed", most, most, flags=("reads sys.argv (line 3)",), text=text),
        "partial": exercise(2, "failed", [0, 1, 0], most, text=text),
        "zero": exercise(3, "failed", [0, 0, 0], most, text=text),
        "not_started": exercise(
            4, "not_started", [0, 0, 0], most, problem="not started: pay() raises", text=text
        ),
        "broken": exercise(
            5,
            "broken",
            [0, 0, 0],
            most,
            problem="line 1: SyntaxError: invalid syntax",
            line=1,
            text=text,
        ),
        "missing": exercise(
            6, "missing", [0, 0, 0], most, problem="checkout.py not found.", text=text
        ),
        "crashed": exercise(
            7, "crashed", [2, 0, 0], most, problem="its process ended too early.", text=text
        ),
        "refused": exercise(
            8,
            "refused",
            [0, 0, 0],
            most,
            problem="line 3 uses gc.",
            line=3,
            flags=("uses gc (line 3)",),
            text=text,
        ),
        "timed_out": exercise(
            9, "timed_out", [2, 1, 0], most, problem="still running after 120 s.", text=text
        ),
    }


def answers() -> dict[str, str | None]:
    """An answer to checkout for each state, by the state's name; None where there is no file."""
    solution = CHECKOUT.solution.read_text(encoding="utf-8")
    head, _, _ = solution.partition("    payment, email = await")
    third = (
        "    import os, pathlib\n"
        "    mark = pathlib.Path(os.getcwd()).parent / 'calls'\n"
        "    mark.write_text(mark.read_text() + 'x' if mark.exists() else 'x')\n"
        "    if len(mark.read_text()) == 3:\n        {}\n"
        "    payment, email = await"
    )
    slower = (
        "    if not any('test_' in repr(task) for task in asyncio.all_tasks()):\n"
        "        await process_payment(order.id + 1)\n"
        "    payment, email = await"
    )
    return {
        "passed": solution,
        "partial": patches.whole(CHECKOUT.solutions / "wrong/sequential.py"),
        "zero": f"{head}    return {{}}\n",
        "not_started": CHECKOUT.original.read_text(encoding="utf-8"),
        "broken": "def checkout(:\n",
        "missing": None,
        "crashed": solution.replace("    payment, email = await", third.format("os.abort()")),
        "refused": solution.replace("    payment, email = await", slower),
        # Of a test the others would go on without it.
        "timed_out": f"sum(iter(int, 1))\n{solution}",
    }


UNAUDITED = ("crashed", "timed_out", "refused")
"""What no answer does that is audited; the states are there for what does all the same."""


@pytest.fixture(scope="session")
def really(tmp_path_factory: pytest.TempPathFactory) -> dict[str, ExerciseResult]:
    """What the grader makes of an answer for each state; the last one takes its guard's time."""
    audited, others = {}, {}
    for name, text in answers().items():
        path = tmp_path_factory.mktemp(name) / "checkout.py"
        if text is not None:
            path.write_text(text, encoding="utf-8")
        shown = "exercises/06_checkout/checkout.py"
        if name in UNAUDITED:
            others[name] = session.order(CHECKOUT, path, shown, "virtual")
        else:
            audited[name] = session.order(CHECKOUT, path, shown, "virtual")
    results = dict(zip(audited, Runner(2).run(list(audited.values())), strict=True))
    with unaudited():
        (results["crashed"],) = Runner(1).run([others["crashed"]])
        (results["refused"],) = Runner(1, judged=True).run([others["refused"]])
        (results["timed_out"],) = Runner(1, TIMED_OUT_REAL_SECONDS).run([others["timed_out"]])
    return results


@pytest.fixture(params=sorted(answers()))
def graded_state(request: pytest.FixtureRequest, really: dict[str, ExerciseResult]) -> Report:
    """A report of the grader's own with one exercise, once for each state."""
    return session.report([really[request.param]], "virtual")


@pytest.fixture
def graded_full(really: dict[str, ExerciseResult]) -> Report:
    """The same answers in one report."""
    return session.report(list(really.values()), "virtual")


@pytest.fixture(params=sorted(states()))
def state(request: pytest.FixtureRequest) -> Report:
    """A report with one exercise, once for each state."""
    return report(states()[request.param])


@pytest.fixture(params=["all", "hostile", "passed", "none"])
def sample(request: pytest.FixtureRequest) -> Report:
    """Every state at once; the same with hostile texts; all passed; nothing graded."""
    match request.param:
        case "all":
            return report(*states().values())
        case "hostile":
            return hostile_report()
        case "passed":
            return report(states()["passed"])
    return report()


def hostile_report() -> Report:
    return report(*states(HOSTILE).values())


@pytest.fixture
def full() -> Report:
    return report(*states().values())


@pytest.fixture
def hostile() -> Report:
    return hostile_report()


@pytest.fixture
def same_as_golden() -> Callable[[str, str], None]:
    """Compares a text with a file of golden/; with UPDATE_GOLDEN=1 it writes the file instead."""

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        if os.environ.get("UPDATE_GOLDEN"):
            path.write_text(text, encoding="utf-8", newline="\n")
        assert text == path.read_text(encoding="utf-8")

    return compare
