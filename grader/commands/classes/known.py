"""The course's own wrong answers, by how they behave: what a group of learners' answers is called.

Their headers say which test fails with which diagnosis, and `grader verify` holds them to that,
so that nothing need be graded here.
"""

from collections import defaultdict
from collections.abc import Iterable

from grader.commands.verify import FAILS, docstring
from grader.course.exercises import Exercise
from grader.reports.classes.groups import Known, Signature


def read(exercises: Iterable[Exercise]) -> dict[Signature, Known]:
    """Those of a course; none of a course without its solutions."""
    found: dict[Signature, list[tuple[str, str]]] = defaultdict(list)
    for exercise in exercises:
        for path in sorted((exercise.solutions / "wrong").glob("*.py")):
            text = docstring(path)
            if fails := tuple(sorted(FAILS.findall(text))):
                sentence = " ".join(text.partition("fails:")[0].split())
                found[exercise.slug, "failed", fails].append((path.stem, sentence))
    return {
        behaves: Known(tuple(name for name, _ in those), those[0][1])
        for behaves, those in found.items()
    }
