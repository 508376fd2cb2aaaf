"""datetime.now() and its kin, as participants see them.

CPython asks the system itself in `datetime.now` and `utcnow`, and since 3.15 in `date.today`. A
class of our own in their module would not be the type that pydantic, SQLAlchemy and sqlite3 know
values by, so the methods are replaced in the C types' own dictionaries. What asks the system in
C keeps real time: `CURRENT_TIMESTAMP` in SQL, and pydantic's PastDatetime.
"""

import ctypes
import gc
import time
from datetime import UTC, date, datetime, tzinfo
from typing import Any

from grader.clock.membership import current_virtual

NANOSECONDS = 1_000_000_000

_real_now: Any = vars(datetime)["now"]
_real_utcnow: Any = vars(datetime)["utcnow"]
_real_today: Any = vars(date)["today"]
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


def today(cls: type[date]) -> date:
    """date.today, which datetime inherits."""
    if issubclass(cls, datetime):
        return now(cls)
    if current_virtual() is not None:
        return cls.fromtimestamp(time.time())
    real: date = _real_today.__get__(None, cls)()
    return real


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
    for kind, methods in ((date, (today,)), (datetime, (now, utcnow))):
        (inside,) = (d for d in gc.get_referents(vars(kind)) if isinstance(d, dict))
        inside.update({method.__name__: classmethod(method) for method in methods})
        ctypes.pythonapi.PyType_Modified(ctypes.py_object(kind))  # forget where lookups ended
