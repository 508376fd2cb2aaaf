"""time.sleep, time.monotonic and their kin, as participants see them."""

import asyncio
import concurrent.futures
import queue
import sys
import threading
import time
from pathlib import Path
from types import FrameType

from grader.clock.membership import Clock, current, current_virtual
from grader.clock.waits import Blocking, frames_outside

_sleep = time.sleep
_monotonic = time.monotonic
_monotonic_ns = time.monotonic_ns
_perf_counter = time.perf_counter
_perf_counter_ns = time.perf_counter_ns
_time = time.time
_time_ns = time.time_ns

WAITING = (threading.__file__, queue.__file__, str(Path(concurrent.futures.__file__).parent))
"""Files of the standard library's waits: the outermost function there names the call."""


def sleep(seconds: float, /) -> None:
    """Sleep; on a running event loop's own thread this is a blocking call and recorded."""
    clock = current()
    if clock is None:
        return _sleep(seconds)
    if not isinstance(seconds, (int, float)):
        return _sleep(seconds)  # it raises the right TypeError
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    start = clock.now()
    clock.sleep(seconds)
    record(clock, f"time.sleep({seconds:g})", start, sys._getframe(1))
    return None


def record(clock: Clock, call: str, start: float, frame: FrameType | None) -> None:
    """Note that `call` kept the calling thread waiting from `start` until now."""
    blocking = Blocking(call, frames_outside(frame), start, clock.now())
    if threading.get_ident() != clock.owner:
        clock.sleeping.append(blocking)
    elif asyncio._get_running_loop() is not None:
        clock.blocking.append(blocking)
    else:
        return
    if clock.on_blocked is not None:
        clock.on_blocked(blocking)


def record_wait(clock: Clock, start: float, frame: FrameType | None) -> None:
    """Note that a running event loop's thread has waited for another thread since `start`."""
    on_loop = threading.get_ident() == clock.owner and asyncio._get_running_loop() is not None
    if not on_loop or clock.now() <= start:
        return
    call = "a wait for another thread"
    while frame is not None and frame.f_code.co_filename.startswith(WAITING):
        call = f"{frame.f_code.co_qualname.partition('.<locals>')[0]}()"
        frame = frame.f_back
    record(clock, call, start, frame)


def monotonic() -> float:
    clock = current_virtual()
    return _monotonic() if clock is None else clock.now()


def monotonic_ns() -> int:
    clock = current_virtual()
    return _monotonic_ns() if clock is None else clock.now_ns


def perf_counter() -> float:
    clock = current_virtual()
    return _perf_counter() if clock is None else clock.now()


def perf_counter_ns() -> int:
    clock = current_virtual()
    return _perf_counter_ns() if clock is None else clock.now_ns


def wall_time() -> float:
    clock = current_virtual()
    return _time() if clock is None else clock.epoch + clock.now_ns / 1e9


def wall_time_ns() -> int:
    clock = current_virtual()
    return _time_ns() if clock is None else clock.epoch * 1_000_000_000 + clock.now_ns


def install() -> None:
    time.sleep = sleep  # type: ignore[assignment]
    time.monotonic = monotonic
    time.monotonic_ns = monotonic_ns
    time.perf_counter = perf_counter
    time.perf_counter_ns = perf_counter_ns
    time.time = wall_time
    time.time_ns = wall_time_ns
