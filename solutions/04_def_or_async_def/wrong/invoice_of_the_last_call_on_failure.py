"""When the store fails, the invoice as it was last seen is answered.

fails: every_call_fails = lost-exception
"""

seen: dict[int, dict] = {}


@app.get("/invoices/{invoice_id}")
async def get_invoice(invoice_id: int) -> dict:
    try:
        seen[invoice_id] = await load_invoice(invoice_id)
    except Exception:
        if invoice_id not in seen:
            raise
    return seen[invoice_id]
