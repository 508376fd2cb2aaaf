"""Why the framework itself turned a request away, before any endpoint of the answer ran."""

import ast
import difflib
import inspect
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from grader.model.evidence import Unanswered
from grader.trace import lines
from grader.wording import short

ALIKE = 0.6
"""Two paths count as the same one misspelt from this SequenceMatcher ratio on."""
MAX_ROUTES = 3
"""Routes of an app that are told at most."""


def unanswered(
    app: object, scope: Mapping[str, Any], status: int, body: bytes, file: str
) -> Unanswered | None:
    """What came of a request that no endpoint of `file` has seen; None when one has.

    `scope` is the one that went through the app: its router notes there what it found.
    """
    method, path = str(scope["method"]), str(scope["path"])
    missed = status in (404, 307) and scope.get("endpoint") is None
    if not missed and status not in (405, 422):
        return None
    routes = _routes(app)
    found = Unanswered(method=method, path=path, status=status, routes=len(routes))
    if status == 422:
        return _refused(found, scope, body, file)
    near = _near(method, path, routes)
    has = [f"{m} {p}" for m, p in ([near] if near else routes[:MAX_ROUTES])]
    line = _line(file, *near) if near else None
    return found.model_copy(update={"has": has, "close": near is not None, "line": line})


def line_of(scope: Mapping[str, Any], file: str) -> int | None:
    """Where the endpoint begins that the app's router has found for a request."""
    code = getattr(inspect.unwrap(scope.get("endpoint", len)), "__code__", None)
    return code.co_firstlineno if code is not None and code.co_filename == file else None


def _refused(
    found: Unanswered, scope: Mapping[str, Any], body: bytes, file: str
) -> Unanswered | None:
    """FastAPI's own 422 says which parameter did not fit; an answer's own says what it likes."""
    with suppress(ValueError, LookupError, TypeError):
        first = json.loads(body)["detail"][0]
        place, *names = (str(part) for part in first["loc"])
        name = short(".".join(names), 60) if names else ""
        path = getattr(scope.get("route"), "path", "")
        return found.model_copy(
            update={
                "place": place,
                "name": name.strip("'\""),
                "said": str(first["msg"])[:200],
                "line": _line(file, found.method, path) if path else None,
            }
        )
    return None


def _routes(app: object) -> list[tuple[str, str]]:
    """(method, path) of each route that the app tells of itself; none when it cannot."""
    with suppress(Exception):  # building the schema may stumble over any type of an answer
        paths: dict[str, dict[str, Any]] = app.openapi()["paths"]  # type: ignore[attr-defined]
        return [(method.upper(), path) for path, ways in paths.items() for method in ways]
    return []


def _near(method: str, path: str, routes: Sequence[tuple[str, str]]) -> tuple[str, str] | None:
    """The route that was probably meant, by its path first and then by its method."""

    def alike(route: tuple[str, str]) -> tuple[float, bool]:
        filled = _filled(route[1], path)
        return difflib.SequenceMatcher(None, path, filled).ratio(), route[0] == method

    best = max(routes, key=alike, default=None)
    return best if best is not None and alike(best)[0] >= ALIKE else None


def _filled(template: str, path: str) -> str:
    """The template with its parameters as they stand in `path`."""
    words = path.split("/")
    return "/".join(
        words[index] if word.startswith("{") and index < len(words) else word
        for index, word in enumerate(template.split("/"))
    )


def _line(file: str, method: str, path: str) -> int | None:
    """The line of the decorator that declares the route."""
    for node in lines.nodes(file):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        for call in node.decorator_list:
            if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
                continue
            words = [a.value for a in call.args[:1] if isinstance(a, ast.Constant)]
            if call.func.attr == method.lower() and words and path.endswith(str(words[0])):
                return call.lineno
    return None
