"""Frames over a socket between judge and host: JSON, with its length before it."""

import json
import socket
import struct
from typing import Any

from grader.model.endings import SILENT

MAX_FRAME = 8 << 20
"""Bytes of one frame at most."""
MAX_BYTES = 128 << 20
"""Bytes that are read of one host at most."""
_LENGTH = struct.Struct("!I")


class Unheard(BaseException):
    """Why there is no opinion; a BaseException, so that no suite takes it for a result."""


class Gone(Unheard):
    """The other side has ended, or says nothing for too long."""


class Nonsense(Unheard):
    """The other side has said what has no meaning."""


class Unplayable(Unheard):
    """Something is needed that cannot cross."""


class Line:
    """One end. `real_seconds` is how long it waits for the other."""

    def __init__(self, sock: socket.socket, real_seconds: float | None = None) -> None:
        self._sock = sock
        self._sock.settimeout(real_seconds)
        self._read = 0

    def put(self, thing: Any) -> None:
        """Raises Gone, Unplayable."""
        data = json.dumps(thing, separators=(",", ":")).encode()
        if len(data) > MAX_FRAME:
            raise Unplayable("more than can be sent at once")
        try:
            self._sock.sendall(_LENGTH.pack(len(data)) + data)
        except OSError as error:
            raise _gone(error) from None

    def get(self) -> Any:
        """Raises Gone, Nonsense."""
        (length,) = _LENGTH.unpack(self._exactly(_LENGTH.size))
        self._read += length
        if length > MAX_FRAME or self._read > MAX_BYTES:
            raise Nonsense("more than anybody has to say")
        try:
            return json.loads(self._exactly(length))
        except (ValueError, RecursionError):
            raise Nonsense("a frame that is no JSON") from None

    def close(self) -> None:
        self._sock.close()

    def _exactly(self, length: int) -> bytes:
        found = bytearray()
        while len(found) < length:
            try:
                piece = self._sock.recv(min(length - len(found), 1 << 20))
            except OSError as error:
                raise _gone(error) from None
            if not piece:
                raise Gone("it has ended")
            found += piece
        return bytes(found)


def _gone(error: OSError) -> Gone:
    return Gone(SILENT if isinstance(error, TimeoutError) else "it has ended")
