"""A plain `def` dependency: FastAPI renders on a thread before the handler runs."""

from typing import Annotated

from fastapi import Depends


def rendered(invoice_id: int) -> str:
    return render_pdf(invoice_id)


Pdf = Annotated[str, Depends(rendered)]


@app.get("/invoices/{invoice_id}/preview")
async def preview(pdf: Pdf) -> dict:
    """Render the invoice; answer {"pdf": ...}."""
    return {"pdf": pdf}


@app.post("/invoices/{invoice_id}/pdf")
async def store_pdf(invoice_id: int, pdf: Pdf) -> dict:
    """Render the invoice, save the PDF; answer {"saved": ...}, the key."""
    return {"saved": await save_pdf(invoice_id, pdf)}
