"""Opens the learner's own editor."""

import os
import shlex
import shutil
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

from grader.model.errors import GraderError

Work = Callable[[], None]

GOTO = ("code", "code-insiders", "codium", "cursor", "windsurf")
"""Editors in a window of their own that take `--goto FILE:LINE`."""
WINDOWS = (*GOTO, "subl", "zed", "gedit", "kate", "gvim", "notepad", "notepad++", "mate", "charm")
"""Editors that have a window of their own: the terminal stays with watch."""
USUAL = ("nano", "vim", "vi", "notepad")
"""What to name where nothing is named."""
PLUS = ("vi", "vim", "nvim", "gvim", "nano", "emacs", "emacsclient", "micro", "kak", "joe", "pico")
"""Editors that take `+LINE FILE`."""


def command(path: Path, line: int | None) -> tuple[list[str], bool]:
    """The editor's command, and whether it needs this terminal. Raises GraderError.

    In the terminal of VS Code, or of one of its kind, that editor needs no variable.
    """
    for variable in ("VISUAL", "EDITOR"):
        chosen = os.environ.get(variable, "").strip()
        if chosen:
            break
    else:
        is_inside = os.environ.get("TERM_PROGRAM") == "vscode"
        chosen = next(filter(shutil.which, GOTO), "") if is_inside else ""
        if not chosen:
            known = next(filter(shutil.which, USUAL), USUAL[0])
            raise GraderError(
                "Neither $VISUAL nor $EDITOR names an editor.",
                f"Set one of them, for instance: export EDITOR={known}",
            )
    try:
        words = shlex.split(chosen, posix=os.name == "posix")
    except ValueError as error:
        raise GraderError(f"${variable} cannot be read: {error}.", "Correct its quotes.") from None
    if shutil.which(words[0]) is None:
        raise GraderError(
            f"${variable} names {words[0]}, which is not installed.", "Name another editor."
        )
    name = Path(words[0]).stem.lower()
    if line is not None and name in GOTO:
        where = ["--goto", f"{path}:{line}"]
    elif line is not None and name in PLUS:
        where = [f"+{line}", str(path)]
    else:
        where = [str(path)]
    return [*words, *where], name not in WINDOWS


def edit(path: Path, line: int | None, lend: Callable[[Work], None]) -> None:
    """Open `path`; `lend` runs a function while the terminal is the editor's.

    Raises GraderError when there is no editor or it cannot be started.
    """
    words, needs_terminal = command(path, line)
    try:
        if needs_terminal:
            lend(lambda: _wait_for(words))
        else:
            null = subprocess.DEVNULL
            process = subprocess.Popen(
                words, stdin=null, stdout=null, stderr=null, start_new_session=True
            )
            threading.Thread(target=process.wait, daemon=True).start()
    except OSError as error:
        raise GraderError(
            f"{words[0]} cannot be started: {error.strerror}.", "Name another editor in $EDITOR."
        ) from None


def _wait_for(words: list[str]) -> None:
    subprocess.run(words, check=False)
