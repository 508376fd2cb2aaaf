"""A pool of one thread keeps the loop free, and renders one PDF at a time.

fails: test_ten_previews_at_once = one-after-another
fails: test_ten_pdfs_are_stored = one-after-another
"""

from concurrent.futures import ThreadPoolExecutor

renderer = ThreadPoolExecutor(1)


async def rendered(invoice_id: int) -> str:
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(renderer, render_pdf, invoice_id)


@app.get("/invoices/{invoice_id}/preview")
async def preview(invoice_id: int) -> dict:
    """Render the invoice; answer {"pdf": ...}."""
    return {"pdf": await rendered(invoice_id)}


@app.post("/invoices/{invoice_id}/pdf")
async def store_pdf(invoice_id: int) -> dict:
    """Render the invoice, save the PDF; answer {"saved": ...}, the key."""
    return {"saved": await save_pdf(invoice_id, await rendered(invoice_id))}
