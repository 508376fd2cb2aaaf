"""`trial`: runs the answer's own tests against a program that the suite has as text.

Prior art: mutation testing (mutmut, cosmic-ray), where tests are judged by what they reject.
"""

import asyncio
import inspect
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from grader.model.checks import VerdictCheck
from grader.model.evidence import NameCheck
from grader.suite import problems
from grader.suite.answer import Answer
from grader.suite.checks import CheckFailed
from grader.suite.client import Starter
from grader.suite.fakes import Fakes
from grader.suite.stopwatch import Stopwatch
from grader.trace import lines
from grader.trace.recorder import Recorder
from grader.wording import count

Test = Callable[..., Any]

PREFIX = "test_"
SHOWN = "page.py"
"""The name that messages give the program, whose author is somebody else."""
ASKED = ("result", "result_for", "was_called", "was_called_once_with")
"""What a test may ask a stand-in."""


class Trials:
    """Each of the answer's tests gets a fresh program, with `client`, `clock` and `fake` for it.

    await trial.accepts(GATHER, "asks for all three with gather")
    await trial.rejects(ONE_BY_ONE, "asks for one after the other")

    The second text goes on after "a program that". What a test raises counts as a rejection when
    it is an AssertionError, as a failed check is; a NotImplementedError leaves, as a stub's does.
    """

    def __init__(self, answer: Answer, recorder: Recorder) -> None:
        self._answer = answer
        self._recorder = recorder

    async def accepts(self, program: str, does: str) -> None:
        """All tests pass with the program. Raises CheckFailed of kind `verdict`."""
        for test in self._tests():
            error = await self._run(test, program)
            if error is not None:
                does_not = "rejects it" if isinstance(error, AssertionError) else "stops midway"
                actual = f"{test.__name__}, which {does_not}"
                raise self._verdict(does, "your tests to accept it", actual, test, error)

    async def rejects(self, program: str, does: str) -> None:
        """One of the tests at least does not pass. Raises CheckFailed of kind `verdict`."""
        stopped: tuple[Test, Exception] | None = None
        tests = self._tests()
        for test in tests:
            error = await self._run(test, program)
            if isinstance(error, AssertionError):
                return
            if error is not None:
                stopped = test, error
        actual = f"{count(len(tests), 'test')} that accept{'s' * (len(tests) == 1)} it"
        raise self._verdict(does, "your tests to reject it", actual, *(stopped or (None, None)))

    def _verdict(
        self, does: str, expected: str, actual: str, test: Test | None, error: Exception | None
    ) -> CheckFailed:
        """What to say of the program; of `test`, if it ended with `error`."""
        said, line = "", None
        if error is not None:
            told = problems.problem(self._recorder.file, error, self._recorder.raised)
            said, line = f"{told.type}: {told.message}".removesuffix(": "), told.line
            if isinstance(error, AssertionError):
                said = told.message or f"`{told.code}` does not hold"
        return CheckFailed(
            VerdictCheck(
                expected=expected,
                actual=actual,
                program=does,
                is_right=expected.endswith("accept it"),
                test="" if test is None else test.__name__,
                said=said,
                is_assertion=isinstance(error, AssertionError),
                line=line,
            )
        )

    def _tests(self) -> list[Test]:
        found: list[Test] = [
            thing
            for name, thing in vars(self._answer._module).items()
            if name.startswith(PREFIX) and inspect.isfunction(thing)
        ]
        if not found:
            raise CheckFailed(
                NameCheck(expected=f"a function {PREFIX}...", actual="none", name=f"{PREFIX}...")
            )
        return found

    async def _run(self, test: Test, program: str) -> Exception | None:
        """What the test raises, with a program that was loaded and started for it."""
        module = ModuleType(SHOWN.removesuffix(".py"))
        exec(compile(program, SHOWN, "exec", dont_inherit=True), module.__dict__)
        recorder = Recorder(self._recorder.clock, SHOWN, self._recorder.loop)
        page = Answer(module, SHOWN)
        start = Starter(page, recorder)
        before = asyncio.all_tasks()
        fakes = Fakes(page, recorder)
        given: dict[str, Any] = {
            "clock": Stopwatch(recorder.clock),
            "fake": lambda *args, **how: _only(fakes(*args, **how), *ASKED),
        }
        try:
            given["client"] = _only(await start(), "get")
            wanted = inspect.signature(test).parameters
            ended = test(**{name: given[name] for name in given if name in wanted})
            if inspect.isawaitable(ended):
                await ended
        except Exception as error:
            if lines.is_stub(self._recorder.file, error):
                raise
            return _first(error)
        except pytest.fail.Exception as error:  # no Exception; raised by pytest.raises, too
            return AssertionError(error.msg).with_traceback(error.__traceback__)
        finally:
            await start.close()
            left = asyncio.all_tasks() - before
            for task in left:
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)
        return None


def _only(thing: object, *names: str) -> object:
    """Nothing of it but those: `client.transport.app` or the line of a call would tell a test
    which program it has, and it need not try what that does."""

    class Only:
        def __getattr__(self, name: str) -> Any:
            if name not in names:
                raise AttributeError(f"a test has no .{name} here, but .{', .'.join(names)}")
            found = getattr(thing, name)
            # Not the method itself: its __self__ is the thing.
            return (lambda *args, **how: found(*args, **how)) if inspect.ismethod(found) else found

    return Only()


def _first(error: Exception) -> Exception:
    """What a group holds first: a task of the test has failed."""
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    return error
