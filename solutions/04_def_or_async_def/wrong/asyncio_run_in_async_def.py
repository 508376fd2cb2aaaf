"""asyncio.run is refused where a loop is already running.

fails: test_a_hundred_invoices_at_once = server-error
fails: test_the_loop_is_never_held = server-error
fails: test_ten_pdfs_are_stored = server-error
fails: test_each_is_called_once = server-error
fails: test_a_failed_pdf_is_no_success = server-error
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
    return asyncio.run(load_invoice(invoice_id))


@app.get("/invoices/{invoice_id}/preview")
def preview(invoice_id: int) -> dict:
    """Render the invoice; answer {"pdf": ...}."""
    return {"pdf": render_pdf(invoice_id)}


@app.post("/invoices/{invoice_id}/pdf")
async def store_pdf(invoice_id: int) -> dict:
    """Render the invoice, save the PDF; answer {"saved": ...}, the key."""
    pdf = await asyncio.to_thread(render_pdf, invoice_id)
    return {"saved": asyncio.run(save_pdf(invoice_id, pdf))}
