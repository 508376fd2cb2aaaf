"""CSV files that others made: read whole, and changed in single cells, to the byte."""

import re
from dataclasses import dataclass
from pathlib import Path

from grader.model.errors import GraderError
from grader.reports import harmless

MAX_BYTES = 32 * 2**20
EXPORT_AGAIN = "Export it again, as CSV in UTF-8."


@dataclass
class Sheet:
    """`rows[0]` is the header. Each cell is kept as it was written, with its quotes."""

    path: Path
    raw: list[list[str]]
    ends: list[str]
    separator: str
    mark: str

    @property
    def shown(self) -> str:
        return harmless.line(self.path.name)

    @property
    def header(self) -> list[str]:
        return [_value(cell).strip() for cell in self.raw[0]]

    def rows(self) -> list[tuple[int, dict[str, str]]]:
        """Each row below the header that has anything in it: its number, its cells by column."""
        found = []
        for number, cells in enumerate(self.raw[1:], 1):
            values = [_value(cell).strip() for cell in cells]
            if any(values):
                found.append((number, dict(zip(self.header, values, strict=False))))
        return found

    def put(self, row: int, column: int, value: str) -> None:
        """Change one cell; a row that ends too early gets empty ones before it."""
        cells = self.raw[row]
        cells += [""] * (column + 1 - len(cells))
        is_quoted = cells[column].startswith('"') or self.separator in value
        cells[column] = f'"{value}"' if is_quoted else value

    def text(self) -> str:
        lines = zip(self.raw, self.ends, strict=True)
        return self.mark + "".join(self.separator.join(cells) + end for cells, end in lines)


def read(path: Path, what: str) -> Sheet:
    """The file at `path`, which is the `what`. Raises GraderError with one sentence."""
    shown = harmless.line(str(path))
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise GraderError(
            f"The {what} {shown} cannot be read: {error.strerror}.", "Name a CSV file."
        ) from None
    if len(data) > MAX_BYTES:
        raise GraderError(f"The {what} {shown} is larger than 32 MB.", "Name a CSV file.")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise GraderError(f"The {what} {shown} is not UTF-8 (line {line}).", EXPORT_AGAIN) from None
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    text = text.removeprefix(mark)
    if not text.strip() or "\0" in text:
        raise GraderError(f"The {what} {shown} is no CSV: it has no header.", EXPORT_AGAIN)
    separator = _separator(text)
    raw, ends = _split(text, separator, f"The {what} {shown}")
    sheet = Sheet(path, raw, ends, separator, mark)
    twice = {name for name in sheet.header if name and sheet.header.count(name) > 1}
    if twice:
        raise GraderError(
            f"The {what} {shown} has the column {sorted(twice)[0]!r} twice.",
            "Rename or remove one of them.",
        )
    return sheet


def _separator(text: str) -> str:
    """The sign of the header that there are most of."""
    first = re.sub(r'"[^"]*"', "", text.splitlines()[0])
    return max(",;\t", key=first.count)


def _split(text: str, separator: str, subject: str) -> tuple[list[list[str]], list[str]]:
    """Rows of cells as they are written, and what ends each row."""
    rows: list[list[str]] = []
    ends: list[str] = []
    cells: list[str] = []
    pattern = re.compile(
        rf'("(?:[^"]|"")*"|(?!")[^{re.escape(separator)}\r\n]*)({re.escape(separator)}|\r\n|\r|\n|\Z)'
    )
    at = 0
    while at < len(text):
        match = pattern.match(text, at)
        if match is None:
            line = text.count("\n", 0, at) + 1
            raise GraderError(
                f"{subject}, line {line}: a quoted cell does not end as it should.", EXPORT_AGAIN
            )
        at = match.end()
        cells.append(match[1])
        if match[2] != separator:
            rows.append(cells)
            ends.append(match[2])
            cells = []
    if cells:  # the text ends after a separator
        rows.append([*cells, ""])
        ends.append("")
    return rows, ends


def _value(cell: str) -> str:
    """What a cell says: without its quotes, and with a quote where two of them stand."""
    is_quoted = len(cell) > 1 and cell[0] == cell[-1] == '"'
    return cell[1:-1].replace('""', '"') if is_quoted else cell
