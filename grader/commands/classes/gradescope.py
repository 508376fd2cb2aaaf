"""Gradescope's export: who handed in which folder, in `submission_metadata.yml`.

Read line by line, for three of its keys, so that no YAML reader is needed:

    submission_7:
      :submitters:
      - :name: Ada Byron
        :sid: '17'
        :email: ada@example.com
      :created_at: 2026-12-01 21:14:05.000000000 Z
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from grader.reports import harmless

METADATA = "submission_metadata.yml"
TOP = re.compile(r"(submission_\d+):\s*")
KEY = re.compile(r"(?P<margin>\s*)(?P<item>- )?:(?P<key>\w+):\s*(?P<value>.*)")
TIME = re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.\d+)? ?(Z|[+-]\d\d:?\d\d)")


@dataclass(frozen=True)
class Who:
    """One learner, as Gradescope knows them."""

    name: str = ""
    sid: str = ""
    email: str = ""

    @property
    def id(self) -> str:
        return self.sid or self.email or self.name

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(filter(None, (self.sid, self.email, self.name)))


@dataclass(frozen=True)
class Submission:
    """Who handed it in, and when by Gradescope's clock, in ISO 8601."""

    who: tuple[Who, ...]
    handed_in: str


def read_metadata(data: bytes) -> dict[str, Submission]:
    """Each submission by the name of its folder."""
    blocks: dict[str, list[str]] = {}
    current: list[str] = []
    for line in data.decode("utf-8", "replace").splitlines():
        if (top := TOP.fullmatch(line)) is not None:
            current = blocks.setdefault(top[1], [])
        elif line[:1] in (" ", "-"):
            current.append(line)
    return {name: _submission(lines) for name, lines in blocks.items()}


def _submission(lines: list[str]) -> Submission:
    people: list[dict[str, str]] = []
    handed_in, section, margin = "", "", None
    for line in lines:
        match = KEY.fullmatch(line)
        if match is None:
            continue
        if margin is None:
            margin = match["margin"]
        if match["margin"] == margin and not match["item"]:
            section = match["key"]
            if section == "created_at":
                handed_in = _time(match["value"])
        elif section == "submitters":
            if match["item"]:
                people.append({})
            if people and match["key"] in ("name", "sid", "email"):
                people[-1][match["key"]] = _text(match["value"])
    who = (Who(**person) for person in people)
    return Submission(tuple(each for each in who if each.id), handed_in)


def _text(value: str) -> str:
    return harmless.line(value.strip().strip("'\"").replace("''", "'"))


def _time(value: str) -> str:
    match = TIME.match(value.strip().strip("'\""))
    if match is None:
        return ""
    moment = datetime.fromisoformat(f"{match[1]}T{match[2]}{match[3].replace('Z', '+00:00')}")
    return moment.astimezone(UTC).isoformat()
