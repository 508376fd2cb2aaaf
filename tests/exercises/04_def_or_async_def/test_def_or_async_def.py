"""Does the blocking SDK run on threads, the async store on the loop, and is the loop never held."""

import asyncio
import itertools
import random
from contextlib import asynccontextmanager

import pytest

from grader.suite import not_hidden, same, status, token


def random_invoice():
    return random.randint(10_000, 99_999)


def some_invoices(number):
    return random.sample(range(10_000, 99_999), number)


def invoice_of(invoice_id):
    return {"invoice": invoice_id, "customer": token(), "total": random.randint(1, 500)}


def pdf_of(invoice_id):
    return f"%PDF {invoice_id} {token()}" if invoice_id % 7 else ""  # an empty one is one, too


def key_of(invoice_id, pdf):
    return f"pdf/{invoice_id}/{token()}"


def shop(fake, loads=0.3, renders=2.0, saves=0.3, broken=None):
    """The store and the SDK; the store is connected to the app's loop and to no other."""
    own_loop = asyncio.get_running_loop()

    def elsewhere():
        if asyncio.get_running_loop() is not own_loop:
            return RuntimeError("the store is connected on another event loop")
        return None

    return (
        fake(
            "load_invoice",
            takes=loads,
            returns=invoice_of,
            raises=lambda invoice_id: elsewhere(),
        ),
        fake("render_pdf", takes=renders, returns=pdf_of, raises=broken),
        fake(
            "save_pdf",
            takes=saves,
            returns=key_of,
            raises=lambda invoice_id, pdf: elsewhere(),
        ),
    )


@asynccontextmanager
async def heartbeat(clock):
    """Meanwhile, a task that wakes every 0.1 s is never late."""
    beats = [clock.now()]

    async def beat():
        for _ in range(300):
            await clock.sleep(0.1)
            beats.append(clock.now())

    task = asyncio.create_task(beat())
    try:
        yield
        await clock.sleep(0.15)
    finally:
        task.cancel()
    start, end = max(itertools.pairwise(beats), key=lambda pair: pair[1] - pair[0])
    clock.check(start, end, 0.1)


@pytest.mark.points(2)
@pytest.mark.except_for('in_a_crowd', 'a pool of threads has so many threads')
async def test_ten_previews_at_once(client, clock, fake):
    """Ten previews asked for together are rendered side by side: 2.0 s, not 20.0 s."""
    _, renderer, _ = shop(fake)
    invoices = some_invoices(10)
    with clock.takes(2.0, one_by_one=20.0):
        responses = await asyncio.gather(
            *(client.get(f"/invoices/{invoice}/preview") for invoice in invoices)
        )
    for invoice, response in zip(invoices, responses, strict=True):
        status(response, 200)
        same(response.json(), {"pdf": renderer.result_for(invoice)})
    renderer.was_called(10)


@pytest.mark.except_for('in_a_crowd', 'a pool of threads has so many threads')
async def test_ten_pdfs_are_stored(client, clock, fake):
    """Ten PDFs are rendered (1.5 s) and then stored (0.5 s) side by side: 2.0 s."""
    _, renderer, store = shop(fake, renders=1.5, saves=0.5)
    empty = random.choice(range(10_003, 99_999, 7))
    invoices = [empty, *(number for number in some_invoices(9) if number != empty)]
    with clock.takes(2.0, one_by_one=20.0):
        responses = await asyncio.gather(
            *(client.post(f"/invoices/{invoice}/pdf") for invoice in invoices)
        )
    for invoice, response in zip(invoices, responses, strict=True):
        status(response, 200)
        saved = store.result_for(invoice, renderer.result_for(invoice))
        same(response.json(), {"saved": saved})
    renderer.was_called(len(invoices))
    store.was_called(len(invoices))


async def test_a_hundred_invoices_at_once(client, clock, fake):
    """A hundred invoices of 1 s each load together in 1.0 s, on the loop the store belongs to."""
    store, _, _ = shop(fake, loads=1.0)
    invoices = some_invoices(100)
    with clock.takes(1.0, forty_at_a_time=3.0, one_by_one=100.0):
        responses = await asyncio.gather(
            *(client.get(f"/invoices/{invoice}") for invoice in invoices)
        )
        for response in responses:
            status(response, 200)
    for invoice, response in zip(invoices, responses, strict=True):
        same(response.json(), store.result_for(invoice))


@pytest.mark.except_for('in_a_crowd', 'a pool of threads has so many threads')
async def test_the_loop_is_never_held(client, clock, fake):
    """Beside previews, PDFs and invoices, a task that wakes every 0.1 s is never late."""
    _, renderer, store = shop(fake)
    async with heartbeat(clock):
        responses = await asyncio.gather(
            *(client.get(f"/invoices/{invoice}/preview") for invoice in some_invoices(5)),
            *(client.post(f"/invoices/{invoice}/pdf") for invoice in some_invoices(5)),
            *(client.get(f"/invoices/{invoice}") for invoice in some_invoices(5)),
        )
    for response in responses:
        status(response, 200)
    renderer.was_called(10)
    store.was_called(5)


@pytest.mark.except_for('in_a_crowd', 'a pool of threads has so many threads')
async def test_health_answers_meanwhile(client, clock, fake):
    """Asked 0.1 s after ten PDFs and previews began, /health answers at once: {"status": "ok"}."""
    shop(fake)
    start = clock.now()
    work = [
        *(client.get(f"/invoices/{invoice}/preview") for invoice in some_invoices(5)),
        *(client.post(f"/invoices/{invoice}/pdf") for invoice in some_invoices(5)),
    ]
    tasks = [asyncio.create_task(request) for request in work]
    await clock.sleep(0.1)
    response = await client.get("/health")
    clock.check(start, clock.now(), 0.1)
    status(response, 200)
    same(response.json(), {"status": "ok"})
    await asyncio.gather(*tasks)


@pytest.mark.except_for('in_a_crowd', 'a pool of threads has so many threads')
async def test_each_is_called_once(client, clock, fake):
    """A PDF is rendered once and stored once, with the invoice's number and what was rendered."""
    _, renderer, store = shop(fake)
    invoice = random_invoice()
    with clock.takes(2.3, when_rendered_twice=4.3):
        response = await client.post(f"/invoices/{invoice}/pdf")
    status(response, 200)
    renderer.was_called_once_with(invoice)
    store.was_called_once_with(invoice, renderer.result)


async def test_a_failed_pdf_is_no_success(client, fake):
    """When the SDK fails for one invoice of two, only the other one has a 200 and is stored."""
    good, bad = some_invoices(2)
    problem = ValueError("the template is broken")
    _, renderer, store = shop(
        fake, broken=lambda invoice_id: problem if invoice_id == bad else None
    )
    for method, end in (("GET", "preview"), ("POST", "pdf")):
        rendered, failed = await asyncio.gather(
            client.request(method, f"/invoices/{good}/{end}"),
            client.request(method, f"/invoices/{bad}/{end}"),
        )
        status(rendered, 200)
        not_hidden(failed, "render_pdf")
    store.was_called_once_with(good, renderer.result_for(good))
