"""Shows a page in the learner's browser, where there is one."""

import os
import tempfile
import webbrowser
from pathlib import Path

IN_THE_TERMINAL = {"www-browser", "links", "elinks", "lynx", "w3m", "browsh"}
"""Browsers that would take the terminal over."""


def save(page: str) -> Path:
    """Write the page to a new temporary file, which only this user can read."""
    descriptor, name = tempfile.mkstemp(prefix="awaitlings-", suffix=".html")
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(page)
    return Path(name)


def open_address(address: str) -> bool:
    """Open a page in a window of its own; whether that went well."""
    try:
        browser = webbrowser.get()
        name = Path(str(getattr(browser, "name", ""))).name
        return name not in IN_THE_TERMINAL and browser.open(address)
    except (webbrowser.Error, OSError):
        return False


def show(path: Path) -> str:
    """Open the page at `path`; a sentence that says where it is and whether it was opened."""
    if open_address(path.resolve().as_uri()):
        return f"The report is open in your browser: {path}"
    return f"No browser could be opened here. The report is at {path}"
