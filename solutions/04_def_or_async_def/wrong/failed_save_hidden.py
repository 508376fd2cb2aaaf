"""When the store refuses the PDF, the response is a 200 with no key.

fails: every_call_fails = lost-exception
"""


@app.post("/invoices/{invoice_id}/pdf")
async def store_pdf(invoice_id: int) -> dict:
    """Render the invoice, save the PDF; answer {"saved": ...}, the key."""
    pdf = await asyncio.to_thread(render_pdf, invoice_id)
    try:
        key = await save_pdf(invoice_id, pdf)
    except Exception:
        key = None
    return {"saved": key}
