"""The answer's own worker processes, where they are no forks of its process.

Python 3.14 starts them by forkserver, macOS and Windows by spawn: such a worker begins empty and
imports what it is sent by its name. Under uvicorn it finds the answer in --app-dir; a staged
answer lies on nobody's path. So each worker runs this module first, in the place of the main
module: it loads the answer under its name, as its parent did, and as audited as there.
"""

import base64
import json
import multiprocessing
import multiprocessing.spawn
import sys
from pathlib import Path
from typing import Any

from grader.security import audit

AS_MAIN = "__mp_main__"
"""The name under which multiprocessing.spawn.prepare runs what stands for the main module."""
FOR_FORKSERVER = "ignore"
"""The name in what a forkserver itself gets, which is no worker."""
PRELOADED = ["fastapi", "grader.security.audit"]
"""What a forkserver imports once for all its workers: an answer's imports, for the most part."""

_real_data = multiprocessing.spawn.get_preparation_data
_answer: list[str] = []


def tell(data: bytes, shown: str, staged: Path, walls: audit.Walls | None = None) -> None:
    """From now on workers know this answer; with `walls` they are audited."""
    kept = walls and [str(walls[0]), [*map(str, walls[1])]]
    answer = [base64.b64encode(data).decode(), shown, str(staged), kept]
    _answer[:] = [json.dumps(answer)]
    multiprocessing.spawn.get_preparation_data = data_of_worker
    if "forkserver" in multiprocessing.get_all_start_methods():
        multiprocessing.set_forkserver_preload(PRELOADED)


def data_of_worker(name: str) -> dict[str, Any]:
    """What a worker is sent before its work: after `sys.argv` also the answer."""
    sent = _real_data(name)
    if name != FOR_FORKSERVER:
        sent["sys_argv"] = [*sent["sys_argv"], *_answer]
        sent["init_main_from_name"] = __name__
        sent.pop("init_main_from_path", None)
    return sent


def main() -> None:
    """In the worker: load the answer that stands behind its arguments."""
    encoded, shown, staged, walls = json.loads(sys.argv.pop())
    data, place = base64.b64decode(encoded), Path(staged)
    code = compile(data, shown, "exec", dont_inherit=True)
    if walls is not None:
        home, closed = walls
        kept = Path(home), tuple(map(Path, closed))
        audit.hide()
        audit.Audit(shown, kept, lambda _flag: None).begin()
    exec(code, vars(audit.fresh(place.stem, data, shown, place)))


if __name__ == AS_MAIN:
    main()
