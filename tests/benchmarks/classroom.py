"""A class to measure with: learners whose answers are the course's own, drawn by a seed."""

import random
import zipfile
from pathlib import Path

from grader.course import patches
from grader.course.exercises import Exercise

SEED = 7
SHARES = (224, 218, 78)
"""Right answers, wrong ones and stubs, of 520: what a class of forty had handed in."""
ZIPPED = 5
"""Each fifth learner hands in a zip."""

Answers = dict[str, dict[Exercise, str]]
"""By learner and exercise."""


def draw(learners: int, exercises: tuple[Exercise, ...]) -> Answers:
    dice = random.Random(SEED)
    pools = [_pools(exercise) for exercise in exercises]
    cells = learners * len(exercises)
    right, wrong, _ = (round(share * cells / sum(SHARES)) for share in SHARES)
    kinds = [0] * right + [1] * wrong
    kinds += [2] * (cells - len(kinds))
    dice.shuffle(kinds)
    return {
        f"learner{number:04}": {
            exercise: dice.choice(pool[kinds.pop()])
            for exercise, pool in zip(exercises, pools, strict=True)
        }
        for number in range(1, learners + 1)
    }


def _pools(exercise: Exercise) -> tuple[list[str], list[str], list[str]]:
    """Its right answers, its wrong ones, and the stub."""
    right = [exercise.solution, *sorted((exercise.solutions / "right").glob("*.py"))]
    wrong = sorted((exercise.solutions / "wrong").glob("*.py"))
    stub = exercise.original.read_text(encoding="utf-8")
    return [patches.whole(path) for path in right], [patches.whole(path) for path in wrong], [stub]


def hand_in(answers: Answers, folder: Path, *, zipped: int = ZIPPED) -> None:
    """A folder for each learner, a zip for each `zipped` one; 0 for none."""
    for number, (name, texts) in enumerate(answers.items(), 1):
        files = {f"exercises/{e.folder}/{e.file}": text for e, text in texts.items()}
        if zipped and number % zipped == 0:
            with zipfile.ZipFile(folder / f"{name}.zip", "w", zipfile.ZIP_DEFLATED) as packed:
                for path, text in files.items():
                    packed.writestr(path, text)
            continue
        for path, text in files.items():
            place = folder / name / path
            place.parent.mkdir(parents=True)
            place.write_text(text, encoding="utf-8")
