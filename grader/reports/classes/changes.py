"""What has changed between two reports of a class, and why: Markdown for a teacher."""

from collections.abc import Iterator

from grader.model.class_report import ClassAnswer, ClassReport, Learner
from grader.reports.harmless import markdown
from grader.wording import count

FIRST = "# Changes\n\nThis was the first run: there is nothing to compare it with.\n"


def render(before: ClassReport | None, after: ClassReport) -> str | None:
    """The page; None when nothing has changed, so that the last changes stay to be read."""
    if before is None:
        return FIRST
    general = list(_general(before, after))
    learners = list(_learners(before, after))
    if not general and not learners:
        return None
    lines = ["# Changes since the run before", ""]
    lines += [f"- {line}" for line in general] or ["- The course and the grader are the same."]
    lines += ["", f"## {count(len(learners), 'change')} in points and states", ""]
    lines += [f"- {line}" for line in learners] or ["Nobody's points have changed."]
    return "\n".join(lines) + "\n"


def _general(before: ClassReport, after: ClassReport) -> Iterator[str]:
    if before.grader != after.grader:
        yield "The grader is another version."
    if (before.libraries, before.python) != (after.libraries, after.python):
        yield f"Other libraries, or another Python: now {after.python}."
    if before.isolation != after.isolation:
        yield f"The isolation was {before.isolation}, and is {after.isolation}."
    if before.due != after.due:
        yield f"It was due {before.due or 'at no time'}, and is {after.due or 'at no time'}."
    suites = {exercise.id: exercise for exercise in before.exercises}
    for exercise in after.exercises:
        known = suites.pop(exercise.id, None)
        if known is None:
            yield f"{exercise.id} is new."
        elif known.suite != exercise.suite:
            tests = {test.id for test in known.tests} ^ {test.id for test in exercise.tests}
            named = f": {', '.join(sorted(tests))}" if tests else ""
            yield f"The suite of {exercise.id} has changed{named}."
    for id in suites:
        yield f"{id} is not graded any more."


def _learners(before: ClassReport, after: ClassReport) -> Iterator[str]:
    known = {learner.id: learner for learner in before.learners}
    suites = {exercise.id: exercise.suite for exercise in before.exercises}
    changed = {each.id for each in after.exercises if suites.get(each.id) != each.suite}
    general = []
    if before.grader != after.grader:
        general.append("the grader has changed")
    if (before.libraries, before.python) != (after.libraries, after.python):
        general.append("the libraries have changed")
    if before.isolation != after.isolation:
        general.append("the isolation has changed")
    for learner in after.learners:
        old = known.pop(learner.id, None)
        name = markdown(learner.id)
        if old is None:
            yield f"**{name}** is new: {_total(learner)}."
            continue
        if old.state != learner.state:
            yield f"**{name}** was {old.state}, and is {learner.state}: {_total(learner)}."
        answers = {answer.exercise: answer for answer in old.answers}
        for answer in learner.answers:
            was = answers.get(answer.exercise)
            if was is not None and _verdict(was) != _verdict(answer):
                suite = ["the suite has changed"] if answer.exercise in changed else []
                yield f"**{name}** {_answer(was, answer, [*suite, *general])}"
        if (old.days_late, old.after_late) != (learner.days_late, learner.after_late):
            yield (
                f"**{name}**: {_late(learner)}, and was {_late(old)}: "
                f"{_why_late(old, learner, before.due != after.due)}."
            )
    for id in known:
        yield f"**{markdown(id)}** is not there any more."


def _verdict(answer: ClassAnswer) -> tuple[object, ...]:
    passed = {test for test, status in answer.tests.items() if status == "passed"}
    return answer.points, answer.status, passed


def _answer(was: ClassAnswer, now: ClassAnswer, general: list[str]) -> str:
    causes = ["the answer has changed"] if was.digest != now.digest else []
    causes += general
    if "not_graded" in (was.status, now.status):
        causes.append("it could not be graded at one of the two times")
    tests = [*was.tests, *(test for test in now.tests if test not in was.tests)]
    passed = {"passed"}
    gained = [t for t in tests if now.tests.get(t) in passed and was.tests.get(t) not in passed]
    lost = [t for t in tests if was.tests.get(t) in passed and now.tests.get(t) not in passed]
    words = [f"gained {', '.join(gained)}"] if gained else []
    words += [f"lost {', '.join(lost)}"] if lost else []
    told = f" ({'; '.join(words)})" if words else ""
    why = ", and ".join(causes) or "the same answer was judged otherwise: look at it"
    return f"{now.exercise}: {_points(was)}, now {_points(now)}{told}; {why}."


def _points(answer: ClassAnswer) -> str:
    return "not graded" if answer.points is None else f"{count(answer.points, 'point')}"


def _total(learner: Learner) -> str:
    return "no total" if learner.points is None else count(learner.points, "point")


def _late(learner: Learner) -> str:
    if learner.days_late is None:
        return "in time, or of an unknown time"
    left = "" if learner.after_late is None else f", which leaves {learner.after_late:g}"
    return f"{count(learner.days_late, 'day')} late{left}"


def _why_late(old: Learner, new: Learner, is_moved: bool) -> str:
    if old.handed_in != new.handed_in:
        return "it was handed in at another time"
    if is_moved:
        return "the date has moved"
    return "the points or the policy have changed"
