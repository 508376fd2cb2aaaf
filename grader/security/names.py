"""What no answer needs, by name, and why: for gate.py and audit.py.

A name here costs no point. It is a note for whoever reads the report.
"""

FRAMES = "looks at the frames of the code that judges the answer"
INSIDES = "opens up functions that are not the answer's own"
CLOCK = "reaches into the clock"
CHANGES = "changes what other code relies on"
UNREAD = "runs code that cannot be read beforehand"
PROCESS = "reaches all of the process"

MODULES = {
    **dict.fromkeys(
        "_ctypes _testcapi _testinternalcapi cffi ctypes".split(),
        "reaches into the interpreter's memory",
    ),
    **dict.fromkeys(
        "_frozen_importlib _frozen_importlib_external _imp _interpreters _xxsubinterpreters code "
        "codeop imp importlib marshal pkgutil pydoc runpy zipimport".split(),
        UNREAD,
    ),
    **dict.fromkeys(
        "_pytest grader mock pluggy pytest pytest_asyncio pytest_timeout respx unittest".split(),
        "belongs to tests",
    ),
    **dict.fromkeys(
        "_posixsubprocess _sqlite3 nt posix".split(), "goes past what the grader listens to"
    ),
    **dict.fromkeys("bdb builtins gc linecache".split(), PROCESS),
}
ALLOWED_MODULES = ("importlib.metadata", "importlib.resources")
INSPECT = frozenset(
    "Parameter Signature cleandoc getdoc isabstract isasyncgen isasyncgenfunction isawaitable "
    "isbuiltin isclass iscoroutine iscoroutinefunction isfunction isgenerator "
    "isgeneratorfunction ismethod isroutine markcoroutinefunction signature".split()
)
"""What an answer may take from `inspect`: questions about its own functions."""
FUNCTIONS = {
    **dict.fromkeys(
        "sys.call_tracing sys.meta_path sys.modules sys.monitoring sys.path_hooks "
        "sys.path_importer_cache sys.setprofile sys.settrace threading.setprofile "
        "threading.settrace".split(),
        PROCESS,
    ),
    **dict.fromkeys(
        "asyncio.Future.set_exception asyncio.Future.set_result".split(),
        "ends the task of another",
    ),
    "importlib.metadata.EntryPoint": UNREAD,
    "string.Formatter": INSIDES,
    "types.CodeType": UNREAD,
}
"""Functions of modules that are free otherwise; what the audit hears of needs no line here."""
ATTRIBUTES = {
    **dict.fromkeys(
        "_current_exceptions _current_frames _fut_waiter _getframe _getframemodulename ag_await "
        "ag_frame cr_await cr_frame currentframe f_back f_builtins f_code f_globals f_locals "
        "f_trace get_stack gi_frame gi_yieldfrom print_stack tb_frame tb_next walk_stack "
        "walk_tb".split(),
        FRAMES,
    ),
    **dict.fromkeys(
        "__awaitlings_call__ __bases__ __builtins__ __closure__ __code__ __defaults__ __globals__ "
        "__kwdefaults__ __loader__ __mro__ __self__ __subclasses__ _awaitlings_record "
        "_awaitlings_trace ag_code cell_contents co_code co_consts cr_code gi_code "
        "set_trace_callback".split(),
        INSIDES,
    ),
    **dict.fromkeys("_run_once _scheduled _virtual_clock now_ns now_ns_of".split(), CLOCK),
    **dict.fromkeys(
        "BaseConfigurator DictConfigurator ImportString import_from_string resolve_name".split(),
        UNREAD,
    ),
}
"""Attributes that are noted wherever they stand, but on the answer's `self`."""
HANDED_OUT = {
    "clock": CLOCK,
    **dict.fromkeys(
        "__getattribute__ __getstate__ __match_args__ __reduce__ __reduce_ex__ "
        "get_task_factory".split(),
        INSIDES,
    ),
    **dict.fromkeys(("dispatch", "identity_map"), CHANGES),
}
"""Attributes that are noted unless the file defines them."""
CALLS = dict.fromkeys("__import__ compile eval exec".split(), UNREAD)
GETTERS = frozenset({"operator.attrgetter", "operator.methodcaller"})
LIES = frozenset({"__instancecheck__", "__match_args__", "identity_map"})
"""What a class of the answer may say of itself in its base's place, and is asked by suites."""
PLAIN = frozenset("bool bytes dict float int list str tuple".split())
EQUALITY = frozenset({"__class__", "__eq__", "__ne__"})
FREE = frozenset(
    "sys.excepthook sys.ps1 sys.stderr sys.stdin sys.stdout sys.tracebacklimit sys.unraisablehook "
    "threading.excepthook warnings.formatwarning warnings.showwarning".split()
)
"""Hooks that Python offers for assignment; `logging`'s own settings are free as well."""


def why_module(name: str) -> str | None:
    """Why an answer needs no such module, or None."""
    if name.startswith(ALLOWED_MODULES):
        return None
    return MODULES.get(name.partition(".")[0])


def why_function(whole: str) -> str | None:
    """Why an answer needs no such function of a module, or None."""
    module, _, name = whole.rpartition(".")
    if module == "inspect" and name not in INSPECT:
        return FRAMES
    return FUNCTIONS.get(whole) or FUNCTIONS.get(".".join(whole.split(".")[-2:]))
