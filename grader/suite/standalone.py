"""Plain `pytest tests/exercises/06_checkout`: a learner's own file, in the grader's words.

A pytest plugin beside plugin.py (course/pytest.ini). No child loads it: there the
parent takes the answer, explains its failures and draws them.
"""

import atexit
import importlib.util
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from grader.clock import debuggers
from grader.course import exercises as course
from grader.course import folders, packs
from grader.course.exercises import Exercise
from grader.course.folders import shown_path
from grader.diagnosis import diagnose
from grader.reports import picture
from grader.security import intake, workers
from grader.suite.answer import Source, stage
from grader.suite.fixtures import CODE, SOURCE, TRACE
from grader.suite.plugin import is_suite, remember_suite
from grader.suite.stopwatch import goal_of


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.getgroup("awaitlings").addoption("--answers", help="folder laid out as exercises/")


def pytest_configure() -> None:
    debuggers.allow()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Take the learner's file when the first test of its suite begins."""
    stash = item.config.stash
    if is_suite(item.path) and (SOURCE not in stash or stash[SOURCE].name not in item.path.name):
        stash[SOURCE] = _own_answer(_exercise(item), item.config.getoption("answers"))
        if CODE in stash:
            del stash[CODE]


def _exercise(item: pytest.Item) -> Exercise:
    module = item.getparent(OwnFile)
    return module.exercise if module else course.read(_root(item.path), item.path.parent)


def _root(suite: Path) -> Path:
    return suite.parent.parent.parent.parent


class OwnFile(pytest.Module):
    """In a folder of `grader init`, the tests of an exercise stand at the learner's own file.

    Their suite lies among the installed packages, where an editor lists nothing.
    """

    exercise: Exercise

    def _getobj(self) -> ModuleType:
        suite = self.exercise.suite
        spec = importlib.util.spec_from_file_location(suite.stem, suite)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> OwnFile | None:
    home = folders.find_home(module_path.parent)
    if home is None or packs.is_course(home):
        return None
    own = {exercise.stub: exercise for exercise in course.around(home).exercises}
    if module_path not in own:
        return None
    remember_suite(module_path)
    module: OwnFile = OwnFile.from_parent(parent, path=module_path)
    module.exercise = own[module_path]
    return module


def _own_answer(exercise: Exercise, answers: str | None) -> Source:
    """The learner's own file; a test fails with the sentence of what is no answer."""
    path, _ = exercise.answer_in(Path(answers)) if answers else (exercise.stub, "")
    shown = shown_path(path)  # where it really is: a debugger finds its breakpoints by that
    data = intake.take(path, shown)
    if isinstance(data, intake.Unusable):
        pytest.fail(data.sentence, pytrace=False)
    staging = tempfile.mkdtemp(prefix="awaitlings-")
    atexit.register(shutil.rmtree, staging, ignore_errors=True)
    source = stage(data, shown, path.name, Path(staging))
    workers.tell(data, shown, source.staged)
    return source


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Iterator[None, Any, pytest.TestReport]:  # type: ignore[type-arg]
    """Say why the test failed, and draw it, where pytest would show its traceback."""
    report: Any = yield
    source = item.config.stash.get(SOURCE, None)
    if report.failed and source is not None and hasattr(report, "evidence"):
        failure = diagnose(report.evidence, source.shown, _exercise(item).diagnoses)
        spans = report.evidence.spans
        goal = goal_of(item) if failure.is_duration else None  # else it is of a check that held
        report.longrepr = picture.explain(failure, spans, goal=goal)
    return report  # type: ignore[no-any-return]


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_exception_interact(node: Any, call: Any) -> Iterator[None]:
    """Let `--pdb` open in the learner's own line, where one of theirs raised."""
    recorder = node.stash.get(TRACE, None) if isinstance(node, pytest.Item) else None
    if recorder is not None and call.excinfo is not None:
        raised = (*recorder.server_errors, call.excinfo.value)
        own = next((error for error in raised if _cut_below(recorder.file, error)), None)
        if own is not None:
            call.excinfo = pytest.ExceptionInfo.from_exception(own)
    return (yield)


def _cut_below(file: str, error: BaseException) -> bool:
    """Let the error's traceback end in its last line of `file`; False if it has none."""
    step, last = error.__traceback__, None
    while step is not None:
        if step.tb_frame.f_code.co_filename == file:
            last = step
        step = step.tb_next
    if last is not None:
        last.tb_next = None
    return last is not None
