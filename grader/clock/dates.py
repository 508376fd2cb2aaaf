"""datetime.now() and its kin, as participants see them.

CPython asks the system itself in `datetime.now` and `utcnow`; `date.today` asks `time.time`, which
timing.py replaces. A class of our own in their module would not be the type that pydantic,
SQLAlchemy and sqlite3 know values by, so the two methods are replaced in the C type's own
dictionary. What asks the system in C keeps real time: `CURRENT_TIMESTAMP` in SQL, and
pydantic's PastDatetime.
"""

import ctypes
import gc
import time
from datetime import UTC, datetime, tzinfo
from typing import Any

from grader.clock.membership import current_virtual

NANOSECONDS = 1_000_000_000

_real_now: Any = vars(datetime)["now"]
_real_utcnow: Any = vars(datetime)["utcnow"]
_real_localtime = time.localtime
_real_gmtime = time.gmtime
_real_ctime = time.ctime
_real_strftime = time.strftime


def now(cls: type[datetime], tz: tzinfo | None = None) -> datetime:
    """datetime.now; exact to the microsecond."""
    clock = current_virtual()
    if clock is None:
        real: datetime = _real_now.__get__(None, cls)(tz)
        return real
    seconds, rest = divmod(clock.epoch * NANOSECONDS + clock.now_ns, NANOSECONDS)
    return cls.fromtimestamp(seconds, tz).replace(microsecond=rest // 1000)


def utcnow(cls: type[datetime]) -> datetime:
    """datetime.utcnow, with the warning that newer Pythons give."""
    real: datetime = _real_utcnow.__get__(None, cls)()
    return real if current_virtual() is None else now(cls, UTC).replace(tzinfo=None)


def localtime(seconds: float | None = None, /) -> time.struct_time:
    return _real_localtime(time.time() if seconds is None else seconds)


def gmtime(seconds: float | None = None, /) -> time.struct_time:
    return _real_gmtime(time.time() if seconds is None else seconds)


def ctime(seconds: float | None = None, /) -> str:
    return _real_ctime(time.time() if seconds is None else seconds)


def strftime(format: str, *moment: Any) -> str:
    return _real_strftime(format, *(moment or (localtime(),)))


def install() -> None:
    time.localtime = localtime  # type: ignore[assignment]
    time.gmtime = gmtime  # type: ignore[assignment]
    time.ctime = ctime  # type: ignore[assignment]
    time.strftime = strftime
    (inside,) = (d for d in gc.get_referents(vars(datetime)) if isinstance(d, dict))
    inside.update(now=classmethod(now), utcnow=classmethod(utcnow))
    ctypes.pythonapi.PyType_Modified(ctypes.py_object(datetime))  # forget where lookups ended
