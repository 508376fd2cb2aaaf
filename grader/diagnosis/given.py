"""What the answer was given, and made something else of."""

import re
from collections.abc import Sequence
from itertools import pairwise

from grader.diagnosis.finding import slips_of
from grader.model.evidence import Evidence
from grader.model.slips import Slip

ID = re.compile(r"id\b")
LATER = ("again", "after_failures", "every_call_fails", "started_again")
"""Circumstances in which the app has answered before."""
JUST_ABOVE = 3
"""Lines between a question and what comes of it."""
STEP = "Ask `is None` where you mean that nothing came."
OUTLIVES = ": what it holds outlives the request that put it there."
STAYS = ": what was there before stays there."
REPLACE = "Ask what the old is still good for, and put the new in its place where it is not."
MAKE_ANEW = "Make anew for each request what belongs to one request."


def told(evidence: Evidence, refused: int | None = None) -> tuple[str, int | None]:
    """What to say of a value that counts as false, after a space, and the line that asks.

    Nothing where no line does, or none just above the one that `refused`.
    """
    found, asks = evidence.falsy, slips_of(evidence, "truth")
    if refused is not None:
        asks = [slip for slip in asks if 0 <= refused - slip.line <= JUST_ABOVE]
    of_id = [slip for slip in asks if ID.search(slip.code)]
    if found is None and "an id is 0" in evidence.under and len(of_id) == 1:
        said = f" An id of 0 counts as false in `{of_id[0].code}` (line {of_id[0].line})."
        return said, of_id[0].line
    if found is None or not asks:
        return "", None
    place = f" (line {found.line})" if found.line else ""
    said = f" {found.call}{place} returned {found.value}, which counts as false"
    if len(asks) > 1:
        return f"{said} in an `if`, a `not` or an `or`.", None
    return f"{said} in `{asks[0].code}` (line {asks[0].line}).", asks[0].line


def last(evidence: Evidence) -> str:
    """What a call of the request in question had returned, after a space."""
    given = evidence.given
    if evidence.about is None or given is None:
        return ""
    place = f" (line {given.line})" if given.line else ""
    return f" {given.call}{place} had returned {given.value}."


def kept(evidence: Evidence, names: Sequence[str] | None = None) -> Slip | None:
    """What the module keeps, where the app has been asked before: in this test, or by another.

    Of several, the first that is among `names`, where those are known.
    """
    before = evidence.circumstance in LATER
    if not evidence.circumstance:
        asked = sorted(evidence.visits, key=lambda visit: (visit.label, visit.start))
        before = any(
            a.label == b.label and (a.end or b.start) <= b.start for a, b in pairwise(asked)
        )
    found = slips_of(evidence, "module_state") if before else []
    return next((slip for slip in found if names is None or slip.code in names), None)


def shares(state: Slip) -> str:
    """That its line changes what the module keeps: one clause, after a space, without its end."""
    return f" Line {state.line} changes `{state.code}`, which the whole app shares"
