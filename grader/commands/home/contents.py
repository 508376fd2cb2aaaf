"""Which files a learner's folder has, as bytes by their path.

Lessons and stubs, and what an editor and git want. Suites and solutions stay in the package.
"""

from pathlib import Path

from grader.commands.export import contents as starters
from grader.commands.export.contents import Files
from grader.course import suites
from grader.course.exercises import Course

TEMPLATES = Path(__file__).parent / "templates"
MAP = "exercises/README.md"
EDITORS = ("settings.json", "launch.json", "extensions.json")
PYTEST = """
# `pytest exercises/06_checkout` tries that file, as does an editor's test button.
testpaths = exercises
python_files = *.py
"""


def files(course: Course) -> Files:
    """All that `grader init` writes, but the mark."""
    result = starters.lessons(course, course.exercises)
    whole_map = course.root / MAP
    result[MAP] = (
        whole_map.read_bytes()
        if whole_map.is_file()
        else starters.course_map(course.exercises, result)
    )
    result = starters.with_living_links(result)
    for name in EDITORS:
        result[f".vscode/{name}"] = (TEMPLATES / name).read_bytes()
    result["pytest.ini"] = suites.SETTINGS.read_bytes() + PYTEST.encode()
    result[".gitignore"] = starters.template("gitignore")
    return result
