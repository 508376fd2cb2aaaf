"""Grades a Gradescope submission: a repository, a folder of exercises, or loose files.

Takes Gradescope's folder and writes `results/results.json` in it. Written by `grader export`.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from grader.course import exercises as course


def main(root: Path) -> int:
    with tempfile.TemporaryDirectory(prefix="grader-") as folder:
        answers = find(root / "submission", Path(folder))
        binaries = Path(sys.executable).parent
        results = root / "results" / "results.json"
        command = [str(binaries / "grader"), "run", "--answers", str(answers)]
        command += ["--format", "gradescope", "--output", str(results)]
        code = subprocess.run(command, cwd=root / "source" / "course", check=False).returncode
    return 0 if code in (0, 1) else code


def find(submission: Path, spare: Path) -> Path:
    """The folder with the answers; loose files are put in their places below `spare`."""
    submission = submission.resolve()
    for base in (submission, *sorted(submission.iterdir())):
        exercises = base / "exercises"
        if exercises.is_dir() and not (exercises.is_symlink() or base.is_symlink()):
            return exercises
    for exercise in course.load(Path(__file__).parent / "course").exercises:
        for base in (submission / exercise.folder, submission):
            file = base / exercise.file
            if file.is_file() and not file.parent.is_symlink():
                (spare / exercise.folder).mkdir()
                shutil.copy(file, spare / exercise.folder / exercise.file, follow_symlinks=False)
                break
    return spare


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))
