"""A real Chromium for tests: Debian's, driven by Playwright."""

import contextlib
import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

PATH = shutil.which("chromium") or shutil.which("chromium-browser")
NEEDED = [
    pytest.mark.thorough,
    pytest.mark.timeout(300),
    pytest.mark.skipif(PATH is None, reason="there is no Chromium"),
]
PATIENCE_MS = 60_000
"""A busy machine is slow; what is waited for decides, and never how long it took."""
SCHEMES = ("light", "dark")


@contextlib.contextmanager
def started() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        sandbox = [] if os.geteuid() else ["--no-sandbox"]
        browser = playwright.chromium.launch(
            executable_path=PATH, args=[*sandbox, "--no-proxy-server"], timeout=PATIENCE_MS
        )
        yield browser
        browser.close()
