"""The store is not awaited: its handlers stayed plain `def`.

fails: test_ten_pdfs_are_stored = forgotten-await
fails: test_a_hundred_invoices_at_once = forgotten-await
fails: test_the_loop_is_never_held = forgotten-await
fails: test_each_is_called_once = forgotten-await
fails: test_a_failed_pdf_is_no_success = forgotten-await
"""


@app.get("/invoices/{invoice_id}")
def get_invoice(invoice_id: int) -> dict:
    """Load the invoice and answer it."""
    return load_invoice(invoice_id)


@app.post("/invoices/{invoice_id}/pdf")
def store_pdf(invoice_id: int) -> dict:
    """Render the invoice, save the PDF; answer {"saved": ...}, the key."""
    pdf = render_pdf(invoice_id)
    return {"saved": save_pdf(invoice_id, pdf)}
