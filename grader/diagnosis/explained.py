"""What an exception means to somebody who has not met it before: one row for each.

A row is asked by the exception's text and by the statement in which it arose; the first that
fits speaks. Rows stand from the special to the general.
"""

import re

from grader.diagnosis import meanings_of_blocks, meanings_of_things, meanings_of_waits
from grader.model.evidence import Problem

ROWS = (*meanings_of_waits.ROWS, *meanings_of_blocks.ROWS, *meanings_of_things.ROWS)
FALLBACK = "Print what that line uses, just before it, and compare it with what the line needs."


def explain(problem: Problem) -> tuple[str, str, str]:
    """The id, what the exception means (with a blank before it), and what to do next."""
    text = f"{problem.type}: {problem.message}"
    for row in ROWS:
        found = re.match(row.error, text, re.DOTALL)
        if found is None or (row.code and not re.search(row.code, problem.code)):
            continue
        if row.in_thread is not None and row.in_thread is problem.on_loop:
            continue
        if row.needs and not getattr(problem, row.needs):
            continue
        if row.close and not re.match(row.close, problem.close):
            continue
        means, step = (_filled(text, found, problem) for text in (row.means, row.next))
        return row.id, f" {means}", step
    return "server-error", "", FALLBACK


def advice(problem: Problem) -> str:
    """What an exception of the import means and asks for, with a blank before it; or nothing."""
    _, means, step = explain(problem)
    return f"{means} {step}" if means else ""


def _filled(text: str, found: re.Match[str], problem: Problem) -> str:
    words = {
        "close": problem.close,
        "has": ", ".join(problem.has),
        "call": problem.call or "the function",
    }

    def word(place: re.Match[str]) -> str:
        name = place[1]
        return (found[int(name)] or "") if name.isdigit() else words[name]

    return re.sub(r"\{(\d|close|has|call)\}", word, text)
