"""Puts the course into the wheel, where packs.py finds it, and README.md in words of its own.

The rest stands in pyproject.toml.
"""

import os
import sys
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT))

from grader.course import parcel  # noqa: E402

COURSE = "awaitlings"
"""The folder beside the other packages; pyproject.toml's entry point names it."""
SOLUTIONS = os.environ.get("AWAITLINGS_SOLUTIONS") != "off"
"""A teacher may want a package without them; see .github/TEACHING.md."""


class WithCourse(build_py):
    """An editable install finds the course where it lies."""

    def run(self) -> None:
        super().run()
        if not self.editable_mode:
            for name, target in self._course().items():
                self.mkpath(str(target.parent))
                self.copy_file(name, str(target))

    def get_source_files(self) -> list[str]:
        return [*super().get_source_files(), *self._course()]

    def get_outputs(self, include_bytecode: bool = True) -> list[str]:
        packed = [] if self.editable_mode else map(str, self._course().values())
        return [*super().get_outputs(include_bytecode), *packed]

    def _course(self) -> dict[str, Path]:
        """For each file of the course, below this folder, its place in the wheel."""
        files = parcel.files(ROOT, solutions=SOLUTIONS)
        names = [path.relative_to(ROOT) for path in files]
        return {name.as_posix(): Path(self.build_lib, COURSE, name) for name in names}


if __name__ == "__main__":
    setup(
        cmdclass={"build_py": WithCourse},
        long_description=parcel.description((ROOT / "README.md").read_text(encoding="utf-8")),
        long_description_content_type="text/markdown",
    )
