"""What both faces of watch do when an author changes the course while it is watched."""

from collections.abc import Callable

from grader.commands.watch.gradings import Gradings
from grader.commands.watch.saves import Saves
from grader.course import exercises
from grader.course.exercises import Course, Exercise
from grader.model.errors import GraderError

Say = Callable[[str], None]


def take_rewritten(
    course: Course, slugs: frozenset[str], gradings: Gradings, say: Say
) -> tuple[Course, list[Exercise]]:
    """Suites or settings have changed: they count from now on, those that can be read."""
    taken: list[Exercise] = []
    for exercise in [e for e in course.exercises if e.slug in slugs]:
        try:
            changed = exercises.read_again(exercise)
        except GraderError as error:
            say(f"{error.problem} {error.remedy}")
            continue
        course = course.with_changed(changed)
        gradings.know(changed)
        taken.append(changed)
    if taken:
        names = ", ".join(e.slug for e in taken)
        say(f"The course's own files of {names} have changed, and count from now on.")
        gradings.saved([e.slug for e in taken])
    return course, taken


def take_added(
    course: Course, saves: Saves, gradings: Gradings, say: Say
) -> tuple[Course, list[str]]:
    """Exercises were made: they count as soon as they can be read. Returns their slugs."""
    try:
        course, new = course.with_added()
    except GraderError as error:
        say(f"{error.problem} {error.remedy}")
        return course, []
    slugs = [exercise.slug for exercise in new]
    if slugs:
        saves.know(course.exercises)
        for exercise in new:
            gradings.know(exercise)
        say(f"New in the course: {', '.join(slugs)}.")
        gradings.wanted(slugs)
    return course, slugs
