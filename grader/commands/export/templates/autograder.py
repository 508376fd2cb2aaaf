"""Grades a student's checkout for Classroom 50 with the grader and the suites beside this file.

Classroom 50 starts it in the checkout; it writes `result.json` there and, with the reasons,
`release-body.md`. Nothing in the checkout is imported: each command runs in the folder of this
file. Written by `grader export`.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

NOTHING = "Nothing to grade. The checkout has no folder exercises/ with answers in it."
COURSE = Path(__file__).resolve().parent / "course"


def main() -> int:
    checkout = Path.cwd()
    with tempfile.TemporaryDirectory(prefix="grader-") as folder:
        environment = Path(folder) / "venv"
        binaries = environment / ("Scripts" if sys.platform == "win32" else "bin")
        _run([sys.executable, "-I", "-m", "venv", str(environment)])
        pip = [str(binaries / "python"), "-I", "-m", "pip", "--disable-pip-version-check"]
        _run([*pip, "install", "--quiet", "-c", str(COURSE / "constraints.txt"), str(COURSE)])
        answers = checkout / "exercises"
        if answers.is_symlink() or not answers.is_dir():
            answers = Path(folder) / "exercises"
            answers.mkdir()
        empty = not any(answers.glob("*/*.py"))
        if empty:
            print(NOTHING)
        result, reasons = checkout / "result.json", checkout / "release-body.md"
        for place in (result, reasons):
            if place.is_dir() and not place.is_symlink():
                shutil.rmtree(place)
            place.unlink(missing_ok=True)
        command = [str(binaries / "grader"), "run", "--answers", str(answers)]
        command += ["--isolation", "best"]
        _run([*command, "--format", "classroom50", "--output", str(result)], (0, 1))
    if not (result.is_file() and result.stat().st_size):
        raise SystemExit("Not graded: the grader has left no result.")
    if empty:
        reasons.write_text(f"{NOTHING}\n\n{reasons.read_text(encoding='utf-8')}", encoding="utf-8")
    print(result.read_text(encoding="utf-8"))
    return 0


def _run(command: list[str], good: tuple[int, ...] = (0,)) -> int:
    code = subprocess.run(command, cwd=COURSE, check=False).returncode
    if code not in good:
        raise SystemExit(f"Not graded: {Path(command[0]).name} ended with {code}.")
    return code


if __name__ == "__main__":
    raise SystemExit(main())
