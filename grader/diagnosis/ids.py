"""The closed list of diagnoses that a report may carry."""

IDS = {
    "replaced-function": "A function that others rely on was replaced while the test ran.",
    "missing-name": "The suite looked for a name that the file does not have.",
    "not-written": "The stub's NotImplementedError is still there.",
    "busy-loop": "The code did not stop computing: no await, and no end.",
    "deadlock": "Everything waits, and nothing is left that could wake it.",
    "never-finishes": "The code went on for an hour of virtual time, or 100,000 waits.",
    "network-refused": "A call went to a host that the exercise does not have.",
    "forgotten-await": "A coroutine was made and never awaited.",
    "server-error": "An exception left the answer's code.",
    "swallowed-cancel": "A cancelled task went on as if nothing had happened.",
    "shared-cancel": "One caller was cancelled, and others with it.",
    "lost-exception": "A task failed and nobody looked at its exception.",
    "lost-task": "A task that nothing held on to was gone before it had ended.",
    "blocked-loop": "A call held the event loop's thread: nothing else could run.",
    "thread-pool-queue": "More calls than the thread pool has threads: the rest queued.",
    "one-after-another": "Work that could overlap ran one after the other.",
    "too-few-in-flight": "Fewer calls ran at the same time than could have run.",
    "stalled-batch": "Each batch waited for the slowest of the one before.",
    "drift": "Each round began some time after the end of the one before, not at its moment.",
    "slot-leak": "A place was taken and not given back: nothing runs, and none is free.",
    "queueing-instead-of-shedding": "What was to be refused at once waited for a place.",
    "no-back-pressure": "More was fetched, or kept for a receiver, than anybody takes.",
    "too-many-in-flight": "More ran at the same time than was allowed.",
    "over-the-rate": "More calls began within a stretch of time than was allowed.",
    "no-deadline": "Its time was over, and nothing ended what was under way.",
    "blocked-startup": "The app's start waited for something, so that it took no request.",
    "wrong-drain": "The app's stop waited for too much, or not for all that it should.",
    "too-slow": "It took longer than expected, for a reason the trace does not show.",
    "too-early": "The result was there before its work was done.",
    "fire-and-forget": "The response left while its work was still running.",
    "answered-not-ended": "The response said no, and the work for it went on.",
    "disconnect-unheard": "A visitor left, and the work for them went on.",
    "still-running": "A task, thread, client, session or connection was left open.",
    "half-done": "Of a change that belongs together, half was stored.",
    "check-then-act": "Many looked before the first one wrote, and all acted on what they saw.",
    "held-over-io": "A database connection was kept while somebody else was waited for.",
    "shared-session": "Two tasks used one session of the database at the same time.",
    "called-too-often": "A function was called more often than it should be.",
    "not-called": "A function that should have been called was not.",
    "wrong-argument": "A function was called with something else than it should be.",
    "wrong-status": "The response has another status code.",
    "wrong-value": "The value differs from the expected one.",
    "right-rejected": "A test of yours rejected a program that does all that is asked.",
    "wrong-accepted": "All tests of yours passed with a program that does something wrong.",
    "unexpected-error": "The suite met an exception that it did not expect.",
}

NOT_ABOUT_TIME = frozenset({"wrong-value", "wrong-argument", "right-rejected", "wrong-accepted"})
"""Diagnoses that a timeline says nothing about."""
NEEDS_A_LINE = frozenset({"wrong-status"})
"""Those that it says something about only when a line of the answer did something in time."""


def is_drawn(id: str, has_line: bool) -> bool:
    """Does a timeline help to see it; `has_line` says whether one of its rows has a line."""
    return id not in NOT_ABOUT_TIME and (has_line or id not in NEEDS_A_LINE)
