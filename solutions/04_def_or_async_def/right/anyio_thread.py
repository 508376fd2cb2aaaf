"""anyio's to_thread, which run_in_threadpool is made of."""

import anyio.to_thread


@app.post("/invoices/{invoice_id}/pdf")
async def store_pdf(invoice_id: int) -> dict:
    """Render the invoice, save the PDF; answer {"saved": ...}, the key."""
    pdf = await anyio.to_thread.run_sync(render_pdf, invoice_id)
    key = await save_pdf(invoice_id=invoice_id, pdf=pdf)
    return {"saved": key}
