"""Grades a Gradescope submission: a repository, a folder of exercises, or loose files.

Takes Gradescope's folder and writes `results/results.json` in it. Written by `grader export`.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from grader.course import exercises as course

NOTHING = (
    "There is nothing to grade: this submission has no folder exercises/ and none of the "
    "exercises' files. Hand in your repository, or the files themselves."
)


def main(root: Path) -> int:
    with tempfile.TemporaryDirectory(prefix="grader-") as folder:
        answers = find(root / "submission", Path(folder))
        binaries = Path(sys.executable).parent
        results = root / "results" / "results.json"
        command = [str(binaries / "grader"), "run", "--answers", str(answers)]
        command += ["--isolation", "best"]
        command += ["--format", "gradescope", "--output", str(results)]
        code = subprocess.run(command, cwd=root / "source" / "course", check=False).returncode
        empty = not any(answers.glob("*/*.py"))
    if code not in (0, 1):
        return code
    if not (results.is_file() and results.stat().st_size):
        print("Not graded: the grader has left no results.")
        return 3
    if empty:
        told = json.loads(results.read_text(encoding="utf-8"))
        results.write_text(json.dumps({**told, "output": NOTHING}, indent=1), encoding="utf-8")
    return 0


def find(submission: Path, spare: Path) -> Path:
    """The folder with the answers; loose files are put in their places below `spare`."""
    submission = submission.resolve()
    for base in (submission, *sorted(submission.iterdir())):
        exercises = base / "exercises"
        if exercises.is_dir() and not (exercises.is_symlink() or base.is_symlink()):
            return exercises
    answers = spare / "exercises"
    answers.mkdir()
    # A zip from Windows may leave files named `exercises\\06_checkout\\checkout.py`.
    by_name = {path.name.rpartition("\\")[2]: path for path in sorted(submission.iterdir())}
    for exercise in course.load(Path(__file__).parent / "course").exercises:
        for file in (submission / exercise.folder / exercise.file, by_name.get(exercise.file)):
            if file is not None and file.is_file() and not file.parent.is_symlink():
                (answers / exercise.folder).mkdir()
                shutil.copy(file, answers / exercise.folder / exercise.file, follow_symlinks=False)
                break
    return answers


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))
