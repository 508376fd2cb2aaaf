"""Rules about what an answer did or gave back: calls, values, what it left open."""

from grader.diagnosis.finding import Finding, check_of, forgotten_work, line_of, running, sentence
from grader.model.evidence import Check, Evidence, Leftover
from grader.wording import times


def peak_check(evidence: Evidence) -> Finding | None:
    check = check_of(evidence, "peak")
    if check is None:
        return None
    line = line_of(evidence, check)
    if not check.detail["allowed"]:
        return Finding(
            "too-many-in-flight",
            f"{check.actual[:1].upper()}{check.actual[1:]}; the task asks for {check.expected}.",
            "Look for what starts them, and whether it is needed at all.",
            line,
        )
    if check.detail["most"] > check.detail["allowed"]:
        return Finding(
            "too-many-in-flight",
            f"{check.detail['most']} ran at the same time; the task allows "
            f"{check.detail['allowed']}.",
            "Let a fixed number in and make the others wait for a place.",
            line,
        )
    return Finding(
        "too-few-in-flight",
        f"At most {check.detail['most']} ran at the same time, "
        f"where {check.detail['allowed']} can.",
        "Look for what lets only so many in: a lock, a semaphore, a wait between two starts.",
        line,
    )


def calls(evidence: Evidence) -> Finding | None:
    check = evidence.check
    if check is None or check.kind not in ("not_called", "called_too_often", "arguments"):
        return None
    name = check.detail["name"]
    line = line_of(evidence, check)
    if check.kind == "arguments":
        return _wrong_argument(check)
    ran, right = check.detail.get("ran", 0), check.detail.get("times")
    wanted = times(right) if isinstance(right, int) else right
    if check.kind == "called_too_often":
        if right == 0:
            return Finding(
                "called-too-often",
                f"{name} ran {times(ran)}; in this case it should not run at all.",
                "Look for what calls it, and whether the case that this test is about gets there.",
                line,
            )
        return Finding(
            "called-too-often",
            f"{name} {_verb(name)} {times(ran)}; {wanted} would be right.",
            "Look for what calls it again: a second place, a loop, a retry."
            if _verb(name) == "ran"
            else "Look for what makes another one: a second place, each request.",
            line,
        )
    left = running(evidence) or _still_running(evidence, name)
    if left is not None:
        return forgotten_work(left)
    if check.detail.get("others"):
        ran, often = check.detail["others"], times(check.detail["others"])
        why = f"{name} ran {often}, but never with what this response needs: {check.expected}."
        return Finding("not-called", why, "Follow where the arguments come from.", line)
    given = next((left for left in evidence.unsent if left.what == name), None)
    if given is not None and not ran:
        return Finding(
            "not-called",
            f"{name} never ran: line {given.line} gave it to a BackgroundTasks that no response "
            "takes along.",
            "Ask which object FastAPI looks at after the response, and how you get hold of it.",
            given.line,
        )
    why = f"{name} ran {times(ran)}; {wanted} would be right." if ran else f"{name} never ran."
    return Finding("not-called", why, f"Call {name} where the task says so.", line)


def _verb(name: str) -> str:
    """A function runs, an `httpx.AsyncClient` is made."""
    return "was made" if name.rpartition(".")[2][:1].isupper() and " " not in name else "ran"


def _wrong_argument(check: Check) -> Finding:
    name, argument = check.detail["name"], check.detail.get("argument")
    if argument:
        got, wanted = check.detail["got"], check.detail["wanted"]
        why = f"{name} was called with {got} as its {argument}; this request needs {wanted}."
    else:
        why = f"{name} was called with other arguments than the request asks for."
    step = "Pass on what came in with the request, as it is."
    return Finding("wrong-argument", why, step, check.detail.get("line"))


def _still_running(evidence: Evidence, name: str) -> Leftover | None:
    for span in evidence.spans:
        if span.name == name and span.outcome == "running":
            return Leftover(what=span.label, line=span.line)
    return None


def left_open(evidence: Evidence) -> Finding | None:
    check = check_of(evidence, "left_open")
    if check is None:
        return None
    line = check.detail.get("line")
    if any(left.running and left.what == check.actual for left in evidence.leftovers):
        return Finding(
            "still-running",
            f"{sentence(check.actual)} was left running"
            + (f"; line {line} started it." if line else "."),
            "Wait for the end of what you start, also when something fails; what no response "
            "needs is not started.",
            line,
        )
    return Finding(
        "still-running",
        f"{sentence(check.actual)} was left open" + (f"; line {line} made it." if line else "."),
        "Close what you open, also when something fails: a `with` block does both.",
        line,
    )


def value(evidence: Evidence) -> Finding | None:
    check = evidence.check
    if check is None or check.kind not in ("value", "status"):
        return None
    left = running(evidence)
    if left is not None:
        return forgotten_work(left)
    if check.kind == "status":
        return Finding(
            "wrong-status",
            f"The response has {check.actual}; the task asks for {check.expected}.",
            "Look at which case this test is about, and what your code does in it.",
            evidence.answered.get(check.detail.get("status", 0)),
        )
    return Finding(
        "wrong-value",
        _difference(check),
        "Find the line of yours that this value comes from."
        if check.detail.get("how") == "value"
        else "Compare with the shape that the task shows, types included.",
    )


def _difference(check: Check) -> str:
    path, how = check.detail.get("path"), check.detail.get("how")
    if how == "body":
        return f"The response has {check.actual}; the task asks for {check.expected}."
    if how == "missing":
        return f"The key `{path}` is missing; expected {check.expected} there."
    if how == "extra":
        return f"The key `{path}` is there, with {check.actual}; the task has no such key."
    if how == "length":
        where = f"`{path}`" if path else "The list"
        return f"{where} has {check.actual}; expected {check.expected}."
    if path:
        return f"`{path}` is {check.actual}; expected {check.expected}."
    return f"It is {check.actual}; the task asks for {check.expected}."
