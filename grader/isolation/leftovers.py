"""Finds and ends what an answer left running, also what left its group and its session.

unix.py and windows.py say how; what only a warm server asks stands in unix.py alone.
"""

from grader.system import HAS_POSIX

if HAS_POSIX:
    from grader.isolation.unix import exists, is_stopped, kill_group, kill_marked, kill_tree
else:
    from grader.isolation.windows import exists, is_stopped, kill_group, kill_marked, kill_tree

__all__ = ["MARKER", "exists", "is_stopped", "kill_group", "kill_marked", "kill_tree"]

MARKER = "AWAITLINGS_SERVER"
"""Environment variable that a server and its descendants inherit: by it they are found."""
