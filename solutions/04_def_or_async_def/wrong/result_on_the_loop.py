"""The SDK is on a thread, but result() waits for it on the loop's own thread.

fails: test_ten_previews_at_once = blocked-loop
fails: test_ten_pdfs_are_stored = blocked-loop
fails: test_the_loop_is_never_held = blocked-loop
fails: test_health_answers_meanwhile = blocked-loop
"""

from concurrent.futures import ThreadPoolExecutor

renderers = ThreadPoolExecutor(20)


@app.get("/invoices/{invoice_id}/preview")
async def preview(invoice_id: int) -> dict:
    """Render the invoice; answer {"pdf": ...}."""
    return {"pdf": renderers.submit(render_pdf, invoice_id).result()}


@app.post("/invoices/{invoice_id}/pdf")
async def store_pdf(invoice_id: int) -> dict:
    """Render the invoice, save the PDF; answer {"saved": ...}, the key."""
    pdf = renderers.submit(render_pdf, invoice_id).result()
    return {"saved": await save_pdf(invoice_id, pdf)}
