"""The PDF is saved after the response, whose key is therefore made up.

fails: test_ten_pdfs_are_stored = fire-and-forget
fails: test_each_is_called_once = fire-and-forget
"""

from fastapi import BackgroundTasks


@app.post("/invoices/{invoice_id}/pdf")
async def store_pdf(invoice_id: int, background: BackgroundTasks) -> dict:
    """Render the invoice, save the PDF; answer {"saved": ...}, the key."""
    pdf = await asyncio.to_thread(render_pdf, invoice_id)
    background.add_task(save_pdf, invoice_id, pdf)
    return {"saved": f"pdf/{invoice_id}"}
