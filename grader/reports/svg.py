"""The report as a picture to show: the verdict and one timeline, as a terminal draws them."""

import io

from rich.console import Console
from rich.terminal_theme import SVG_EXPORT_THEME

from grader.model.report import Report
from grader.reports import terminal

WIDTH = 90
# As rich draws it, but with the reader's own fonts: a picture must not load any.
FORMAT = """\
<svg viewBox="0 0 {width} {height}" role="img" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace;
font-size: {char_height}px; line-height: {line_height}px; }}
.{unique_id}-title {{ font-size: 18px; font-weight: bold; font-family: sans-serif; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/>
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def render(report: Report) -> str:
    """One exercise with its timeline; of several the board, and the first that is not passed."""
    # It is drawn at once into the picture: no terminal's size or colours decide.
    console = Console(
        record=True,
        width=WIDTH,
        file=io.StringIO(),
        force_terminal=True,
        color_system="standard",
        highlight=False,
    )
    terminal.board(report.exercises, console)
    terminal.attempts(report.exercises, console)
    unfinished = next((each for each in report.exercises if each.status != "passed"), None)
    if unfinished is not None:
        console.print()
        terminal.explain(unfinished, console)
    elif len(report.exercises) == 1:
        (exercise,) = report.exercises
        drawn = next((test for test in exercise.tests if test.timeline and test.goal), None)
        if drawn is not None:
            terminal.passed_test(exercise, drawn, console, full=False)
    names = ", ".join(exercise.id for exercise in report.exercises[:3])
    return console.export_svg(
        title=f"awaitlings: {names}{', ...' if report.exercises[3:] else ''}",
        theme=SVG_EXPORT_THEME,
        code_format=FORMAT,
        unique_id="awaitlings",
    )
