"""The table of figures."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One line of the table; `met` is None where nothing was promised."""

    figure: str
    measured: str
    beside: str = ""
    ratio: str = ""
    goal: str = ""
    met: bool | None = None


def table(rows: list[Row]) -> str:
    words = {True: "yes", False: "NO", None: ""}
    lines = ["| figure | measured | beside | ratio | goal | met |", "|---|---|---|---|---|---|"]
    for row in rows:
        cells = (row.figure, row.measured, row.beside, row.ratio, row.goal, words[row.met])
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)
