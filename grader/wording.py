"""How numbers and names read in every sentence of the grader."""

import inspect


def seconds(value: float) -> str:
    """1.0 -> `1.0 s`, 0.25 -> `0.25 s`, 1.23456 -> `1.235 s`."""
    text = f"{round(value, 3):g}"
    return f"{text if '.' in text or 'e' in text else text + '.0'} s"


def count(number: int, noun: str, plural: str | None = None) -> str:
    """(1, "request") -> `1 request`, (2, "request") -> `2 requests`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def times(number: int) -> str:
    """1 -> `once`, 2 -> `twice`, 50 -> `50 times`."""
    return {1: "once", 2: "twice"}.get(number, f"{number:,} times")


def short(value: object, limit: int = 120) -> str:
    """The value as a learner would write it, cut at `limit` characters."""
    if value is None:
        return "null"
    if inspect.iscoroutine(value):
        return f"<coroutine {value.__name__}()>"  # its address would tell nobody anything
    try:
        text = repr(value)
    except Exception:
        text = f"a {type(value).__name__} that cannot be shown"
    return text if len(text) <= limit else f"{text[:limit]}..."
