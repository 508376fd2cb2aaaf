"""What a look at the learner's file finds: statements that nobody means, and time limits."""

from typing import Literal

from grader.model.spans import Line, Model, Moment

SlipKind = Literal[
    "idle",
    "not_raised",
    "returned",
    "pair",
    "list_is_true",
    "list_of_one",
    "local_only",
    "thread_wakes",
    "return_in_finally",
    "disposes",
    "real_wait",
    "other_clock",
    "swallows",
    "dropped_task",
    "not_awaited",
    "sync_client",
    "no_lifespan",
    "app_state",
    "handed_call",
    "swapped_status",
    "decorated_status",
    "async_in_thread",
    "no_commit",
    "response_model",
    "second_yield",
    "kept_behind_yield",
    "own_lock",
    "converts",
    "cached_coroutine",
    "content_type",
    "module_state",
    "truth",
    "cancels",
    "own_background",
    "anext",
    "streamed_out_of",
    "gather",
    "changed_late",
    "managed_dependency",
    "pool_limits",
    "acquires",
    "cached",
]


class Slip(Model):
    """A statement that Python takes and nobody means: what it is, its code and line."""

    kind: SlipKind
    code: str
    line: Line


class Limit(Model):
    """A time limit in the learner's file."""

    code: str
    line: Line
    limit_seconds: Moment
