"""The figures of `grader watch`: how soon a verdict is drawn, and what many saves leave behind."""

from statistics import median, quantiles

from grader.course.exercises import Exercise
from grader.wording import count
from tests.benchmarks.rows import Row
from tests.benchmarks.watched import Usage, watched

MOST_SECONDS = 0.15
MOST_GROWTH = 2.0
PYTEST_EVERY = 10
BURST_EVERY = 20
BURST = 5


def save(exercise: Exercise, number: int) -> list[Row]:
    """`number` saves, right and wrong answers in turn; pytest runs between them.

    pytest alone gets the right answer and `--lf` the wrong one: each its quicker case.
    """
    seconds, cold, last_failed = [], [], []
    with watched(exercise) as subject:
        subject.pytest_seconds()  # bytecode gets written once
        for index in range(number):
            seconds.append(subject.verdict_seconds())
            if index % PYTEST_EVERY == 0:
                subject.pytest_seconds()  # it notes what fails
                last_failed.append(subject.pytest_seconds("--lf"))
            elif index % PYTEST_EVERY == 1:
                cold.append(subject.pytest_seconds("-p", "no:cacheprovider"))
    middle, late = median(seconds), quantiles(seconds, n=20)[-1]
    measured = f"{middle:.3f} s, 95 of 100 within {late:.3f} s"
    what = f"{exercise.folder}: save to drawn verdict, {count(number, 'save')}, beside"
    return [
        Row(
            f"{what} cold pytest",
            measured,
            f"{median(cold):.2f} s",
            f"{middle / median(cold):.3f}",
            f"<= {MOST_SECONDS} s",
            middle <= MOST_SECONDS,
        ),
        Row(
            f"{what} `pytest --lf`",
            measured,
            f"{median(last_failed):.2f} s",
            f"{middle / median(last_failed):.3f}",
        ),
    ]


def leaks(exercise: Exercise, number: int) -> list[Row]:
    """What watch uses after a tenth of the saves, half of them and all, bursts among them."""
    done = 0
    usages = []
    marks = [number // 10, number // 2, number]
    with watched(exercise) as subject:
        for mark in marks:
            while done < mark:
                if done % BURST_EVERY == 0:
                    subject.burst(BURST)
                    done += BURST
                else:
                    subject.verdict_seconds()
                    done += 1
            usages.append(subject.usage())
    warm, _, after = usages
    grown = after.megabytes - warm.megabytes
    is_same = (warm.processes, warm.descriptors, warm.folders) == (
        after.processes,
        after.descriptors,
        after.folders,
    )
    return [
        Row(
            f"`grader watch` after {' / '.join(map(str, marks))} saves",
            " / ".join(map(_usage, usages)),
            "",
            f"{grown:+.2f} MB",
            f"no more of any, <= {MOST_GROWTH:g} MB",
            is_same and grown <= MOST_GROWTH,
        )
    ]


def _usage(usage: Usage) -> str:
    return (
        f"{count(usage.processes, 'process', 'processes')}, "
        f"{count(usage.descriptors, 'descriptor')}, {usage.megabytes:.1f} MB"
    )
