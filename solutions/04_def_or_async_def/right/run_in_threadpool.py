"""run_in_threadpool uses FastAPI's own forty threads."""

from fastapi.concurrency import run_in_threadpool


@app.get("/invoices/{invoice_id}/preview")
async def preview(invoice_id: int) -> dict:
    """Render the invoice; answer {"pdf": ...}."""
    return {"pdf": await run_in_threadpool(render_pdf, invoice_id)}


@app.post("/invoices/{invoice_id}/pdf")
async def store_pdf(invoice_id: int) -> dict:
    """Render the invoice, save the PDF; answer {"saved": ...}, the key."""
    pdf = await run_in_threadpool(render_pdf, invoice_id)
    return {"saved": await save_pdf(invoice_id, pdf)}
