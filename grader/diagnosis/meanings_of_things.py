"""What exceptions mean that come of names, fields, arguments, and of libraries."""

from grader.diagnosis.meaning import Row

ROWS = (
    Row(
        r"\w+: .*is not part of this exercise",
        "That is a call to another machine, and nothing left this one.",
        "Call the functions that the task gives you, or the address that it names.",
        id="network-refused",
    ),
    Row(
        r"TypeError: .*is not a callable object",
        "Depends calls what it is given, once for each request, and got the result of a call.",
        "Hand it the function itself, without brackets behind its name.",
    ),
    # -- SQLAlchemy, httpx ---------------------------------------------------------
    Row(
        r"DetachedInstanceError: .*attribute '(\w+)'",
        "{1} was not loaded while the session was open, and a closed session fetches nothing.",
        "Read it inside the session's block, or have the query load it.",
    ),
    Row(
        r"DetachedInstanceError: ",
        "It was not loaded while the session was open, and a closed session fetches nothing.",
        "Read it inside the session's block, or have the query load it.",
    ),
    Row(
        r"\w+: .*(?:concurrent operations are not permitted|is already in progress"
        r"|another operation is in progress)",
        "Two tasks used one session at the same time, and a session does one thing at a time.",
        "Await the queries one after the other, or give each task a session of its own.",
    ),
    Row(
        r"\w+: .*database is locked",
        "Another connection has written, and has neither committed, rolled back nor closed. SQLite "
        "lets one write at a time; who comes waits for 5 s, and who has read already not at all.",
        "Look for a connection that stays open when something fails. A transaction that reads "
        "before it writes begins with BEGIN IMMEDIATE.",
        in_thread=True,
    ),
    Row(
        r"\w+: .*cannot start a transaction within a transaction",
        "On that connection a transaction is open already: another request uses it as well, or an "
        "earlier one has not ended its own.",
        "Give each transaction a connection of its own, or let one at a time have it, and end it "
        "on every way out.",
    ),
    Row(
        r"NoInspectionAvailable: ",
        "session.get(...) takes the model first and then the key; what came first is no model.",
        "Let the two change places.",
        code=r"\.get\(",
    ),
    Row(
        r"NoResultFound: ",
        "one() and scalar_one() raise when there is no such row.",
        "Take scalar_one_or_none(), or catch it, and answer as the task says for that case.",
    ),
    Row(
        r"\w+: .*parameters are of unsupported type",
        "The values of a statement come as one tuple or list, and a single value is neither.",
        "Write a comma behind it: (value,)",
    ),
    Row(
        r"FastAPIError: Invalid args for response field",
        "FastAPI took a parameter, or the return type, for data of the request or response; a "
        "session, say, is no data.",
        "Look at each parameter: what a dependency gives needs `Depends(...)`.",
    ),
    Row(
        r"AttributeError: 'AsyncSession' object has no attribute 'query'",
        "That is how a sync session is asked; this one takes a select(...), and is awaited.",
        "Write the query with select(...), and await the call that sends it.",
    ),
    Row(
        r"AttributeError: [A-Za-z_]+\Z",
        "If that was asked of a row in a query's result: the object itself is the row's first "
        "value.",
        "Take the object out of its row, or ask the result for objects instead of rows.",
    ),
    Row(
        r"StreamClosed: ",
        "The response was closed before its body was read, by aclose() or at the end of its "
        "block. A StreamingResponse reads it only when the endpoint has returned.",
        "Read the body inside that block, or move the block into the generator that reads it.",
    ),
    Row(
        r"(?:StreamConsumed|ResponseNotRead): ",
        "The body of a streamed response can be read once, and only inside the block that "
        "streams it.",
        "Read the body inside that block, or send the request without a stream.",
    ),
    Row(
        r"RuntimeError: Cannot send a request, as the client has been closed",
        "The client was closed before, by aclose() or at the end of a `with` block.",
        "Leave a client that requests share open until the app stops.",
    ),
    Row(
        r"RuntimeError: Cannot open a client instance more than once",
        "That client is open already, and was entered with `async with` a second time.",
        "Use it as it is; who has made it closes it.",
    ),
    Row(
        r"WebSocketDisconnect(?:$|: )",
        "The other end of that connection has left, and what is sent to it raises.",
        "Catch WebSocketDisconnect where you send, and keep no connection whose owner has left.",
        code=r"\bsend(?:_\w+)?\(",
    ),
    Row(
        r"WebSocketDisconnected: .*(?:is not connected|has been (?:sent|received))",
        "That connection has ended: a `send` over it had failed, or it was closed.",
        "Let its handler end there, and use the connection no more.",
    ),
    Row(
        r"HTTPStatusError: ",
        "The upstream answered with an error status, raise_for_status() raised it, and nothing "
        "caught it.",
        "Catch httpx.HTTPStatusError, and answer as the task says for that case.",
    ),
    Row(
        r"(?:ConnectError|ReadError|RemoteProtocolError|WriteError|NetworkError): ",
        "The connection to the upstream broke, and nothing caught it.",
        "Catch httpx.HTTPError, and answer as the task says for that case.",
    ),
    Row(
        r"HTTPException: ",
        "A middleware stands outside of what makes a response of an HTTPException, and the server "
        "then answers with status 500.",
        "Send a JSONResponse with that status from there.",
    ),
    Row(
        r"JSONDecodeError: ",
        "The text that was to be read as JSON is none.",
        "Catch ValueError there, and answer as the task says for that case.",
    ),
    # -- names, fields, arguments ---------------------------------------------------
    Row(
        r"NameError: name '(\w+)' is not defined",
        "The file uses {1} and never imports it.",
        "Write `{close}` at the top of the file.",
        close="import ",
    ),
    Row(
        r"NameError: name '(\w+)' is not defined",
        "The file has a {close}.",
        "Did you mean {close}?",
        close=".",
    ),
    Row(
        r"NameError: name '(\w+)' is not defined",
        "No line gives that name anything.",
        "Look for a slip in the name, or for the line that should make it.",
    ),
    Row(
        r"UnboundLocalError: .*variable '(\w+)'",
        "A function that assigns {1} anywhere has a {1} of its own, and that has no value yet.",
        "Give it a value first, or say `global {1}` at the top of the function.",
    ),
    Row(
        r"ModuleNotFoundError: No module named '(\w+)'",
        "There is a module {close}.",
        "Did you mean `import {close}`?",
        close=".",
    ),
    Row(
        r"ModuleNotFoundError: No module named '(?:requests|aiohttp|urllib3)'",
        "It is not installed here, and no answer needs it.",
        "Call the functions that the task gives you; where an upstream is to be asked, use httpx.",
    ),
    Row(
        r"ModuleNotFoundError: No module named '([\w.]+)'",
        "{1} is not installed here, and no answer needs it.",
        "Use what Python, FastAPI and the task bring.",
    ),
    Row(
        r"ImportError: cannot import name '(\w+)'",
        "It has {close}.",
        "Did you mean {close}?",
        close=".",
    ),
    Row(
        r"AttributeError: 'State' object has no attribute",
        "Nothing had put that name there before this line ran.",
        "Put it there while the app starts, before the `yield` of its lifespan.",
    ),
    Row(
        r"AttributeError: 'coroutine' object has no attribute '(\w+)'",
        "`.{1}` was asked of the call before its `await`: a dot binds first.",
        "Put brackets round the awaited call: (await ...).{1}",
        code=r"\bawait\b",
        id="forgotten-await",
    ),
    Row(
        r"AttributeError: 'dict' object has no attribute '(\w+)'",
        "A dictionary's values are read with brackets.",
        'Write ["{1}"] instead of .{1}',
    ),
    Row(
        r"AttributeError: 'NoneType' object has no attribute '(\w+)'",
        "What stands before that dot is None: nothing was found, returned, or put there.",
        "Look at where it comes from, and at the case in which that gives None.",
    ),
    Row(
        r"AttributeError: '?(\w+)'? object has no attribute '(\w+)'",
        "{1} has: {has}.",
        "Did you mean .{close}?",
        close=".",
        needs="has",
    ),
    Row(
        r"AttributeError: .*has no attribute '(\w+)'",
        "It has {close}.",
        "Did you mean .{close}?",
        close=".",
    ),
    Row(
        r"AttributeError: '?(\w+)'? object has no attribute '(\w+)'",
        "{1} has: {has}.",
        "Use one of its fields.",
        needs="has",
    ),
    Row(
        r"TypeError: 'NoneType' object is not (?:subscriptable|iterable)",
        "What that line takes apart is None: nothing was found or returned.",
        "Look at where it comes from, and at the case in which that gives None.",
    ),
    Row(
        r"TypeError: '(?!coroutine)(\w+)' object is not subscriptable",
        "The fields of a model are read with a dot, not with brackets. {1} has: {has}.",
        "Write a dot and the field's name.",
        needs="has",
    ),
    Row(
        r"TypeError: '(?!coroutine)(\w+)' object is not subscriptable",
        "Brackets take a value out of a list or a dictionary, and this is a {1}.",
        "Look at what that name holds: what gave it its value?",
    ),
    Row(
        r"KeyError: (.+)",
        "The dictionary has no such key.",
        "Print the dictionary, and compare its keys with the one you ask for.",
    ),
    Row(
        r"TypeError: 'coroutine' object is not callable",
        "The brackets behind the function called it here, which only made a coroutine, and the "
        "thread was handed that.",
        "An `async def` needs no thread: await it. A plain function is handed over by its name.",
        code=r"to_thread|run_in_executor|run_in_threadpool",
        id="forgotten-await",
    ),
    Row(
        r"TypeError: the first argument must be callable",
        "The call was awaited right there, before the response, and its result was handed on.",
        "Hand on the function itself, and its arguments beside it: add_task(f, argument).",
        code=r"add_task\(\s*await\b",
    ),
    Row(
        r"TypeError: (?:the first argument must be callable|'coroutine' object is not callable)",
        "add_task wants the function itself, and got a call of it, which only made a coroutine.",
        "Hand on the function itself, and its arguments beside it: add_task(f, argument).",
        id="forgotten-await",
    ),
    Row(
        r"TypeError: .*object is not callable",
        "What was called there is no function: often it is a function's result, where the "
        "function itself was to be handed on.",
        "Look at each pair of brackets on that line: who is to make that call?",
    ),
    Row(
        r"TypeError: (?:\w+\.)*?(\w+)(?:\.__init__)?\(\)"
        r"(?:: | (?:missing|takes|got an? |got some))",
        "The call does not fit the parameters of {1}.",
        "Compare the call with the `def` line of {1}: how many arguments, and which names.",
    ),
    Row(
        r"TypeError: (?:missing a required|too many positional|got an unexpected keyword|"
        r"multiple values)",
        "The call does not fit the function's parameters.",
        "Compare the call with the function's `def` line: how many arguments, and which names.",
    ),
    Row(
        r"(?:ValueError|TypeError): .*(?:to unpack|cannot unpack(?! non-iterable coroutine))",
        "The `for` takes each thing apart into several names, and a thing has another number of "
        "parts: a dictionary, for one, gives only its keys.",
        "For keys and values take .items().",
        code=r"^(?:async )?for |\bfor .* in ",
    ),
    Row(
        r"(?:ValueError|TypeError): .*(?:to unpack|cannot unpack(?! non-iterable coroutine))",
        "Left and right of the `=` do not have the same number of values.",
        "Count them: what does the right side give?",
    ),
    Row(
        r"(?:AttributeError|PicklingError): .*(?:Can't pickle local object|Can't get local object)",
        "Another process is sent a function's name, and finds there only what stands at the top "
        "of the file.",
        "Hand over a function that has such a name, and its arguments beside it.",
    ),
    Row(
        r"(?:TypeError|PicklingError): .*[Cc](?:annot|an't|ould not) pickle",
        "What goes to another process is sent as data, and this cannot be.",
        "Hand over a function from the top of the file, and plain data beside it.",
    ),
    Row(
        r"RuntimeError: (?:dictionary|Set) changed size during iteration",
        "Another task changed it while this one was on its way through it.",
        "Go through a copy, or keep what belongs to one request in that request.",
    ),
    Row(
        r"RecursionError: ",
        "{call}() calls itself, again and again.",
        "Call the given function there, and not the function in which the line stands.",
    ),
    Row(
        r"(?:EOFError|OSError): (?:EOF when reading a line|.*reading from stdin)",
        "input() waits for somebody who types, and nobody does here.",
        "Take the data from the request.",
    ),
    Row(
        r"SystemExit: ",
        "That ends the whole program, with everybody's requests in it.",
        "Return an answer, or raise HTTPException with a status.",
    ),
    Row(
        r"BdbQuit: ",
        "A debugger cannot ask anybody here.",
        "Take breakpoint() out; to stop at a line, run pytest on the exercise's tests with -s.",
    ),
    Row(
        r"Attempt: starts another program",
        "Nothing was started. In a running app such a call would hold the event loop until the "
        "program ends.",
        "Do it in Python; what only waits can be awaited.",
    ),
    Row(
        r"ValidationError: ",
        "The model was given what its fields do not take.",
        "Compare what you hand over with the fields of the model, and their types.",
    ),
    Row(
        r"AssertionError: ",
        "What the line takes for granted was not so.",
        "Print what it compares, just before it.",
    ),
)
"""From the special to the general: the first that fits speaks."""
