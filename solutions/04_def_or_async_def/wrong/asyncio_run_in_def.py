"""asyncio.run gives the store a loop of its own, on which it is not connected.

fails: test_ten_pdfs_are_stored = server-error
fails: test_a_hundred_invoices_at_once = server-error
fails: test_the_loop_is_never_held = server-error
fails: test_each_is_called_once = server-error
fails: test_a_failed_pdf_is_no_success = server-error
drawn: threaded
"""


@app.get("/invoices/{invoice_id}")
def get_invoice(invoice_id: int) -> dict:
    """Load the invoice and answer it."""
    return asyncio.run(load_invoice(invoice_id))


@app.post("/invoices/{invoice_id}/pdf")
def store_pdf(invoice_id: int) -> dict:
    """Render the invoice, save the PDF; answer {"saved": ...}, the key."""
    pdf = render_pdf(invoice_id)
    return {"saved": asyncio.run(save_pdf(invoice_id, pdf))}
