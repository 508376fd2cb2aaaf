"""What is said of a WebSocket whose other end has left."""

import pytest

from grader.diagnosis import diagnose
from grader.model.evidence import Evidence, LeftOpenCheck, Problem, ValueCheck

HEARD = Problem(type="WebSocketDisconnect", message="(1005, None)", line=46)
HANDLER = LeftOpenCheck(expected="a handler that has ended", actual="the handler", running=True)


def test_a_task_that_heard_of_it_has_not_failed() -> None:
    """A value is wrong for a reason of its own; another exception of a task would be one."""
    check = ValueCheck(expected="1", actual="2", path="bidders", how="value")
    assert diagnose(Evidence(check=check, dead=[HEARD]), "a.py").diagnosis == "wrong-value"
    other = HEARD.model_copy(update={"type": "KeyError"})
    assert diagnose(Evidence(check=check, dead=[other]), "a.py").diagnosis == "lost-exception"


def test_who_heard_of_it_is_named() -> None:
    """A handler goes on, and the line whose task has heard is told; without one, nothing is."""
    failure = diagnose(Evidence(check=HANDLER, dead=[HEARD]), "a.py")
    assert (failure.diagnosis, failure.line) == ("still-running", 46)
    assert failure.why == (
        "The handler was left running. Line 46 heard that they had left: its task ended with "
        "WebSocketDisconnect, and what was left running waits for something else."
    )
    assert diagnose(Evidence(check=HANDLER), "a.py").why == "The handler was left running."


@pytest.mark.parametrize(
    ("type", "message", "code", "means"),
    [
        ("WebSocketDisconnect", "", "await other.send_json(bid)", "The other end"),
        ("WebSocketDisconnected", "WebSocket is not connected.", "", "That connection has ended"),
    ],
)
def test_its_exceptions_are_explained(type: str, message: str, code: str, means: str) -> None:
    """A send to somebody who has left raises, and so does what follows on that connection."""
    problem = Problem(type=type, message=message, line=7, code=code)
    why = diagnose(Evidence(server_errors=[problem]), "a.py").why
    assert why.startswith(f"Line 7 raised {type}")
    assert means in why
