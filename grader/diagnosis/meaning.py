"""One row of what exceptions mean: which exception it is about, and what it says."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """`error` is looked for in `Type: message`, `code` in the statement; `{1}` in the texts is
    what the first brackets of `error` hold, `{close}` the name that was probably meant, `{has}`
    the names that there are, `{call}` the function of the learner's. `in_thread`: it arose in a
    worker thread, or did not; `needs` names a field of the problem that may not be empty; `close`
    is looked for in that name."""

    error: str
    means: str
    next: str
    code: str = ""
    id: str = "server-error"
    in_thread: bool | None = None
    needs: str = ""
    close: str = ""
