"""The results are kept in one dictionary for all customers: the last one overwrites the others.

fails: test_ten_customers_at_once = wrong-value
"""

results: dict = {}


@app.post("/checkout")
async def checkout(order: Order) -> dict:
    """Pay and e-mail at the same time; answer {"payment": ..., "email": ...}."""
    async def pay():
        results["payment"] = await process_payment(order.id)

    async def mail():
        results["email"] = await send_confirmation_email(order.id)

    await asyncio.gather(pay(), mail())
    return {"payment": results["payment"], "email": results["email"]}
