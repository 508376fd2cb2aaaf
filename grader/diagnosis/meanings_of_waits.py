"""What exceptions mean that come of awaiting, tasks, loops and threads."""

from grader.diagnosis.meaning import Row

AWAIT = r"(used in 'await' expression|awaited)"
"""How Python ends the sentence; since 3.14 with the second."""

ROWS = (
    # -- a file that Python cannot read ------------------------------------------
    Row(
        r"SyntaxError: '?(?:async|await).* outside (?:of )?(?:an )?async",
        "Only a function that begins with `async def` can wait so.",
        "Write `async def` in its first line.",
    ),
    Row(
        r"SyntaxError: 'await' outside function",
        "At the top of a file nothing can be awaited.",
        "Move that line into an `async def`.",
    ),
    # -- an `await`, or brackets, forgotten --------------------------------------
    Row(
        r"RuntimeError: await wasn't used with future",
        "The call gives a promise of its results, which only `await` turns into them.",
        "Write `await` before the call on that line.",
        id="forgotten-await",
    ),
    Row(
        r"\w+: .*(?:input_type=|, not |Object of type )coroutine",
        "That is a coroutine, not its result: calling an `async def` only makes it, and nothing "
        "has awaited it.",
        "Write `await` before the call that gave it.",
        id="forgotten-await",
    ),
    Row(
        r"TypeError: unsupported operand type\(s\) for .*'(?:coroutine|Task|Future)'",
        "One of the two is a call that has not been awaited, and not its result.",
        "Write `await` before the call that gave it.",
        id="forgotten-await",
    ),
    Row(
        r"\w+: .*(?:'Result' object (?:has no|is not)|cannot unpack non-iterable Result object)",
        "That call to the database gives its result only when it is awaited: nothing has run.",
        "Write `await` before the call that gave it.",
        id="forgotten-await",
    ),
    Row(
        r"AttributeError: '(?:coroutine|Task|Future)' object has no attribute 'encode'",
        "A streamed response sends text or bytes, and got a call that has not been awaited.",
        "Write `await` before what you yield.",
        id="forgotten-await",
    ),
    Row(
        r"AttributeError: '(\w+)' object has no attribute 'encode'",
        "A streamed response sends text or bytes, piece by piece, and got a {1}.",
        "Look at what the generator yields: its pieces must be text or bytes.",
    ),
    Row(
        r"ValueError: no active connection",
        "The connection to the database was not opened yet, or is closed already.",
        "Write `await`, or `async with`, before aiosqlite.connect(...), and use it inside.",
    ),
    Row(
        r"RuntimeError: (?:anext|aclose|asend)\(\): asynchronous generator is already running",
        "A piece was asked for while the generator was still busy with the piece before: that "
        "call was not awaited.",
        "Await each piece where you ask for it.",
        id="forgotten-await",
    ),
    Row(
        r"RemoteProtocolError: the response broke off",
        "The response had begun, and was not sent to its end: an exception or a cancellation "
        "left the code that sends its body.",
        "Look for what ends it: something raised, a time limit, cancel().",
    ),
    Row(
        r"\w+: .*'_GatheringFuture' object",
        "What gather gives back is a promise of the results, and nothing has awaited it.",
        "Write `await` before gather.",
        id="forgotten-await",
    ),
    Row(
        r"\w+: .*'(?:_asyncio\.)?Task' object",
        "That is the task, not its result.",
        "Await the task where you need its result.",
        id="forgotten-await",
    ),
    Row(
        rf"TypeError: (?:object )?'?Future'?(?: object)? can't be {AWAIT}",
        "What a pool's submit(...) gives is a future for threads, which cannot be awaited.",
        "Start the work with loop.run_in_executor(pool, ...), whose future can be awaited.",
    ),
    Row(
        r"\w+: .*'(?:_asyncio\.)?Future' object",
        "That is a future, not its result.",
        "Await it where you need its result; what a pool's submit(...) gives has to go through "
        "asyncio.wrap_future(...) first.",
        id="forgotten-await",
    ),
    Row(
        rf"TypeError: (?:object )?'?(?:function|method|builtin_function_or_method|partial)'?"
        rf"(?: object)? can't be {AWAIT}",
        "Behind that `await` stands the function itself: its brackets are missing, so it was not "
        "called.",
        "Call it: put its brackets behind the name, with the arguments in them.",
    ),
    Row(
        rf"TypeError: (?:object )?'?async_generator'?(?: object)? can't be {AWAIT}",
        "A function with `yield` in it gives its values one by one, and cannot be awaited.",
        "Go through it with `async for`, or use `return` in that function.",
    ),
    Row(
        rf"TypeError: (?:object )?'?(list|tuple|set|dict|generator)'?(?: object)? can't be {AWAIT}",
        "Behind that `await` stands a {1}, which holds the calls, and none of them has run.",
        "Hand the calls to gather, one by one: await asyncio.gather(*calls).",
        id="forgotten-await",
        code=r"await (?:[\[({]|\w+(?:$|[^\w.(]))",
    ),
    Row(
        rf"TypeError: (?:object )?'?_(?:Async)?GeneratorContextManager'?(?: object)? can't be "
        rf"{AWAIT}",
        "That call gives a block to enter, and nothing has been done yet.",
        "Open it with `async with`, and use what it gives inside the block.",
    ),
    Row(
        rf"TypeError: (?:object )?'?Response'?(?: object)? can't be {AWAIT}",
        "The response is there already: the client is a plain httpx.Client, which held the event "
        "loop until it had it.",
        "Make an httpx.AsyncClient instead, whose calls can be awaited.",
    ),
    Row(
        rf"TypeError: .*can't be {AWAIT}",
        "What stands behind that `await` is no coroutine but the result of a plain call, which "
        "has done its work, and its waiting, already.",
        "Is there a call for this that can be awaited? If not, it needs no `await`, but perhaps a "
        "thread.",
    ),
    # -- gather, wait, create_task -----------------------------------------------
    Row(
        r"TypeError: (?:.*unhashable type|An asyncio\.Future, a coroutine)",
        "The `await`s inside gather's brackets wait right there, one after the other, and gather "
        "gets their results.",
        "Hand gather the calls without `await`; the one `await` stands before gather.",
        code=r"gather\(.*\bawait\b",
    ),
    Row(
        r"ValueError: Set of (?:Tasks/Futures|coroutines/Futures) is empty",
        "asyncio.wait was given nothing to wait for.",
        "Ask first whether there is anything.",
    ),
    Row(
        r"TypeError: .*unhashable type: '(?:list|tuple|set|dict)'",
        "gather takes the calls one by one, and not in a list.",
        "Put a star before the list: gather(*calls); of a dictionary, before its .values().",
        code=r"gather\(",
    ),
    Row(
        r"TypeError: .*unhashable type",
        "Curly brackets without `name: value` make a set, which cannot hold what stands in them.",
        'Write a dictionary: {"name": value}.',
        code=r"\{[^:{}]+\}$",
    ),
    Row(
        r"RuntimeError: Task got bad yield: <coroutine",
        "gather takes the calls one by one, and got a generator that holds them.",
        "Put a star before it: gather(*(... for ... in ...)).",
    ),
    Row(
        r"TypeError: An asyncio\.Future, a coroutine",
        "gather takes the calls one by one, and got one thing that holds them.",
        "Put a star before it: gather(*(... for ... in ...)).",
        code=r"gather\((?:\[|\(|[^*].* for |\w+s?\))",
    ),
    Row(
        r"TypeError: An asyncio\.Future, a coroutine",
        "The star takes apart what stands behind it, and what came out cannot be awaited: a "
        "dictionary gives its keys, for one.",
        "Look at what that name holds; of a dictionary take .values().",
        code=r"gather\(\*\w+[,)]",
    ),
    Row(
        r"TypeError: An asyncio\.Future, a coroutine",
        "gather got something that cannot be awaited: a function whose brackets are missing, or "
        "the result of a plain call.",
        "Put the brackets behind each function's name, with the arguments in them.",
        code=r"gather\(",
    ),
    Row(
        r"TypeError: Passing coroutines is forbidden",
        "asyncio.wait takes tasks, and got coroutines.",
        "Make a task of each call with asyncio.create_task(...), or hand the calls to "
        "asyncio.gather(...), which takes them as they are.",
    ),
    Row(
        r"TypeError: .*(?:[Aa] coroutine was expected, got|[Aa] coroutine object is required)"
        r".*(?:function|method)",
        "It got the function itself: the brackets are missing, so it was not called.",
        "Put the brackets behind the function's name, with the arguments in them.",
    ),
    Row(
        r"TypeError: .*a coroutine was expected, got <_GatheringFuture",
        "gather has started its calls already: there is nothing left to make a task of.",
        "Keep what gather gives, and await it where you need the results.",
    ),
    Row(
        r"TypeError: .*(?:a coroutine was expected, got|coroutine object is required|"
        r"a coroutine is required|An asyncio\.Future, a coroutine)",
        "It takes a call that has not been awaited, and got something else.",
        "Hand it the call of an `async def`, without `await`.",
    ),
    Row(
        r"TypeError: .*unhashable type: '(\w+)'",
        "A {1} can be neither in a set nor a key of a dictionary.",
        "Use a list, or a key that does not change.",
    ),
    Row(
        r"TypeError: '[<>]=?' not supported between instances of '(?:coroutine|\w+)' and",
        "The seconds stand where the call belongs, and the call where the seconds belong.",
        "wait_for takes the call first, and the seconds after it.",
        code=r"wait_for\(",
    ),
    # -- loops and threads -------------------------------------------------------
    Row(
        r"RuntimeError: (?:no running event loop|There is no current event loop)",
        "A background function that is no `async def` runs in a worker thread, and no event loop "
        "runs there.",
        "Hand over the `async def` itself, and its arguments behind it: FastAPI awaits it.",
        code=r"add_task\(|BackgroundTask\(",
    ),
    Row(
        r"RuntimeError: (?:no running event loop|There is no current event loop)",
        "A plain `def` runs in a worker thread, and no event loop runs there.",
        "Write `async def`: it then runs on the event loop, where this call works.",
        in_thread=True,
    ),
    Row(
        r"RuntimeError: (?:no running event loop|There is no current event loop)",
        "The event loop does not run yet, or not here.",
        "Make this call inside an `async def`.",
    ),
    Row(
        r"RuntimeError: .*(?:event loop is already running|Already running asyncio"
        r"|cannot be called from a running event loop"
        r"|while another loop is running|when another asyncio event loop is running)",
        "This code runs on the event loop already, which cannot be run a second time.",
        "Inside an `async def`, await the call instead.",
    ),
    Row(
        r"RuntimeError: .*(?:attached to a different loop|bound to a different event loop)",
        "It belongs to another event loop than the one that runs here: it was made in another "
        "thread, or when the file was loaded.",
        "Make it where it is used, on the app's own event loop.",
    ),
    Row(
        r"RuntimeError: Event loop is closed",
        "The event loop that this belonged to has ended.",
        "Use the app's own event loop, which runs as long as the app.",
    ),
    Row(
        r"RuntimeError: cannot schedule new futures after (?:interpreter )?shutdown",
        "The pool was shut down before, by shutdown() or at the end of a `with` block, and takes "
        "no more work.",
        "Leave a pool that requests share open until the app stops.",
    ),
    Row(
        r"RuntimeError: can't start new thread",
        "More threads were asked for than the system gives: a pool of threads for each request "
        "comes to that.",
        "Share one pool, or await on the app's event loop, which needs no thread.",
    ),
    Row(
        r"BrokenProcessPool: ",
        "A worker process of the pool ended in the midst of its work.",
        "Look at what the worker runs: may it end its process?",
    ),
    Row(
        r"LookupError: <ContextVar name='(\w+)'",
        "{1} has no value here: nothing set it, or it was set in another context, such as a worker "
        "thread (a plain `def` dependency runs in one), the lifespan, or another task.",
        "Set it in the request's own task, or hand the value over as an argument.",
    ),
    Row(
        r"RuntimeError: .*(coroutine is being awaited already"
        r"|cannot reuse already awaited coroutine)",
        "A coroutine is one run of its function, and this one was kept and awaited twice.",
        "Keep the result, or call the function anew for each wait.",
    ),
    Row(
        r"InvalidStateError: ",
        "The line asks for the result of work that has not ended yet.",
        "Wait for the work first, then ask for its result.",
    ),
    Row(
        r"RuntimeError: the app cancelled its own request",
        "A CancelledError left the code here: it asked a task that had been cancelled for its "
        "result or exception, or cancelled itself.",
        "Look for what cancels: cancel() on the request's own task, a time limit, a failure in a "
        "TaskGroup, which cancels the others.",
        needs="line",
    ),
    Row(
        r"RuntimeError: the app cancelled its own request",
        "A CancelledError left the app.",
        "Look for what cancels the task that answers the request.",
    ),
    Row(
        r"CancelledError: ",
        "Something cancelled this work while it waited, or asked a cancelled task for its result.",
        "Look for what cancels it: a time limit, a group in which another task failed, cancel().",
    ),
    Row(
        r"RuntimeError: the app ended without a response",
        "No whole response was sent before the app's function came to its end.",
        "Look at what stands between the server and your endpoint: does it call the app, and hand "
        "on each of its messages, start and body?",
    ),
    Row(
        r"RuntimeError: the app's lifespan was cancelled after its start",
        "A CancelledError went through the lifespan: it awaited what was cancelled.",
        "Await what you have cancelled with its CancelledError suppressed, or with "
        "gather(..., return_exceptions=True).",
    ),
    Row(
        r"RuntimeError: the app's lifespan was cancelled",
        "So the app never started.",
        "Look for what cancels it before the `yield`: a time limit, a group, cancel().",
    ),
    Row(
        r"RuntimeError: .*TaskGroup.* (?:is finished|has not been entered|is shutting down)",
        "A group takes tasks only inside its `async with` block, and none when one has failed.",
        "Start the task inside the block.",
    ),
    Row(
        r"RuntimeError: (?:Caught handled exception, but response already started"
        r"|Expected ASGI message 'http\.response\.body')",
        "The response had begun already, with its status: what fails then can no longer change "
        "it. An endpoint with `yield` in it sends as it goes.",
        "Do what may fail before the response begins; `return` one answer, where one is asked for.",
    ),
    Row(
        r"TimeoutError: QueuePool limit of size (\d+)",
        "All connections of the pool were lent out, and none came back: a session that nobody "
        "closes keeps its connection, and so does one whose request waits for a second one.",
        "Close each session when its request is done, and before it asks for another one: "
        "`async with` does, also when it fails.",
    ),
    Row(
        r"TimeoutError: $",
        "Its limit was over before what stands in the block was done.",
        "Compare the limit with the figures of the task. To answer for it, catch TimeoutError "
        "outside of the block: inside, an `except` meets only a CancelledError.",
        code=r"^(?:async )?with .*(?:timeout|fail_after)",
    ),
    Row(
        r"(?:TimeoutError|PoolTimeout|ReadTimeout|ConnectTimeout|TimeoutException|WriteTimeout): ",
        "Its time limit was over before the work was done.",
        "Compare that limit with the figures of the task.",
    ),
)
"""From the special to the general: the first that fits speaks."""
