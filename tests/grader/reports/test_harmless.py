"""A learner's text, made harmless for each place it is shown in."""

import csv
import html
import io
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from grader.reports import harmless

JOINER = "\u2060"
TABLE = ("table", "thead", "tbody", "tr", "th", "td", "code")
MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
SPECIAL = st.text(alphabet="\\`*_{}[]()#+-.!|~$@:<>&=\"'/%;^ \n\t01ax\x1b\u202e\u2028", max_size=40)
TEXTS = st.one_of(SPECIAL, st.text(max_size=40))


@given(TEXTS)
def test_plain_text_cannot_steer(text: str) -> None:
    """No control, direction or broken character is left, and every line can be encoded."""
    shown = harmless.plain(text)
    bad = {c for c in shown if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")}
    assert bad <= {"\n", "\u200c", "\u200d"}
    shown.encode("utf-8")
    assert harmless.plain(shown) == shown


@pytest.mark.parametrize(
    "text", ["naïve café, 1.0 s → 1.5 s", "👩\u200d🚀 and میخواهم", "名前 = 'x'", "a\nb"]
)
def test_plain_text_stays(text: str) -> None:
    """What people write in any language stays as it is."""
    assert harmless.plain(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "[31mred[0m"),
        ("\x9b31m", "31m"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("\tx", "    x"),
        ("a\u202eb\u2066c", "abc"),
        ("a\u2028b", "a\nb"),
        ("lone \ud800 half", "lone  half"),
        ("\ufffe\ufdd0x", "x"),
    ],
)
def test_plain_text_loses_what_steers(text: str, shown: str) -> None:
    """Escapes lose their first character, foreign line ends become ours."""
    assert harmless.plain(text) == shown


def test_a_caret_goes_with_its_line() -> None:
    """Below a line it says where; behind that line it says nothing."""
    told = "line 1: SyntaxError: invalid syntax.\n    def x(:\n          ^"
    assert harmless.line(told) == "line 1: SyntaxError: invalid syntax. def x(:"
    assert harmless.line("a ^ b\n^ c") == "a ^ b ^ c"


@given(TEXTS)
def test_a_job_log_holds_no_command(text: str) -> None:
    """Neither form of a workflow command is left, also where stripping would have made one."""
    shown = harmless.workflow(text)
    assert "::" not in shown
    assert "##[" not in shown


def test_stripping_makes_no_command() -> None:
    """A character that goes must not bring two others together."""
    assert harmless.workflow(":\x00:notice::x") == ": :notice: :x"
    assert harmless.workflow("#\u202e#\x1b[error]x") == "## [error]x"


@given(TEXTS, TEXTS)
def test_an_annotation_is_one_line(text: str, title: str) -> None:
    """The message and the properties end where they should."""
    line = f"::error title={harmless.annotation_property(title)}::{harmless.annotation(text)}"
    match = re.fullmatch(r"::error title=([^,:\n\r]*)::([^\n\r]*)", line)
    assert match
    told = match[2].replace("%0A", "\n").replace("%25", "%")
    assert told == harmless.workflow(text)


def test_an_annotation_is_cut() -> None:
    """GitHub would cut it at 4,096 characters, in the middle of an escape perhaps."""
    assert len(harmless.annotation("x" * 10_000)) == 4000
    assert len(harmless.annotation_property("x" * 10_000)) == 200


@given(TEXTS)
def test_markdown_reads_as_it_is_written(text: str) -> None:
    """A Markdown reader finds one paragraph of nothing but text, and the text is the same."""
    tokens = MARKDOWN.parse(harmless.markdown(text))
    if not harmless.line(text):
        assert tokens == []
        return
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    children = tokens[1].children or []
    assert {child.type for child in children} <= {"text", "text_special"}
    shown = "".join(child.content for child in children).replace(JOINER, "")
    assert shown == harmless.line(text).replace(JOINER, "")


@given(TEXTS)
def test_markdown_keeps_to_its_cell(text: str) -> None:
    """In a table, each text is one cell."""
    cell = harmless.code(text)
    rows = MARKDOWN.render(f"| a | b |\n| --- | --- |\n| {cell} | {harmless.markdown(text)} |")
    assert rows.count("<td>") == 2
    assert rows.count("<tr>") == 2
    assert set(re.findall(r"</?(\w+)", rows)) <= set(TABLE)


@pytest.mark.parametrize(
    "text", ["https://evil.example", "www.evil.example", "WWW.evil.example", ":tada:", "$x$"]
)
def test_github_finds_nothing_of_its_own(text: str) -> None:
    """Links, emoji and formulas are broken by a character reference."""
    shown = harmless.markdown(text)
    assert text not in shown
    assert html.unescape(shown) == text


def test_nobody_is_mentioned() -> None:
    """GitHub looks for mentions after it has read the references, so a joiner stands there."""
    assert html.unescape(harmless.markdown("hello @octocat")) == f"hello @{JOINER}octocat"


def test_ordinary_sentences_stay_readable() -> None:
    """A summary can be read as it stands in the file."""
    text = "send_email() (line 36) began only when pay() had ended; took 1.5 s, expected 1.0 s."
    assert harmless.markdown(text) == text


@given(TEXTS)
def test_a_gantt_task_is_a_name(text: str) -> None:
    """Nothing that Mermaid understands, and nothing that ends its fence."""
    assert not set(harmless.mermaid(text)) & set(':;#%`<>{}|\\"&$@!~^\n')
    assert len(harmless.mermaid(text * 10)) <= 60


@given(TEXTS)
def test_html_is_text(text: str) -> None:
    """The characters of HTML are references, quotes as well."""
    shown = harmless.html(text)
    assert not set(shown) & set("<>\"'")
    assert html.unescape(shown) == harmless.plain(text)


@pytest.mark.parametrize("start", "=+-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\u2212")
def test_no_cell_begins_as_a_formula_does(start: str) -> None:
    """Nor with a sign that a spreadsheet takes for such a start: the full-width one, for one."""
    assert harmless.cell(f"{start}1+1") == f"'{start}1+1"
    assert harmless.cell(f"\u200d{start}1+1").startswith("'")


@given(TEXTS)
def test_a_cell_is_no_formula(text: str) -> None:
    """A spreadsheet shows it; the cell survives the way through a file."""
    cell = harmless.cell(text)
    assert not cell.startswith(("=", "+", "-", "@", "\t"))
    assert not unicodedata.normalize("NFKC", cell).startswith(("=", "+", "-", "@", "\u2212"))
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerow([cell, "x"])
    assert next(csv.reader(io.StringIO(file.getvalue()))) == [cell, "x"]
