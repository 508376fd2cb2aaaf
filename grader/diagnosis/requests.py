"""A rule about requests that never came to the answer's code: time and calls follow from it."""

from grader.diagnosis.finding import Finding
from grader.model.evidence import Evidence, StatusCheck, Unanswered

PLACES = {"query": "the query", "body": "the body", "path": "the path", "header": "a header"}


def unanswered(evidence: Evidence) -> Finding | None:
    found, check = evidence.unanswered, evidence.check
    if found is None:
        return None
    facts = None
    if isinstance(check, StatusCheck):
        if check.status != found.status:
            return None  # it was another request that failed
    else:
        facts = (f"an answer to {found.method} {found.path}", f"status {found.status}")
    why, step = _refused(found) if found.status == 422 else _no_route(found)
    return Finding("wrong-status", why, step, found.line, facts)


def _no_route(found: Unanswered) -> tuple[str, str]:
    request = f"{found.method} {found.path}"
    if not found.has:
        return (
            f"Your app has no route for {request}, and no other route either.",
            "Look whether the decorator stands above the endpoint, whether `app` is made a second "
            "time, and whether each router is included.",
        )
    has = ", ".join(found.has)
    method, _, path = found.has[0].partition(" ")
    if found.status == 405 and found.close:
        return (
            f"Your app has {has}, and the request is {request}: the method counts.",
            f"Did you mean {found.method} where you wrote {method}? Look at the decorator.",
        )
    if found.close and path.rstrip("/") == found.path.rstrip("/"):
        return (
            f"Your app has {has}, and the request is {request}: the slash at the end counts.",
            "Write the path in the decorator exactly as the task shows it.",
        )
    if found.close:
        return (
            f"Your app has no route for {request}: it has {has}.",
            f"Did you mean {_as_route(found.path, path)} where you wrote {path}? Look at the "
            "decorator.",
        )
    return (
        f"Your app has no route for {request}: it has {has}"
        + (", and others." if found.routes > len(found.has) else "."),
        "Compare the method and the path in the decorator with the task.",
    )


def _as_route(asked: str, route: str) -> str:
    """The path that was asked for, with the route's {parameters} where they stand in it."""
    wanted, has = asked.split("/"), route.split("/")
    if len(wanted) != len(has):
        return asked
    return "/".join(b if b.startswith("{") else a for a, b in zip(wanted, has, strict=True))


def _refused(found: Unanswered) -> tuple[str, str]:
    what = PLACES.get(found.place, found.place)
    where = f"`{found.name}` in {what}" if found.name else what
    said = found.said.rstrip(".")
    return (
        f"FastAPI turned {found.method} {found.path} away before your function began: "
        f"{where}: {said}.",
        "Compare the endpoint's parameters, their names and types, with the request that the "
        "task shows.",
    )
