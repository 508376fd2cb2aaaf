"""Twenty may save at a time, and who leaves while saving keeps a place.

fails: after_failures = slot-leak
"""

savers = asyncio.Semaphore(20)


@app.post("/invoices/{invoice_id}/pdf")
async def store_pdf(invoice_id: int) -> dict:
    pdf = await asyncio.to_thread(render_pdf, invoice_id)
    await savers.acquire()
    try:
        key = await save_pdf(invoice_id, pdf)
    except Exception:
        savers.release()
        raise
    savers.release()
    return {"saved": key}
