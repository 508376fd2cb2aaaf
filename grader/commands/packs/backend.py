"""What `pip` and `python -m build` call in a course's folder (PEP 517 and PEP 660).

Its pyproject.toml names this module. The package has the solutions; `grader course build` makes
one without.
"""

from pathlib import Path
from typing import Any

from grader.commands.packs import building
from grader.course import exercises as course


def build_wheel(
    wheel_directory: str, config_settings: Any = None, metadata_directory: str | None = None
) -> str:
    return building.wheel(course.load(Path.cwd()), Path(wheel_directory), solutions=True).name


def build_editable(
    wheel_directory: str, config_settings: Any = None, metadata_directory: str | None = None
) -> str:
    return building.editable(course.load(Path.cwd()), Path(wheel_directory)).name


def build_sdist(sdist_directory: str, config_settings: Any = None) -> str:
    return building.sdist(course.load(Path.cwd()), Path(sdist_directory)).name
