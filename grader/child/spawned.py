"""Where a child begins that was not forked: it imports everything itself, then takes its job."""

import gc
import os
import pickle
import sys
from typing import Any


def main(task: dict[str, Any]) -> None:
    """Grade the one job that comes over the standard input; events go to what is the output."""
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
        return  # nobody wants it
    # What libraries had to say is no failure; what is written from now on is one.
    os.lseek(2, 0, os.SEEK_SET)
    os.ftruncate(2, 0)
    grade(channel, job)
