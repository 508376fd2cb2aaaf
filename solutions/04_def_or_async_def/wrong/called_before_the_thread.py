"""to_thread gets the SDK's result instead of the SDK: the call itself runs on the loop.

fails: test_ten_previews_at_once = server-error
fails: test_ten_pdfs_are_stored = server-error
fails: test_the_loop_is_never_held = server-error
fails: test_health_answers_meanwhile = server-error
fails: test_each_is_called_once = server-error
fails: test_a_failed_pdf_is_no_success = server-error
"""


@app.get("/invoices/{invoice_id}/preview")
async def preview(invoice_id: int) -> dict:
    """Render the invoice; answer {"pdf": ...}."""
    return {"pdf": await asyncio.to_thread(render_pdf(invoice_id))}


@app.post("/invoices/{invoice_id}/pdf")
async def store_pdf(invoice_id: int) -> dict:
    """Render the invoice, save the PDF; answer {"saved": ...}, the key."""
    pdf = await asyncio.to_thread(render_pdf(invoice_id))
    return {"saved": await save_pdf(invoice_id, pdf)}
