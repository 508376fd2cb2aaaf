"""Does the checkout overlap the payment and the e-mail, and is its answer right."""

import asyncio
import random

import pytest

from grader.suite import not_hidden, same, status, token


def random_order():
    return random.randint(10_000, 99_999)


def paid(order_id):
    return {"order": order_id, "status": f"paid {token()}"}


def sent(order_id):
    return {"order": order_id, "status": f"sent {token()}"}


@pytest.mark.points(2)
async def test_payment_and_email_overlap(client, clock, fake):
    """The payment (1 s) and the e-mail (0.5 s) run at the same time: 1.0 s, not 1.5 s."""
    order = random_order()
    payment = fake("process_payment", takes=1.0, returns=paid)
    email = fake("send_confirmation_email", takes=0.5, returns=sent)
    with clock.takes(1.0, one_by_one=1.5):
        response = await client.post("/checkout", json={"id": order})
    status(response, 200)
    payment.was_called_once_with(order)
    email.was_called_once_with(order)


async def test_the_longer_one_decides(client, clock, fake):
    """When the e-mail is the slower one (0.9 s beside 0.4 s), the checkout takes 0.9 s."""
    order = random_order()
    payment = fake("process_payment", takes=0.4, returns=paid)
    email = fake("send_confirmation_email", takes=0.9, returns=sent)
    with clock.takes(0.9, one_by_one=1.3):
        response = await client.post("/checkout", json={"id": order})
    status(response, 200)
    payment.was_called_once_with(order)
    email.was_called_once_with(order)


async def test_the_answer_has_both_results(client, fake):
    """The response holds the payment's result under "payment" and the e-mail's under "email"."""
    for first, second in ((1.0, 0.5), (0.5, 1.0)):
        payment = fake("process_payment", takes=first, returns=paid)
        email = fake("send_confirmation_email", takes=second, returns=sent)
        response = await client.post("/checkout", json={"id": random_order()})
        status(response, 200)
        same(response.json(), {"payment": payment.result, "email": email.result})


async def test_each_is_called_once_for_this_order(client, fake):
    """Payment and e-mail are each asked once, for the order that came in."""
    order = random_order()
    payment = fake("process_payment", takes=1.0, returns=paid)
    email = fake("send_confirmation_email", takes=0.5, returns=sent)
    response = await client.post("/checkout", json={"id": order})
    status(response, 200)
    payment.was_called_once_with(order)
    email.was_called_once_with(order)


async def test_ten_customers_at_once(client, clock, fake):
    """Ten checkouts that arrive together are all done after 1.0 s."""
    payment = fake("process_payment", takes=1.0, returns=paid)
    email = fake("send_confirmation_email", takes=0.5, returns=sent)
    orders = random.sample(range(10_000, 99_999), 10)
    with clock.takes(1.0, one_by_one=1.5, one_customer_at_a_time=10.0):
        responses = await asyncio.gather(
            *(client.post("/checkout", json={"id": order}) for order in orders)
        )
    for order, response in zip(orders, responses, strict=True):
        status(response, 200)
        same(
            response.json(),
            {"payment": payment.result_for(order), "email": email.result_for(order)},
        )


async def test_a_failed_payment_is_no_success(client, fake):
    """When one card of two is declined, that response is not a 200, and the other one is."""
    good, declined = random.sample(range(10_000, 99_999), 2)

    def refuse(order_id):
        return RuntimeError("the card was declined") if order_id == declined else None

    fake("process_payment", takes=1.0, returns=paid, raises=refuse)
    fake("send_confirmation_email", takes=0.5, returns=sent)
    bought, failed = await asyncio.gather(
        client.post("/checkout", json={"id": good}),
        client.post("/checkout", json={"id": declined}),
    )
    status(bought, 200)
    not_hidden(failed)
