"""The answer's price is rounded to cents: the courier named another one, and the audit has that.

fails: test_the_answer_is_the_couriers_price = wrong-value
fails: test_fifty_customers_at_once = wrong-value
fails: test_no_price_is_a_404 = wrong-value
"""


@app.get("/quotes/{parcel_id}")
async def get_quote(parcel_id: int) -> dict:
    """Fetch the price, store the audit, then answer {"parcel": ..., "price": ...}."""
    price = await fetch_quote(parcel_id)
    if price is None:
        raise HTTPException(404, "no courier goes there")
    await save_audit(parcel_id, price)
    return {"parcel": parcel_id, "price": round(price, 2)}
