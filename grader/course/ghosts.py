"""Programs of an exercise that are drawn beside a learner's own: wrong answers that say so.

A line `drawn: sequential` in a wrong answer's docstring makes it one.
"""

import re
from pathlib import Path

from grader.course.exercises import Exercise

KINDS = {
    "sequential": "one after another",
    "blocking": "blocks the loop",
    "threaded": "in threads",
}
"""What may be drawn, in the order in which it is, and how that reads."""
DRAWN = re.compile(r"^drawn: (\S+)$", re.MULTILINE)


def kind(text: str) -> str | None:
    """As what the answer of that text is drawn; None for most."""
    found = DRAWN.search(text)
    return found[1] if found else None


def of(exercise: Exercise) -> dict[str, Path]:
    """The exercise's programs by kind; none where the course came without solutions."""
    found: dict[str | None, Path] = {}
    for path in sorted((exercise.solutions / "wrong").glob("*.py")):
        found.setdefault(kind(path.read_text(encoding="utf-8", errors="replace")), path)
    return {each: found[each] for each in KINDS if each in found}
