"""When an answer was handed in, and what that costs: worked out anew in each run, never stored.

The policy is a TOML file of the teacher's:

    percent_per_day = 10        # of the points earned, for each day that has begun
    most_percent = 50           # at most
    grace_minutes = 15
    days = 7                    # after so many days nothing counts; without it, no end

    [extensions]
    ada = 2026-12-03T23:59:00+01:00
    bob = 2                     # days
"""

import math
import os
import re
import subprocess
import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from grader.commands.classes import trees
from grader.commands.classes.roster import Member
from grader.model.errors import GraderError
from grader.reports import harmless
from grader.system import HAS_POSIX

GIT_SECONDS = 20
COMMITTER = re.compile(rb"^committer .*> (\d{1,12}) [+-]\d{4}$", re.M)
SAFE = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
}
"""A clone's own settings must not make git fetch or start anything; `cat-file` alone does not."""
EXAMPLE = "Write it as 2026-12-01T23:59+01:00."


class Policy(BaseModel):
    """What the file says."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    percent_per_day: float = Field(default=0, ge=0, le=100)
    most_percent: float = Field(default=100, ge=0, le=100)
    grace_minutes: float = Field(default=0, ge=0)
    days: int | None = Field(default=None, ge=0)
    extensions: dict[str, datetime | int] = Field(default_factory=dict)


@dataclass(frozen=True)
class Deadline:
    """When all is due, and what comes of it later."""

    due: datetime
    policy: Policy

    def of(self, names: tuple[str, ...]) -> datetime:
        """When it is due for a learner who goes by these names."""
        known = {name.casefold() for name in names}
        for name, extension in self.policy.extensions.items():
            if name.casefold() in known:
                if isinstance(extension, datetime):
                    return extension
                return self.due + timedelta(days=extension)
        return self.due

    def days_late(self, handed_in: datetime, names: tuple[str, ...]) -> int:
        """Days that have begun after the learner's own deadline; 0 when it was in time."""
        over = handed_in - self.of(names) - timedelta(minutes=self.policy.grace_minutes)
        return max(0, math.ceil(over / timedelta(days=1)))

    def after(self, points: int, days: int) -> float:
        """What is left of the points."""
        if self.policy.days is not None and days > self.policy.days:
            return 0.0
        percent = min(self.policy.percent_per_day * days, self.policy.most_percent)
        return round(points * (100 - percent) / 100, 2)


def deadline(due: str | None, file: Path | None) -> Deadline | None:
    """As the options say; None when nothing is due. Raises GraderError."""
    if due is None:
        if file is not None:
            raise GraderError(
                "--late says what a late day costs, and nothing says when it is due.",
                "Add --due, for instance --due 2026-12-01T23:59+01:00.",
            )
        return None
    return Deadline(moment(due, "--due"), _policy(file) if file is not None else Policy())


def moment(text: str, where: str) -> datetime:
    """A time with its offset from UTC. Raises GraderError."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise GraderError(f"{where} is {text!r}, which is no time.", EXAMPLE) from None
    if found.tzinfo is None:
        raise GraderError(f"{where} is {text!r}, without an offset from UTC.", EXAMPLE)
    return found


def _policy(file: Path) -> Policy:
    shown = harmless.line(str(file))
    try:
        content: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
        policy = Policy.model_validate(content)
    except OSError as error:
        raise GraderError(
            f"The late policy {shown} cannot be read: {error.strerror}.", "Name a TOML file."
        ) from None
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise GraderError(
            f"The late policy {shown} has a wrong {place}: {first['msg']}.",
            "It knows percent_per_day, most_percent, grace_minutes, days and extensions.",
        ) from None
    except ValueError as error:
        raise GraderError(
            f"The late policy {shown} is no TOML: {error}.", "Correct that line."
        ) from None
    for name, extension in policy.extensions.items():
        if isinstance(extension, datetime) and extension.tzinfo is None:
            raise GraderError(
                f"The late policy {shown} gives {harmless.line(name)} a time without an offset "
                "from UTC.",
                EXAMPLE,
            )
    return policy


def handed_in(member: Member) -> tuple[datetime | None, str]:
    """When a learner handed in, and by whose clock: the roster's word counts more than git's."""
    found, person = member.found, member.person
    if person is not None and person.handed_in:
        return moment(person.handed_in, f"handed_in of {person.id} in the roster"), "the roster"
    if found is None:
        return None, ""
    if found.handed_in:
        return datetime.fromisoformat(found.handed_in), "Gradescope"
    if isinstance(found.tree, trees.Folder):
        place = found.tree.root / found.base
        last = found.tree.root / found.where if found.base.startswith(found.where) else None
        while True:
            if (when := _committed(place / ".git")) is not None:
                return when, "git, the learner's own clock"
            if place in (last, found.tree.root):
                break
            place = place.parent
    return None, ""


def _committed(git: Path) -> datetime | None:
    """When the commit was made that is checked out there; None where git cannot tell."""
    if git.is_symlink() or not git.is_dir():
        return None
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    try:
        done = subprocess.run(
            ["git", f"--git-dir={git}", "cat-file", "commit", "HEAD"],
            env={**kept, **SAFE},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=GIT_SECONDS,
            check=False,
            start_new_session=HAS_POSIX,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = COMMITTER.search(done.stdout) if done.returncode == 0 else None
    try:
        return datetime.fromtimestamp(int(match[1]), UTC) if match else None
    except (OverflowError, ValueError, OSError):
        return None
