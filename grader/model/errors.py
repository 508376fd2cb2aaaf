"""What the grader says when it cannot work: one sentence, and the next step."""

PASSED = 0
FAILED = 1
UNUSABLE = 2
BROKE = 3
INTERRUPTED = 130
"""Exit codes: all passed, something did not, wrong usage or an unusable course, the grader
itself has failed, Ctrl-C."""


class GraderError(Exception):
    """A problem that is not the learner's answer: bad arguments, a broken course.

    `problem` says what and where, `remedy` what to do next; both are whole sentences.
    """

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(f"{problem} {remedy}")
        self.problem = problem
        self.remedy = remedy

    def __reduce__(self) -> tuple[type["GraderError"], tuple[str, str]]:
        """As it was made: a cluster's worker may raise it."""
        return type(self), (self.problem, self.remedy)
