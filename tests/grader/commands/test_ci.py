"""`grader ci`: what a job's runner reads, from reports made by hand and from real answers."""

import base64
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from grader.commands import ci
from grader.commands.ci import Request, Step, Verdict
from grader.course import exercises as course
from grader.course import folders, patches
from grader.course.exercises import Course
from grader.model.errors import GraderError
from grader.model.report import Report
from grader.reports import actions, markdown

ROOT = folders.find_root(Path(__file__).parent)
V2 = re.compile(r"::([\w-]+)(?: ([^:]*(?::(?!:)[^:]*)*))?::(.*)")
MAX_SUMMARY = 1_048_576
TOKEN = re.compile(r"[0-9a-f]{32}")


@dataclass
class Command:
    """A workflow command as the runner has understood it."""

    name: str
    properties: dict[str, str]
    message: str


@dataclass
class Reader:
    """Reads a log as the runner does: commands may stand after spaces, and be switched off."""

    commands: list[Command] = field(default_factory=list)
    resume: str = ""

    def read(self, log: str) -> list[Command]:
        for line in log.splitlines():
            assert "##[" not in line
            match = V2.fullmatch(line.strip())
            if match is None:
                continue
            if self.resume:
                assert match[1] == self.resume, f"{line!r} is a command of an answer"
                self.resume = ""
            elif match[1] == "stop-commands":
                self.resume = match[3]
            else:
                self.commands.append(Command(match[1], _properties(match[2]), _decoded(match[3])))
        assert not self.resume
        return self.commands


def _properties(text: str | None) -> dict[str, str]:
    pairs = [pair.partition("=") for pair in (text or "").split(",") if pair]
    return {name: _decoded(value) for name, _, value in pairs}


def _decoded(text: str) -> str:
    for escape, character in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ",")):
        text = text.replace(escape, character)
    return text.replace("%25", "%")


@dataclass
class Job:
    """A step's environment in a folder, and what came of it."""

    folder: Path

    def __post_init__(self) -> None:
        self.lines: list[str] = []
        self.environment = {"GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": str(self.folder)}
        for name in ci.COMMAND_FILES:
            path = self.folder / name
            path.write_text("")
            self.environment[name] = str(path)

    @property
    def log(self) -> str:
        return "".join(self.lines)

    @property
    def commands(self) -> list[Command]:
        return Reader().read(self.log)

    @property
    def summary(self) -> str:
        return (self.folder / ci.SUMMARY).read_text(encoding="utf-8")

    @property
    def outputs(self) -> dict[str, str]:
        lines = (self.folder / ci.OUTPUT).read_text(encoding="utf-8").splitlines()
        pairs = [line.partition("=") for line in lines]
        assert all(sign and "<<" not in name for name, sign, _ in pairs)
        return {name: value for name, _, value in pairs}

    def step(self) -> Step:
        return Step(self.environment, self.lines.append)


@pytest.fixture
def job(tmp_path: Path) -> Job:
    return Job(tmp_path)


def test_every_place_is_told(job: Job, full: Report) -> None:
    """Log in groups, annotations with file and line, summary with its table first, outputs."""
    job.step().tell(Verdict(full, checkout=job.folder))
    names = [command.name for command in job.commands]
    assert names.count("group") == names.count("endgroup") == len(full.exercises)
    assert job.summary.splitlines()[:3] == [
        "### 10 of 36 points",
        "",
        "| | exercise | points | state |",
    ]
    assert (job.outputs["points"], job.outputs["max-points"]) == ("10", "36")
    assert job.outputs["passed"] == "false"
    runners = {name for name in job.outputs if name.startswith("ex")}
    assert runners == {f"ex{exercise.number:02}" for exercise in full.exercises}
    for name in runners:
        assert json.loads(base64.b64decode(job.outputs[name]))["tests"]


def test_at_most_nine_annotations(job: Job, full: Report) -> None:
    """Nine errors, each with its file; the first of each exercise comes before the second."""
    report = full.model_copy(update={"exercises": full.exercises + full.exercises[4:5] * 3})
    job.step().tell(Verdict(report, checkout=job.folder))
    errors = [command for command in job.commands if command.name == "error"]
    assert len(errors) == 9
    assert all(error.properties["file"] for error in errors)
    titles = [error.properties["title"] for error in errors[:7]]
    assert len(set(titles)) == 7
    assert errors[0].properties["line"] == "36"  # said once, though several tests failed there
    assert errors[0].properties["file"] == "exercises/06_checkout/checkout.py"
    lines = {error.properties["title"]: error.properties.get("line") for error in errors}
    assert (lines["05 broken_5"], lines["08 refused_8"], lines["06 missing_6"]) == ("1", "3", None)


def test_a_hostile_answer_gives_no_command(job: Job, hostile: Report) -> None:
    """Whatever an answer says: only our groups and errors, and only our outputs."""
    job.step().tell(Verdict(hostile, checkout=job.folder))
    commands = job.commands
    assert {command.name for command in commands} == {"group", "endgroup", "error"}
    errors = [command for command in commands if command.name == "error"]
    assert len(errors) == 7
    assert all(set(error.properties) <= {"file", "line", "title"} for error in errors)
    assert all(len(error.message) <= 4096 for error in errors)
    assert set(job.outputs) == {"points", "max-points", "passed", "graded"} | {
        f"ex{exercise.number:02}" for exercise in hostile.exercises
    }
    assert job.outputs["points"] == str(hostile.points)


def test_the_token_is_new_each_time(job: Job, full: Report) -> None:
    """What switches commands on again cannot be guessed."""
    for _ in range(2):
        job.step().tell(Verdict(full))
    assert len(set(TOKEN.findall(job.log))) == 2


def huge(report: Report, times: int) -> Report:
    """The same with very many exercises that all say very much."""
    words = "ä long sentence | with `code` and <tags> " * 200
    exercises = []
    for each in report.exercises * times:
        tests = [
            test.model_copy(
                update={"failure": test.failure and test.failure.model_copy(update={"why": words})}
            )
            for test in each.tests
        ]
        exercises.append(each.model_copy(update={"tests": tests}))
    return report.model_copy(update={"exercises": exercises})


@pytest.mark.parametrize("times", [200, 3000])
def test_the_summary_is_never_too_long(job: Job, full: Report, times: int) -> None:
    """GitHub drops a summary of more than a megabyte, and what stood there before counts."""
    (job.folder / ci.SUMMARY).write_text("x" * 100_000)
    step = job.step()
    report = huge(full, times)
    step._append(ci.SUMMARY, step._summary(Verdict(report)))
    assert 500_000 < len(job.summary.encode()) <= markdown.MAX_BYTES < MAX_SUMMARY
    assert "left out: the page would be too long." in job.summary
    assert job.summary.count("<details") == job.summary.count("</details>")
    assert job.summary.count("```") % 2 == 0


def test_what_was_in_the_files_stays(job: Job, full: Report) -> None:
    """Earlier commands of the same step keep what they wrote."""
    (job.folder / ci.OUTPUT).write_text("version=3\n")
    job.step().tell(Verdict(full))
    assert job.outputs["version"] == "3"
    assert job.outputs["points"] == "10"


@pytest.mark.parametrize("name", ci.COMMAND_FILES)
def test_what_an_answer_writes_there_goes(job: Job, full: Report, name: str) -> None:
    """Nothing that appears in a command file while answers run reaches the runner."""
    (job.folder / name).write_text("before=1\n")
    step = job.step()
    with (job.folder / name).open("a") as file:
        file.write("points<<END\n")
    step.tell(Verdict(full))
    content = (job.folder / name).read_text(encoding="utf-8")
    assert content.startswith("before=1\n")
    assert "<<END" not in content
    assert f"Something wrote to {name} while the answers were graded" in job.log


def test_a_link_in_place_of_the_file_goes(job: Job, full: Report) -> None:
    """A command file that has become a link is a plain file again."""
    step = job.step()
    (job.folder / "elsewhere").write_text("")
    (job.folder / ci.OUTPUT).unlink()
    (job.folder / ci.OUTPUT).symlink_to(job.folder / "elsewhere")
    step.tell(Verdict(full))
    assert job.outputs["points"] == "10"
    assert (job.folder / "elsewhere").read_text() == ""


@pytest.mark.parametrize("name", [ci.OUTPUT, ci.SUMMARY])
def test_a_file_that_is_not_set(job: Job, full: Report, name: str) -> None:
    """One sentence, as a warning, and everything else is written."""
    del job.environment[name]
    job.step().tell(Verdict(full))
    warnings = [command.message for command in job.commands if command.name == "warning"]
    assert warnings == [f"{name} is not set: what belongs there is not written."]
    assert job.outputs if name == ci.SUMMARY else "is not set" in job.summary


@pytest.mark.skipif(os.name != "posix", reason="pipes with a name are of POSIX")
def test_a_pipe_or_a_device_is_left_alone(job: Job, full: Report) -> None:
    """It may have no end, and it is not ours to remove: /dev/null is one that people name."""
    place = Path(job.environment[ci.SUMMARY])
    place.unlink()
    os.mkfifo(place)
    job.step().tell(Verdict(full))
    warnings = [command.message for command in job.commands if command.name == "warning"]
    told = "cannot be written to (it is no plain file): what belongs there is lost."
    assert warnings == [f"{ci.SUMMARY} {told}"]
    assert place.is_fifo()
    assert job.outputs


def test_a_link_that_the_runner_made_stays(job: Job, full: Report) -> None:
    """What is told arrives where it leads."""
    place = Path(job.environment[ci.SUMMARY])
    place.rename(place.with_name("behind"))
    place.symlink_to("behind")
    job.step().tell(Verdict(full))
    assert "warning" not in {command.name for command in job.commands}
    assert place.is_symlink()
    assert place.read_text(encoding="utf-8").startswith("###")


@pytest.mark.parametrize("name", [ci.OUTPUT, ci.SUMMARY])
def test_a_file_that_cannot_be_written(job: Job, full: Report, name: str) -> None:
    """The same for a path that is a folder."""
    job.environment[name] = str(job.folder)
    job.step().tell(Verdict(full))
    warnings = [command.message for command in job.commands if command.name == "warning"]
    assert len(warnings) == 1
    assert re.fullmatch(rf"{name} cannot be written to \(.+\): .* is lost\.", warnings[0])


# -- what a job asks for -------------------------------------------------------


def find() -> Course:
    return course.load(ROOT)


@pytest.mark.parametrize(
    ("request_", "sentence"),
    [
        (
            Request(exercises="01-03,chekout"),
            "There is no exercise 'chekout'. Did you mean checkout?",
        ),
        (Request(clock="virtul"), "There is no clock 'virtul'. Did you mean virtual?"),
        (
            Request("checkout", minimum_points="many"),
            "The minimum of points is 'many', which is no number. "
            "Give a whole number from 0 to 7, the points of these exercises.",
        ),
        (
            Request("checkout", minimum_points="8"),
            "8 points can never be reached: there are 7. "
            "Give a whole number from 0 to 7, the points of these exercises.",
        ),
    ],
)
def test_a_request_that_cannot_be_met(job: Job, request_: Request, sentence: str) -> None:
    """One sentence in every place, 0 points, and a runner for every exercise asked for."""
    verdict = ci.judge(find, request_)
    assert (verdict.exit_code, verdict.passed, verdict.report.points) == (2, False, 0)
    job.step().tell(verdict)
    assert [c.message for c in job.commands] == [sentence]
    assert job.summary.startswith("**Not graded:** ")
    assert job.outputs["passed"] == "false"
    assert "ex06" in job.outputs
    decoded = json.loads(base64.b64decode(job.outputs["ex06"]))
    assert decoded["status"] == "error"
    assert decoded["tests"][0]["message"] == f"not graded: {sentence}"


def test_a_checkout_without_exercises(job: Job) -> None:
    """Everything is missing, with its points in the total."""
    for answers in (job.folder, job.folder / "exercises"):
        verdict = ci.judge(find, Request("checkout", answers))
        assert verdict.problem is not None
        assert verdict.problem.problem == f"The checkout {job.folder} has no folder exercises/."
        assert (verdict.report.points, verdict.report.max_points) == (0, 7)


def test_exercises_that_are_a_link(job: Job) -> None:
    """A link could lead to the solutions."""
    (job.folder / "exercises").symlink_to(ROOT / "solutions")
    verdict = ci.judge(find, Request("checkout", job.folder))
    assert verdict.problem is not None
    assert "is a symbolic link" in verdict.problem.problem


def test_an_exercise_folder_that_is_a_link(job: Job) -> None:
    """The same for one exercise: it is that exercise's verdict."""
    (job.folder / "exercises").mkdir()
    (job.folder / "exercises/06_checkout").symlink_to(ROOT / "solutions/06_checkout")
    report = ci.judge(find, Request("checkout", job.folder)).report
    assert [exercise.status for exercise in report.exercises] == ["broken"]
    assert "lies in a folder that is a symbolic link" in (report.exercises[0].problem or "")


def test_a_course_that_cannot_be_used(job: Job) -> None:
    """Without a course there is still a summary, and outputs that say no."""

    def nothing() -> Course:
        raise GraderError("There is no course here.", "Clone it.")

    verdict = ci.judge(nothing, Request())
    job.step().tell(verdict)
    assert job.summary.startswith("**Not graded:** There is no course here. Clone it.\n")
    no = {"points": "0", "max-points": "0", "passed": "false", "graded": "false"}
    assert job.outputs == no
    assert verdict.exit_code == 2


def test_a_grader_that_fails_itself(job: Job, capsys: pytest.CaptureFixture[str]) -> None:
    """An error of ours ends as a report, with its traceback in the log."""

    def broken() -> Course:
        raise ZeroDivisionError("::error::ours")

    verdict = ci.judge(broken, Request())
    job.step().tell(verdict)
    assert "The grader itself has failed (ZeroDivisionError)." in job.log
    printed = capsys.readouterr().err
    assert "Traceback" in printed
    assert "::" not in printed


@pytest.mark.parametrize(
    ("minimum", "passed", "code"), [(None, False, 1), (11, False, 1), (10, True, 0), (0, True, 0)]
)
def test_the_minimum_decides(full: Report, minimum: int | None, passed: bool, code: int) -> None:
    """With a minimum, so many points pass; without one, only full marks do."""
    verdict = Verdict(full, minimum)
    assert (verdict.passed, verdict.exit_code) == (passed, code)
    assert f"passed={str(passed).lower()}\n" in actions.outputs(full, verdict.passed)


# -- the command ---------------------------------------------------------------


Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def run(job: Job) -> Run:
    """Runs `grader ci` outside of any checkout's folder."""

    def run(*arguments: str, actions: bool) -> "subprocess.CompletedProcess[str]":
        kept = {k: v for k, v in os.environ.items() if not k.startswith("GITHUB_")}
        return subprocess.run(
            [sys.executable, "-m", "grader", "ci", *arguments],
            cwd=ROOT,
            env={**kept, **(job.environment if actions else {})},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run


@pytest.fixture
def checkout(job: Job) -> Path:
    """A learner's checkout: one solved, one wrong, one deleted; and suites of the learner's own."""
    for folder, answer in (
        ("02_fast_and_slow", "solutions/02_fast_and_slow/fast_and_slow.py"),
        ("06_checkout", "solutions/06_checkout/wrong/sequential.py"),
    ):
        name = folder[3:] + ".py"
        (job.folder / "exercises" / folder).mkdir(parents=True)
        (job.folder / "exercises" / folder / name).write_text(patches.whole(ROOT / answer))
    suite = job.folder / "tests/exercises/06_checkout"
    suite.mkdir(parents=True)
    shutil.copy(ROOT / "tests/exercises/06_checkout/exercise.toml", suite)
    (suite / "test_checkout.py").write_text('def test_nothing():\n    """Passes."""\n')
    (job.folder / "conftest.py").write_text("raise SystemExit(0)\n")
    return job.folder


def test_a_checkout_is_graded_in_actions(job: Job, run: Run, checkout: Path) -> None:
    """The course's own suites judge; what is deleted is missing, not a smaller total."""
    done = run("--exercises", "02,06,08", "--answers", str(checkout), actions=True)
    assert (done.returncode, done.stderr) == (1, "")
    commands = Reader().read(done.stdout)
    assert [c.message for c in commands if c.name == "group"] == [
        "02 fast_and_slow  8/8 passed",
        "06 checkout  3/7 failed",
        "08 dashboard  0/10 missing",
    ]
    errors = [c.properties for c in commands if c.name == "error"]
    assert errors[0]["file"] == "exercises/06_checkout/checkout.py"
    assert int(errors[0]["line"]) > 1
    assert job.outputs["points"] == "11"
    assert job.outputs["max-points"] == "25"
    assert "```mermaid\ngantt\n" in job.summary
    assert "<code>email = await send_confirmation_email(order.id)</code>" in job.summary


def test_elsewhere_it_is_plain_text(run: Run, checkout: Path) -> None:
    """Outside of Actions: the board and the reasons, no command, the same exit code."""
    done = run("--exercises", "02,06", "--answers", str(checkout / "exercises"), actions=False)
    assert (done.returncode, done.stderr) == (1, "")
    assert "::" not in done.stdout
    assert "\x1b" not in done.stdout
    assert "1 of 2 exercises passed, 11 of 15 points" in done.stdout
    assert "took 1.5 s, expected 1.0 s: one after another" in done.stdout


def test_elsewhere_an_error_is_one_sentence(run: Run) -> None:
    """Bad input: what, and what to do next, on the place where the report would be."""
    done = run("--exercises", "chekout", actions=False)
    assert (done.returncode, done.stderr) == (2, "")
    assert done.stdout == ("Not graded: There is no exercise 'chekout'.\nDid you mean checkout?\n")
