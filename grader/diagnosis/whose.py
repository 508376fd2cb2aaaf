"""Rules about values that went astray: whose they are, and where they came from."""

from grader.diagnosis.finding import Finding
from grader.model.evidence import (
    CallsCheck,
    Evidence,
    HiddenCheck,
    StatusCheck,
    TimeCheck,
    ValueCheck,
)
from grader.model.values import Misfit, Shared, Whose
from grader.wording import count


def shared(evidence: Evidence) -> Finding | None:
    """Requests, or the calls of one request, share what each should have of its own."""
    check = evidence.check
    if check is None or not evidence.shared:
        return None
    if isinstance(check, TimeCheck) and check.actual_seconds > check.expected_seconds:
        return None
    found = evidence.shared[0]
    if found.others:
        again = isinstance(check, CallsCheck) and check.kind == "called_too_often"
        return _again(found) if again or found.has_own else _of_others(found)
    return Finding(
        "wrong-argument",
        f"All {count(found.times, 'call')} of {found.name} at line {found.line} got the same "
        f"{found.argument}: {found.got}.",
        "Ask when that name is looked up: a function made in a loop sees the loop's last value. "
        "Hand the value over as an argument.",
        found.line,
    )


def _of_others(found: Shared) -> Finding:
    some = f"{found.others} of {count(found.times, 'call')}" if found.times > 1 else "The one call"
    return Finding(
        "wrong-argument",
        f"{some} of {found.name} got the {found.argument} of another request, such as {found.got}: "
        "between an `await` and the next, another request put its own value there.",
        "Keep what belongs to one request in that request: a local name, an argument; not in a "
        "variable of the module.",
        found.line,
    )


def _again(found: Shared) -> Finding:
    return Finding(
        "called-too-often",
        f"{found.name} ran again for requests that had their call already: "
        f"{count(found.others, 'call')} of {found.times} got the {found.argument} of another "
        f"request, such as {found.got}.",
        "Look for what keeps the work of earlier requests: a list, or an object, of the module.",
        found.line,
    )


def misfit(evidence: Evidence) -> Finding | None:
    """A given function got another type than it takes; what follows from that is no other fault."""
    check = evidence.check
    if not evidence.misfits or not isinstance(
        check, StatusCheck | ValueCheck | HiddenCheck | CallsCheck
    ):
        return None
    if isinstance(check, CallsCheck) and check.kind == "called_too_often":
        return None
    if isinstance(check, HiddenCheck) and any(s.outcome == "failed" for s in evidence.spans):
        return None
    return of_misfit(evidence.misfits[0])


def altered(evidence: Evidence) -> Finding | None:
    """A given function got what the request brought in another spelling."""
    found = evidence.altered
    if found is None or not isinstance(evidence.check, StatusCheck | ValueCheck | CallsCheck):
        return None
    return Finding(
        "wrong-argument",
        f"{found.name} was called with {found.got} as its {found.argument}; the request has "
        f"{found.sent}.",
        "Hand it on as it came: small and capital letters, and blanks, count.",
        found.line,
    )


def of_misfit(found: Misfit) -> Finding:
    """A given function got another type than it takes."""
    step = "Hand over what the function's `def` names, in that type."
    if found.got.endswith("(str)") and found.takes in ("int", "float"):
        step = f"Write the type behind the parameter, as in `: {found.takes}`: FastAPI then turns "
        step += "the text into a number."
    return Finding(
        "wrong-argument",
        f"{found.name} was called with {found.got} as its {found.argument}; it takes "
        f"{_article(found.takes)} {found.takes}.",
        step,
        found.line,
    )


def _article(noun: str) -> str:
    return "an" if noun[:1] in "aeiou" else "a"


def of_call(found: Whose) -> tuple[str, str]:
    """What the value is in truth, and what to do about it."""
    name = f"`{found.path}`" if found.path else "The response"
    place = f" (line {found.line})" if found.line else ""
    if found.is_others:
        return (
            f"{name} is what {found.call}{place} returned, for another request.",
            "Keep what belongs to one request in that request: a local name, and not a variable "
            "of the module.",
        )
    return (
        f"{name} is what {found.call}{place} returned.",
        "Compare the order in which the results come with the order in which you take them.",
    )
