"""Keys, editors, saves and pages, each by itself."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import watchfiles
from rich.console import Console

from grader.commands.watch import editor, pages, saves
from grader.commands.watch.inbox import Added, Event, Inbox, Notice, Redraw, Rewritten, Saved
from grader.commands.watch.keyboard import keys
from grader.commands.watch.saves import POLLING, Saves
from grader.commands.watch.state import Page, State
from grader.course import exercises as course
from grader.course.exercises import Course
from grader.model.errors import GraderError
from grader.model.report import ExerciseResult
from tests.grader.commands.watch.screens import ROOT, copy_course


def test_keys() -> None:
    """Sequences are one key; capitals are their small letters."""
    assert keys("nH\x1b[A\x1bOB\x1b[5~ \r\x1b") == [
        *("n", "h", "up", "down", "page up", "page down", "enter", "escape")
    ]
    assert keys("\x1b[1;5C\x00\x04") == ["q"]


@pytest.mark.parametrize(
    ("chosen", "words", "needs_terminal"),
    [
        ("/usr/bin/env vim", ["/usr/bin/env", "vim", "f.py"], True),
        ("vim", ["vim", "+7", "f.py"], True),
        ("code --wait", ["code", "--wait", "--goto", "f.py:7"], False),
        ("subl", ["subl", "f.py"], False),
    ],
)
def test_the_editors_command(
    chosen: str, words: list[str], needs_terminal: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It opens at the failing line where the editor is known to take one."""
    monkeypatch.setattr("shutil.which", lambda name: name)
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", chosen)
    assert editor.command(Path("f.py"), 7) == (words, needs_terminal)


@pytest.mark.parametrize("program", ["vscode", "xterm"])
def test_in_an_editors_own_terminal_that_editor_opens(
    program: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """VS Code's needs no variable; elsewhere an editor that is installed is named."""
    for name in ("VISUAL", "EDITOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM_PROGRAM", program)
    monkeypatch.setattr("shutil.which", lambda name: name if name in ("cursor", "vi") else None)
    if program == "vscode":
        assert editor.command(Path("f.py"), 7) == (["cursor", "--goto", "f.py:7"], False)
        return
    with pytest.raises(GraderError) as caught:
        editor.command(Path("f.py"), 7)
    assert caught.value.remedy == "Set one of them, for instance: export EDITOR=vi"


@pytest.mark.parametrize(
    ("chosen", "sentence"),
    [
        ("", "Neither $VISUAL nor $EDITOR names an editor."),
        ("no-such-editor", "$VISUAL names no-such-editor, which is not installed."),
        ("vim 'a", "$VISUAL cannot be read: No closing quotation."),
    ],
)
def test_no_editor_is_one_sentence(
    chosen: str, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is wrong with the variables, and what to do."""
    monkeypatch.setenv("VISUAL", chosen)
    for name in ("EDITOR", "TERM_PROGRAM"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(GraderError) as caught:
        editor.command(Path("f.py"), None)
    assert caught.value.problem == sentence


@pytest.fixture
def small(tmp_path: Path) -> Course:
    return course.load(copy_course(tmp_path / "course", "06_checkout"))


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    inbox = Inbox()
    yield inbox
    inbox.close()


def until(inbox: Inbox, *wanted: Event) -> list[Event]:
    """What comes until these events are among it; real time, bounded by 20 s."""
    events: list[Event] = []
    end = time.monotonic() + 20
    while not all(event in events for event in wanted):
        assert time.monotonic() < end, events
        events += inbox.take()
        time.sleep(0.005)
    return events


def test_events_that_never_arrive(
    small: Course, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A change that no event told of leads to polling, which says so and goes on noticing."""

    def deaf(*_: object, stop_event: threading.Event, **__: Any) -> Iterator[set[Any]]:
        while not stop_event.wait(0.01):
            yield set()

    monkeypatch.setattr(watchfiles, "watch", deaf)
    path = small.exercises[0].stub
    thread = Saves(small.exercises, small.root / "exercises", inbox)
    thread.start()
    saved = Saved(frozenset({"checkout"}))
    path.write_text("a = 1\n", encoding="utf-8")
    assert until(inbox, Notice(POLLING)) == [saved, Notice(POLLING)]
    path.write_text("a = 22\n", encoding="utf-8")
    assert until(inbox, saved) == [saved]
    thread.stop()
    assert not thread.is_alive()


def test_a_system_without_events(
    small: Course, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No watch to be had, for instance because the system's number of them is used up."""

    def refusing(*_: object, **__: object) -> Iterator[set[Any]]:
        raise OSError("OS file watch limit reached")

    monkeypatch.setattr(watchfiles, "watch", refusing)
    thread = Saves(small.exercises, small.root / "exercises", inbox)
    thread.start()
    until(inbox, Notice(POLLING))
    thread.stop()


def test_events_that_arrive(small: Course, inbox: Inbox) -> None:
    """Real events: a rename, a removal and a return are three changes, without polling."""
    path = small.exercises[0].stub
    thread = Saves(small.exercises, small.root / "exercises", inbox)
    thread.start()
    saved = Saved(frozenset({"checkout"}))
    seen: list[Event] = []
    new = path.with_name("checkout.py~")
    new.write_text("a = 1\n", encoding="utf-8")
    new.replace(path)
    seen += until(inbox, saved)
    path.unlink()
    seen += until(inbox, saved)
    path.write_text("a = 1\n", encoding="utf-8")
    seen += until(inbox, saved)
    time.sleep(2.5 * saves.LOOK_MS / 1000)  # real events: long enough to give them up wrongly
    seen += inbox.take()
    thread.stop()
    assert set(seen) == {saved}


def test_an_exercise_is_added(small: Course, inbox: Inbox) -> None:
    """It is told when suite and settings are there, at each change until it is known."""
    folder = small.root / "tests/exercises/09_trip"
    thread = Saves(small.exercises, small.root / "exercises", inbox)
    thread.start()
    folder.mkdir()
    (folder / "exercise.toml").write_text("title =", encoding="utf-8")
    time.sleep(0.3)  # real events: long enough to tell of half an exercise
    assert inbox.take() == []
    suite = small.exercises[0].suite.read_bytes()
    (folder / "test_trip.py").write_bytes(suite)
    until(inbox, Added())
    with pytest.raises(GraderError, match="is not valid TOML"):
        small.with_added()
    settings = small.exercises[0].suite.with_name("exercise.toml").read_text(encoding="utf-8")
    (folder / "exercise.toml").write_text(settings, encoding="utf-8")
    until(inbox, Added())
    larger, new = small.with_added()
    assert [exercise.slug for exercise in new] == ["trip"]
    assert larger.exercises == (*small.exercises, *new)
    thread.know(larger.exercises)
    (folder / "test_trip.py").write_bytes(suite + b"\n")
    until(inbox, Rewritten(frozenset({"trip"})))
    answer = small.root / "exercises/09_trip/trip.py"
    answer.parent.mkdir()
    answer.write_text("a = 1", encoding="utf-8")
    assert until(inbox, Saved(frozenset({"trip"})))[-1] == Saved(frozenset({"trip"}))
    thread.stop()


def test_the_bell_rings_once_for_many(inbox: Inbox) -> None:
    """A thousand events neither block nor get lost."""
    for _ in range(100_000):
        inbox.put(Redraw())
    assert len(inbox.take()) == 100_000
    assert inbox.take() == []


@pytest.mark.parametrize("size", [(20, 5), (40, 12), (80, 24), (200, 60)])
@pytest.mark.parametrize("page", list(Page))
def test_every_page_fits_every_terminal(size: tuple[int, int], page: Page) -> None:
    """A frame has exactly the terminal's lines, and none is too wide."""
    found = course.load(ROOT)
    state = State(found, current=found.exercises[0], page=page, note="A note. " * 30)
    width, height = size
    like = Console(color_system=None)
    for scroll in (0, 3, 10_000):
        state.scroll = scroll
        frame = pages.frame(state, width, height, like)
        assert len(frame) == height
        assert max(map(len, frame)) <= width


def test_a_long_page_can_be_seen_to_its_end() -> None:
    """Scrolled to the end, the last line of the page stands over the foot."""
    found = course.load(ROOT)
    state = State(found, current=found.exercises[0], page=Page.help, scroll=10_000)
    like = Console(color_system=None)
    text = "\n".join(pages.frame(state, 60, 12, like))
    assert "longer than the screen" in " ".join(text.split())
    assert "the end: page up" in text


def test_the_editor_opens_where_a_file_cannot_be_loaded() -> None:
    """The line of the problem; none where it has none."""
    found = course.load(ROOT)
    exercise = found.exercises[0]
    for problem, line in (
        ("a.py: line 20: SyntaxError: invalid syntax.", 20),
        ("a.py: importing the file raises ValueError: line 7.", None),
    ):
        result = ExerciseResult(
            id=exercise.slug,
            number=exercise.number,
            title="",
            level="beginner",
            status="broken",
            points=0,
            max_points=1,
            real_seconds=0,
            problem=problem,
            line=line,
        )
        state = State(found, current=exercise, results={exercise.slug: result})
        assert state.line == line
