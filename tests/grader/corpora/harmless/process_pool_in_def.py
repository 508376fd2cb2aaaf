# exercise: def_or_async_def
# status: passed
# points: 8
# A plain def endpoint waits for a pool of processes, in its thread.

import asyncio
import time
from concurrent.futures import ProcessPoolExecutor
from functools import cache

from fastapi import FastAPI

app = FastAPI()


@cache
def pool() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(2)


def checksum(number: int) -> int:
    return sum(number * step for step in range(10_000)) % 97


async def load_invoice(invoice_id: int) -> dict:
    """The store, to be awaited: takes 0.3 s. Given; leave it as it is."""
    await asyncio.sleep(0.3)
    return {"invoice": invoice_id, "customer": "Green Café", "total": 120}


def render_pdf(invoice_id: int) -> str:
    """The PDF company's SDK, which blocks: takes 2 s. Given; leave it as it is."""
    time.sleep(2)
    return f"%PDF {invoice_id}"


async def save_pdf(invoice_id: int, pdf: str) -> str:
    """The store again: takes 0.3 s and returns the PDF's key. Given; leave it as it is."""
    await asyncio.sleep(0.3)
    return f"pdf/{invoice_id}"


@app.get("/health")
def health() -> dict:
    """Answer {"status": "ok"}; nothing to wait for."""
    return {"status": "ok"}


@app.get("/invoices/{invoice_id}")
async def get_invoice(invoice_id: int) -> dict:
    """Load the invoice and answer it."""
    return await load_invoice(invoice_id)


@app.get("/invoices/{invoice_id}/preview")
def preview(invoice_id: int) -> dict:
    """Render the invoice; answer {"pdf": ...}."""
    pool().submit(checksum, invoice_id).result(timeout=1)
    list(pool().map(checksum, range(3)))
    return {"pdf": render_pdf(invoice_id)}


@app.post("/invoices/{invoice_id}/pdf")
async def store_pdf(invoice_id: int) -> dict:
    """Render the invoice, save the PDF; answer {"saved": ...}, the key."""
    pdf = await asyncio.to_thread(render_pdf, invoice_id)
    return {"saved": await save_pdf(invoice_id, pdf)}
