"""What stands in the judge for the answer's module: its app and its functions are in the host."""

import inspect
from typing import Any

from grader.judge.line import Nonsense, Unheard, Unplayable
from grader.judge.remote import Remote
from grader.judge.values import MAX_TEXT, AnswerError, unpack
from grader.suite.answer import Answer


class RemoteAnswer(Answer):
    """The answer of one test."""

    def __init__(self, remote: Remote) -> None:
        self._remote = remote
        self._functions: dict[str, Any] = {}

    def __getattr__(self, name: str) -> Any:
        if name == "app":
            return self._remote.serve
        original = self.original(name)
        if isinstance(original, type):
            return original
        if not inspect.iscoroutinefunction(original):
            self._remote.unheard = Unplayable(f"the answer's own {name}")
            raise self._remote.unheard
        return lambda *args, **kwargs: self._remote.invoke(name, args, kwargs)

    def original(self, name: str) -> Any:
        """A function that is called as the answer's own one is, or a class: what stands for it."""
        if name not in self._functions:
            try:
                self._functions[name] = self._described(name)
            except Unheard as error:
                self._remote.unheard = error
                raise
        return self._functions[name]

    def _described(self, name: str) -> Any:
        self._remote.line.put({"describe": name})
        said = self._remote.line.get()
        if isinstance(said, dict) and "unplayable" in said:
            raise Unplayable(str(said["unplayable"])[:MAX_TEXT])
        if said == {"error": True}:
            return type(name, (AnswerError,), {})
        try:
            parameters = [
                inspect.Parameter(
                    each,
                    inspect._ParameterKind(kind),
                    default=unpack(default[0]) if default else inspect.Parameter.empty,
                )
                for each, kind, *default in said["parameters"]
            ]
            signature = inspect.Signature(parameters)
            waits = bool(said["waits"])
        except (TypeError, ValueError, KeyError):
            raise Nonsense("a function that is none") from None

        async def waiting(*args: Any, **kwargs: Any) -> None:
            raise NotImplementedError

        def blocking(*args: Any, **kwargs: Any) -> None:
            raise NotImplementedError

        found: Any = waiting if waits else blocking
        found.__name__ = found.__qualname__ = name
        found.__signature__ = signature
        return found

    def replace(self, name: str, value: Any) -> None:
        waits = inspect.iscoroutinefunction(self.original(name))
        self._remote.stand_ins[name] = value, waits
        self._remote.tell("stand_in", 0, name)

    def put_back(self) -> None:
        raise self._remote.unheard or Unplayable("the answer's own functions again")
