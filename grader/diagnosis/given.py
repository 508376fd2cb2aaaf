"""What the answer was given, and made something else of."""

from grader.diagnosis.finding import slips_of
from grader.model.evidence import Evidence

STEP = "Ask `is None` where you mean that nothing came."


def told(evidence: Evidence) -> tuple[str, int | None]:
    """What to say of it, after a space, and the line that asks; nothing where no line does."""
    found, asks = evidence.falsy, slips_of(evidence, "truth")
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
