"""The async store is reached from a thread: it works forty at a time, and the rest queue.

fails: test_a_hundred_invoices_at_once = too-few-in-flight
"""

import anyio.from_thread


@app.get("/invoices/{invoice_id}")
def get_invoice(invoice_id: int) -> dict:
    """Load the invoice and answer it."""
    return anyio.from_thread.run(load_invoice, invoice_id)
