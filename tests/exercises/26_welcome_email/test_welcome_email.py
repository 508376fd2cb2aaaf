"""Does the response leave at once, and does the work behind it get done all the same."""

import asyncio
import gc
import weakref

import pytest

from grader.suite import called, expect, same, status, token


def random_address():
    return f"Zoë.{token()}@Example.com"


def all_done(fake, trace, addresses):
    """Each address had one call, which ran to its end."""
    fake.was_called(len(addresses))
    asked = [call.arguments for call in fake.calls]
    if len(addresses) == 1:
        fake.was_called_once_with(addresses[0])
    same(sorted(call["address"] for call in asked), sorted(addresses))
    for record in trace.named(fake.name):
        expect(
            record.outcome == "done",
            "not_called",
            f"{fake.name} to end",
            f"a call that is {record.outcome}",
            name=fake.name,
            ran=0,
        )


@pytest.mark.points(2)
async def test_the_response_leaves_at_once(client, clock, fake, trace):
    """The response is there after 0.0 s, and the e-mail (2 s) is sent after it."""
    address = random_address()
    email = fake("send_welcome_email", takes=2.0, background=True)
    fake("notify_sales", background=True)
    with clock.takes(0.0, with_the_email=2.0):
        response = await client.post("/signup", json={"email": address})
    await clock.sleep(3.0)
    status(response, 200)
    all_done(email, trace, [address])


async def test_the_email_is_sent_two_seconds_later(client, clock, fake, trace):
    """An e-mail of 2 s is sent 2.0 s after the sign-up, one of 3 s after 3.0 s."""
    durations = {random_address(): 2.0, random_address(): 3.0}
    email = fake("send_welcome_email", takes=lambda address: durations[address], background=True)
    fake("notify_sales", background=True)
    for address, takes in durations.items():
        start = clock.now()
        response = await client.post("/signup", json={"email": address})
        await clock.sleep(takes + 0.5)
        status(response, 200)
        email.result_for(address)
        clock.check(start, trace.named("send_welcome_email")[-1].end, takes)


async def test_the_answer_names_the_address(client, clock, fake, trace):
    """The response is {"signed_up": address}; e-mail and sales team get the same address, once."""
    address = random_address()
    email = fake("send_welcome_email", takes=2.0, background=True)
    sales = fake("notify_sales", takes=1.0, background=True)
    response = await client.post("/signup", json={"email": address})
    await clock.sleep(4.0)
    status(response, 200)
    same(response.json(), {"signed_up": address})
    all_done(email, trace, [address])
    all_done(sales, trace, [address])


@pytest.mark.points(2)
async def test_sales_hears_of_it_without_an_email(client, clock, fake, trace):
    """When the e-mail fails after 0.5 s, the response is a 200 and the sales team is told (1 s)."""
    for kind in (RuntimeError, Exception):
        address = random_address()
        full = kind("the mailbox is full")
        email = fake("send_welcome_email", takes=0.5, raises=full, background=True)
        sales = fake("notify_sales", takes=1.0, background=True)
        response = await client.post("/signup", json={"email": address})
        await clock.sleep(4.0)
        status(response, 200)
        email.was_called(1)
        all_done(sales, trace, [address])


async def test_the_email_is_sent_without_sales(client, clock, fake, trace):
    """When the note to the sales team fails at once, the e-mail is sent all the same."""
    address = random_address()
    email = fake("send_welcome_email", takes=2.0, background=True)
    sales = fake("notify_sales", raises=RuntimeError("the team's system is down"), background=True)
    response = await client.post("/signup", json={"email": address})
    await clock.sleep(4.0)
    status(response, 200)
    sales.was_called(1)
    all_done(email, trace, [address])


async def test_ten_sign_ups_at_once(client, clock, fake, trace):
    """Ten people sign up together: all responses leave at 0.0 s, all e-mails (0.4 s) at 0.4 s."""
    addresses = [random_address() for _ in range(10)]
    email = fake("send_welcome_email", takes=0.4, background=True)
    fake("notify_sales", background=True)
    start = clock.now()
    with clock.takes(0.0, with_the_email=0.4):
        responses = await asyncio.gather(
            *(client.post("/signup", json={"email": address}) for address in addresses)
        )
    await clock.sleep(4.5)
    for response in responses:
        status(response, 200)
    all_done(email, trace, addresses)
    last = max(record.end for record in trace.named("send_welcome_email"))
    clock.check(start, last, 0.4, one_by_one=4.0)


@pytest.mark.points(2)
@pytest.mark.except_for("in_a_crowd", "the e-mails are the suite's own, and count nobody else's")
async def test_nothing_is_lost_while_it_waits(answer, client, clock, trace):
    """Python tidies its memory while three e-mails are on their way: all three arrive."""
    addresses = [random_address() for _ in range(3)]
    replies = weakref.WeakSet()  # like a connection, it keeps nobody alive who waits for it
    is_over = []  # later e-mails, of others, are sent at once
    name = "send_welcome_email"

    async def send_welcome_email(address):
        with trace.span(name, f"{name}({address!r})"):
            reply = asyncio.get_running_loop().create_future()
            replies.add(reply)
            if not is_over:
                await reply

    async def notify_sales(address):
        pass

    answer.replace(name, send_welcome_email)
    answer.replace("notify_sales", notify_sales)
    requests = [
        asyncio.create_task(client.post("/signup", json={"email": address}))
        for address in addresses
    ]
    await clock.sleep(0.1)
    gc.collect()
    for _ in addresses:
        for reply in [reply for reply in replies if not reply.done()][:1]:
            reply.get_loop().call_soon_threadsafe(lambda reply=reply: reply.done() or reply.set_result(None))
            del reply
        await clock.sleep(0.1)
        gc.collect()
    is_over.append(True)
    for response in await asyncio.gather(*requests):
        status(response, 200)
    calls = trace.named(name)
    called(name, len(calls), 3)
    lost = sum(call.outcome != "done" for call in calls)
    told = f"{lost} lost with a task that nothing held on to"
    called(name, 3 - lost, 3, expected="3 e-mails that arrive", actual=told)
