"""What only a class as a whole shows: answers that behave alike, and changed workflows.

Two answers behave alike when they fail the same tests for the same reasons. No time, no text and
no name goes into that, so the groups are the same in each run.
"""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from grader import diagnosis
from grader.model.class_report import AnswerStatus, ClassAnswer, ClassReport, Group, Learner

Signature = tuple[str, AnswerStatus, tuple[tuple[str, str], ...]]
"""An exercise, an answer's status, and each failed test with its diagnosis."""
SAME = "as handed out"


@dataclass(frozen=True)
class Known:
    """The course's own wrong answers that have one signature: names, and what is wrong."""

    names: tuple[str, ...]
    sentence: str


def signature(answer: ClassAnswer) -> Signature | None:
    """How an answer behaves; None when it fails no test that was run."""
    if answer.status not in ("failed", "crashed", "timed_out"):
        return None
    fails = {t: answer.diagnoses.get(t, "") for t, s in answer.tests.items() if s == "failed"}
    return (answer.exercise, answer.status, tuple(sorted(fails.items()))) if fails else None


def complete(report: ClassReport, known: Mapping[Signature, Known]) -> ClassReport:
    """The report with what only the class as a whole tells."""
    members: dict[Signature, list[tuple[str, str]]] = defaultdict(list)
    for learner in report.learners:
        for answer in learner.answers:
            if (behaves := signature(answer)) is not None:
                members[behaves].append((learner.id, answer.verdict))
    order = {exercise.id: at for at, exercise in enumerate(report.exercises)}
    groups = [_group(behaves, those, known.get(behaves)) for behaves, those in members.items()]
    groups.sort(key=lambda group: (order[group.exercise], -len(group.members), group.id))
    lists = _lists(report.learners)
    learners = [
        learner.model_copy(
            update={
                "handed_out": _handed_out(learner, lists),
                "answers": [
                    answer.model_copy(update={"group": id_of(signature(answer))})
                    for answer in learner.answers
                ],
            }
        )
        for learner in report.learners
    ]
    return report.model_copy(update={"groups": groups, "learners": learners})


def id_of(behaves: Signature | None) -> str:
    """`checkout-3fa2b1`: the same for the same behaviour in each run."""
    if behaves is None:
        return ""
    return f"{behaves[0]}-{hashlib.sha256(json.dumps(behaves).encode()).hexdigest()[:6]}"


def _group(behaves: Signature, those: list[tuple[str, str]], known: Known | None) -> Group:
    exercise, status, fails = behaves
    first = next((id for _, id in fails if id), "")
    sentence = known.sentence if known else diagnosis.IDS.get(first, "")
    return Group(
        id=id_of(behaves),
        exercise=exercise,
        status=status,
        known=list(known.names) if known else [],
        sentence=sentence,
        fails=dict(fails),
        members=[id for id, _ in those],
        example=min(verdict for _, verdict in those),
    )


def _lists(learners: list[Learner]) -> list[dict[str, str]]:
    """What learners' lists say of `.github/` as it was handed out: the commonest, and all others
    that two learners share, for a class may have been brought up to date midway."""
    times = Counter(json.dumps(learner.listed, sort_keys=True) for learner in learners)
    del times["{}"]
    order = sorted(times, key=lambda text: (-times[text], text))
    return [json.loads(text) for text in order if text == order[0] or times[text] > 1]


def _handed_out(learner: Learner, lists: list[dict[str, str]]) -> str:
    """Whether the workflow is as it was handed out, and what of it is not; empty if unknown."""
    if not lists or not learner.answers:
        return ""
    is_known = learner.listed in lists
    given = learner.listed if is_known else lists[0]
    words = [] if is_known or not learner.listed else ["a list of its own of what was handed out"]
    changed = sorted(p for p in given if p in learner.github and learner.github[p] != given[p])
    added = sorted(path for path in learner.github if path not in given)
    missing = sorted(path for path in given if path not in learner.github)
    for word, paths in (("changed", changed), ("added", added), ("missing", missing)):
        if paths:
            words.append(f"{word}: {', '.join(paths)}")
    return "; ".join(words) or SAME
