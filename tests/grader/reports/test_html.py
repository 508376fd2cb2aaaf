"""The page of a report: complete in itself, safe to open, readable by everyone."""

import re
import shutil
import subprocess
import sys
import webbrowser
from collections.abc import Callable
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from grader.course import exercises as course
from grader.course import folders, patches
from grader.model.report import ExerciseResult, ExerciseStatus, Failure, Report, TestResult
from grader.model.spans import Span
from grader.reports import browser, html
from grader.reports.picture import draw as draw_text
from grader.reports.timeline import LEGEND

ROOT = folders.find_root(Path(__file__).parent)
VOID = {"meta", "br", "wbr", "hr", "img", "input", "link"}
TAGS = {
    *("html", "head", "meta", "title", "style", "body", "a", "svg", "defs", "pattern", "rect"),
    *("g", "path", "circle", "use", "text", "header", "h1", "h2", "h3", "progress", "dl", "div"),
    *(
        "dt",
        "dd",
        "main",
        "section",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "wbr",
        "span",
        "p",
    ),
    *("code", "ul", "li", "article", "figure", "figcaption", "strong", "footer"),
}
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</code></style><style>*{display:none}</style>",
    "{{ 7 * 7 }}{% raw %}",
    "<!-- and never closed",
    "javascript:alert(1)",
]
WCAG_TEXT, WCAG_GRAPHICS = 4.5, 3.0
"""Least contrasts of WCAG 2.2 AA: for text, and for what must be told apart in a drawing."""


class Page(HTMLParser):
    """The page's elements in order, and its text; raises where a tag is not closed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]


def exercise(
    status: ExerciseStatus = "failed",
    *,
    problem: str | None = None,
    tests: list[TestResult] | None = None,
    flags: list[str] | None = None,
    file: str = "exercises/06_checkout/checkout.py",
    title: str = "Take the payment while the e-mail goes out",
) -> ExerciseResult:
    return ExerciseResult(
        id=f"checkout_{status}",
        number=6,
        title=title,
        level="beginner",
        status=status,
        points=3,
        max_points=7,
        real_seconds=0.1,
        problem=problem,
        file=file,
        flags=flags or [],
        tests=tests or [],
    )


def failed(
    spans: list[Span],
    *,
    why: str = "They ran one after the other.",
    next: str = "Start both.",
    title: str = "Both run at the same time.",
    file: str = "checkout.py",
) -> TestResult:
    failure = Failure(
        expected="1.0 s",
        actual="1.5 s",
        diagnosis="one-after-another",
        why=why,
        next=next,
        file=file,
        line=21,
    )
    return TestResult(
        id="test_overlap",
        title=title,
        status="failed",
        points=0,
        max_points=2,
        failure=failure,
        timeline=spans,
    )


def report(*exercises: ExerciseResult) -> Report:
    return Report(
        schema="awaitlings/report/1",
        clock="virtual",
        python="3.11.7",
        points=sum(e.points for e in exercises),
        max_points=sum(e.max_points for e in exercises),
        exercises=list(exercises),
    )


SPANS = [
    Span(label="pay(1)", line=21, start=0.0, end=1.0),
    Span(label="mail(1)", line=22, start=1.0, end=1.5, outcome="failed"),
    Span(label="time.sleep(1)", line=23, start=0.2, end=0.7, blocking=True, kind="sleep"),
    Span(label="audit(1)", line=24, start=0.5, end=1.5, outcome="cancelled"),
    Span(label="log(1)", line=25, start=0.5, end=1.5, outcome="running"),
    Span(label="note(1)", line=26, start=1.5, end=1.5, outcome="unawaited"),
    Span(label="tick(1)", line=27, start=1.5, end=1.5),
    Span(label="load(1)", line=28, start=0.0, end=0.5),
    Span(label="load(2)", line=28, start=0.0, end=1.0),
]


def check_complete(page: str) -> Page:
    """What must hold for every page; returns it parsed."""
    parsed = Page(page)
    assert {tag for tag, _ in parsed.elements} <= TAGS
    ids = [attributes["id"] for _, attributes in parsed.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    for tag, attributes in parsed.elements:
        assert not any(name.startswith("on") or name in ("src", "style") for name in attributes)
        if tag in ("a", "use"):
            assert attributes["href"].startswith("#")
            assert attributes["href"][1:] in ids
        for name in ("aria-labelledby",):
            assert attributes.get(name, ids[0]) in ids
    assert set(re.findall(r"url\(([^)]*)\)", page)) == {"#hatch"}
    assert "@import" not in page
    levels = [int(tag[1]) for tag, _ in parsed.elements if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert parsed.all("html")[0]["lang"] == "en"
    for svg in parsed.all("svg"):
        named = svg.get("role") == "img" and svg.get("aria-label")
        assert named or svg.get("aria-hidden") == "true" or "x" in svg or "height" in svg
    return parsed


@pytest.fixture(scope="module")
def real_page(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page of right, wrong, broken, missing, unfinished and half-right answers."""
    folder = tmp_path_factory.mktemp("answers")
    found = course.load(ROOT)
    for slug, wrong in {
        "await_the_quote": "audit_not_awaited",
        "fast_and_slow": None,
        "checkout": "sequential",
        "checkout_in_order": "stub",
        "fetch_data": "broken",
    }.items():
        answer = next(e for e in found.exercises if e.slug == slug)
        place = folder / answer.folder / answer.file
        place.parent.mkdir()
        if wrong is None:
            shutil.copy(answer.solution, place)
        elif wrong == "stub":
            shutil.copy(answer.stub, place)
        elif wrong == "broken":
            place.write_text("import asyncio\n\n  x = '<b>'\n")
        else:
            place.write_text(patches.whole(answer.solutions / "wrong" / f"{wrong}.py"))
    output = folder / "report.html"
    command = [sys.executable, "-m", "grader", "run", "1", "2", "6", "7", "12", "13"]
    done = subprocess.run(
        [*command, "--answers", str(folder), "--format", "html", "--output", str(output)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "")
    return output.read_text(encoding="utf-8")


def test_real_answers(real_page: str) -> None:
    """Each verdict has its words, its problem and its points; the page needs nothing else."""
    page = check_complete(real_page)
    assert "1 of 6 exercises passed" in page.text
    for told in ("✓ passed", "✗ failed", "· not started", "! cannot be loaded", "? missing"):
        assert told in page.text
    assert "took 1.5 s, expected 1.0 s: one after another" in page.text
    assert "payment = await process_payment(order.id)" in page.text
    assert "checkout_in_order() still raises" in page.text or "still raises" in page.text
    assert "one_client.py not found" in page.text
    assert "never awaited" in page.text
    assert "Next: grader lesson " in page.text
    assert re.search(r"Next: edit \S+\.py, then: grader run", page.text)
    assert "Traceback" not in real_page
    assert "site-packages" not in real_page


def test_no_address_is_in_it(real_page: str) -> None:
    """The page's own parts name no host: what is there, the learner's code or message has."""
    assert "://" not in html.render(report(exercise(tests=[failed(SPANS)])))
    head = real_page[: real_page.index("</head>")]
    assert "://" not in head
    assert "default-src 'none'" in head


def test_all_ends_differ_without_colour() -> None:
    """Blocking, failed, cancelled, running, unawaited: each its own shape and word."""
    page = Page(html.render(report(exercise(tests=[failed(SPANS)]))))
    shapes = {use["href"] for use in page.all("use")}
    assert shapes == {"#end-failed", "#end-cancelled", "#end-running", "#end-unawaited"}
    for word in LEGEND.values():
        assert word in page.text
    bars = [svg["aria-label"] for svg in page.all("svg") if svg.get("role") == "img"]
    assert "from 1.0 s to 1.5 s, failed" in bars
    assert "from 0.2 s to 0.7 s, blocks the loop" in bars
    assert "from 0.5 s to 1.5 s, held up, cancelled" in bars


def test_the_terminal_and_the_page_show_the_same_rows() -> None:
    """Both draw what `timeline` chose, in its order, and say how many rows are left out."""
    spans = [Span(label=f"step{n}()", start=n / 10, end=1.3 + n / 10) for n in range(14)]
    drawing = html.draw(spans, "nowhere.py")
    assert drawing is not None
    lines = [str(line) for line in draw_text(spans, 80, lambda _line: "")]
    assert [bar.code for bar in drawing.bars] == [line.split()[0] for line in lines[:10]]
    assert drawing.left_out == "4 more rows"
    assert lines[-1] == "(4 more rows: --timeline full)"


def test_the_page_marks_the_expected_moment() -> None:
    """Its place is in percent of the axis, and the words lie inside of the page."""
    spans = [Span(label="pay()", start=0.0, end=2.0)]
    for goal, place, words in ((0.5, 25.0, "▲ expected"), (2.0, 100.0, "expected ▲")):
        drawing = html.draw(spans, "nowhere.py", goal)
        assert drawing is not None
        assert drawing.goal == place
        made = html.template("timeline.html").make_module().timeline(drawing)  # type: ignore[attr-defined]
        assert f">{words}</text>" in made
    without = html.draw(spans, "nowhere.py")
    assert without is not None
    assert without.goal is None


@pytest.mark.parametrize("text", HOSTILE)
def test_what_a_learner_made_is_text(text: str, tmp_path: Path) -> None:
    """Markup in names, messages, problems, flags and source lines stays text."""
    answer = tmp_path / "answer.py"
    answer.write_text(f"x = 1  # {text}\n")
    spans = [
        Span(label=text, start=0.0, end=1.0),
        Span(label="f()", line=1, start=0.0, end=2.0, outcome="failed"),
    ]
    test = failed(spans, why=f"`{text}` {text}", next=text, title=text, file=str(answer))
    page = html.render(
        report(
            exercise(tests=[test], flags=[text], title=text),
            exercise("broken", problem=text, file=text),
        )
    )
    parsed = check_complete(page)
    assert parsed.text.count(" ".join(text.split())) >= 9


def test_control_characters_go() -> None:
    """Escape codes, reversed text and half characters reach neither a reader nor the encoder."""
    test = failed([], why="a\x1b[31mb\u202ec\ud800d\x00e")
    page = html.render(report(exercise(tests=[test])))
    assert "a[31mbcde" in page
    page.encode("utf-8")


def test_backticks_become_code() -> None:
    """What a sentence quotes is set as code; a lonely backtick stays."""
    page = html.render(report(exercise(tests=[failed([], why="`f(<x>)` ran", next="a ` b")])))
    assert "<code>f(&lt;x&gt;)</code> ran" in page
    assert "a ` b" in page


def test_an_empty_report_and_a_full_one() -> None:
    """No exercise at all, and a course that is done, are pages too."""
    check_complete(html.render(report(exercise("passed"))))
    assert "All passed" in html.render(report(exercise("passed")))
    assert "0 of 0 exercises passed" in Page(html.render(report())).text


def test_tests_that_never_ran_are_not_told_as_failed() -> None:
    """Of a file that cannot be loaded no test is listed; of what failed, each is."""
    never = failed(SPANS).model_copy(update={"failure": None})
    broken = exercise("broken", tests=[never]).model_copy(update={"points": 0})
    assert never.title not in html.render(report(broken))
    assert never.title in html.render(report(exercise(tests=[failed(SPANS)])))


def test_each_of_several_leads_back_to_the_board() -> None:
    """One alone needs no way back."""
    back = '<a href="#board">Back to the board</a>'
    assert html.render(report(exercise("passed"), exercise("passed"))).count(back) == 2
    assert back not in html.render(report(exercise("passed")))


def test_many_spans_stay_a_small_page() -> None:
    """Two thousand stretches of one line do not make two thousand shapes."""
    spans = [
        Span(label="f()", line=1, start=n * 0.001, end=n * 0.001 + 0.0005) for n in range(2000)
    ]
    drawing = html.draw(spans, "nowhere.py")
    assert drawing is not None
    assert len(drawing.bars[0].shapes) < 600


def test_colours_have_contrast() -> None:
    """Text and drawings stand out from what they lie on: by day, by night, on paper."""
    css = (ROOT / "grader/reports/templates/report.css").read_text()
    palettes = re.findall(r":root \{(.*?)\}", css, re.DOTALL)
    assert len(palettes) == 3
    for palette in palettes:
        colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", palette))
        for ground in ("page", "sheet"):
            for name in ("text", "quiet", "link", "good", "bad", "care"):
                assert contrast(colours[name], colours[ground]) >= WCAG_TEXT, (name, ground)
            for name in ("done", "end", "care"):
                assert contrast(colours[name], colours[ground]) >= WCAG_GRAPHICS, (name, ground)
        assert contrast(colours["end"], colours["on-end"]) >= WCAG_GRAPHICS
        assert contrast(colours["bad"], colours["on-end"]) >= WCAG_GRAPHICS


def contrast(one: str, other: str) -> float:
    """WCAG's contrast ratio of two colours such as `#0d1117`."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


class Browser:
    """Stands in for a browser: remembers what it opened."""

    def __init__(self, name: str, opens: bool = True) -> None:
        self.name = name
        self.opens = opens
        self.opened: list[str] = []

    def open(self, address: str) -> bool:
        self.opened.append(address)
        return self.opens


def test_a_browser_gets_the_page(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The page is opened by its file address, and the sentence names the file."""
    page, used = tmp_path / "a page.html", Browser("firefox")
    monkeypatch.setattr(webbrowser, "get", lambda: used)
    assert browser.show(page) == f"The report is open in your browser: {page}"
    assert used.opened == [page.as_uri()]


def no_browser() -> Browser:
    raise webbrowser.Error("could not locate runnable browser")


@pytest.mark.parametrize(
    "get", [no_browser, lambda: Browser("firefox", opens=False), lambda: Browser("/usr/bin/w3m")]
)
def test_without_a_browser_the_path_is_named(
    get: Callable[[], Browser], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """None there, one that fails, one that would take the terminal over: the path is told."""
    monkeypatch.setattr(webbrowser, "get", get)
    told = browser.show(tmp_path / "report.html")
    assert told == f"No browser could be opened here. The report is at {tmp_path / 'report.html'}"


def test_open_report(tmp_path: Path) -> None:
    """`--open-report` hands a whole page to the browser, beside the usual output."""
    seen = tmp_path / "seen"
    fake = tmp_path / "show-page"
    fake.write_text(f'#!/bin/sh\necho "$1" > {seen}\n')
    fake.chmod(0o755)
    done = subprocess.run(
        [sys.executable, "-m", "grader", "run", "checkout", "--open-report"],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "BROWSER": f"{fake} %s", "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    path = Path(done.stderr.strip().removeprefix("The report is open in your browser: "))
    assert "checkout() still raises NotImplementedError" in done.stdout
    assert seen.read_text().strip() == path.as_uri()
    assert path.parent == tmp_path
    check_complete(path.read_text(encoding="utf-8"))
