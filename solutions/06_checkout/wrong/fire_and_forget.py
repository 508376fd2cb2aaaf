"""The e-mail's task is never awaited: its result cannot be in the response.

fails: test_the_longer_one_decides = fire-and-forget
fails: test_the_answer_has_both_results = wrong-value
fails: test_ten_customers_at_once = wrong-value
"""


@app.post("/checkout")
async def checkout(order: Order) -> dict:
    """Pay and e-mail at the same time; answer {"payment": ..., "email": ...}."""
    task = asyncio.create_task(send_confirmation_email(order.id))
    payment = await process_payment(order.id)
    return {"payment": payment, "email": {"email_sent": True}}
