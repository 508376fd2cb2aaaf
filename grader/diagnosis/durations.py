"""Rules about a duration that is not the expected one."""

from collections.abc import Sequence
from dataclasses import replace

from grader.diagnosis import beside, cut_short, deadlines, examined, given, misuse, pools, slow
from grader.diagnosis.causes import real_wait
from grader.diagnosis.finding import (
    SAME,
    Finding,
    forgotten_work,
    named,
    running,
    sentence,
    slip_of,
)
from grader.diagnosis.groups import Group, first_gap, groups_of, in_batches
from grader.diagnosis.slow import OUTER, of_many
from grader.model.evidence import Evidence, TimeCheck
from grader.model.spans import Span, peak
from grader.wording import count, seconds, times

MIN_COMPUTING = 0.1
"""Seconds of the processor's time from which on computing says something."""
OVERLAP = "Start the work that can overlap before you wait for any of it."
IN_TURN = "Look for what makes each wait for the one before: a lock, one place, an await in a loop."
SLEEP_ONCE = (
    "Nothing comes of a sleep that somebody could need: sleep once, for as long as is asked."
)


def time(evidence: Evidence) -> Finding | None:
    check = evidence.check
    if not isinstance(check, TimeCheck):
        return None
    excess = check.actual_seconds - check.expected_seconds
    found = _other_clock(evidence) or _real_wait(evidence, check)
    if found is not None:
        pass
    elif excess < 0:
        cut = cut_short.died(evidence, check, _what_came(check))
        cut = cut or cut_short.too_early(evidence, check, _what_came(check))
        kept = examined.kept(evidence, check) or examined.reused(evidence, check)
        found = kept or _computed(evidence, check) or cut or _too_early(evidence, check)
    else:
        window = _within(evidence.spans, check.start, check.end)
        found = (
            _blocked(window, evidence.blocked, excess)
            or _computed(evidence, check)
            or examined.held_back(evidence, check, window)
            or deadlines.past(evidence, check)
            or deadlines.late_refusal(evidence, check)
            or deadlines.drift(evidence, check)
            or pools.behind_others(check, window)
            or _queued(check, window)
            or _sequence(window, excess, evidence)
            or slow.too_slow(evidence, check, window)
        )
    known = next((n for n, s in check.instead.items() if abs(s - check.actual_seconds) < SAME), "")
    by_chance = found.id == "blocked-loop" and "block" not in known
    if known and evidence.circumstance != "in_a_crowd" and not by_chance:
        said = f"{check.actual} is what it takes {known.replace('_', ' ')}. "
        found = replace(found, why=said + found.why)
    return found


def _other_clock(evidence: Evidence) -> Finding | None:
    slip = slip_of(evidence, "other_clock")
    if slip is None:
        return None
    return Finding(
        "too-slow",
        f"The loop at line {slip.line} waits until {slip.code} is over. The time that it asks for "
        "is the machine's, and does not follow the tests' clock.",
        "Sleep for the whole time at once, or ask asyncio's loop.time().",
        slip.line,
    )


def _real_wait(evidence: Evidence, check: TimeCheck) -> Finding | None:
    slip = slip_of(evidence, "real_wait")
    if slip is None or check.actual_seconds > check.expected_seconds:
        return None
    return real_wait(slip)


def _computed(evidence: Evidence, check: TimeCheck) -> Finding | None:
    """Computing held the loop, by the processor's time: a busy machine changes nothing in it."""
    excess = check.actual_seconds - check.expected_seconds
    within = [c for c in evidence.computing if check.start <= c.at <= check.end]
    if excess > 0:  # the virtual clock does not count computing, so it is never late because of it
        within = [c for c in within if c.on_clock]
    least = max(MIN_COMPUTING, 0.5 * excess)
    if sum(c.real_seconds for c in within) < least:
        return None
    longest = max(within, key=lambda c: c.real_seconds)
    counted = "" if longest.on_clock else " The tests' clock counts waits, and no computing."
    return Finding(
        "blocked-loop",
        f"The code at line {longest.line} computed for {seconds(longest.real_seconds)} of the "
        f"processor's time and held the event loop: nothing else could run.{counted}",
        "What computes belongs in another process; what only has to wait can be awaited.",
        longest.line,
    )


def _what_came(check: TimeCheck) -> str:
    """`The response was there`, or `take_payment began`."""
    return check.what or "The response was there"


def _too_early(evidence: Evidence, check: TimeCheck) -> Finding:
    left = running(evidence)
    if left is not None:
        return forgotten_work(left)
    if (idle := misuse.nothing_waits(evidence)) is not None:
        why = f"{_what_came(check)} after {check.actual}; {check.expected} would be right."
        return replace(idle, why=f"{why} {idle.why}")
    joined = _joined(evidence, check) or beside.together(evidence, check, _what_came(check))
    if joined is not None:
        return joined
    if (under_way := beside.under_way(evidence, check, _what_came(check))) is not None:
        return under_way
    work = [s for s in evidence.spans if s.line and s.kind not in OUTER]
    begun = [s for s in work if abs(s.start - check.end) < SAME]
    if check.what and begun and any(abs(s.end - check.start) < SAME for s in work):
        return Finding(
            "too-early",
            f"{check.what} after {check.actual}; {check.expected} have to pass between the two.",
            "Look at what waits between the two: a pause is missing there, or it is too short.",
            begun[0].line,
        )
    state = slip_of(evidence, "module_state")
    if state is not None and not work and len(evidence.visits) > 1:
        return Finding(
            "too-early",
            f"{_what_came(check)} after {check.actual}; {check.expected} would be right."
            f"{given.shares(state)}: who waits for it waits for what another one has begun.",
            given.MAKE_ANEW,
            state.line,
        )
    return Finding(
        "too-early",
        f"{_what_came(check)} after {check.actual}. What has to happen first takes "
        f"{check.expected}: it was not waited for, or not all of it.",
        f"Await what has to come first, and begin {check.what.removesuffix(' began')} only then."
        if check.what.endswith(" began")
        else "Make sure that the work is really started, and awaited before the response.",
    )


def _joined(evidence: Evidence, check: TimeCheck) -> Finding | None:
    """A request without work of its own, that waits for the end of what another one began."""
    work = [s for s in evidence.spans if s.kind not in OUTER and s.line and s.end > s.start]
    ends_here = [s for s in work if abs(s.end - check.end) < SAME]
    if any(s.start >= check.start - SAME for s in work) or not ends_here:
        return None
    if any(v.start < check.start - SAME for v in evidence.visits):
        before = ends_here[0]
        return Finding(
            "too-early",
            f"{_what_came(check)} after {check.actual}: it waited for {before.label} at line "
            f"{before.line}, which an earlier request had begun, and did not wait "
            f"{check.expected} of its own.",
            "Ask what the requests share: each needs its own work, or its own wait.",
            before.line,
        )
    return None


def _blocked(window: Sequence[Span], blocked: float, excess: float) -> Finding | None:
    blocking = [span for span in window if span.blocking]
    if not blocking or blocked < 0.5 * excess:
        return None
    first = max(blocking, key=lambda span: span.each)
    again = sum(s.times for s in blocking if (s.name, s.line) == (first.name, first.line))
    labels = {s.label for s in blocking if (s.name, s.line) == (first.name, first.line)}
    call = first.label if len(labels) == 1 else f"{first.name}(...)"
    line = f" at line {first.line}" if first.line else ""
    often = f", {times(again)}" if again > 1 else ""
    return Finding(
        "blocked-loop",
        f"{sentence(call)}{line} blocked the event loop for {seconds(first.each)}{often}: "
        "nothing else could run.",
        "Use a call that can be awaited, or hand the blocking one to a thread.",
        first.line,
    )


def _queued(check: TimeCheck, window: Sequence[Span]) -> Finding | None:
    """What was due at once waited for a place."""
    if check.expected_seconds > 0:
        return None
    work = [s for s in window if s.kind in ("call", "upstream") and s.lane == "loop" and s.line]
    groups = [g for g in groups_of(work) if 1 < g.most < g.total and g.waste > 0]
    if not groups:
        return None
    group = max(groups, key=lambda group: group.waste)
    return Finding(
        "queueing-instead-of-shedding",
        f"At most {group.most} of {group.calls} (line {group.line}) ran at the same time, and the "
        f"others waited for a place; whoever is to be answered at {check.expected} cannot wait.",
        "Decide at once: the request needs no place, or there is one, or the answer is no.",
        group.line,
    )


def _sequence(window: Sequence[Span], excess: float, evidence: Evidence) -> Finding | None:
    """Work that ran in turn, when that accounts for at least half of the `excess`."""
    least = 0.5 * excess
    calls = [s for s in window if s.kind not in (*OUTER, "send", "body")]
    work = [s for s in calls if s.end > s.start and not s.blocking]
    lent = sum(span.times for span in evidence.spans if span.kind == "connection")
    # Where the suite calls without requests, who sleeps and sleeps again need not wait for a place.
    has_requests = any(span.kind == "request" for span in window)
    limited = [
        group
        for group in groups_of(work)
        if group.most < group.total
        and group.waste >= least
        and (has_requests or group.kind != "sleep" or group.most == 1)
    ]
    if limited:
        if (found := pools.in_the_pool(limited)) is not None:
            return found
        # A group that ran one at a time says more than one that a pool let through in batches.
        group = min(limited, key=lambda group: (group.most > 1, -group.waste))
        threads = peak([span for span in work if span.lane == "thread"])
        visitors = sum(span.times for span in window if span.kind == "request")
        in_crowd = evidence.circumstance == "in_a_crowd"  # others have the places that seem free
        if in_crowd and group.most > 1 and group.lane != "thread":
            return _too_few(group)
        if group.kind == "query" and visitors <= 1:
            found = _queries(group.spans, lent)
        else:
            found = _limited(group, threads, visitors, evidence.peaks.get(group.name, 0))
        return found if has_requests else slow.held_up(group, work, found)
    pair = first_gap(work)
    if pair is None or min(span.end - span.start for span in pair) < least - SAME:
        return None
    if all(span.kind == "query" for span in pair):
        return _queries(work, lent)
    if pair[0].outcome == "failed" and pair[0].name == pair[1].name:
        return Finding(
            "called-too-often",
            f"{named(pair[0])} failed, and {named(pair[1])} tried it again.",
            "Ask whether the task wants a second try.",
            pair[1].line,
        )
    own = [span for span in window if span.kind == "coroutine" and span.line is not None]
    before, after = _outermost(pair[0], pair[1], own), _outermost(pair[1], pair[0], own)
    if before.name == after.name and before.kind in ("call", "coroutine"):
        return Finding(
            "one-after-another",
            f"{of_many(before)} ran at line {before.line}, and again at line {after.line} when "
            "that had ended.",
            "Ask whether it is needed twice; if it is, start both before you wait for either.",
            after.line or before.line,
        )
    return Finding(
        "one-after-another",
        f"{named(after)} began only when {named(before)} had ended.",
        "Ask what the sleep is for: nothing comes of it that somebody could need."
        if "sleep" in (before.kind, after.kind)
        else "If it does not need that one's result, start both before you wait for either.",
        after.line or before.line,
    )


def _limited(group: Group, threads: int, visitors: int, in_one: int) -> Finding:
    """The calls of `group` came `group.most` at a time, in `visitors` requests, and `in_one`
    request at most that many at once."""
    calls = f"{group.calls} (line {group.line})" if group.line else group.calls
    if in_one == 1 < group.most <= visitors and group.total >= 2 * visitors:
        if group.kind == "upstream" and group.pauses:
            return Finding(
                "called-too-often",
                f"{calls} in {visitors} requests: each request made its call again, after a pause.",
                "Ask whether a second try can help with that answer.",
                group.line,
            )
        return Finding(
            "one-after-another",
            f"{calls} ran {group.most} at a time, in {visitors} requests: each request makes its "
            "calls one after the other.",
            SLEEP_ONCE if group.kind == "sleep" else OVERLAP,
            group.line,
        )
    if group.most == 1:
        why = f"{calls} ran one after the other"
        if group.total > 2:
            why += ": each began when the one before it had ended"
        step = (
            "Look for what the requests wait for in turn: a lock, one connection, one worker."
            if visitors > 1
            else IN_TURN
            if not visitors
            else SLEEP_ONCE
            if group.kind == "sleep"
            else OVERLAP
        )
        return Finding("one-after-another", f"{why}.", step, group.line)
    if in_batches(group):
        return Finding(
            "stalled-batch",
            f"{calls} ran in batches of {group.most}: each batch began only when the slowest of "
            "the one before had ended.",
            "Start the next one as soon as one has ended: with a semaphore, or with workers who do "
            "not wait for each other.",
            group.line,
        )
    if group.lane == "thread" and threads >= pools.SMALLEST:
        return Finding(
            "thread-pool-queue",
            f"{calls} wanted a thread, and at most {threads} had one: the others waited for one to "
            "come free.",
            "Waiting does not need a thread. Which way of waiting leaves the thread free?",
            group.line,
        )
    if (idle := group.idle) is not None:
        return Finding(
            "too-few-in-flight",
            f"{group.most:,} of {calls} ran at the same time, and fewer from {seconds(idle)} on, "
            "though others had yet to begin.",
            "Let whoever is done take the next one: from a queue or an iterator that all share.",
            group.line,
        )
    return _too_few(group)


def _too_few(group: Group) -> Finding:
    calls = f"{group.calls} (line {group.line})" if group.line else group.calls
    return Finding(
        "too-few-in-flight",
        f"At most {group.most:,} of {calls} ran at the same time; the others had to wait.",
        "Look for what lets only so many in: a lock, a semaphore, a pool, the threads of `def`; or "
        "for an await between them.",
        group.line,
    )


def _queries(spans: Sequence[Span], connections: int) -> Finding:
    """One session does one thing at a time: only fewer queries are faster."""
    queries = [span for span in spans if span.kind == "query"]
    lines = sorted({span.line for span in queries if span.line is not None})
    where = f" (line{'s' if len(lines) > 1 else ''} {', '.join(map(str, lines[:3]))})"
    each = max(span.each for span in queries)
    total = sum(span.times for span in queries)
    shared = ", as queries on one session do" if connections <= 1 else ""
    if len(lines) == total > 1:
        return Finding(
            "one-after-another",
            f"{count(total, 'query', 'queries')}{where} ran one after the other{shared}, and each "
            f"takes {seconds(each)}.",
            "What does not need the other's result can run beside it, on a session of its own."
            if shared
            else OVERLAP,
            lines[0],
        )
    return Finding(
        "called-too-often",
        f"{count(total, 'query', 'queries')}{where if lines else ''} ran one after the other"
        f"{shared}, and each takes {seconds(each)}.",
        "Ask the database less often: one query can bring what several fetch.",
        lines[0] if lines else None,
    )


def _within(spans: Sequence[Span], start: float, end: float) -> list[Span]:
    return [span for span in spans if span.start < end and span.end > start]


def _outermost(span: Span, other: Span, own: Sequence[Span]) -> Span:
    """The answer's own call that holds `span` and ends before `other` begins, or the reverse."""
    around = [
        call
        for call in own
        if call.start <= span.start
        and call.end >= span.end
        and (call.end <= other.start + 1e-9 or call.start >= other.end - 1e-9)
    ]
    return max(around, key=lambda call: call.end - call.start, default=span)
