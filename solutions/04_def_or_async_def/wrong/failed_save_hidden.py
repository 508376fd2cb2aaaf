"""When the store refuses the PDF, the response is a 200 with no key.

fails: every_call_fails = lost-exception
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
    return {"pdf": render_pdf(invoice_id)}


@app.post("/invoices/{invoice_id}/pdf")
async def store_pdf(invoice_id: int) -> dict:
    """Render the invoice, save the PDF; answer {"saved": ...}, the key."""
    pdf = await asyncio.to_thread(render_pdf, invoice_id)
    try:
        key = await save_pdf(invoice_id, pdf)
    except Exception:
        key = None
    return {"saved": key}
