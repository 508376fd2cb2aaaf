"""An executor of one's own, shared by all requests, with a thread for each of twenty PDFs."""

from concurrent.futures import ThreadPoolExecutor

renderers = ThreadPoolExecutor(20)


async def rendered(invoice_id: int) -> str:
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(renderers, render_pdf, invoice_id)


@app.get("/invoices/{invoice_id}/preview")
async def preview(invoice_id: int) -> dict:
    """Render the invoice; answer {"pdf": ...}."""
    return {"pdf": await rendered(invoice_id)}


@app.post("/invoices/{invoice_id}/pdf")
async def store_pdf(invoice_id: int) -> dict:
    """Render the invoice, save the PDF; answer {"saved": ...}, the key."""
    return {"saved": await save_pdf(invoice_id, await rendered(invoice_id))}
