"""The preview is offloaded, the stored PDF is not: one blocking handler is enough to stop all.

fails: test_ten_pdfs_are_stored = blocked-loop
fails: test_the_loop_is_never_held = blocked-loop
fails: test_health_answers_meanwhile = blocked-loop
"""


@app.post("/invoices/{invoice_id}/pdf")
async def store_pdf(invoice_id: int) -> dict:
    """Render the invoice, save the PDF; answer {"saved": ...}, the key."""
    pdf = render_pdf(invoice_id)
    return {"saved": await save_pdf(invoice_id, pdf)}
