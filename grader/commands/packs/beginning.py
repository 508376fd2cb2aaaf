"""`grader course new`: a course with one exercise, whose words are still to write."""

import importlib.metadata
import json
import re
from pathlib import Path

from grader.commands import new
from grader.commands.export import contents as starters
from grader.commands.home import making
from grader.course import manifests, suites
from grader.model.errors import GraderError

TEMPLATES = Path(__file__).parent / "templates"
FIRST, CHAPTER = "first_wait", "First steps"
PLACES = {
    "course.toml": "course.toml",
    "package.toml": "pyproject.toml",
    "README.md": "README.md",
    "action.yml": "action.yml",
    "map.md": "exercises/README.md",
    "chapter.md": "exercises/chapters/first_steps.md",
    "ci.yml": ".github/workflows/ci.yml",
}


def begin(folder: Path, title: str, id: str | None) -> str:
    """Write the files of a new course; returns its id. Raises GraderError."""
    wanted = id or re.sub(r"[^a-z0-9]+", "_", title.lower()).strip("_")
    if not title.strip() or not re.fullmatch(manifests.ID, wanted):
        raise GraderError(
            f"{wanted!r} is no id for a course.",
            "Name one with --id: lower-case words joined by underscores, such as plain_asyncio.",
        )
    making.write(files(title.strip(), wanted), folder)
    return wanted


def files(title: str, id: str) -> starters.Files:
    known = {
        "@ID@": id,
        "@TITLE@": json.dumps(title, ensure_ascii=False),
        "@HEADING@": " ".join(title.split()),
        "@PACKAGE@": id.replace("_", "-"),
        "@GRADER@": importlib.metadata.version("awaitlings"),
    }
    result = {name: text.encode() for name, text in new.files(FIRST, 1, CHAPTER).items()}
    for name, place in PLACES.items():
        text = (TEMPLATES / name).read_text(encoding="utf-8")
        for word, value in known.items():
            text = text.replace(word, value)
        result[place] = text.encode()
    result["tests/exercises/pytest.ini"] = suites.SETTINGS.read_bytes()
    result[".gitignore"] = starters.template("gitignore")
    return result
