"""to_thread(save_pdf, ...): an async def in a thread; the line is awaited already.

exercise: 04_def_or_async_def
fails: test_ten_pdfs_are_stored = forgotten-await
"""

import asyncio
import time

from fastapi import FastAPI

app = FastAPI()


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
async def health() -> dict:
    return {"status": "ok"}


@app.get("/invoices/{invoice_id}")
async def get_invoice(invoice_id: int) -> dict:
    return await load_invoice(invoice_id)


@app.get("/invoices/{invoice_id}/preview")
async def preview(invoice_id: int) -> dict:
    return {"pdf": await asyncio.to_thread(render_pdf, invoice_id)}


@app.post("/invoices/{invoice_id}/pdf")
async def store_pdf(invoice_id: int) -> dict:
    pdf = await asyncio.to_thread(render_pdf, invoice_id)
    return {"saved": await asyncio.to_thread(save_pdf, invoice_id, pdf)}
