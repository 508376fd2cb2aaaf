"""The report as Markdown for GitHub: a table, then for each failure its reason and its time."""

from collections.abc import Callable, Iterator, Sequence

from grader.model.report import ExerciseResult, Report, TestResult
from grader.reports import harmless, reasons
from grader.reports.picture import headline, source_of
from grader.reports.timeline import LEGEND, Row, Timeline, timeline
from grader.wording import count, seconds

MAX_BYTES = 900_000
"""GitHub drops a summary that has more than 1,048,576 bytes."""
MAX_TEXT = 2000
MAX_CODE = 200
MAX_BARS = 4
"""Stretches of one row that a gantt shows apart; more are drawn as one."""
MAX_GANTTS = 20
"""Drawings in one page: each is a frame that the browser has to load."""
SIGNS = {"passed": "✅", "failed": "❌", "not_started": "⬜"}
ODD = "⚠️"
NOTE_BYTES = 300
"""Bytes kept for the note that says what was left out."""


def render(report: Report, most_bytes: int = MAX_BYTES, notes: Sequence[str] = ()) -> str:
    """At most `most_bytes` bytes: details that do not fit are counted, not shown.

    `notes` are sentences below the table.
    """
    page = board(report, notes)
    unfinished = [exercise for exercise in report.exercises if exercise.status != "passed"]
    gantts = MAX_GANTTS
    size = len(page.encode())
    if size > most_bytes:
        return _cut(page, most_bytes)
    for index, exercise in enumerate(unfinished):
        text = "\n".join(_details(exercise, opened=index == 0, gantts=gantts)) + "\n"
        gantts = max(0, gantts - text.count("```mermaid"))
        size += len(text.encode())
        if size > most_bytes - NOTE_BYTES:
            left = count(len(unfinished) - index, "exercise")
            note = f"The details of {left} are left out: the page would be too long.\n"
            return page + "\n" + note
        page += text
    return page


def board(report: Report, notes: Sequence[str] = ()) -> str:
    """The table, the notes, and how it was measured."""
    return "".join(f"{line}\n" for line in _head(report, notes))


def _cut(page: str, most_bytes: int) -> str:
    """Whole lines of a page that is too long, though it has only its table."""
    kept = page.encode()[: max(0, most_bytes - NOTE_BYTES)].decode("utf-8", "ignore")
    return kept.rpartition("\n")[0] + "\n\nThe rest is left out: the page would be too long.\n"


def _head(report: Report, notes: Sequence[str]) -> Iterator[str]:
    yield f"### {report.points} of {count(report.max_points, 'point')}"
    yield ""
    yield "| | exercise | points | state |"
    yield "| --- | --- | ---: | --- |"
    for exercise in report.exercises:
        state = harmless.markdown(f"{exercise.title} ({reasons.state(exercise)})")
        if exercise.flags:
            state += f", {count(len(exercise.flags), 'flag')}"
        yield (
            f"| {SIGNS.get(exercise.status, ODD)} "
            f"| {exercise.number:02} {harmless.markdown(exercise.id)} "
            f"| {exercise.points}/{exercise.max_points} | {state} |"
        )
    yield ""
    for note in notes:
        yield f"> {harmless.markdown(note)}"
        yield ""
    yield (
        f"Measured on the {report.clock} clock with Python {harmless.markdown(report.python)}. "
        f"Isolation: {reasons.ISOLATION[report.isolation]}."
    )
    for exercise in report.exercises:
        if exercise.flags and exercise.status == "passed":
            yield ""
            yield f"**{exercise.number:02} {harmless.markdown(exercise.id)}**"
            yield from _flags(exercise)


def _details(exercise: ExerciseResult, *, opened: bool, gantts: int) -> Iterator[str]:
    yield ""
    yield f"<details{' open' if opened else ''}>"
    sentence = harmless.markdown(reasons.sentence(exercise), MAX_TEXT)
    yield f"<summary><b>{exercise.number:02} {exercise.id}</b> {sentence}</summary>"
    yield ""
    if exercise.problem is not None and exercise.points == 0:
        yield f"Next: {harmless.markdown(reasons.next_step(exercise), MAX_TEXT)}"
    else:
        for test in exercise.tests:
            sign = SIGNS.get(test.status, "▫️")
            title = harmless.markdown(test.title)
            yield f"- {sign} {test.points}/{test.max_points} {title}"
    yield from _flags(exercise)
    if exercise.status != "not_started":
        for test in reasons.failures(exercise):
            lines = list(_failure(test, drawn=gantts > 0))
            gantts -= "```mermaid" in lines
            yield from lines
    yield ""
    yield "</details>"


def _flags(exercise: ExerciseResult) -> Iterator[str]:
    if exercise.flags:
        yield ""
    for flag in exercise.flags:
        yield f"- 🚩 {harmless.markdown(flag, MAX_TEXT)}"


def _failure(test: TestResult, *, drawn: bool) -> Iterator[str]:
    failure = test.failure
    assert failure is not None
    where = f"{failure.file}:{failure.line}" if failure.line else failure.file
    fact, why, next_step = (
        harmless.markdown(text, MAX_TEXT) for text in (headline(failure), failure.why, failure.next)
    )
    yield ""
    yield f"#### {harmless.markdown(test.title)}"
    yield ""
    yield f"**{fact}** ({harmless.code(where, MAX_CODE)})"
    yield ""
    yield why
    yield ""
    yield f"Next: {next_step}"
    shown = timeline(test.timeline)
    if shown is None:
        return
    source = source_of(failure.file)
    if drawn:
        yield ""
        yield from _gantt(shown, source)
    yield ""
    yield "| line | code | from | to | |"
    yield "| ---: | --- | ---: | ---: | --- |"
    for row in shown.rows:
        until = max(span.end for span in row.spans)
        yield (
            f"| {'' if row.line is None else row.line} "
            f"| {harmless.code(_text(row, source), MAX_CODE)} "
            f"| {seconds(row.start)} | {seconds(until)} | {_words(row)} |"
        )
    if shown.left_out:
        yield ""
        yield f"{count(shown.left_out, 'more row')} left out."


def _text(row: Row, source: Callable[[int], str]) -> str:
    """The row's source line or label, and how many there were."""
    code = source(row.line) if row.line is not None else ""
    return f"{code or row.label}  {row.fold}".strip()


def _gantt(shown: Timeline, source: Callable[[int], str]) -> Iterator[str]:
    """The rows as a Mermaid gantt on an axis of milliseconds since 0."""
    yield "```mermaid"
    yield "gantt"
    yield "    dateFormat x"
    yield f"    axisFormat {'%-S.%L s' if shown.end < 60 else '%s s'}"
    for row in shown.rows:
        name = _named(row, harmless.mermaid(_text(row, source)))
        kind = "crit, " if row.is_odd else ""
        for start, stop in _stretches(row):
            first, last = round(start * 1000), round(stop * 1000)
            yield f"    {name} :{kind}{first}, {max(last, first + 1)}"
    yield "```"


def _named(row: Row, name: str) -> str:
    # A name that begins with a word of Mermaid's own would be taken for it.
    return f"- {name}" if row.line is None else f"line {row.line} {name}"


def _stretches(row: Row) -> list[tuple[float, float]]:
    """When anything of the row was under way."""
    stretches: list[tuple[float, float]] = []
    for start, end in sorted((mark.start, mark.end) for mark in row.marks):
        if stretches and start <= stretches[-1][1]:
            stretches[-1] = (stretches[-1][0], max(end, stretches[-1][1]))
        else:
            stretches.append((start, end))
    if len(stretches) > MAX_BARS:
        return [(stretches[0][0], max(end for _, end in stretches))]
    return stretches


def _words(row: Row) -> str:
    """What a colour would say."""
    pens = {mark.pen for mark in row.marks}
    return ", ".join(words for pen, words in LEGEND.items() if pen in pens)
