"""The second examiner: what it adds to a report, and what it does not hold against anybody."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.course import circumstances, folders, suites
from grader.course import exercises as course
from grader.model.report import ExerciseResult
from grader.parent import session
from grader.parent.runner import Runner

ROOT = folders.find_root(Path(__file__).parent)
SOLUTION = (ROOT / "solutions/06_checkout/checkout.py").read_text(encoding="utf-8")
WAIT = "    payment, email = await"

Grade = Callable[[str], ExerciseResult]
pytestmark = pytest.mark.usefixtures("examined")


@pytest.fixture
def grade(tmp_path: Path, examined: None) -> Grade:
    """Grades a text as the answer to checkout, with circumstances."""
    exercise = course.read(ROOT, ROOT / "tests" / "exercises" / "06_checkout")

    def grade(text: str) -> ExerciseResult:
        path = tmp_path / "checkout.py"
        path.write_text(text, encoding="utf-8")
        (result,) = Runner(1).run([session.order(exercise, path, "checkout.py", "virtual")])
        return result

    return grade


def outcomes(result: ExerciseResult) -> dict[str, str]:
    return {t.id: t.status for t in result.tests if t.id in circumstances.IDS}


def test_a_right_answer_stands_them_all(grade: Grade) -> None:
    """Each circumstance is a check of its own, with a point and a title."""
    result = grade(SOLUTION)
    assert outcomes(result) == dict.fromkeys(circumstances.IDS, "passed")
    assert (result.status, result.points) == ("passed", result.max_points)
    titles = {test.id: test.title for test in result.tests}
    assert titles["again"].startswith("Again: the same requests, a second time")


def test_they_wait_for_the_suites_own_tests(grade: Grade) -> None:
    """An answer that fails a test of the suite is not examined any further, and told so."""
    result = grade(SOLUTION.replace(WAIT, f"    await process_payment(order.id)\n{WAIT}"))
    assert set(outcomes(result).values()) == {"skipped"}


def test_they_are_worth_nothing_beside_a_void_test(grade: Grade) -> None:
    """Its process takes a test for passed that is void for what the answer has replaced."""
    replaced = (
        "import contextlib\n\nkind = contextlib._GeneratorContextManager\nleave = kind.__exit__\n"
    )
    replaced += "kind.__exit__ = lambda self, *error: leave(self, *error)\n"
    result = grade(f"{SOLUTION}\n\n{replaced}")
    assert set(outcomes(result).values()) == {"skipped"}
    assert (result.status, result.points) == ("failed", 0)


def test_only_the_failing_one_is_told(grade: Grade) -> None:
    """Of four that run together, the one that fails is named, with the learner's line."""
    result = grade(SOLUTION.replace(WAIT, f"    assert order.id, 'a number'\n{WAIT}"))
    failed = [test for test in result.tests if test.failure is not None]
    assert [test.id for test in failed] == ["odd_values"]
    assert failed[0].failure is not None
    assert failed[0].failure.why.startswith("With odd values (an id is 0): Line ")
    assert failed[0].failure.line == SOLUTION.partition(WAIT)[0].count("\n") + 1


def test_who_counts_on_the_order_is_told(grade: Grade) -> None:
    """Ten e-mails end at the same moment, and each takes the payment that began first."""
    text = SOLUTION.partition(WAIT)[0].replace("app = FastAPI()\n", "app = FastAPI()\nqueue = []\n")
    text += (
        "    queue.append(asyncio.create_task(process_payment(order.id)))\n"
        "    email = await send_confirmation_email(order.id)\n"
        "    payment = await queue.pop(0)\n"
        '    return {"payment": payment, "email": email}\n'
    )
    result = grade(text)
    assert outcomes(result)["any_order"] == "failed"
    assert all(test.status == "passed" for test in result.tests if test.id.startswith("test_"))
    (failure,) = (test.failure for test in result.tests if test.id == "any_order")
    assert failure is not None
    assert failure.why.startswith("When what ends at the same moment ends in another order")
    (orders,) = (test.orders for test in result.tests if test.id == "any_order")
    assert orders is not None
    assert orders.usual != orders.other
    assert orders.usual[0] != orders.other[0]
    assert all(label.startswith("process_payment(") for label in orders.usual)


def test_an_app_that_ends_itself_is_told(grade: Grade) -> None:
    """One failed payment ends the app's task group, and with it the app, for everybody."""
    lifespan = (
        "from contextlib import asynccontextmanager\n\n\n"
        "@asynccontextmanager\nasync def lifespan(app):\n"
        "    async with asyncio.TaskGroup() as group:\n"
        "        app.state.group = group\n        yield\n\n\n"
        "app = FastAPI(lifespan=lifespan)\n"
    )
    text = SOLUTION.replace("app = FastAPI()\n", lifespan).partition(WAIT)[0]
    text += (
        "    group = app.state.group\n"
        "    payment = group.create_task(process_payment(order.id))\n"
        "    email = group.create_task(send_confirmation_email(order.id))\n"
        "    await asyncio.wait([payment, email])\n"
        '    return {"payment": payment.result(), "email": email.result()}\n'
    )
    result = grade(text)
    found = {t.id: t.failure.diagnosis for t in result.tests if t.failure is not None}
    assert found["after_failures"] == "server-error"


def test_a_task_that_is_kept_for_ever_is_told(grade: Grade) -> None:
    """A list of the module that only grows, and holds the tasks of requests that are over."""
    text = SOLUTION.replace("app = FastAPI()\n", "app = FastAPI()\nkept = []\n")
    text = text.replace("        process_payment(order.id),\n", "        *map(keep, [order.id]),\n")
    text += (
        "\n\ndef keep(number: int) -> asyncio.Task:\n"
        "    kept.append(asyncio.create_task(process_payment(number)))\n    return kept[-1]\n"
    )
    failed = [test for test in grade(text).tests if test.failure is not None]
    assert [test.id for test in failed] == ["in_a_crowd"]
    assert failed[0].failure is not None
    assert "tasks that are done, and that a name of the module keeps" in failed[0].failure.why


def test_each_run_of_a_test_may_last_as_long(tmp_path: Path, examined: None) -> None:
    """A test of 50 minutes stands five runs in one app, though a program ends after 66 minutes."""
    where = tmp_path / "tests" / "exercises" / "06_checkout"
    shutil.copytree(ROOT / "tests" / "exercises" / "06_checkout", where)
    suite = where / "test_checkout.py"
    first, mark, rest = suite.read_text(encoding="utf-8").partition("    status(response, 200)\n")
    suite.write_text(f"{first}{mark}    await clock.sleep(3_000)\n{rest}", encoding="utf-8")
    answer = tmp_path / "checkout.py"
    answer.write_text(SOLUTION, encoding="utf-8")
    order = session.order(course.read(tmp_path, where), answer, "checkout.py", "virtual")
    (result,) = Runner(1).run([order])
    failed = {id for id, status in outcomes(result).items() if status != "passed"}
    assert failed == {"stretched"}  # twenty times as long is too long


def test_what_is_excepted_is_no_check() -> None:
    """A suite's marks take a circumstance out of the list of checks, and of the points."""
    exercise = course.read(ROOT, ROOT / "tests" / "exercises" / "18_user_lookup")
    ids = [test.id for test in exercise.tests]
    assert "again" in ids
    assert "in_a_crowd" not in ids


def test_a_mark_may_have_a_name(tmp_path: Path, examined: None) -> None:
    """`LEAVES = pytest.mark.except_for(...)` is read as the mark itself is."""
    suite = tmp_path / "test_it.py"
    text = (
        'import pytest\n\nLEAVES = pytest.mark.except_for("someone_leaves", "one printer")\n\n\n'
        '{mark}async def test_one(client, fake):\n    """A page."""\n'
    )
    suite.write_text(text.format(mark=""), encoding="utf-8")
    plain = {test.id for test in suites.read_tests(suite, "test_it.py")}
    assert "someone_leaves" in plain
    suite.write_text(text.format(mark="@LEAVES\n"), encoding="utf-8")
    marked = {test.id for test in suites.read_tests(suite, "test_it.py")}
    assert marked == plain - {"someone_leaves"}
