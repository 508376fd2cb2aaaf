"""What a loop behind the requests has not done yet: it sleeps, or its task is over."""

from grader.diagnosis.finding import Finding, sentence, slips_of
from grader.model.evidence import Evidence, Leftover, Over
from grader.model.slips import Slip
from grader.model.spans import Span
from grader.wording import seconds


def asleep(evidence: Evidence) -> Span | None:
    """Where such a loop slept when the test looked."""
    sleeps = (s for s in evidence.spans if s.kind == "sleep" and s.outcome == "running" and s.line)
    return next(sleeps, None) if evidence.background else None


def not_begun(evidence: Evidence) -> tuple[str, int | None]:
    """What to say, after a space, of work behind the requests that has not begun, and the line."""
    sleep, known = asleep(evidence), {span.name for span in evidence.spans}
    name = next((name for name in evidence.background if name not in known), None)
    if sleep is None or name is None:
        return "", None
    return f" {name} had not been called: since {_slept(sleep)}.", sleep.line


def sleeps(evidence: Evidence) -> str:
    """`, and since 300.0 s line 40 slept, in sleep(120)`, or nothing."""
    sleep = asleep(evidence)
    return "" if sleep is None else f" Since {_slept(sleep)}."


def _slept(sleep: Span) -> str:
    return f"{seconds(sleep.start)} line {sleep.line} slept, in {sleep.label}"


def tidied(why: str, task: Leftover) -> Finding:
    """A task that nothing held was gone before its work was done."""
    made = f", which line {task.line} made," if task.line else ""
    return Finding(
        "lost-task",
        f"{why} {sentence(task.what)}{made} was gone before it had ended: the event loop holds its "
        "tasks weakly, and Python tidies away what nothing else holds.",
        "Await it, or keep each task until it is done, in a set of the module.",
        task.line,
    )


def not_made_again(evidence: Evidence, task: Over) -> Finding | None:
    """A task of an earlier start, after which the app has started once more."""
    if evidence.up_at is None or not task.of_start or task.at >= evidence.up_at:
        return None
    return Finding(
        "not-called",
        f"The task {task.what}, which line {task.line} had made, ended with the stop of the app, "
        f"at {seconds(task.at)}. The app started again at {seconds(evidence.up_at)}, and nobody "
        "made it anew.",
        "What a start makes, each start makes: look at what keeps the second one from it.",
        task.line,
    )


def gathered(evidence: Evidence, call: Span | None) -> Slip | None:
    """The gather in which that call was under way, which ends with the first that is cancelled."""
    if call is None or call.outcome != "running":
        return None
    lines = {s.line for s in evidence.spans if s.kind == "coroutine" and s.outcome == "running"}
    return next((slip for slip in slips_of(evidence, "gather") if slip.line in lines), None)
