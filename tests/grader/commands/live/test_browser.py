"""The page in a real Chromium: Debian's, driven by Playwright. Skipped where there is none."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Dialog, Page, Request, expect

from grader.commands.live.chart import chart
from grader.commands.live.crowds import Crowds, Outcome
from grader.commands.live.door import Door
from grader.commands.live.pages import Pages
from grader.commands.live.server import _listening
from grader.commands.watch.inbox import Graded
from grader.model.events import Served
from grader.model.report import ExerciseResult
from grader.parent.runner import Runner
from tests.grader import chromium as real
from tests.grader import corpus
from tests.grader.commands.live.conftest import TOKEN, Still
from tests.grader.reports.conftest import HOSTILE, states

pytestmark = real.NEEDED
INSIDE = ":is(#verdict, #chart) :is(script, img, iframe, object, form, [onerror])"
"""What no text of an answer may become."""
WIDTHS = (400, 768, 1280)


class Drawn(Crowds):
    """Visitors as they are once known: what they take is tested without a browser."""

    async def visit(self, *_: object) -> Outcome:
        kinds = {"yours": 1.0, "sequential": 1.5, "blocking": 2000.0, "threaded": 50.0}
        programs = {
            kind: (
                kind,
                [Served(visitors=many, seconds=took, errors=0) for many in (1, 40, 2000)],
            )
            for kind, took in kinds.items()
        }
        return Outcome(chart(programs), [HOSTILE])


class Stage:
    """The pages of a desk without threads, behind a real uvicorn in a thread of its own."""

    def __init__(self) -> None:
        self.desk = Still()
        self._listener = _listening(0)
        port = self._listener.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}/{TOKEN}/"
        pages = Pages(self.desk, Drawn("process"), TOKEN)
        door = Door(pages.app, TOKEN, port, None)
        self._server = uvicorn.Server(uvicorn.Config(door, lifespan="off", log_level="critical"))
        self._loop = asyncio.SelectorEventLoop()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._server.serve(sockets=[self._listener]))
        self._loop.close()

    def tell(self, result: ExerciseResult) -> None:
        self.call(lambda: self.desk._hear(Graded(result)))

    def call(self, function: Callable[[], object]) -> None:
        """In the loop's thread, and done when this returns."""

        async def called() -> None:
            function()

        asyncio.run_coroutine_threadsafe(called(), self._loop).result(60)

    def end(self) -> None:
        self.call(self.desk.close)
        self._server.should_exit = True
        self._thread.join()
        self.desk.stop()


def checkout(state: str, text: str = "") -> ExerciseResult:
    return states(text)[state].model_copy(update={"id": "checkout", "number": 6})


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with real.started() as browser:
        yield browser


@pytest.fixture
def stage() -> Iterator[Stage]:
    stage = Stage()
    yield stage
    stage.end()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page in which nothing goes wrong: no error, no dialog, no request to anybody else."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    page = context.new_page()
    page.set_default_timeout(real.PATIENCE_MS)
    expect.set_options(timeout=real.PATIENCE_MS)
    wrong: list[str] = []
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))

    def dismiss(dialog: Dialog) -> None:
        wrong.append(dialog.message)
        dialog.dismiss()

    def look(request: Request) -> None:
        if TOKEN not in request.url:
            wrong.append(request.url)

    page.on("dialog", dismiss)
    page.on("request", look)
    yield page
    context.close()
    assert wrong == []


@pytest.mark.parametrize("scheme", real.SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_everybody_can_use_it(stage: Stage, page: Page, width: int, scheme: str) -> None:
    """No violation that axe knows, and nothing wider than the window, on both kinds of page."""
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    stage.tell(checkout("partial"))
    page.goto(stage.address + "checkout")
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    page.locator("#visitors").scroll_into_view_if_needed()
    expect(page.locator("#chart figure")).to_be_visible()
    page.keyboard.press("h")
    for address in ("checkout", ""):
        if not address:
            page.goto(stage.address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()


def test_a_verdict_moves_the_bars_in_every_tab(stage: Stage, page: Page) -> None:
    """A save's verdict is in two tabs, and what was open stays open."""
    stage.tell(checkout("partial"))
    page.goto(stage.address + "checkout")
    other = page.context.new_page()
    other.goto(stage.address + "checkout")
    page.locator("#test_1 > summary").click()
    before = page.locator("#test_0 rect.done").first.get_attribute("width")
    passed = checkout("passed")
    faster = [span.model_copy(update={"end": span.end / 2}) for span in passed.tests[0].timeline]
    first = passed.tests[0].model_copy(update={"timeline": faster[:1], "seconds": 0.5})
    stage.tell(passed.model_copy(update={"tests": [first, *passed.tests[1:]]}))
    for tab in (page, other):
        expect(tab.locator("#verdict .told")).to_contain_text("passed, 4 of 4 points")
        expect(tab.locator("#test_0 .change")).to_have_text("It was 1.5 s, and is 0.5 s.")
        assert tab.locator("#test_0 rect.done").first.get_attribute("width") != before
    expect(page.locator("#test_1")).to_have_attribute("open", "")
    expect(other.locator("#test_1")).not_to_have_attribute("open", "")


def test_the_keyboard_does_it_all(stage: Stage, page: Page) -> None:
    """h gives hints, arrows move through time, n goes on once it has passed, l shows the list."""
    stage.tell(checkout("partial"))
    page.goto(stage.address + "checkout")
    expect(page.locator(".hints li:visible")).to_have_count(0)
    for count in (1, 2, 3, 3):
        page.keyboard.press("h")
        expect(page.locator(".hints li:visible")).to_have_count(count)
    expect(page.locator("#said")).to_have_text("These are all the hints there are.")
    page.keyboard.press("n")
    expect(page.locator("#said")).to_contain_text("has not passed yet")
    slider = page.locator("#at-test_0")
    slider.focus()
    page.keyboard.press("Home")
    expect(page.locator("#test_0 .scrub .says")).to_have_text(
        "0.0 s: 1 in flight, 0 held up, 0 done"
    )
    page.keyboard.press("End")
    expect(slider).to_have_attribute("aria-valuetext", "1.5 s: 0 in flight, 0 held up, 2 done")
    stage.tell(checkout("passed"))
    expect(page.locator("#go")).to_have_attribute("data-passed", "yes")
    expect(slider).to_be_focused()
    page.keyboard.press("n")
    page.wait_for_url("**/checkout_in_order")
    page.keyboard.press("l")
    expect(page.locator("h1")).to_have_text("All exercises")
    expect(page.locator("#board")).to_contain_text("checkout_in_order")


@pytest.mark.parametrize("state", ["partial", "broken", "crashed", "passed"])
def test_hostile_texts_stay_texts(stage: Stage, page: Page, state: str) -> None:
    """Nothing of an answer becomes a part of the page, at first and as it changes."""
    stage.tell(checkout("partial", HOSTILE))
    page.goto(stage.address + "checkout")
    stage.tell(checkout("zero"))
    stage.tell(checkout(state, HOSTILE))
    expect(page.locator("#verdict .told")).to_be_visible()
    page.locator("#visitors").scroll_into_view_if_needed()
    expect(page.locator("#chart .note")).to_contain_text("<script>alert(1)</script>")
    expect(page.locator(INSIDE)).to_have_count(0)
    if state == "partial":
        expect(page.locator("#verdict")).to_contain_text("</details><script>alert(1)</script>")
    assert page.locator("#verdict a:not([href^='#'])").count() == 0


@pytest.mark.timeout(900)  # some of the answers run into a guard
def test_the_hostile_answers_stay_texts(stage: Stage, page: Page, tmp_path: Path) -> None:
    """Each of the corpus is graded, and its verdict is drawn and harms nothing."""
    chosen = corpus.cases(["hostile"])
    page.goto(stage.address + "checkout")
    for case, result in zip(chosen, corpus.grade(chosen, tmp_path, Runner(2)), strict=True):
        shown = {"id": "checkout", "number": 6, "notes": [case.name]}
        stage.tell(result.model_copy(update=shown))
        expect(page.locator("#verdict .note")).to_have_text(case.name)
        expect(page.locator(INSIDE)).to_have_count(0)


def test_a_broken_connection_heals(stage: Stage, page: Page) -> None:
    """What was told meanwhile is there once the stream is."""
    stage.tell(checkout("partial"))
    page.goto(stage.address + "checkout")
    stage.call(stage.desk.close)
    expect(page.locator("#lost")).to_be_visible()
    stage.tell(checkout("passed"))
    stage.desk.is_closing = False
    expect(page.locator("#verdict .told")).to_contain_text("passed")
    expect(page.locator("#lost")).to_be_hidden()


def test_a_page_that_is_left_leaves_nothing(stage: Stage, page: Page) -> None:
    """Each stream ends with its page: after many of them there is one listener."""
    for _ in range(20):
        page.goto(stage.address + "checkout")
    expect(page.locator("#verdict")).to_be_attached()
    page.wait_for_function("stream.readyState === EventSource.OPEN")
    stage.tell(checkout("passed"))
    expect(page.locator("#verdict .told")).to_contain_text("passed")
    deadline = threading.Event()
    for _ in range(600):
        if len(stage.desk._bells) == 1:
            break
        deadline.wait(0.1)
    assert len(stage.desk._bells) == 1
