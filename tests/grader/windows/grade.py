"""Grades answers to checkout, a JSON object of names and texts on the standard input.

Prints the verdicts under the same names. Children learn PYTHONPATH as well, so that they have
no more of a system than this program.
"""

import json
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from grader.course import exercises as course
from grader.course import folders
from grader.parent import python, session
from grader.parent.runner import Runner
from tests.grader.unaudited import unaudited

GUARD_SECONDS = 0.5
DEAF = "deaf"
"""The name of an answer that only the runner itself can end."""
RUNNER_REAL_SECONDS = 8.0


def main() -> None:
    python.KEPT_VARIABLES = (*python.KEPT_VARIABLES, "PYTHONPATH")
    root = folders.find_root(Path(__file__).parent)
    checkout = course.read(root, root / "tests" / "exercises" / "06_checkout")
    texts: dict[str, str] = json.load(sys.stdin)
    verdicts = {}
    with tempfile.TemporaryDirectory() as folder:
        orders = {}
        for name, text in texts.items():
            path = Path(folder, name, "checkout.py")
            path.parent.mkdir()
            path.write_text(text, encoding="utf-8")
            order = session.order(checkout, path, "checkout.py", "virtual")
            assert order.job is not None
            job = replace(order.job, guard_seconds=GUARD_SECONDS)
            orders[name] = replace(order, job=job)
        with unaudited():
            if DEAF in orders:
                (verdicts[DEAF],) = Runner(1, RUNNER_REAL_SECONDS).run([orders.pop(DEAF)])
            verdicts |= zip(orders, Runner(2).run(list(orders.values())), strict=True)
    print(json.dumps({name: verdict.model_dump() for name, verdict in verdicts.items()}))


if __name__ == "__main__":
    main()
