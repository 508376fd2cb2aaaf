"""What no answer needs, by name, and why: for gate.py and audit.py.

Some of it has no honest use: the file is refused. The rest, which an answer may well have for
itself, is noted for a teacher and graded; while it runs, the audit and the seals hold it.
"""

MODULES = {
    **dict.fromkeys(
        "_ctypes _testcapi _testinternalcapi cffi ctypes".split(),
        "reaches into the interpreter's memory",
    ),
    **dict.fromkeys(
        "_frozen_importlib _frozen_importlib_external _imp imp importlib pkgutil pydoc "
        "zipimport".split(),
        "loads other files than the answer",
    ),
    **dict.fromkeys(
        "_pytest grader pluggy pytest pytest_asyncio pytest_timeout respx".split(),
        "belongs to the grader",
    ),
    **dict.fromkeys(("_interpreters", "_xxsubinterpreters"), "starts another interpreter"),
    **dict.fromkeys(("code", "codeop"), "runs code that cannot be read beforehand"),
    **dict.fromkeys(("nt", "posix"), "goes past os"),
    "_sqlite3": "goes past sqlite3",
    "_posixsubprocess": "starts another program",
    "bdb": "follows the code that judges the answer",
    "builtins": "changes what every module sees",
    "gc": "finds every object of the process",
    "linecache": "changes what messages show",
    "marshal": "makes code that cannot be read beforehand",
    "mock": "replaces what belongs to others",
    "runpy": "runs other files than the answer",
    "unittest": "replaces or skips what judges the answer",
}
"""Modules that are refused, and why."""
NOTED_MODULES = frozenset("builtins gc mock pytest pytest_asyncio respx unittest".split())
"""Those that are noted and graded: an answer gets a stand-in for them, of standins.py."""
ALLOWED_MODULES = ("importlib.metadata", "importlib.resources")

INSPECT = frozenset(
    "Parameter Signature cleandoc getdoc isabstract isasyncgen isasyncgenfunction isawaitable "
    "isbuiltin isclass iscoroutine iscoroutinefunction isfunction isgenerator "
    "isgeneratorfunction ismethod isroutine markcoroutinefunction signature".split()
)
"""What an answer may take from `inspect`: questions about its own functions."""

FUNCTIONS = {
    "os": {
        **dict.fromkeys(("_exit", "abort"), "ends the process that judges the answer"),
        **dict.fromkeys(("fork", "forkpty", "register_at_fork"), "copies the grader's process"),
        **dict.fromkeys(("kill", "killpg", "setpgid", "setpgrp", "setsid"), "acts on processes"),
        **dict.fromkeys(("popen", "system"), "starts another program"),
        **dict.fromkeys(
            ("close", "closerange", "dup", "dup2", "fdopen", "pread", "pwrite", "read", "write"),
            "uses files that others have opened",
        ),
    },
    "signal": dict.fromkeys(("pthread_kill", "raise_signal"), "acts on processes"),
    "sys": {
        **dict.fromkeys(
            ("_current_exceptions", "_current_frames", "_getframe", "_getframemodulename"),
            "looks at the frames of the code that judges the answer",
        ),
        **dict.fromkeys(
            ("addaudithook", "call_tracing", "monitoring", "setprofile", "settrace"),
            "follows the code that judges the answer",
        ),
        **dict.fromkeys(
            ("meta_path", "modules", "path_hooks", "path_importer_cache"),
            "reaches every module of the process",
        ),
    },
    "threading": dict.fromkeys(
        ("setprofile", "setprofile_all_threads", "settrace", "settrace_all_threads"),
        "follows the code that judges the answer",
    ),
    "string": {"Formatter": "reads attributes by names made up here"},
    "types": {"CodeType": "makes code that cannot be read beforehand"},
}
"""Functions of modules that are allowed otherwise, and why each is refused."""
DISTINCTIVE = {
    "currentframe": "looks at the frames of the code that judges the answer",
    "_exit": "ends the process that judges the answer",
    **{name: why for name, why in FUNCTIONS["sys"].items() if name != "monitoring"},
}
"""Names with one meaning only: refused as attributes of anything."""
NOTED_FUNCTIONS = frozenset(
    "os.close os.closerange os.dup os.dup2 os.fdopen os.fork os.forkpty os.kill os.killpg os.popen "
    "os.pread os.pwrite os.read os.system os.write signal.raise_signal".split()
)
"""Those that are noted and graded; an event of the audit or the channel's signature holds them."""
INSIDE_INSPECT = frozenset(
    "getargvalues getasyncgenlocals getattr_static getclosurevars getcoroutinelocals "
    "getgeneratorlocals getinnerframes getmembers_static getouterframes stack trace".split()
)
"""What `inspect` has for debuggers: refused; its other questions are noted."""
QUESTIONS = ("classify", "currentframe", "get", "unwrap")
OS_FAMILIES = ("exec", "posix_spawn", "spawn")

FRAMES = "looks at the frames of the code that judges the answer"
INSIDES = "opens up functions that are not the answer's own"
CLOCK = "reaches into the clock"
ATTRIBUTES = {
    **dict.fromkeys(
        "ag_frame cr_frame f_back f_builtins f_code f_globals f_locals f_trace gi_frame "
        "tb_frame tb_next "
        # They hand frames out, or what a test awaits.
        "_fut_waiter ag_await cr_await gi_yieldfrom get_stack print_stack "
        "walk_stack walk_tb".split(),
        FRAMES,
    ),
    **dict.fromkeys(
        "__builtins__ __closure__ __code__ __defaults__ __globals__ __kwdefaults__ __self__ "
        "__subclasses__ __mro__ __bases__ ag_code cell_contents cr_code gi_code co_code "
        "co_consts".split(),
        INSIDES,
    ),
    **dict.fromkeys("_run_once _scheduled now_ns now_ns_of _virtual_clock".split(), CLOCK),
    "set_trace_callback": "stops what lets a query take its time",
    **dict.fromkeys(
        "__awaitlings_call__ _awaitlings_record _awaitlings_trace".split(), "belongs to the grader"
    ),
    **dict.fromkeys(
        "BaseConfigurator DictConfigurator ImportString import_from_string resolve_name".split(),
        "loads other files than the answer",
    ),
    "__awaitlings_dict__": "belongs to the grader",
    "__loader__": "loads other files than the answer",
}
"""Attributes that are refused wherever they stand, and why."""
NOTED_ATTRIBUTES = frozenset(
    "__bases__ __code__ __defaults__ __kwdefaults__ __mro__ __self__ __subclasses__ ag_await "
    "ag_code co_code co_consts cr_await cr_code currentframe f_code f_trace get_stack gi_code "
    "gi_yieldfrom import_from_string meta_path modules path_hooks path_importer_cache "
    "print_stack tb_frame tb_next walk_stack walk_tb".split()
)
"""Those that are noted and graded, wherever they stand."""
OWN_NAMES = frozenset(
    "BaseConfigurator DictConfigurator ImportString _getframe _run_once _scheduled "
    "call_tracing monitoring now_ns now_ns_of resolve_name setprofile "
    "settrace".split()
)
"""Names that are the answer's own where its file defines them: noted, and free on `self`."""
CALLS = {
    "__import__": "imports what cannot be read beforehand",
    "compile": "runs code that cannot be read beforehand",
    "eval": "runs code that cannot be read beforehand",
    "exec": "runs code that cannot be read beforehand",
}
"""Builtins that are refused, and why."""
REPORTS = frozenset(
    "extract_tb format_exception format_tb print_exception print_tb with_traceback".split()
)
"""Functions that get an exception's `__traceback__` to print or keep it."""
RAW_SETTERS = ("__delattr__", "__getattribute__", "__setattr__")
ASSIGNABLE = frozenset(
    "sys.excepthook sys.ps1 sys.stderr sys.stdin sys.stdout sys.tracebacklimit sys.unraisablehook "
    "threading.excepthook warnings.formatwarning warnings.showwarning".split()
)
"""Hooks that Python offers for assignment; `logging`'s own settings are free as well."""
CHANGES = "changes what other code relies on"
NOTED_CHANGES = frozenset({"json.JSONEncoder.default"})
SUSPICIOUS_ATTRIBUTES = {
    "clock": "may be the clock of the loop",
    **dict.fromkeys(
        ("__getstate__", "__match_args__", "__reduce__", "__reduce_ex__"),
        "hands out an object's insides",
    ),
    **dict.fromkeys(("_mounts", "_state", "_transport"), "reaches into another's client"),
    **dict.fromkeys(("dispatch", "identity_map"), "reaches into SQLAlchemy"),
    "get_task_factory": "hands out what follows the tasks",
}
"""Noted only, unless the file defines them."""
SUSPICIOUS_CALLS = {
    **dict.fromkeys(
        ("asyncio.Future.set_exception", "asyncio.Future.set_result"), "ends the task of another"
    ),
    "importlib.metadata.EntryPoint": "loads by a name made up here",
    "os.link": "gives a file a second name",
    "sqlite3.Connection": "opens a connection that nobody watches",
}
"""Noted only: a trick needs them, and an answer hardly ever."""
RELIED_ON = frozenset(
    "_sqlite3 aiosqlite anyio asyncio builtins concurrent contextlib fastapi grader httpx inspect "
    "json operator os pluggy pydantic pydantic_core queue random secrets select selectors signal "
    "socket sqlalchemy sqlite3 starlette sys threading time types weakref".split()
)
"""Assigning to an attribute in these is refused; in other modules it is noted."""


def is_refused_module(name: str) -> str | None:
    """Why a module may not be imported, or None."""
    if name in ALLOWED_MODULES or name.startswith(tuple(f"{m}." for m in ALLOWED_MODULES)):
        return None
    return MODULES.get(name.partition(".")[0])


def is_noted_module(name: str) -> bool:
    """Whether a refused module is noted only: an answer gets a stand-in for it."""
    return name.partition(".")[0] in NOTED_MODULES


def refused_function(module: str, name: str) -> str | None:
    """Why a function of an allowed module may not be used, or None."""
    if module == "os" and name.startswith(OS_FAMILIES):
        return "starts another program"
    if module == "inspect" and name not in INSPECT:
        return FRAMES
    return FUNCTIONS.get(module, {}).get(name)


def is_noted_function(module: str, name: str) -> bool:
    """Whether a refused function of an allowed module is noted only, and graded."""
    if module == "os" and name.startswith(OS_FAMILIES):
        return True
    if module == "inspect":
        return name.startswith(QUESTIONS) and name not in INSIDE_INSPECT
    return f"{module}.{name}" in NOTED_FUNCTIONS
