"""A class is graded once, answer by answer; interrupted or not, the same bytes come of it."""

import csv
import hashlib
import html
import io
import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from grader import isolation
from grader.cli.options import app
from grader.commands.classes import folder, grading, merging
from grader.commands.classes.grading import Request
from grader.commands.export.handout import LIST
from grader.course import exercises as course
from grader.model.class_report import ClassReport
from grader.model.errors import GraderError
from grader.parent import session
from grader.parent.conversation import Order, Said
from grader.parent.runner import Runner
from grader.reports import harmless
from grader.reports.classes import tables
from tests.grader.commands.classes.conftest import (
    CHECKOUT,
    PLACE,
    RIGHT,
    ROOT,
    STUB,
    WRONG,
    Put,
    Run,
    contents,
    pack,
)

COURSE = course.load(ROOT)
OTHER = course.read(ROOT, ROOT / "tests" / "exercises" / "01_await_the_quote")
PARTS = ("0/3", "4/3", "one", "1/", "-1/2")
pytestmark = pytest.mark.timeout(300)  # commands in processes of their own, on a busy machine
NEEDS_SANDBOX = pytest.mark.skipif(
    not next(level.available for level in isolation.probe() if level.name == "sandbox"),
    reason="this machine has no sandbox",
)


def request(submissions: Path, **more: object) -> Request:
    return replace(Request(submissions, (CHECKOUT,), "process", jobs=2), **more)  # type: ignore[arg-type]


def run(submissions: Path, to: Path, **more: object) -> tuple[ClassReport, int]:
    """Grade and write as the command does; also how many answers were new."""
    store = folder.open_folder(to, ROOT, [submissions])
    heard: list[tuple[int, int, int]] = []
    wanted = request(submissions, **more)
    report = grading.grade(COURSE, wanted, store, lambda *figures: heard.append(figures))
    report = folder.with_feedback(report)
    folder.write(report, to, store, {})
    done, answers, cached = heard[-1]
    assert done == answers
    return report, answers - cached


def rows(text: str | bytes) -> dict[str, dict[str, str]]:
    text = text if isinstance(text, str) else text.decode()
    table = list(csv.DictReader(io.StringIO(text)))
    return {next(iter(row.values())): row for row in table}


@pytest.fixture
def four(put: Put) -> None:
    """Right, wrong, wrong in the same way, and not begun."""
    put(f"ada/exercises/{PLACE}")
    put(f"bob/exercises/{PLACE}", WRONG)
    put(f"cyd/exercises/{PLACE}", WRONG + b"\n# mine\n")
    put(f"dan/exercises/{PLACE}", STUB)


@pytest.mark.usefixtures("four")
def test_a_class(submissions: Path, tmp_path: Path) -> None:
    """Points, states and reasons in each file."""
    to = tmp_path / "points"
    report, new = run(submissions, to)
    assert new == 4
    assert report.is_whole
    files = contents(to)
    points = rows(files["points.csv"])
    most = str(report.max_points)
    assert [row["total"] for row in points.values()] == [most, most, "3", "3", "0"]
    assert points[tables.MAXIMUM]["checkout"] == most
    answers = rows(files["answers.csv"])
    assert [row["status"] for row in answers.values()] == [
        *("passed", "failed", "failed", "not_started")
    ]
    assert answers["bob"]["reason"].startswith("took 1.5 s, expected 1.0 s")
    assert answers["bob"]["group"] == answers["cyd"]["group"] != ""
    assert answers["bob"]["digest"] == hashlib.sha256(WRONG).hexdigest()
    (group,) = [group for group in report.groups if "bob" in group.members]
    assert group.members == ["bob", "cyd"]
    assert "sequential" in group.known
    assert group.fails["test_payment_and_email_overlap"] == "one-after-another"
    page = files["feedback/bob.md"].decode()
    assert "exercises/06_checkout/checkout.py" in page.replace("&#95;", "_")
    assert "cyd" not in page
    assert str(tmp_path) not in b"".join(files.values()).decode()
    assert "await process_payment" in files["class.html"].decode()  # the group's timeline
    schema = ClassReport.model_json_schema(by_alias=True, mode="serialization")
    jsonschema.validate(json.loads(files["class.json"]), schema)


@pytest.mark.usefixtures("four")
def test_verdicts_are_those_of_single_runs(submissions: Path, tmp_path: Path) -> None:
    """Status, points, and each test's status and diagnosis."""
    report, _ = run(submissions, tmp_path / "points")
    for learner in report.learners:
        answers = submissions / learner.id / "exercises"
        alone = session.grade(COURSE, (CHECKOUT,), answers=answers, runner=Runner(judged=True))
        (answer,), (result,) = learner.answers, alone.exercises
        assert (answer.status, answer.points) == (result.status, result.points)
        assert answer.tests == {test.id: test.status for test in result.tests}
        causes = {test.id: test.failure.diagnosis for test in result.tests if test.failure}
        assert answer.diagnoses == causes


@pytest.mark.usefixtures("four")
def test_nothing_is_graded_twice(submissions: Path, tmp_path: Path, put: Put) -> None:
    """Not the same answer of another learner, nor the same class again; a changed one is."""
    put(f"eve/{PLACE}", WRONG)
    pack(submissions / "fay.zip", {"checkout.py": RIGHT})
    to = tmp_path / "points"
    _, new = run(submissions, to)
    before = contents(to)
    assert new == 4
    assert run(submissions, to)[1] == 0
    assert contents(to) == before
    put(f"dan/exercises/{PLACE}", RIGHT)
    report, new = run(submissions, to)
    assert new == 0  # ada's verdict is dan's, too
    (dan,) = [learner for learner in report.learners if learner.id == "dan"]
    assert dan.points == report.max_points
    changes = (to / "changes.md").read_text()
    assert "**dan** checkout: 0 points, now" in changes
    assert "gained test_payment_and_email_overlap" in changes
    assert "the answer has changed" in changes
    assert "ada" not in changes
    (submissions / "fay.zip").unlink()
    run(submissions, to)
    assert not (to / "feedback/fay.html").exists()
    assert "**fay** is not there any more" in (to / "changes.md").read_text()


@pytest.mark.usefixtures("four")
def test_another_folder_gets_the_same_bytes(submissions: Path, tmp_path: Path) -> None:
    """What a suite draws by chance is the same for the same answer."""
    for name in ("one", "two"):
        run(submissions, tmp_path / name)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_a_changed_suite_regrades(
    starter: Path, tmp_path: Path, submissions: Path, put: Put
) -> None:
    """Its answers only, and the changes say who has which points now, and why."""
    put(f"ada/exercises/{PLACE}")
    put(f"bob/exercises/{PLACE}", WRONG)
    to = tmp_path / "points"
    mine = course.load(starter)
    store = folder.open_folder(to, ROOT, [submissions])
    suite = starter / "tests/exercises/06_checkout/test_checkout.py"

    def graded() -> ClassReport:
        found = course.load(starter)
        wanted = Request(submissions, found.exercises, "process", jobs=2)
        report = grading.grade(found, wanted, store)
        folder.write(folder.with_feedback(report), to, store, {})
        return report

    assert mine.exercises
    graded()
    suite.write_text(suite.read_text().replace("clock.takes(1.0, one_by_one", "clock.takes(1.5, x"))
    report = graded()
    changes = (to / "changes.md").read_text()
    assert "The suite of checkout has changed" in changes
    assert "the suite has changed" in changes
    assert "**bob** checkout" in changes
    assert report.learners[0].points != report.max_points


class Failing(Runner):
    """Says of every answer that the machine was too busy."""

    def run(self, orders: list[Order], *rest: object, **more: object) -> list[object]:  # type: ignore[override]
        from grader.model.endings import Ending
        from grader.parent import verdict

        said = [Said(order, time.monotonic(), ending=Ending.STARVED) for order in orders]
        results = [verdict.of(each) for each in said]
        for index, result in enumerate(results):
            rest[0](index, result)  # type: ignore[operator]
        return list(results)


@pytest.mark.usefixtures("four")
def test_not_graded_is_no_zero(
    submissions: Path, tmp_path: Path, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In no file; and the next run tries again."""
    put("eve.zip", b"no zip")
    to = tmp_path / "points"
    run(submissions, to)
    put(f"fay/exercises/{PLACE}", RIGHT + b"\n# new\n")
    with monkeypatch.context() as patch:
        patch.setattr(grading, "Runner", Failing)
        report, _ = run(submissions, to)
    assert not report.is_whole
    points = rows((to / "points.csv").read_text())
    for name in ("eve", "fay"):
        row = points[name]
        assert (row["state"], row["checkout"], row["total"]) == ("not graded", "", "")
    assert "eve.zip is no zip" in points["eve"]["reason"]
    assert "this machine is so busy" in points["fay"]["reason"]
    answers = rows((to / "answers.csv").read_text())
    assert (answers["fay"]["status"], answers["fay"]["points"]) == ("not_graded", "")
    assert not (to / "feedback/fay.html").exists()
    report, new = run(submissions, to)
    assert new == 1
    assert "**fay** was not graded, and is graded" in (to / "changes.md").read_text()


def test_feedback_says_what_is_not_graded(
    submissions: Path, tmp_path: Path, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the reason, and not as if all had passed; once it is graded, that is gone."""
    both = (CHECKOUT, OTHER)
    put(f"ada/exercises/{PLACE}")
    put(f"ada/exercises/{OTHER.folder}/{OTHER.file}", OTHER.original.read_bytes())
    to = tmp_path / "points"
    run(submissions, to)
    assert "<h1>All passed</h1>" in (to / "feedback/ada.html").read_text()
    with monkeypatch.context() as patch:
        patch.setattr(grading, "Runner", Failing)
        run(submissions, to, selection=both)
    sentence = f"{OTHER.slug} is not graded, which is no 0: "
    drawn, text = (
        harmless.plain((to / f"feedback/ada.{end}").read_text()) for end in ("html", "md")
    )
    assert "<h1>1 of 1 exercise passed</h1>" in drawn
    assert sentence in drawn
    assert "this machine is so busy" in drawn
    assert sentence in html.unescape(text)
    run(submissions, to, selection=both)
    assert sentence not in (to / "feedback/ada.html").read_text()


def test_damaged_verdicts_are_graded_again(submissions: Path, tmp_path: Path, put: Put) -> None:
    """A file that a full disk has cut is no verdict."""
    put(f"ada/exercises/{PLACE}")
    to = tmp_path / "points"
    run(submissions, to)
    before = contents(to)
    (path,) = (to / ".verdicts").rglob("*.json")
    path.write_bytes(path.read_bytes()[:500])
    (path.parent / f".{path.name}.77.new").write_bytes(b"half")
    assert run(submissions, to)[1] == 1
    assert contents(to) == before


def test_workflows(submissions: Path, tmp_path: Path, put: Put) -> None:
    """Who has changed, added or lost a file below .github/ is named; a second hand-out is not."""
    for number, name in enumerate(("ada", "bob", "cyd", "dan", "eve")):
        flow = b"on: push\n" if number < 3 else b"on: [push]\n"
        path = ".github/workflows/classroom.yml"
        listed = {"files": {path: hashlib.sha256(flow).hexdigest(), "grader/x.py": "0"}}
        put(f"{name}/exercises/{PLACE}")
        put(f"{name}/{LIST}", json.dumps(listed).encode())
        put(f"{name}/{path}", flow)
    put("bob/.github/workflows/classroom.yml", b"on: []\n")
    put("cyd/.github/workflows/mine.yml", b"")
    put("fay/checkout.py")
    report, _ = run(submissions, tmp_path / "points")
    assert {learner.id: learner.handed_out for learner in report.learners} == {
        "ada": "as handed out",
        "bob": "changed: .github/workflows/classroom.yml",
        "cyd": "added: .github/workflows/mine.yml",
        "dan": "as handed out",
        "eve": "as handed out",
        "fay": "missing: .github/workflows/classroom.yml",
    }


def test_git_says_when(submissions: Path, tmp_path: Path, put: Put) -> None:
    """A clone's commit, by the learner's clock; the roster's word counts more."""
    for name in ("ada", "bob"):
        put(f"{name}/exercises/{PLACE}")
        clone = submissions / name
        who = {"GIT_COMMITTER_DATE": "2026-12-02T08:00:00+01:00"}
        for words in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "x"]):
            identity = ["-c", "user.name=A", "-c", "user.email=a@example.com"]
            subprocess.run(
                ["git", "-C", clone, *identity, *words], env={**os.environ, **who}, check=True
            )
    put(f"cyd/exercises/{PLACE}")
    roster = tmp_path / "roster.csv"
    roster.write_text("id,handed_in\nada,\nbob,2026-12-01T20:00+01:00\ncyd,\ndan,\n")
    late = tmp_path / "late.toml"
    late.write_text("percent_per_day = 20\n")
    more = {"roster": roster, "late": late, "due": "2026-12-01T23:59+01:00"}
    run(submissions, tmp_path / "points", **more)
    points = rows((tmp_path / "points/points.csv").read_text())
    most = int(points[tables.MAXIMUM]["total"])
    assert (points["ada"]["days_late"], points["ada"]["after_late"]) == ("1", f"{most * 0.8:g}")
    assert points["ada"]["handed_in_by"] == "git, the learner's own clock"
    assert (points["bob"]["days_late"], points["bob"]["handed_in_by"]) == ("0", "the roster")
    assert points["cyd"]["days_late"] == ""
    assert (points["dan"]["state"], points["dan"]["total"]) == ("nothing handed in", "")


@pytest.mark.usefixtures("four")
def test_the_command(submissions: Path, tmp_path: Path, grader: Run) -> None:
    """It says what came of it; 3 is its exit code while anything is not graded."""
    roster = tmp_path / "roster.csv"
    roster.write_text("id\nada\nbob\ncyd\ndan\neve\n")
    canvas = tmp_path / "canvas.csv"
    canvas.write_text("SIS Login ID,Week 1 (7)\nada,\nzed,\n")
    words = ["class", submissions, "--exercises", "06", "--isolation", "process"]
    done = grader(*words, "--to", tmp_path / "points", "--roster", roster, "--into", canvas)
    assert done.returncode == 0, done.stderr
    assert "4 of 5 learners graded, 4 answers" in done.stdout
    assert "The isolation was 'process'" in done.stdout
    assert "nothing handed in (1):\n  eve" in done.stdout
    assert "1 row of the table filled" in done.stdout
    filled = (tmp_path / "points/canvas.csv").read_text()
    assert filled.startswith("SIS Login ID,Week 1 (7)\nada,7\n")
    assert filled.endswith("\nzed,\n")
    pack(submissions / "fay.zip", {"README.md": b""})
    done = grader(*words, "--to", tmp_path / "points")
    assert done.returncode == 3
    assert "Not graded (1):\n  fay: fay.zip has no answers" in done.stdout


@pytest.mark.parametrize(
    ("place", "sentence"),
    [
        ("", "is not empty, and holds no class"),
        ("submissions/points", "lies inside the submissions"),
        ("points.txt", "is a file"),
        ("course/points", "lies inside the course"),
    ],
)
def test_wrong_places(submissions: Path, tmp_path: Path, place: str, sentence: str) -> None:
    """Where nothing of ours may lie, nothing is written."""
    (tmp_path / "points.txt").write_text("")
    before = contents(tmp_path)
    with pytest.raises(GraderError, match=sentence):
        folder.open_folder(tmp_path / place, tmp_path / "course", [submissions])
    assert contents(tmp_path) == before


@pytest.mark.usefixtures("four")
def test_credentials(submissions: Path, tmp_path: Path, grader: Run) -> None:
    """Who has reached the bar gets a file that is genuine; a wrong bar is told before the work."""
    grader("credential", "key", tmp_path / "keys")
    to = tmp_path / "points"
    words = ["class", submissions, "--to", to, "--exercises", "06", "--isolation", "process"]
    words += ["--credentials", tmp_path / "keys/credential.key", "--issuer", "A School"]
    refused = grader(*words, "--bar", "101%")
    assert "--bar is '101%', which is not between 1 and the" in refused.stderr
    assert not list(to.glob("*/*.json"))
    done = grader(*words)
    assert done.returncode == 0, done.stderr
    assert "1 learner reached" in done.stdout
    (path,) = (to / "credentials").iterdir()
    verified = grader("credential", "verify", path, "--key", tmp_path / "keys/credential.pub")
    assert verified.returncode == 0
    assert f"{path} is genuine. ada: " in verified.stdout


@NEEDS_SANDBOX
def test_the_sandbox_is_the_usual_way(
    submissions: Path, tmp_path: Path, put: Put, grader: Run
) -> None:
    """Without a word about it, answers are graded in a sandbox."""
    put(f"ada/exercises/{PLACE}")
    done = grader("class", submissions, "--exercises", "06", "--to", tmp_path / "points")
    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "points/class.json").read_text())["isolation"] == "sandbox"


@pytest.mark.usefixtures("four")
def test_killed_at_any_moment(submissions: Path, tmp_path: Path) -> None:
    """kill -9, again and again: then the same bytes as without."""
    run(submissions, tmp_path / "whole")
    to = tmp_path / "killed"
    words = [sys.executable, "-m", "grader", "class", str(submissions), "--to", str(to)]
    words += ["--exercises", "06", "--isolation", "process", "--jobs", "2"]
    for _ in range(3):
        process = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.DEVNULL)
        time.sleep(random.uniform(0.5, 4.0))
        process.send_signal(signal.SIGKILL)
        process.wait()
    done = subprocess.run(words, cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 0
    assert contents(to) == contents(tmp_path / "whole")


@pytest.mark.usefixtures("four")
def test_parts_merged_are_one_run(submissions: Path, tmp_path: Path, put: Put, grader: Run) -> None:
    """Byte for byte, roster and strays too; each learner is in one part, and the parts stay."""
    put("A strange name!/checkout.py", WRONG)
    roster = tmp_path / "roster.csv"
    roster.write_text("id,email\nada,ada@example.com\neve,\nfay,\ngus,\n")
    run(submissions, tmp_path / "whole", roster=roster)
    parts = [tmp_path / f"part{number}" for number in range(1, 6)]
    sizes = []
    for number, part in enumerate(parts, 1):
        report, _ = run(submissions, part, roster=roster, part=number, parts=5)
        sizes.append(len(report.learners))
    assert sum(sizes) == 8
    assert max(sizes) < 8
    before = [contents(part) for part in parts]
    canvas = tmp_path / "canvas.csv"
    canvas.write_text("Email,Week 1\nada@example.com,\n")
    to = tmp_path / "merged"
    done = grader("class", "merge", *reversed(parts), "--to", to, "--into", canvas)
    assert done.returncode == 0, done.stderr
    merged = contents(to)
    assert merged.pop("canvas.csv").startswith(b"Email,Week 1\nada@example.com,7")
    assert merged == contents(tmp_path / "whole")
    assert [contents(part) for part in parts] == before


def part(to: Path, **changed: object) -> Path:
    """A folder with the report of one of two parts, and nobody in it."""
    report = {
        "schema": "awaitlings/class/1",
        "isolation": "sandbox",
        "python": "3.13",
        "libraries": "",
        "grader": "",
        "parts": 2,
        "exercises": [],
        "learners": [],
        **changed,
    }
    to.mkdir()
    (to / "class.json").write_text(json.dumps(report))
    return to


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"part": 1}, "a and .*b are both part 1"),
        ({"part": 2, "parts": 3}, "b is one of 3 parts, others are of 2"),
        ({"part": 2, "grader": "1"}, "were not graded alike: the grader differ"),
        ({"part": 2, "learners": [{"id": "ADA", "state": "graded"}]}, "ADA is in .*a and .*b"),
        ({"part": "two"}, "b/class.json cannot be read, or is of another version"),
        (None, "b is no part of a class: it has no class.json"),
    ],
)
def test_parts_that_are_none(
    tmp_path: Path, changed: dict[str, object] | None, sentence: str
) -> None:
    """One sentence for each way in which folders are not the parts of one class."""
    one = part(tmp_path / "a", learners=[{"id": "ada", "state": "graded"}])
    other = tmp_path / "b" if changed is None else part(tmp_path / "b", **changed)
    store = folder.open_folder(tmp_path / "to", ROOT, [])
    with pytest.raises(GraderError, match=sentence):
        merging.merge(COURSE, [one, other], tmp_path / "to", store)
    with pytest.raises(GraderError, match="Part 2 of 2 is missing"):
        merging.merge(COURSE, [one], tmp_path / "to", store)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["merge"], "There is nothing to merge."),
        (["merge", "a", "--roster", "r.csv"], "the roster, the dates and the part are those of"),
        (["merge", "a", "--part", "1/2"], "the roster, the dates and the part are those of"),
        (["a", "b"], "b is a second folder"),
        *((["a", f"--part={text}"], f"--part is {text!r}, which is no part") for text in PARTS),
    ],
)
def test_wrong_words(tmp_path: Path, words: list[str], sentence: str) -> None:
    """Each is named before anything is graded."""
    with pytest.raises(GraderError, match=re.escape(sentence)):
        app(["class", *words, "--to", str(tmp_path / "points")], standalone_mode=False)


def test_no_sandbox_here(tmp_path: Path, put: Put, submissions: Path) -> None:
    """Then nothing is graded, and the sentence says what to choose."""
    put(f"ada/exercises/{PLACE}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("grader.isolation.bubblewrap.problem", lambda: "there is no bubblewrap.")
        isolation._sandbox.cache_clear()
        with pytest.raises(GraderError, match="Choose --isolation process for answers that you"):
            run(submissions, tmp_path / "points", isolation="sandbox")
    isolation._sandbox.cache_clear()
    assert not list((tmp_path / "points").rglob("*.json"))
