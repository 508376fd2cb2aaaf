"""`grader serve`: what it prints works, and Ctrl-C leaves nothing."""

import asyncio
import importlib.util
import json
import re
import shutil
import socket
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import httpx
import pexpect
import pytest
import respx
import typer.testing

from grader import clock
from grader.cli import app
from grader.cli.serve import curl_lines
from grader.course import exercises as course
from grader.course import folders
from grader.course.exercises import Exercise
from grader.model.errors import GraderError

ROOT = folders.find_root(Path(__file__).parent)
EXERCISES = course.load(ROOT).exercises


def test_curl_lines() -> None:
    """A line for each request; a lone request comes again, twice at once."""
    address = "http://127.0.0.1:8000"
    fast, slow = curl_lines(("GET /fast", "DELETE /slow?at=1&for=2"), address)
    times = r"curl -w '\n%{http_code} after %{time_total} s\n'"
    assert fast == f"{times} {address}/fast"
    assert slow == f"{times} -X DELETE '{address}/slow?at=1&for=2'"
    once, twice = curl_lines(('POST /a {"who": "O\'Neil"}',), address)
    body = """-H 'Content-Type: application/json' -d '{"who": "O'"'"'Neil"}'"""
    assert once == f"{times} {body} {address}/a"
    assert twice.endswith(f"{body} {address}/a {address}/a")
    assert " -Z --parallel-immediate " in twice


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.folder)
def test_what_is_suggested_reaches_the_exercise(
    exercise: Exercise, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every request that is suggested is one that the solution has an answer for.

    That is a 200, or what the exercise's own code says instead: never a route that is not
    there, nor a body that does not fit. Other services are stood in for.
    """
    copy = tmp_path / exercise.file  # a solution may write its database beside itself
    shutil.copy(exercise.solution, copy)
    spec = importlib.util.spec_from_file_location(exercise.slug, copy)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, exercise.slug, module)
    monkeypatch.syspath_prepend(tmp_path)  # where a worker process looks, as in uvicorn's --app-dir
    spec.loader.exec_module(module)

    async def statuses() -> list[httpx.Response]:
        transport = httpx.ASGITransport(module.app)
        async with (
            module.app.router.lifespan_context(module.app),
            httpx.AsyncClient(transport=transport, base_url="http://test") as client,
        ):
            found = []
            for request in exercise.settings.requests:
                method, path, *body = request.split(" ", 2)
                sent = json.loads(body[0]) if body else None
                found.append(await client.request(method, path, json=sent))
            return found

    with respx.mock(assert_all_called=False) as outside, closing(clock.VirtualLoop()) as loop:
        outside.route(host__regex=r".*\.example\.com").respond(
            json={"answer": 1, "km": 3, "cents": 450, "rate": 1.1}
        )
        asyncio.set_event_loop(loop)
        responses = loop.run_until_complete(statuses())
        asyncio.set_event_loop(None)
    assert responses, "exercise.toml names no requests"
    for response in responses:
        own = response.status_code in (404, 503) and response.json() != {"detail": "Not Found"}
        assert response.status_code < 400 or own, response.text


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def alive(group: int) -> list[str]:
    """The processes of the group that are more than an entry in the table."""
    done = subprocess.run(
        ["ps", "-A", "-o", "pgid=,stat=,args="], capture_output=True, text=True, check=True
    )
    rows = [row.split(None, 2) for row in done.stdout.splitlines()]
    return [row[2] for row in rows if row[0] == str(group) and not row[1].startswith("Z")]


# A real server on real sockets, whose start and whose watch for changes take real seconds.
@pytest.mark.timeout(120)
@pytest.mark.skipif(shutil.which("curl") is None, reason="the printed lines are curl's")
def test_a_file_is_served_until_ctrl_c(starter: Path) -> None:
    """The printed lines work as they stand, a saved change is served, Ctrl-C ends all of it."""
    answer = starter / "exercises/06_checkout/checkout.py"
    text = (ROOT / "solutions/06_checkout/checkout.py").read_text().replace("sleep(1)", "sleep(0)")
    answer.write_text(text)
    port = str(free_port())
    child = pexpect.spawn(
        sys.executable,
        ["-m", "grader", "serve", "checkout", "--port", port],
        cwd=str(starter),
        dimensions=(40, 400),
        timeout=50,
        encoding="utf-8",
    )
    child.expect(r"reloader process \[(?:\x1b\[\d+m)*(\d+)")
    pid = int(child.match.group(1))
    printed = re.sub(r"\x1b\[[\d;]*m", "", str(child.before))
    assert f"exercises/06_checkout/checkout.py at http://127.0.0.1:{port}/docs\r\n" in printed
    child.expect("Application startup complete")

    def sh(line: str) -> str:
        done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=True)
        return done.stdout

    once, twice = [line.strip() for line in printed.splitlines() if line.startswith("  curl")]
    assert '"payment":{"order":12345,"status":"paid"}' in sh(once)
    assert sh(twice).count("200 after ") == 2
    assert "swagger" in sh(f"curl -s http://127.0.0.1:{port}/docs")

    answer.write_text(text.replace('"email": email', '"email": "changed"'))
    child.expect("Application startup complete")
    assert '"email":"changed"' in sh(once)

    child.sendintr()
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
    deadline = time.monotonic() + 10
    while left := alive(pid):
        assert time.monotonic() < deadline, left
        time.sleep(0.05)


def test_a_port_that_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """One sentence, and the same command with a port that is free."""
    monkeypatch.chdir(ROOT)
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        result = typer.testing.CliRunner().invoke(app, ["serve", "checkout", "--port", str(port)])
    assert isinstance(result.exception, GraderError)
    assert result.exception.problem == f"Port {port} is taken by another program."
    assert re.search(r": grader serve checkout --port \d+$", result.exception.remedy)
    assert result.stdout == ""


def test_a_file_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing file is told before anything starts."""
    shutil.copytree(
        ROOT / "tests/exercises/06_checkout", tmp_path / "tests" / "exercises" / "06_checkout"
    )
    monkeypatch.chdir(tmp_path)
    result = typer.testing.CliRunner().invoke(app, ["serve", "checkout"])
    assert isinstance(result.exception, GraderError)
    assert result.exception.remedy == "`grader reset checkout` brings the stub back."
