"""The entry of a child that was not forked: it imports everything, then reads its job."""

import gc
import os
import pickle
import sys
from typing import Any


def main(task: dict[str, Any]) -> None:
    """Grade the one job that comes over standard input; events go over standard output."""
    channel = os.dup(1)
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.close(null)
    from grader.child.main import main as grade
    from grader.child.tampering import hide_test_names

    hide_test_names()
    gc.collect()
    gc.freeze()
    try:
        job = pickle.load(sys.stdin.buffer)
    except EOFError:
        return  # the parent has ended, or needs no child
    # Forget what libraries wrote while they were imported: from here on, output means failure.
    os.lseek(2, 0, os.SEEK_SET)
    os.ftruncate(2, 0)
    grade(channel, job)
