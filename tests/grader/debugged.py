"""Drives debugpy as an editor does, over the Debug Adapter Protocol, for one run of pytest."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

REAL_SECONDS = 60
"""How long one step may take: a guard."""
TRIES = 3


class Editor:
    """The editor's end of the protocol."""

    def __init__(self, connection: socket.socket) -> None:
        self._file = connection.makefile("rwb")
        self._number = 0
        self.stops = 0

    def ask(self, command: str, **arguments: Any) -> None:
        """Send a request; its response is read by `until`."""
        self._number += 1
        message = {
            "seq": self._number,
            "type": "request",
            "command": command,
            "arguments": arguments,
        }
        data = json.dumps(message).encode()
        self._file.write(b"Content-Length: %d\r\n\r\n" % len(data) + data)
        self._file.flush()

    def messages(self) -> Iterator[dict[str, Any]]:
        while True:
            length = 0
            while (line := self._file.readline()) not in (b"\r\n", b""):
                length = int(line.split(b":")[1])
            if not length:
                return
            yield json.loads(self._file.read(length))

    def until(self, kind: str, name: str) -> dict[str, Any]:
        """The next response to, or event of, that name."""
        key = "event" if kind == "event" else "command"
        for message in self.messages():
            if message["type"] == kind and message[key] == name:
                return message
        raise AssertionError(f"the debugger has gone before its {name}")

    def debug(self, file: Path, line: int, pause_real_seconds: float) -> None:
        """Stop at each visit of that line for so long, until the program has ended."""
        self.ask("initialize", adapterID="awaitlings", pathFormat="path")
        self.until("response", "initialize")
        self.ask("attach", justMyCode=True)
        self.until("event", "initialized")
        self.ask("setBreakpoints", source={"path": str(file)}, breakpoints=[{"line": line}])
        self.until("response", "setBreakpoints")
        self.ask("configurationDone")
        for message in self.messages():
            name = message.get("event")
            if name == "stopped":
                self.stops += 1
                time.sleep(pause_real_seconds)
                self.ask("continue", threadId=message["body"]["threadId"])
            elif name == "terminated":
                self.ask("disconnect")
                return


def run(words: list[str], root: Path, file: Path, line: int, pause: float) -> tuple[int, str, int]:
    """Debug `pytest *words` in `root`: its exit code, what it printed, how often it stopped."""
    said = ""
    for _ in range(TRIES):
        process, port = _listening(words, root)
        with process:
            try:
                with _connected(port, process) as connection:
                    if connection is not None:
                        editor = Editor(connection)
                        editor.debug(file, line, pause)
                said, _ = process.communicate(timeout=REAL_SECONDS)
            finally:
                process.kill()
        if connection is not None:
            return process.returncode, said, editor.stops
    raise AssertionError(f"debugpy ended each time before an editor could reach it: {said}")


def _listening(words: list[str], root: Path) -> "tuple[subprocess.Popen[str], int]":
    """A pytest that waits for an editor, and its port; who else takes that first ends it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-Xfrozen_modules=off", "-m", "debugpy", "--listen", str(port)]
    command += ["--wait-for-client", "-m", "pytest", "-p", "no:cacheprovider", *words]
    process = subprocess.Popen(
        command,
        cwd=root,
        env={**os.environ, "PYDEVD_DISABLE_FILE_VALIDATION": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return process, port


@contextmanager
def _connected(port: int, process: "subprocess.Popen[str]") -> Iterator[socket.socket | None]:
    """A connection to it; none when it has ended."""
    connection = None
    while connection is None and process.poll() is None:
        try:
            connection = socket.create_connection(("127.0.0.1", port), timeout=REAL_SECONDS)
        except OSError:
            time.sleep(0.05)
    if connection is None:
        yield None
        return
    with connection:
        yield connection
