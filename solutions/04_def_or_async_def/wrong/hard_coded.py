"""It sleeps for the task's figures and makes up every answer.

fails: test_ten_previews_at_once = not-called
fails: test_ten_pdfs_are_stored = too-slow
fails: test_a_hundred_invoices_at_once = too-early
fails: test_each_is_called_once = not-called
fails: test_the_loop_is_never_held = not-called
fails: test_a_failed_pdf_is_no_success = lost-exception
"""


@app.get("/invoices/{invoice_id}")
async def get_invoice(invoice_id: int) -> dict:
    """Load the invoice and answer it."""
    await asyncio.sleep(0.3)
    return {"invoice": invoice_id, "customer": "Green Café", "total": 120}


@app.get("/invoices/{invoice_id}/preview")
async def preview(invoice_id: int) -> dict:
    """Render the invoice; answer {"pdf": ...}."""
    await asyncio.sleep(2)
    return {"pdf": f"%PDF {invoice_id}"}


@app.post("/invoices/{invoice_id}/pdf")
async def store_pdf(invoice_id: int) -> dict:
    """Render the invoice, save the PDF; answer {"saved": ...}, the key."""
    await asyncio.sleep(2.3)
    return {"saved": f"pdf/{invoice_id}"}
