"""Does one line per request say what its visitor has waited, and whose request it was."""

import asyncio
import random

import pytest

from grader.suite import called, count, expect, same, status, token

HEADER = "x-request-id"
FIND = "find_order"


def a_number():
    return random.randint(10_000, 99_999)


def lines_of(logs):
    """The lines that `write_line` has written."""
    return [line for line in logs.lines if "duration" in line.extra]


def one_line(logs):
    """The only line that was written."""
    lines = lines_of(logs)
    called("write_line", len(lines), 1, expected="one line in the log", actual=said(len(lines)))
    return fields_of(lines[0])


def fields_of(line):
    """The fields of a line, and where the answer wrote it."""
    return {**line.extra, "written": line.caller}


def said(number):
    return f"{number} lines" if number else "no line"


def lasted(clock, extra, seconds, **instead):
    """The line's duration is that of the request, in seconds; `instead` are figures that tell."""
    duration = extra["duration"]
    seconds *= clock.stretch
    expect(
        isinstance(duration, (int, float)),
        "value",
        f"{seconds:.1f} s",
        f"a {type(duration).__name__}",
        path="duration",
        how="value",
        **written(extra),
    )
    known = next(
        (when for when, s in instead.items() if abs(s * clock.stretch - duration) < 0.02), ""
    )
    when = f", {known.replace('_', ' ')}" if known else ""
    expect(
        abs(duration - seconds) < 0.02 + 0.05 * seconds,
        "value",
        f"{seconds:.1f} s",
        f"{duration:.1f} s{when}",
        path="duration",
        how="value",
        **written(extra),
    )


def written(extra):
    """What a check says of the line that was written: where."""
    line = extra["written"]
    return {"line": line, "cause": f"Line {line} writes it."} if line else {}


def has_status(extra, number):
    expect(
        extra["status"] == number,
        "value",
        str(number),
        str(extra["status"]),
        path="status",
        how="value",
        **written(extra),
    )


def id_of(response):
    """The id in the response's header."""
    values = [value for name, value in response.headers.multi_items() if name.lower() == HEADER]
    expect(len(values) == 1, "value", "one id", said_ids(len(values)), path=f"header {HEADER}")
    return values[0]


def said_ids(number):
    return f"there {number} times" if number else "missing"


@pytest.mark.points(2)
async def test_one_line_for_a_request(client, clock, fake, logs):
    """An order after 0.5 s: one line, with 200, 0.5 and the id of the header and the endpoint."""
    number = a_number()
    found = fake(FIND, takes=0.5)
    with clock.takes(0.5):
        response = await client.get(f"/orders/{number}")
    status(response, 200)
    extra = one_line(logs)
    lasted(clock, extra, 0.5)
    has_status(extra, 200)
    same(response.json(), {"order": found.result, "request_id": extra["request_id"]})
    same(id_of(response), extra["request_id"])
    found.was_called_once_with(number)


@pytest.mark.points(2)
@pytest.mark.needs("test_one_line_for_a_request")
async def test_a_report_in_pieces(client, clock, fake, logs):
    """A report's rows leave at 1.0, 2.0 and 3.0 s: its line says 3.0."""
    fake("next_row", takes=1.0, returns=token())
    async with client.stream("GET", f"/reports/{a_number()}") as page:
        await page.read()
        await page.app_is_done()
    same(page.status_code, 200)
    first, last = ((page.pieces[i].at - page.asked) / clock.stretch for i in (0, -1))
    late = ", with the last" if first == last else ""
    expect(
        0.95 < first < 1.05,
        "value",
        "1.0 s",
        f"{first:.1f} s{late}",
        path="first row",
        how="value",
    )
    clock.check(page.asked, page.ended, 3.0, "The last row came")
    extra = one_line(logs)
    lasted(clock, extra, 3.0, when_the_response_began=0.0, when_its_first_row_left=1.0)
    has_status(extra, 200)


@pytest.mark.points(2)
@pytest.mark.needs("test_one_line_for_a_request", "test_a_report_in_pieces")
@pytest.mark.except_for("stretched", "the reader leaves after 1.5 s, before the first row then")
async def test_a_reader_who_leaves(client, clock, fake, logs):
    """Its reader leaves at 1.5 s: one line says so, 1.5 and 200."""
    fake("next_row", takes=1.0, returns=token())
    async with client.stream("GET", f"/reports/{a_number()}") as page:
        await page.chunk()
        await clock.sleep(0.5)
    await page.app_is_done()
    extra = one_line(logs)
    lasted(clock, extra, 1.5, when_the_response_began=0.0, when_its_first_row_left=1.0)
    has_status(extra, 200)


@pytest.mark.points(2)
@pytest.mark.needs("test_one_line_for_a_request")
async def test_a_failure(client, clock, fake, logs, trace):
    """The order is not there after 0.5 s: 0.5 and 404. Looking for it raises: 0.5 and 500."""
    for failure, expected in (({"returns": None}, 404), ({"raises": RuntimeError(token())}, 500)):
        fake(FIND, takes=0.5, **failure)
        logs.lines.clear()
        status(await client.get(f"/orders/{a_number()}"), expected)
        extra = one_line(logs)
        lasted(clock, extra, 0.5)
        has_status(extra, expected)
    error = RuntimeError(token())
    fake("next_row", takes=1.0, raises=lambda report, number: error if number else None)
    logs.lines.clear()
    async with client.stream("GET", f"/reports/{a_number()}") as page:
        await page.app_is_done()
    trace.server_errors.clear()  # those were the suite's own doing
    extra = one_line(logs)
    lasted(clock, extra, 2.0, when_its_first_row_left=1.0)
    has_status(extra, 200)  # it had begun


@pytest.mark.points(2)
@pytest.mark.needs("test_one_line_for_a_request")
async def test_what_goes_on_after_the_response(client, clock, fake, logs, trace):
    """An order of 0.5 s, whose receipt leaves after the response and takes 2.0 s: 0.5."""
    fake(FIND, takes=0.5)
    for error in (None, RuntimeError(token())):
        fake("send_receipt", takes=2.0, raises=error, background=True)
        logs.lines.clear()
        with clock.takes(0.5, with_the_receipt=2.5):
            response = await client.post(f"/orders/{a_number()}/receipt")
        status(response, 202)
        await clock.sleep(3.0)
        trace.server_errors.clear()  # that one was the suite's own doing
        lasted(clock, one_line(logs), 0.5, when_the_receipt_had_been_sent=2.5)


@pytest.mark.points(2)
@pytest.mark.needs("test_one_line_for_a_request")
async def test_fifty_at_once(client, clock, fake, logs):
    """A report, and fifty orders in it: each has its own id, duration and status in its line."""
    *numbers, last = random.sample(range(10_000, 99_999), 50)
    gone = {last, *random.sample(numbers, 10)}
    begins = {number: random.uniform(0.0, 0.5) for number in numbers} | {last: 1.5}
    numbers.append(last)
    waits = {number: random.uniform(0.1, 0.9) for number in numbers}

    def find(number):
        return None if number in gone else {"order": number}

    fake(FIND, takes=lambda number: waits.get(number, 0.5), returns=find)
    fake("next_row", takes=1.0, returns=token())

    async def ask(number):
        await clock.sleep(begins[number] * clock.stretch)
        return await client.get(f"/orders/{number}")

    report, *responses = await asyncio.gather(
        client.get(f"/reports/{a_number()}"), *(ask(number) for number in numbers)
    )
    ids = [id_of(response) for response in responses]
    different = len(set(ids))
    expect(different == 50, "value", "50 different ids", count(different, "id"), how="value")
    by_id = {line.extra["request_id"]: fields_of(line) for line in lines_of(logs)}
    same(sorted(by_id), sorted([id_of(report), *ids]))
    for id, number, response in zip(ids, numbers, responses, strict=True):
        status(response, 404 if number in gone else 200)
        if number not in gone:
            same(response.json()["request_id"], id)
        lasted(clock, by_id[id], waits[number])
        has_status(by_id[id], response.status_code)
    lasted(clock, by_id[id_of(report)], 3.0)
    has_status(by_id[id_of(report)], 200)


@pytest.mark.needs("test_one_line_for_a_request")
async def test_an_id_that_came_in(client, fake, logs):
    """A request that brings an x-request-id keeps it: in its line, header and endpoint."""
    fake(FIND, takes=0.1)
    id = token()
    response = await client.get(f"/orders/{a_number()}", headers={HEADER: id})
    status(response, 200)
    same(id_of(response), id)
    same(response.json()["request_id"], id)
    same(one_line(logs)["request_id"], id)


@pytest.mark.needs("test_one_line_for_a_request")
@pytest.mark.except_for("stretched", "the server does not wait longer then")
async def test_the_server_cancels(client, clock, fake, logs):
    """The server cancels an order after 0.5 s: 0.5 and 500; a report at 1.5 s: 1.5 and 200."""
    fake(FIND, takes=3.0)
    asked = asyncio.create_task(client.get(f"/orders/{a_number()}"))
    await clock.sleep(0.5)
    client.cancel()
    await asyncio.gather(asked, return_exceptions=True)
    extra = one_line(logs)
    lasted(clock, extra, 0.5)
    has_status(extra, 500)
    logs.lines.clear()
    fake("next_row", takes=1.0)
    async with client.stream("GET", f"/reports/{a_number()}") as page:
        await page.chunk()
        await clock.sleep(0.5)
        client.cancel()
        await page.app_is_done()
    extra = one_line(logs)
    lasted(clock, extra, 1.5, when_the_response_began=0.0, when_its_first_row_left=1.0)
    has_status(extra, 200)


@pytest.mark.needs("test_one_line_for_a_request")
async def test_nothing_is_left(client, fake, tidy):
    """After a report and a failed order, the app stops cleanly, and nothing is left."""
    fake("next_row", takes=1.0)
    fake(FIND, takes=0.5, raises=RuntimeError(token()))
    async with client.stream("GET", f"/reports/{a_number()}") as page:
        await page.chunk()
    await client.get(f"/orders/{a_number()}")
    await tidy()
