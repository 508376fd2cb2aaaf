"""What is taken of a folder: the file itself, opened first and looked at then."""

import os
import socket
import threading
from pathlib import Path

import pytest

from grader.security import intake
from grader.system import HAS_POSIX

SHOWN = "06_checkout/checkout.py"
GOOD = b"app = None\n"

pytestmark = pytest.mark.skipif(not HAS_POSIX, reason="links, pipes and dir_fd are POSIX")


def told(path: Path) -> str:
    """The status and the sentence."""
    taken = intake.take(path, SHOWN)
    return taken.decode() if isinstance(taken, bytes) else f"{taken.status}: {taken.sentence}"


def test_a_file_is_taken(tmp_path: Path) -> None:
    """Byte by byte."""
    path = tmp_path / "checkout.py"
    path.write_bytes(GOOD)
    assert intake.take(path, SHOWN) == GOOD


def test_a_link_to_itself(tmp_path: Path) -> None:
    """The answer, its folder or a folder above: one sentence each, and no exception."""
    (tmp_path / "checkout.py").symlink_to("checkout.py")
    (tmp_path / "folder").symlink_to("folder")
    assert "checkout.py is a symbolic link" in told(tmp_path / "checkout.py")
    for path in ("folder/checkout.py", "folder/deeper/checkout.py"):
        assert told(tmp_path / path).startswith("broken: ")
        assert "in a folder that is a symbolic link" in told(tmp_path / path)


def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    """A named pipe without a writer, a socket, a device."""
    os.mkfifo(tmp_path / "pipe.py")
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(tmp_path / "socket.py"))
        for path in (tmp_path / "pipe.py", tmp_path / "socket.py", Path("/dev/zero")):
            assert told(path) == f"broken: {SHOWN} is not a regular file."


def test_a_bounded_number_of_bytes_is_read(tmp_path: Path) -> None:
    """Whatever the size was when somebody looked."""
    path = tmp_path / "checkout.py"
    path.write_bytes(b"#" * intake.MAX_BYTES)
    assert len(intake.take(path, SHOWN)) == intake.MAX_BYTES  # type: ignore[arg-type]
    os.truncate(path, 10 << 30)
    assert "an answer has at most 256 kB" in told(path)


def test_nothing_gets_in_between(tmp_path: Path) -> None:
    """While somebody swaps the file for a link and back, what is taken is never the link's."""
    path, other = tmp_path / "checkout.py", tmp_path / "other.py"
    other.write_bytes(b"secret = 1\n")
    path.write_bytes(GOOD)
    over = threading.Event()

    def swap() -> None:
        link, file = tmp_path / "link", tmp_path / "file"
        while not over.is_set():
            link.symlink_to(other)
            link.replace(path)
            file.write_bytes(GOOD)
            file.replace(path)

    swapping = threading.Thread(target=swap)
    swapping.start()
    try:
        assert {told(path) for _ in range(2000)} <= {
            GOOD.decode(),
            f"broken: {SHOWN} is a symbolic link: put the file itself there.",
            f"broken: {SHOWN} cannot be read: Too many levels of symbolic links.",
        }
    finally:
        over.set()
        swapping.join()
