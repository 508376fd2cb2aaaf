"""Where a class's points can arrive."""

from enum import StrEnum


class Platform(StrEnum):
    """Each has its own hand-out; see .github/TEACHING.md."""

    actions = "actions"
    classroom = "classroom"
    classroom50 = "classroom50"
    gradescope = "gradescope"
