"""`grader serve`: the learner's file as a real server, to try by hand."""

import contextlib
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from grader.cli.options import ID, app, one
from grader.model.errors import FAILED, PASSED, GraderError
from grader.system import HAS_POSIX

if TYPE_CHECKING:
    from grader.course.exercises import Exercise

HOST = "127.0.0.1"
PATIENCE = 5
"""Real seconds that a server may take to end, before it is killed."""
TIMES = r"\n%{http_code} after %{time_total} s\n"
OUTSIDE = re.compile(r"https?://[\w.-]+\.example\.com\b")


@app.command()
def serve(
    id: ID = None,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Where it listens.")] = 8000,
) -> None:
    """Serve your file with uvicorn, on the real clock; it starts anew when you save.

    Example: `grader serve checkout --port 8001`
    """
    from grader.course.folders import shown_path

    exercise = one(id)
    where = shown_path(exercise.stub)
    if not exercise.stub.is_file():
        raise GraderError(
            f"{where} is not there.", f"`grader reset {exercise.slug}` brings the stub back."
        )
    if not re.search(r"\bapp\b", exercise.original.read_text(encoding="utf-8", errors="replace")):
        raise GraderError(
            f"{exercise.slug} has no app that could be served.", f"Try: grader run {exercise.slug}"
        )
    _check_free(exercise, port)
    address = f"http://{HOST}:{port}"
    print(f"{where} at {address}/docs\n")
    for line in curl_lines(exercise.settings.requests, address):
        print(f"  {line}")
    outside = OUTSIDE.search(exercise.stub.read_text(encoding="utf-8", errors="replace"))
    if outside is not None:
        print(f"\n{outside[0]} is no real service: here each call of it fails.")
    print("\nCtrl-C ends it.\n", flush=True)
    raise typer.Exit(_run(exercise, port))


def curl_lines(requests: tuple[str, ...], address: str) -> list[str]:
    """A line for the shell for each request; a single one is also sent twice at once.

    A request is `GET /path` or `POST /path {"a": "JSON body"}`.
    """
    lines = [_curl(request, address) for request in requests]
    if len(requests) == 1:
        lines.append(_curl(requests[0], address, twice=True))
    return lines


def _curl(request: str, address: str, *, twice: bool = False) -> str:
    method, path, *body = request.split(" ", 2)
    words = ["curl", "-w", TIMES]
    if twice:
        words += ["-Z", "--parallel-immediate", "--no-progress-meter"]
    if method != ("POST" if body else "GET"):
        words += ["-X", method]
    if body:
        words += ["-H", "Content-Type: application/json", "-d", body[0]]
    return shlex.join([*words, *[address + path] * (2 if twice else 1)])


def _check_free(exercise: "Exercise", port: int) -> None:
    try:
        _listen(port)
    except PermissionError:
        raise GraderError(
            f"Port {port} may not be used.", f"Choose one above 1023: {_other(exercise, port)}"
        ) from None
    except OSError:
        raise GraderError(
            f"Port {port} is taken by another program.",
            f"End that program, or choose another port: {_other(exercise, port)}",
        ) from None


def _other(exercise: "Exercise", port: int) -> str:
    """The command with a port that is free now."""
    for candidate in range(max(port + 1, 1024), 65536):
        with contextlib.suppress(OSError):
            _listen(candidate)
            return f"grader serve {exercise.slug} --port {candidate}"
    return f"grader serve {exercise.slug} --port NUMBER"


def _listen(port: int) -> None:
    """Bind the port as uvicorn will, and let it go. Raises OSError when it is not free."""
    with socket.socket() as probe:
        if HAS_POSIX:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((HOST, port))


def _run(exercise: "Exercise", port: int) -> int:
    """Run uvicorn until it ends or we are told to stop; returns our exit code."""
    folder = str(exercise.stub.parent)
    command = [sys.executable, "-m", "uvicorn", f"{exercise.stub.stem}:app", "--app-dir", folder]
    command += ["--reload", "--reload-dir", folder, "--host", HOST, "--port", str(port)]
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.default_int_handler)
    # In a session of its own, so that it ends with everything that it has started.
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)
    try:
        return PASSED if process.wait() == 0 else FAILED
    except KeyboardInterrupt:
        return PASSED
    finally:
        _end(process)


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End the server and its children; those that do not go, or a second Ctrl-C, are killed."""
    if not HAS_POSIX:
        from grader.isolation import leftovers

        leftovers.kill_tree(process)
        process.wait()
        return
    try:
        process.terminate()
        process.wait(PATIENCE)
    except (subprocess.TimeoutExpired, KeyboardInterrupt):
        process.kill()
    process.wait()
    with contextlib.suppress(ProcessLookupError):  # when none of the group is left
        os.killpg(process.pid, signal.SIGKILL)
