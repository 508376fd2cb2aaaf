"""The wheel in a fresh environment: from nothing to a verdict, then to the next release."""

import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from email.parser import BytesParser
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.course import exercises as course
from grader.course import folders, parcel

if TYPE_CHECKING:
    from tests.grader.actions.conftest import Machine

ROOT = folders.find_root(Path(__file__).parent)
COURSE = course.load(ROOT)
Done = subprocess.CompletedProcess[str]
Command = Callable[..., Done]
CHEAT = """
import httpx
from pathlib import Path

read = Path(httpx.__file__).parents[1] / "awaitlings/solutions/06_checkout/checkout.py"
exec_me = read.read_text()
"""

pytestmark = [
    pytest.mark.thorough,
    pytest.mark.timeout(3600),
]  # two wheels are built, and the grader and its libraries are installed from PyPI


def copy_of_the_clone(to: Path) -> Path:
    """What a release is built from: the files of this clone, and nothing that has been made."""
    made = {"build", "dist", ".git", ".venv"}
    for path in parcel.sources(ROOT / "grader") + list(parcel.files(ROOT)):
        place = to / path.relative_to(ROOT)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, place)
    for name in ("pyproject.toml", "setup.py", "README.md"):
        shutil.copy(ROOT / name, to / name)
    assert not made & {path.name for path in to.iterdir()}
    return to


def build(source: Path, machine: "Machine") -> tuple[Path, str]:
    """The wheel that `python -m build` makes by way of an sdist, and what it says meanwhile."""
    kept = {k: v for k, v in machine.environment.items() if k != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(
        [sys.executable, "-m", "build"],
        cwd=source,
        env=kept,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    (wheel,) = (source / "dist").glob("*.whl")
    return wheel, done.stdout


@pytest.fixture(scope="module")
def release(machine: "Machine", tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    return build(copy_of_the_clone(tmp_path_factory.mktemp("release")), machine)


@pytest.fixture(scope="module")
def learner(
    machine: "Machine", release: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory
) -> Command:
    """Runs a line of bash in a folder, in an environment that has the wheel."""
    place = tmp_path_factory.mktemp("learner")

    def bash(line: str, at: str = ".") -> Done:
        return subprocess.run(
            ["bash", "-c", f"source {place}/.venv/bin/activate && {line}"],
            cwd=place / at,
            env=machine.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    subprocess.run(
        [sys.executable, "-m", "venv", place / ".venv"], env=machine.environment, check=True
    )
    done = bash(f"pip install -q -c {ROOT / 'constraints.txt'} {release[0]}")
    assert done.returncode == 0, done.stderr
    return bash


def test_the_build_says_nothing_that_is_wrong(release: tuple[Path, str]) -> None:
    """No warning, and twine finds nothing to say about the page that PyPI would show."""
    wheel, said = release
    warnings = re.findall(r"(?im)^.*\b(?:warn\w*|deprecated)\b.*$", said)
    assert [line for line in warnings if "is ignored: it is neither" not in line] == []
    files = sorted(map(str, wheel.parent.iterdir()))
    assert len(files) == 2
    command = [sys.executable, "-m", "twine", "check", "--strict", *files]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_page_on_pypi_has_no_dead_link(release: tuple[Path, str]) -> None:
    """A picture or a link that leads into the repository is words there; others are left."""
    with zipfile.ZipFile(release[0]) as file:
        (name,) = (name for name in file.namelist() if name.endswith(".dist-info/METADATA"))
        page = str(BytesParser().parsebytes(file.read(name)).get_payload())
    readme = (ROOT / "README.md").read_text()
    assert "](tests/pictures/failing.svg)" in readme
    targets = re.findall(r"\]\(([^)]+)\)", page)
    headings = re.findall(r"(?m)^#+ ([\w ]+)$", page)
    known = {f"#{heading.lower().replace(' ', '-')}" for heading in headings}
    assert targets
    assert [t for t in targets if not t.startswith("https://") and t not in known] == []
    assert "*A terminal: checkout has 3 of 16 points." in page
    assert len(page) > 0.9 * len(readme)


def test_the_wheel_holds_the_course_and_nobodys_work(release: tuple[Path, str]) -> None:
    """Each file that a course has, the original stubs once, nothing of the tests of the grader."""
    with zipfile.ZipFile(release[0]) as file:
        names = {name for name in file.namelist() if not name.startswith("grader/")}
    packed = {name.removeprefix("awaitlings/") for name in names if ".dist-info/" not in name}
    assert packed == {path.relative_to(ROOT).as_posix() for path in parcel.files(ROOT)}
    assert "tests/exercises/06_checkout/stub.py" in packed
    assert "exercises/06_checkout/checkout.py" not in packed


def test_from_nothing_to_a_verdict_and_to_the_next_release(
    learner: Command, machine: "Machine", tmp_path: Path
) -> None:
    """`pip install`, `grader init`, `grader`; one solved; another release, and `grader update`."""
    nothing = learner("mkdir empty && cd empty && grader")
    assert nothing.returncode == 2
    assert "There is no course in" in nothing.stderr
    assert "grader init" in nothing.stderr
    made = learner("awaitlings init async")
    assert made.returncode == 0, made.stderr
    assert "Next: cd async && grader watch" in made.stdout
    first = learner("grader", at="async")
    assert first.returncode == 1, first.stderr
    assert f"0 of {len(COURSE.exercises)} exercises passed" in first.stdout
    assert "not started" in first.stdout

    solved = learner(
        "grader solution checkout task_group --yes > solved.py && "
        "mv solved.py exercises/06_checkout/checkout.py",
        at="async",
    )
    assert solved.returncode == 0, solved.stderr
    for line in ("grader run checkout", "pytest -q exercises/06_checkout"):
        done = learner(line, at="async")
        assert done.returncode == 0, done.stdout + done.stderr
    doctor = learner("grader doctor", at="async")
    assert doctor.returncode == 0, doctor.stdout

    source = copy_of_the_clone(tmp_path / "next")
    for name in ("pyproject.toml", "course.toml"):
        text = (source / name).read_text()
        (source / name).write_text(text.replace('version = "0.1.0"', 'version = "0.2.0"', 1))
    for name in ("exercises/06_checkout/README.md", "tests/exercises/06_checkout/stub.py"):
        (source / name).write_text((source / name).read_text() + "\n# Another word.\n")
    wheel, _ = build(source, machine)
    assert learner(f"pip install -q --no-deps --upgrade {wheel}").returncode == 0
    behind = learner("grader", at="async")
    assert "`grader update`" in behind.stdout
    told = learner("grader update", at="async")
    assert "0.1.0 -> 0.2.0" in told.stdout, told.stderr
    assert "1 file replaced." in told.stdout
    assert "exercises/06_checkout/checkout.py is kept as you have it" in told.stdout
    assert learner("grader run checkout", at="async").returncode == 0
    assert "Another word." in learner("cat exercises/06_checkout/README.md", at="async").stdout


@pytest.mark.parametrize("isolation", ["process", "sandbox"])
def test_no_answer_reads_a_solution_among_the_packages(learner: Command, isolation: str) -> None:
    """They lie where every program can read: an answer that does gets no points for it."""
    learner("grader init cheat")
    path = "exercises/06_checkout/checkout.py"
    place = learner("pwd", at="cheat").stdout.strip()
    stub = Path(place, path)
    stub.write_text(stub.read_text() + CHEAT)
    done = learner(f"grader run checkout --isolation {isolation}", at="cheat")
    assert done.returncode == 1, done.stderr
    said = " ".join(done.stdout.split())
    assert "checkout.py of the course" in said or "No such file" in said, said


PLAIN = ROOT / "tests/packs/plain_asyncio"
FIRST = "01_wait_for_both/wait_for_both.py"


@pytest.fixture(scope="module")
def plain(learner: Command, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The course of others, built and installed; its repository, and a learner's solved folder."""
    to = tmp_path_factory.mktemp("plain")
    repository = shutil.copytree(PLAIN, to / "plain")
    built = learner(f"cd {repository} && grader verify && grader course build --to {to}/dist")
    assert built.returncode == 0, built.stdout + built.stderr
    assert "13 answers judged, 0 broken promises." in built.stdout
    assert learner(f"pip install -q --no-deps {to}/dist/learner/*.whl").returncode == 0
    both = learner("grader init plain")
    assert both.returncode == 2
    assert "Several courses are installed: awaitlings, plain_asyncio." in both.stderr
    made = learner("grader init plain --course plain_asyncio")
    assert "Three functions that wait." in made.stdout, made.stderr
    home = Path(learner("pwd", at="plain").stdout.strip())
    assert learner("grader", at="plain").returncode == 1
    for folder in ("01_wait_for_both", "02_take_the_first", "03_not_for_ever"):
        shutil.copy(PLAIN / f"solutions/{folder}/{folder[3:]}.py", home / "exercises" / folder)
    return repository, home


@pytest.mark.usefixtures("plain")
@pytest.mark.parametrize(
    "line", ["grader", "grader run --isolation sandbox", "pytest -q", "grader ci --answers ."]
)
def test_a_course_by_other_authors(learner: Command, line: str) -> None:
    """Built, installed and learnt."""
    done = learner(line, at="plain")
    assert done.returncode == 0, done.stdout + done.stderr
    assert line != "grader" or "That was all:" in done.stdout


@pytest.mark.usefixtures("plain")
def test_its_learners_have_no_solutions(learner: Command) -> None:
    """And nothing to update."""
    assert "is not part of" in learner("grader solution 1", at="plain").stderr
    assert "nothing was changed" in learner("grader update", at="plain").stdout


def test_its_teacher(learner: Command, plain: tuple[Path, Path], tmp_path: Path) -> None:
    """Grades a class with it, and hands a starter out."""
    shutil.copytree(plain[1] / "exercises", tmp_path / "class/ada/exercises")
    graded = learner(f"grader class {tmp_path}/class --to {tmp_path}/points", at="plain")
    assert graded.returncode == 0, graded.stdout + graded.stderr
    points = (tmp_path / "points/points.csv").read_text().splitlines()
    assert points[-1].startswith("ada,")
    assert "wait_for_both" in points[0]
    exported = learner(f"grader export {tmp_path}/starter --for actions", at="plain")
    assert exported.returncode == 0, exported.stderr
    starter = tmp_path / "starter"
    shutil.copy(PLAIN / "solutions" / FIRST, starter / "exercises" / FIRST)
    done = learner(f"cd {starter} && python -m grader run 1 && ! python -m grader run 2")
    assert done.returncode == 0, done.stdout + done.stderr


def test_its_author(learner: Command, plain: tuple[Path, Path]) -> None:
    """Works on the repository, which is an installed course. The last: it takes the wheel away."""
    assert learner("pip uninstall -q -y plain-asyncio").returncode == 0
    gone = learner("grader", at="plain")
    assert "Install it: pip install plain-asyncio" in gone.stderr
    edited = learner(f"pip install -q --no-deps --no-build-isolation -e {plain[0]}")
    assert edited.returncode == 0, edited.stderr
    assert learner("grader run 1", at="plain").returncode == 0
