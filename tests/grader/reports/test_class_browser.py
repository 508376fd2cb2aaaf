"""The page of a class in a real Chromium. Skipped where there is none."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from grader.reports.classes import page
from tests.grader import chromium as real
from tests.grader.reports.test_class_page import FLOW, answer, example, learner, report, some

pytestmark = real.NEEDED
LONG = "a" * 60


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with real.started() as browser:
        yield browser


@pytest.mark.parametrize("scheme", real.SCHEMES)
@pytest.mark.parametrize("width", [400, 1280])
def test_everybody_can_use_it(chromium: Browser, tmp_path: Path, width: int, scheme: str) -> None:
    """No violation that axe knows, nothing wider than the window, and nothing asked for."""
    wide = report(
        learner(LONG, answer(True, False, False, text=LONG), listed={LONG: "1"}),
        learner("b", answer(True, False, False), listed=FLOW),
        learner("c", answer(status="not_graded"), problem=f"{LONG} is damaged."),
    )
    context = chromium.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
        bypass_csp=True,  # axe is a script, and the page allows none
    )
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    tab = context.new_page()
    paths = [tmp_path / "some.html", tmp_path / "wide.html"]
    for path, of in zip(paths, (some(), wide), strict=True):
        path.write_text(page.render(of, example, hides_names=of is wide), encoding="utf-8")
        tab.goto(path.as_uri())
        tab.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
        assert tab.evaluate("document.documentElement.scrollWidth") <= width
        found = Axe().run(tab)
        assert found.violations_count == 0, found.generate_report()
    assert asked == [path.as_uri() for path in paths]
    context.close()
