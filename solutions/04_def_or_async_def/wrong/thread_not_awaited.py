"""run_in_threadpool is called and not awaited: the SDK never runs.

fails: test_ten_previews_at_once = forgotten-await
fails: test_ten_pdfs_are_stored = forgotten-await
fails: test_the_loop_is_never_held = forgotten-await
fails: test_each_is_called_once = forgotten-await
fails: test_a_failed_pdf_is_no_success = forgotten-await
"""

from fastapi.concurrency import run_in_threadpool


@app.get("/invoices/{invoice_id}/preview")
async def preview(invoice_id: int) -> dict:
    """Render the invoice; answer {"pdf": ...}."""
    return {"pdf": run_in_threadpool(render_pdf, invoice_id)}


@app.post("/invoices/{invoice_id}/pdf")
async def store_pdf(invoice_id: int) -> dict:
    """Render the invoice, save the PDF; answer {"saved": ...}, the key."""
    pdf = run_in_threadpool(render_pdf, invoice_id)
    return {"saved": await save_pdf(invoice_id, pdf)}
