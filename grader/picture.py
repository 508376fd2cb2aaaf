"""Draws a failure and its timeline as plain text lines."""

from grader.model import Failure, Span


def explain(failure: Failure) -> str:
    """The failure in four lines, as plain pytest shows it."""
    where = f"{failure.file}:{failure.line}" if failure.line else failure.file
    return "\n".join(
        [
            f"expected {failure.expected}, got {failure.actual}",
            f"{failure.why}",
            f"Next: {failure.next}",
            f"[{failure.diagnosis}] {where}",
        ]
    )


def draw(
    spans: list[Span], width: int, file: str, fancy: bool = True, *, full: bool = False
) -> list[str]:
    """The timeline as text lines of at most `width` characters."""
    return []
