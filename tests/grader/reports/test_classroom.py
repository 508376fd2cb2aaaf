"""The classroom-resources format, and the arithmetic of the reporter that reads it."""

import base64
import itertools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from grader.course import exercises as course
from grader.course import folders
from grader.model.report import ExerciseResult, Report, TestResult
from grader.reports import classroom

SCHEMA = Draft202012Validator(
    json.loads((Path(__file__).parent / "schemas/classroom.json").read_text(encoding="utf-8"))
)
MAX_VARIABLE = 131_071
"""Bytes of one environment string on Linux."""
MAX_POINTS = 21


def notice(runners: list[dict[str, Any]]) -> tuple[float, float]:
    """The total that the reporter announces: scores over maxima, as its source adds them."""
    points = most = 0
    for results in runners:
        if not results["max_score"]:
            continue
        most += results["max_score"]
        for test in results["tests"]:
            points += test["score"]
    return points, most


def table(runners: list[dict[str, Any]]) -> tuple[float, float]:
    """The total of the reporter's table: the share of passed tests times the maximum."""
    points = most = 0.0
    for results in runners:
        passed = sum(test["status"] == "pass" for test in results["tests"])
        points += passed / len(results["tests"]) * (results["max_score"] or 0)
        most += results["max_score"] or 0
    return points, most


def runners(report: Report) -> list[dict[str, Any]]:
    """What the reporter decodes from its environment, runner by runner."""
    return [
        json.loads(base64.b64decode(classroom.encoded(exercise))) for exercise in report.exercises
    ]


def test_the_schema_holds(sample: Report) -> None:
    """Every report, a hostile one as well, is what the reporter can read."""
    SCHEMA.validate(json.loads(classroom.render(sample)))


def test_the_golden_file(full: Report, same_as_golden: Callable[[str, str], None]) -> None:
    """One entry for each point, as it has been agreed on."""
    same_as_golden("classroom.json", classroom.render(full))


def test_both_totals_are_ours(state: Report) -> None:
    """Whatever has happened to an answer, the reporter's two totals equal the report's."""
    expected = (state.points, state.max_points)
    assert notice(runners(state)) == expected
    assert table(runners(state)) == expected


def test_both_totals_are_ours_all_together(full: Report) -> None:
    """The same for a class of exercises in every state."""
    assert notice(runners(full)) == table(runners(full)) == (full.points, full.max_points)


def test_answers_in_every_state(really: dict[str, ExerciseResult]) -> None:
    """The answers that are really graded are in the states that they are named after."""
    statuses = {name: result.status for name, result in really.items()}
    assert statuses.pop("partial") == statuses.pop("zero") == "failed"
    assert statuses == {name: name for name in statuses}
    points = {name: result.points for name, result in really.items()}
    assert {result.max_points for result in really.values()} == {7}
    assert 0 < points["partial"] < 7
    assert points["passed"] == 7
    assert 0 < points["crashed"] < 7
    assert not any(points[name] for name in ("zero", "not_started", "broken", "missing", "refused"))


def test_both_totals_are_those_of_a_real_grading(graded_state: Report) -> None:
    """The same of an answer that was really graded: nothing in its report was made by hand."""
    SCHEMA.validate(json.loads(classroom.render(graded_state)))
    expected = (graded_state.points, graded_state.max_points)
    assert notice(runners(graded_state)) == expected
    assert table(runners(graded_state)) == expected
    statuses = {results["status"] for results in runners(graded_state)}
    assert (statuses == {"pass"}) == graded_state.passed


def test_both_totals_of_a_real_course(graded_full: Report) -> None:
    """The same for all of those answers together."""
    expected = (graded_full.points, graded_full.max_points)
    assert notice(runners(graded_full)) == table(runners(graded_full)) == expected


def test_only_what_passed_passes(state: Report) -> None:
    """The reporter's exit code is the verdict: it looks at each runner's status."""
    statuses = {results["status"] for results in runners(state)}
    assert (statuses == {"pass"}) == state.passed


def whole(points: int, most: int) -> ExerciseResult:
    """An exercise with `most` tests of one point each."""
    tests = [
        TestResult(
            id=f"test_{index}",
            title="A sentence.",
            status="passed" if index < points else "failed",
            points=int(index < points),
            max_points=1,
        )
        for index in range(most)
    ]
    return ExerciseResult(
        id="whole",
        number=1,
        title="A title",
        level="beginner",
        status="passed" if points == most else "failed",
        points=points,
        max_points=most,
        real_seconds=0.0,
        file="exercises/01_whole/whole.py",
        tests=tests,
    )


def test_shares_are_exact_in_floating_point() -> None:
    """Up to 21 points an exercise, k / n * n is k: the table shows no 14.999999999999998."""
    for most, points in itertools.product(range(1, MAX_POINTS + 1), repeat=2):
        if points <= most:
            result = classroom.runner(whole(points, most))
            assert points / len(result["tests"]) * result["max_score"] == points


def test_no_exercise_has_more_points_than_that() -> None:
    """The course keeps within what the reporter's table can show."""
    for each in course.load(folders.find_root(Path(__file__).parent)).exercises:
        assert 1 <= sum(test.points for test in each.tests) <= MAX_POINTS, each.slug


def test_an_exercise_without_points_breaks_no_total(full: Report) -> None:
    """The reporter divides by the number of tests, so there is always one."""
    nothing = whole(0, 0)
    decoded = [json.loads(base64.b64decode(classroom.encoded(nothing)))]
    SCHEMA.validate({"ex01": decoded[0]})
    assert notice(decoded + runners(full)) == (full.points, full.max_points)
    assert table(decoded + runners(full)) == (full.points, full.max_points)


def test_the_environment_has_room(hostile: Report) -> None:
    """One variable stays far below its limit, and forty of them below that of a process."""
    for exercise in hostile.exercises:
        assert len(classroom.encoded(exercise)) < MAX_VARIABLE / 4
    most = 40 * max(len(classroom.encoded(exercise)) for exercise in hostile.exercises)
    assert most < 1_000_000


@pytest.mark.parametrize("most", [60, 300])
def test_long_messages_are_dropped_before_entries(most: int) -> None:
    """An exercise of many points keeps every entry; its messages go when it is too long."""
    exercise = whole(0, most).model_copy(update={"problem": "ä" * 100_000})
    result = classroom.runner(exercise)
    assert len(result["tests"]) == most
    assert {entry["message"] for entry in result["tests"]} == {None}
    assert len(classroom.encoded(exercise)) < MAX_VARIABLE


def test_one_sentence_for_an_answer_that_was_not_graded(full: Report) -> None:
    """Only an error's message is printed, so exactly one entry is one."""
    results = {
        exercise.status: classroom.runner(exercise)
        for exercise in full.exercises
        if exercise.status in ("broken", "missing", "crashed", "timed_out", "refused")
    }
    assert len(results) == 5
    for status, result in results.items():
        errors = [entry for entry in result["tests"] if entry["status"] == "error"]
        assert (result["status"], len(errors)) == ("error", 1), status
        assert errors[0]["message"]
