"""An unusual one: a plain `def` that sends the store's part back to the loop, and a short sleep."""

import anyio.from_thread


@app.post("/invoices/{invoice_id}/pdf")
def store_pdf(invoice_id: int) -> dict:
    """Render the invoice, save the PDF; answer {"saved": ...}, the key."""
    time.sleep(0.01)
    pdf = render_pdf(invoice_id)
    return {"saved": anyio.from_thread.run(save_pdf, invoice_id, pdf)}
