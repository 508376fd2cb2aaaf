"""What exceptions mean that come of generators and of context managers, the blocks of `with`."""

from grader.diagnosis.meaning import Row

ROWS = (
    Row(
        r"FastAPIError: Response not awaited",
        "A dependency with `yield` caught an exception that came out of the request, and did not "
        "raise it again.",
        "End that `except` with `raise`.",
    ),
    Row(
        r"Closed: closed with code 1006",
        "The function that serves that WebSocket had come to its end, and so the connection was "
        "closed without a word.",
        "Look at what ends it: a task that it waits for, an exception, a `return`.",
    ),
    Row(
        r"TypeError: 'AsyncClient' object is not iterable",
        "A lifespan yields nothing, or a dictionary, whose keys become the state; this one yields "
        "the client itself.",
        'Yield a dictionary, as {"client": client}, or put the client into app.state.',
    ),
    Row(
        r"\w+: '?async_sessionmaker'? object ",
        "That is the factory, which makes sessions: its brackets are missing.",
        "Write `()` behind its name.",
    ),
    Row(
        r"AttributeError: 'async_generator' object has no attribute",
        "A function with `yield` was called by hand, and gave a generator instead of what it "
        "yields.",
        "As a dependency it stands in a parameter, in Depends(...), without brackets of its own.",
    ),
    Row(
        r"\w+: .*'_(?:Async)?GeneratorContextManager' object",
        "A function with the decorator @asynccontextmanager gives a manager for `async with`. A "
        "dependency needs no such decorator: FastAPI makes one of it.",
        "Take the decorator off the dependency, or open the manager with `async with`.",
    ),
    Row(
        r"RuntimeError: (?:async )?generator didn't stop",
        "It went on to a second `yield`: what is made a context manager, and a dependency, yields "
        "exactly once.",
        "Put one `yield` on each way through the function.",
    ),
    Row(
        r"RuntimeError: (?:async )?generator didn't yield",
        "It came to its end without a `yield`.",
        "Put one `yield` on each way through the function.",
    ),
    Row(
        r"TypeError: .*'(?:async_)?generator' object does not support the .*context manager",
        "A function with `yield` in it becomes a context manager by its decorator, which is "
        "missing.",
        "Put @asynccontextmanager above it.",
    ),
    Row(
        r"TypeError: '(\w+)' object does not support the context manager protocol",
        "{1} can be entered with `async with`, and not with a plain `with`.",
        "Write `async with`.",
    ),
    Row(
        r"TypeError: .*'async for' requires an object with __aiter__",
        "`async for` goes through an async generator, or a stream, and got something else.",
        "A plain list or generator takes a plain `for`.",
    ),
    Row(
        r"TypeError: 'async_generator' object is not (?:iterable|an iterator|subscriptable)",
        "An `async def` with `yield` in it gives its values one by one, with waits between them.",
        "Go through it with `async for`.",
    ),
)
"""From the special to the general: the first that fits speaks."""
