"""Does each step of the checkout wait for what it needs, and for nothing else."""

import asyncio
import random

import pytest

from grader.suite import expect, not_hidden, same, status


def random_order():
    return random.randint(10_000, 99_999)


def paid(order_id):
    return {"order": random_order(), "status": "paid"}


async def order_and_wait(client, clock, order):
    """The response, and when it left; what follows it has ended since."""
    response = await client.post("/checkout", json={"id": order})
    end = clock.now()
    await clock.sleep(2.0)
    return response, end


@pytest.mark.points(2)
async def test_both_checks_then_the_payment(client, clock, fake, trace):
    """Stock (0.6 s) and trust (0.4 s) are checked together: payment starts at 0.6 s, not 1.0 s."""
    fake("is_in_stock", takes=0.6, returns=True)
    fake("is_trusted", takes=0.4, returns=True)
    payment = fake("take_payment", takes=1.0, returns=paid)
    fake("send_confirmation_email", takes=0.5, background=True)
    start = clock.now()
    response, _ = await order_and_wait(client, clock, random_order())
    status(response, 200)
    payment.was_called(1)
    (record,) = trace.named("take_payment")
    clock.check(start, record.start, 0.6, "take_payment began", one_by_one=1.0)


async def test_the_slower_check_decides(client, clock, fake, trace):
    """When trust takes 0.8 s beside a stock of 0.5 s, the payment starts at 0.8, not 1.3 s."""
    fake("is_in_stock", takes=0.5, returns=True)
    fake("is_trusted", takes=0.8, returns=True)
    payment = fake("take_payment", takes=0.7, returns=paid)
    fake("send_confirmation_email", takes=0.5, background=True)
    start = clock.now()
    response, _ = await order_and_wait(client, clock, random_order())
    status(response, 200)
    payment.was_called(1)
    (record,) = trace.named("take_payment")
    clock.check(start, record.start, 0.8, "take_payment began", one_by_one=1.3)


@pytest.mark.points(2)
async def test_the_response_does_not_wait_for_the_email(client, clock, fake, trace):
    """The response leaves when the payment is done, at 1.6 s: no wait for the e-mail's 0.5 s."""
    fake("is_in_stock", takes=0.6, returns=True)
    fake("is_trusted", takes=0.4, returns=True)
    payment = fake("take_payment", takes=1.0, returns=paid)
    fake("send_confirmation_email", takes=0.5, background=True)
    start = clock.now()
    response, end = await order_and_wait(client, clock, random_order())
    status(response, 200)
    payment.was_called(1)
    (record,) = trace.named("take_payment")
    clock.check(start, record.start, 0.6, "take_payment began", one_by_one=1.0)
    clock.check(min(record.end or end, end), end, 0.0, with_the_email=0.5)
    clock.check(start, end, 1.6, one_by_one=2.0, with_the_email=2.1)


async def test_the_answer_is_the_payment(client, clock, fake):
    """The response holds the payment's result under "payment"; each call is for this order."""
    order = random_order()
    stock = fake("is_in_stock", takes=0.6, returns=True)
    trust = fake("is_trusted", takes=0.4, returns=True)
    payment = fake("take_payment", takes=1.0, returns=paid)
    fake("send_confirmation_email", takes=0.5, background=True)
    response, _ = await order_and_wait(client, clock, order)
    status(response, 200)
    same(response.json(), {"payment": payment.result})
    for call in (stock, trust, payment):
        call.was_called_once_with(order)


async def test_the_email_follows(client, clock, fake, trace):
    """After a payment, the e-mail goes out once, for this order, and is not broken off."""
    order = random_order()
    fake("is_in_stock", takes=0.6, returns=True)
    fake("is_trusted", takes=0.4, returns=True)
    fake("take_payment", takes=1.0, returns=paid)
    email = fake("send_confirmation_email", takes=0.5, background=True)
    response, _ = await order_and_wait(client, clock, order)
    status(response, 200)
    email.was_called_once_with(order)
    (record,) = trace.named("send_confirmation_email")
    expect(
        record.outcome == "done",
        "not_called",
        "an e-mail that is sent",
        f"an e-mail that is {record.outcome}",
        name="send_confirmation_email",
        ran=0,
    )
    error = ConnectionError("the mail provider does not answer")
    email = fake("send_confirmation_email", takes=0.5, raises=error, background=True)
    response, _ = await order_and_wait(client, clock, order)
    status(response, 200)
    email.was_called_once_with(order)


async def test_a_declined_payment_sends_no_email(client, clock, fake):
    """A declined payment is a 402, and no e-mail goes out."""
    fake("is_in_stock", takes=0.6, returns=True)
    fake("is_trusted", takes=0.4, returns=True)
    orders = random.sample(range(10_000, 99_999), 4)
    said = dict(zip(orders, ("declined", "unpaid", "paid in part", "PAID"), strict=True))
    payment = fake("take_payment", takes=1.0, returns=lambda order_id: {"status": said[order_id]})
    email = fake("send_confirmation_email", takes=0.5, background=True)
    for order in orders:
        response, _ = await order_and_wait(client, clock, order)
        status(response, 402)
    payment.was_called(4)
    email.was_called(0)
    fake("take_payment", takes=1.0, raises=RuntimeError("the bank does not answer"))
    response, _ = await order_and_wait(client, clock, random_order())
    not_hidden(response)
    email.was_called(0)


async def test_a_bad_order_is_never_paid(client, clock, fake):
    """An order that is not trusted, or not in stock, is a 409: no payment, no e-mail."""
    suspicious, sold_out = random.sample(range(10_000, 99_999), 2)
    fake("is_in_stock", takes=0.6, returns=lambda order_id: order_id != sold_out)
    fake("is_trusted", takes=0.4, returns=lambda order_id: order_id != suspicious)
    payment = fake("take_payment", takes=1.0, returns=paid)
    email = fake("send_confirmation_email", takes=0.5, background=True)
    for order in (suspicious, sold_out):
        response, _ = await order_and_wait(client, clock, order)
        status(response, 409)
    payment.was_called(0)
    email.was_called(0)


async def test_ten_orders_at_once(client, clock, fake):
    """Ten orders that come in together, with instant checks, are all paid after 1.0 s."""
    fake("is_in_stock", returns=True)
    fake("is_trusted", returns=True)
    payment = fake("take_payment", takes=1.0, returns=paid)
    fake("send_confirmation_email", background=True)
    orders = random.sample(range(10_000, 99_999), 10)
    with clock.takes(1.0, one_customer_at_a_time=10.0):
        responses = await asyncio.gather(
            *(client.post("/checkout", json={"id": order}) for order in orders)
        )
    for order, response in zip(orders, responses, strict=True):
        status(response, 200)
        same(response.json(), {"payment": payment.result_for(order)})
