"""The SDK blocks inside `async def`: ten PDFs take 20 s, and nobody else is served.

fails: test_ten_previews_at_once = blocked-loop
fails: test_ten_pdfs_are_stored = blocked-loop
fails: test_the_loop_is_never_held = blocked-loop
fails: test_health_answers_meanwhile = blocked-loop
drawn: blocking
"""


@app.get("/invoices/{invoice_id}/preview")
async def preview(invoice_id: int) -> dict:
    """Render the invoice; answer {"pdf": ...}."""
    return {"pdf": render_pdf(invoice_id)}


@app.post("/invoices/{invoice_id}/pdf")
async def store_pdf(invoice_id: int) -> dict:
    """Render the invoice, save the PDF; answer {"saved": ...}, the key."""
    pdf = render_pdf(invoice_id)
    return {"saved": await save_pdf(invoice_id, pdf)}
