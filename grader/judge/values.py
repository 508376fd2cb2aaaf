"""What can cross between judge and host: plain data as JSON, and exceptions by name."""

import importlib
from typing import Any

from grader.judge.line import Nonsense, Unplayable

MAX_TEXT = 300
"""Characters kept of an exception's text."""
KINDS: tuple[Any, ...] = (int, float, str, dict, list, tuple)
"""What may come as one of their subclasses: an HTTPStatus, a Counter."""
PLAIN = (type(None), bool, int, float, str)


def pack(value: Any) -> Any:
    """The value as JSON can hold it, its types told apart. Raises Unplayable."""
    try:
        return _pack(value)
    except RecursionError:
        raise Unplayable("a value that is nested too deeply") from None


def _pack(value: Any) -> Any:
    kind = type(value)
    if kind in PLAIN:
        return value
    if kind is list:
        return [_pack(item) for item in value]
    if kind is tuple:
        return {"t": [_pack(item) for item in value]}
    if kind in (bytes, bytearray, memoryview):
        return {"b": bytes(value).decode("latin-1")}
    if kind is dict:
        if all(type(key) is str for key in value):
            return {"d": {key: _pack(item) for key, item in value.items()}}
        return {"m": [[_pack(key), _pack(item)] for key, item in value.items()]}
    for plain in KINDS:
        if isinstance(value, plain):
            return _pack(plain(value))
    raise Unplayable(f"a value of the type {kind.__name__}")


def unpack(data: Any) -> Any:
    """The value again. Raises Nonsense for what `pack` does not make."""
    try:
        return _unpack(data)
    except (RecursionError, TypeError, ValueError):
        raise Nonsense("a value that is none") from None


def _unpack(data: Any) -> Any:
    if isinstance(data, list):
        return [_unpack(item) for item in data]
    if not isinstance(data, dict):
        return data
    ((kind, inner),) = data.items()
    if kind == "d":
        return {key: _unpack(item) for key, item in dict(inner).items()}
    if kind == "m":
        return {_unpack(key): _unpack(item) for key, item in inner}
    if kind == "t":
        return tuple(_unpack(item) for item in inner)
    if kind == "b":
        return str(inner).encode("latin-1")
    raise ValueError(kind)


class AnswerError(Exception):
    """In the judge, what stands for an exception class of the answer is a subclass of this."""


def pack_error(error: BaseException) -> Any:
    """An exception that the judge lets a call raise in the host. Raises Unplayable."""
    kind = type(error)
    if issubclass(kind, AnswerError):
        return ["", kind.__name__, pack(list(error.args))]
    if kind.__module__ != "builtins":
        found = getattr(importlib.import_module(kind.__module__), kind.__name__, None)
        if found is not kind:
            raise Unplayable(f"an exception of the class {kind.__name__}")
    return [kind.__module__, kind.__name__, pack(list(error.args))]


def unpack_error(data: Any, answer: object) -> BaseException:
    """In the host, which believes the judge."""
    module, name, args = data
    kind = getattr(importlib.import_module(module) if module else answer, name)
    error: BaseException = kind(*unpack(args))
    return error


def told(error: BaseException) -> str:
    """An exception as text."""
    return f"{type(error).__name__}: {error}"[:MAX_TEXT]
