"""Each wrong answer of the course in one real pseudo-terminal, which take turns."""

from pathlib import PurePosixPath

import pytest

from grader.system import HAS_POSIX
from tests.grader import terminals


# One command for each of some two hundred answers: minutes.
@pytest.mark.thorough
@pytest.mark.timeout(1800)
@pytest.mark.skipif(not HAS_POSIX, reason="the pseudo-terminal of the test is POSIX's")
@pytest.mark.parametrize("part", range(4))
def test_every_wrong_answer_in_a_real_terminal(part: int) -> None:
    """No line too wide, no escape code under NO_COLOR, ASCII where that is all, no frames."""
    poor = [
        f"{path.parent.parent.name}/{path.stem} in {terminal.name}: {problem}"
        for terminal, exercise, path in terminals.chosen(1)[part::4]
        for problem in terminals.unfit(terminals.screen(exercise, path, terminal), terminal)
    ]
    assert poor == []


def test_what_is_unfit_is_found() -> None:
    """A screen with each fault is told, and one without any is not."""
    wide, _, plain, ascii_only = terminals.TERMINALS
    good = f"  Next: read on\n  {PurePosixPath('/tmp', *80 * ['x'])}/y.py:1\n"
    assert list(terminals.unfit(good, plain)) == []
    assert list(terminals.unfit(f"\x1b[1m{good}\x1b[0m", wide)) == []
    assert list(terminals.unfit(f"\x1b[1m{good}", plain)) == [
        "an escape code: '\\x1b[1m  Next: read on\\n'"
    ]
    assert list(terminals.unfit(good.replace("read", "réad"), ascii_only)) == ["not ASCII: '\\xe9'"]
    assert list(terminals.unfit("Traceback", wide)) == [
        "no next step",
        "not for a learner: Traceback",
    ]
    assert list(terminals.unfit(f"{good}  │ Traceback\n", wide)) == []
    assert list(terminals.unfit(good + "x" * 81, wide)) == [f"too wide: {'x' * 81}"]
