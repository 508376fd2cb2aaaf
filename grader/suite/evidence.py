"""Gathers what a failed test observed."""

import ast
import asyncio
import gc
import inspect
import re
import warnings
from collections.abc import Iterable, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from types import CoroutineType
from typing import TypeVar

from grader.clock import VirtualClock
from grader.clock.errors import Stuck
from grader.clock.stacks import GRADER, Stack
from grader.model.evidence import (
    Evidence,
    Leftover,
    Problem,
    Refusal,
    Spin,
    ValueCheck,
    Visited,
    Waiting,
    WaitKind,
)
from grader.model.spans import overlapping
from grader.suite import problems, slips, takers, whose
from grader.suite.checks import CheckFailed, SuiteError
from grader.trace import lines
from grader.trace.recorder import Recorder

_NEVER_AWAITED = re.compile(r"coroutine '([^']+)' was never awaited")
_ORIGIN = re.compile(r'File "([^"]+)", line (\d+)')
CLOCKS = (
    *("monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns", "time", "time_ns"),
    *("now", "today", "utcnow"),
)
"""Last part of the names of functions that tell the time: `time.monotonic`."""
MANY_JUMPS = 5_000
"""Moves of the clock within one test that no exercise asks for."""
MAX_NAME = 40
"""Characters of such a name that fit into a sentence."""
_RESULT: tuple[WaitKind, str] = ("result", "a result that never comes")
_PLACES = ("Semaphore.acquire", "CapacityLimiter.acquire_on_behalf_of")
"""Functions that wait for one of several places."""
_PLACE: tuple[WaitKind, str] = ("place", "a place that nobody gives back")
_WAITS: dict[str, tuple[WaitKind, str]] = {
    "Event.wait": ("event", "an Event that nobody sets"),
    "Condition.wait": ("condition", "a Condition that nobody notifies"),
    "wait": ("work", "work that never ends"),
    "sleep": ("sleep", "its sleep to end"),
    "acquire": ("lock", "a lock that is never released"),
    "get": ("queue", "a queue that stays empty"),
    "put": ("queue", "a queue that stays full"),
    "join": ("work", "work that never ends"),
    "result": _RESULT,
    "__aenter__": ("lock", "a lock that is never released"),
    "__enter__": ("lock", "a lock that is never released"),
}
"""Functions that wait, by (qualified) name: the kind of wait, and what a learner reads."""

T = TypeVar("T", Leftover, Problem)

MAX_OF_A_KIND = 50
"""Leftovers or errors of one kind that the evidence holds."""


def collect(
    error: BaseException, recorder: Recorder | None, log: Sequence[warnings.WarningMessage]
) -> Evidence:
    """The evidence of a test that ended with `error`."""
    check = error.check if isinstance(error, CheckFailed) else None
    if recorder is None:
        text = lines.text_of(error)
        problem = None if check else Problem(type=type(error).__name__, message=text)
        return Evidence(check=check, error=problem)
    recorder.end_computing()
    file, told = recorder.file, partial(problems.problem, recorder.file, raised=recorder.raised)
    stuck = next((each for each in lines.origins(error) if isinstance(each, Stuck)), None)
    problem = None if check is not None else _problem(stuck or error, recorder)
    whole = error.value if isinstance(error, CheckFailed) else None
    if problem is not None and problem.type == "TimedOut" and _waits_on(recorder):
        problem = problem.model_copy(update={"type": "Endless"})
    about = error.visit if isinstance(error, CheckFailed) else None
    falsy, given = whose.given(recorder, about)
    is_endless = problem is not None and problem.type == "Endless"
    return Evidence(
        check=check,
        error=problem,
        reached=recorder.clock.now() if is_endless else None,
        spin=_spin(file, problem) if problem is not None else None,
        server_errors=_different(told(e) for e in recorder.server_errors if e is not stuck),
        spans=recorder.spans(),
        unawaited=_different(
            [*recorder.unawaited, *unawaited(log, file), *held_unawaited(recorder)]
        ),
        unsent=_different(recorder.handover.unsent),
        leftovers=_different(recorder.leaked(of_ended_visits=True)),
        left=_different(_left_running(recorder)),
        peaks=_peaks(recorder),
        held=recorder.held()[:MAX_OF_A_KIND],
        stored=recorder.stored(),
        stale=recorder.stale(),
        at_once=recorder.at_once(),
        unmet=recorder.unmet(),
        unended=recorder.unended(),
        takers=takers.takers(file),
        dead=_different(recorder.tasks.dead),
        waiting=waiting(stuck, file) if stuck is not None else [],
        lost=_different(told(e) for e in recorder.tasks.lost),
        refused=_different(recorder.refused),
        starting=recorder.tasks.is_starting,
        up_at=recorder.tasks.up_at,
        unanswered=recorder.unanswered,
        answered=recorder.answered,
        answered_at=whose.answered(check, whole, recorder)
        if isinstance(check, ValueCheck)
        else None,
        returned=problems.statement(file, _good(recorder))[0],
        about=about,
        visits=_visited(recorder, error),
        refusals=_refusals(recorder),
        misfits=whose.misfits(recorder),
        shared=whose.shared(recorder),
        whose=whose.whose(check, whole, recorder) if isinstance(check, ValueCheck) else None,
        slips=slips.slips(file),
        limits=slips.limits(file),
        falsy=falsy,
        altered=whose.altered(recorder),
        given=given,
        app_ended=recorder.app_ended,
        over=[
            task.model_copy(update={"names": lines.named_in(file, task.what)})
            for task in recorder.tasks.over[:MAX_OF_A_KIND]
        ],
        cancelled=_different(recorder.tasks.cancelled),
        tidied=_different(recorder.tasks.tidied),
        background=sorted(recorder.background),
        blocked=sum(call.end - call.start for call in recorder.clock.blocking),
        computing=[
            stretch.model_copy(update={"line": _loop_line(file, stretch.line)})
            for stretch in recorder.computing
        ],
        circumstance=recorder.circumstance.id,
        under=recorder.circumstance.note,
        stalls=[stall.line for stall in recorder.clock.stalls if stall.file == file],
    )


def _different(observed: Iterable[T]) -> list[T]:
    """Each only once, and at most MAX_OF_A_KIND: a diagnosis names only the first."""
    return list(islice({item.model_dump_json(): item for item in observed}.values(), MAX_OF_A_KIND))


def unawaited(log: Sequence[warnings.WarningMessage], file: str) -> list[Leftover]:
    """Coroutines that were never awaited, with the learner's line that made them."""
    found = []
    for entry in log:
        text = str(entry.message)
        match = _NEVER_AWAITED.search(text)
        if match is None:
            continue
        places = [(name, int(line)) for name, line in _ORIGIN.findall(text)]
        line = lines.first(file, reversed(places))
        name = match[1].rpartition(".")[2]
        found.append(Leftover(what=name, line=line, alone=lines.stands_alone(file, line, name)))
    return found


def held_unawaited(recorder: Recorder) -> list[Leftover]:
    """The answer's coroutines that never began: an error's traceback keeps them alive, so that
    Python does not warn of them."""
    if not recorder.server_errors:
        return []
    awaited = {id(task.get_coro()) for task in asyncio.all_tasks(recorder.loop)}
    found = set()
    # `type` first: of some hundred thousand objects hardly one is a coroutine.
    coroutines = [item for item in gc.get_objects() if type(item) is CoroutineType]
    for item in coroutines:
        if inspect.getcoroutinestate(item) != "CORO_CREATED":
            continue
        line = lines.first(recorder.file, (place[:2] for place in item.cr_origin or ()))
        if line is not None and id(item) not in awaited:
            found.add((line, item.__name__))
    return [
        Leftover(what=name, line=line, alone=lines.stands_alone(recorder.file, line, name))
        for line, name in sorted(found)
    ]


def waiting(stuck: Stuck, file: str) -> list[Waiting]:
    """Who waited where, of a program that is stuck; the learner's own lines first."""
    rows = [_waiting(stack, file) for stack in [*stuck.threads[:1], *stuck.tasks]]
    rows += [_waiting(stack, file) for stack in stuck.threads[1:]]
    different = {(row.line, row.waits_for): row for row in reversed(rows)}
    return sorted(different.values(), key=lambda row: (row.line is None, row.line or 0))[:20]


def _waiting(stack: Stack, file: str) -> Waiting:
    own = [index for index, frame in enumerate(stack.frames) if frame.file == file]
    line = stack.frames[own[-1]].line if own else None
    deeper = stack.frames[own[-1] + 1 :] if own else ()
    names = [name for f in deeper for name in (f.function, f.function.rpartition(".")[2])]
    call = next((name for name in names if name in _WAITS), None)
    others = [frame.function for frame in deeper if not frame.file.startswith(GRADER)]
    if any(name.endswith(_PLACES) for name in names):
        kind, waits_for = _PLACE
    elif call is not None:
        kind, waits_for = _WAITS[call]
    elif stack.awaits == "Future" or not others:
        kind, waits_for = _RESULT
    else:
        kind, waits_for = "call", f"{others[0]}()"
    shown = [f"line {frame.line} in {frame.function}" for frame in stack.frames[-12:]]
    return Waiting(name=stack.name, kind=kind, waits_for=waits_for, line=line, stack=shown)


def _refusals(recorder: Recorder) -> list[Refusal]:
    """Those that the answer made, each with the names that may have led to it."""
    found = recorder.raised.refusals[:MAX_OF_A_KIND]
    names = {line: lines.named_before(recorder.file, line) for line in {r.line for r in found}}
    return [each.model_copy(update={"names": names[each.line]}) for each in found]


def _left_running(recorder: Recorder) -> list[Leftover]:
    """Calls of stand-ins that still run though the request which made them is over."""
    return [
        Leftover(what=record.label, line=record.line, running=True)
        for record in recorder.records
        if record.outcome == "running"
        and record.kind in ("call", "job")
        and record.name not in recorder.background
        and (record.visit is None or record.visit.is_over)
    ]


def _peaks(recorder: Recorder) -> dict[str, int]:
    """How many calls of one function ran at once for one request, at most."""
    intervals: dict[tuple[str, int], list[tuple[float, float]]] = {}
    for record in recorder.records:
        if record.visit is not None and record.kind in ("call", "job", "sleep", "upstream"):
            name = record.label.partition("(")[0].partition("/")[0].strip()
            stretch = record.start, recorder.end_of(record)
            intervals.setdefault((name, record.visit.number), []).append(stretch)
    most: dict[str, int] = {}
    for (name, _), stretches in intervals.items():
        most[name] = max(most.get(name, 0), overlapping(stretches))
    return dict(islice(most.items(), MAX_OF_A_KIND))


def _visited(recorder: Recorder, error: BaseException) -> list[Visited]:
    """The requests; of many, the first ones, and the one that the check is about."""
    about = error.visit if isinstance(error, CheckFailed) else None
    return [
        Visited(
            number=v.number,
            label=v.label,
            start=v.start,
            end=v.end,
            status=v.status,
            cancelled=v.cancelled is not None,
            line=lines.problem(recorder.file, v.cancelled).line if v.cancelled else None,
        )
        for v in recorder.visits
        if v.number < MAX_OF_A_KIND or v.number == about
    ]


def _problem(error: BaseException, recorder: Recorder) -> Problem:
    file = recorder.file
    problem = problems.problem(file, error, recorder.raised)
    if isinstance(error, SuiteError | NameError) and _arose_in_a_suite(error):
        return problem.model_copy(update={"of_suite": True})
    if problem.type == "Failed" and problem.message.startswith("Timeout"):
        problem = problem.model_copy(update={"type": "TimedOut"})
    if problem.type == "TimedOut" and problem.line is not None:
        # Which line of the loop's body ran at that moment is chance: name the loop's first line.
        return problem.model_copy(update={"line": _loop_line(file, problem.line)})
    return problem


def _arose_in_a_suite(error: BaseException) -> bool:
    """Did a line of a suite raise it, or a check that the line calls: no value of the answer's
    leads to such an error there."""
    files = [step.tb_frame.f_code.co_filename for step in lines.steps_of(error)]
    own = [file for file in files if not file.startswith(GRADER)]
    return bool(own) and Path(own[-1]).name.startswith("test_")


def _good(recorder: Recorder) -> int | None:
    """The one line from which responses without an error came."""
    good = {line for status, line in recorder.answered.items() if status < 400}
    return good.pop() if len(good) == 1 else None


def _waits_on(recorder: Recorder) -> bool:
    """Has the clock moved thousands of times: who computes on and on lets it stand still."""
    clock = recorder.clock
    return isinstance(clock, VirtualClock) and clock.jumps > MANY_JUMPS


def _loop_line(file: str, line: int) -> int:
    """Where the innermost loop around `line` begins, or `line` itself."""
    loop = lines.loop_around(file, line)
    return line if loop is None else loop.lineno


def _spin(file: str, problem: Problem) -> Spin | None:
    """What the loop asks and awaits in which the guard found a test."""
    if problem.type != "TimedOut" or problem.line is None:
        return None
    loop = lines.loop_around(file, problem.line)
    if loop is None or loop.lineno != problem.line:
        return None
    inside = list(ast.walk(loop))
    calls = [node.func for node in inside if isinstance(node, ast.Call)]
    asked = [ast.unparse(func) for func in calls if ast.unparse(func).endswith(CLOCKS)]
    waits = any(isinstance(node, ast.Await | ast.AsyncFor | ast.AsyncWith) for node in inside)
    return Spin(asks=f"{asked[0]}()" if asked and len(asked[0]) <= MAX_NAME else "", awaits=waits)
