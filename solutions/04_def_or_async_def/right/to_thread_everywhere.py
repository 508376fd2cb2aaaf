"""All four are async def, and the SDK is always handed to a thread."""


@app.get("/health")
async def health() -> dict:
    """Answer {"status": "ok"}; nothing to wait for."""
    return {"status": "ok"}


@app.get("/invoices/{invoice_id}/preview")
async def preview(invoice_id: int) -> dict:
    """Render the invoice; answer {"pdf": ...}."""
    return {"pdf": await asyncio.to_thread(render_pdf, invoice_id)}
