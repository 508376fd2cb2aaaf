"""asyncio.wait FIRST_COMPLETED: whichever ends second is taken for the payment.

fails: test_the_answer_has_both_results = wrong-value
"""


@app.post("/checkout")
async def checkout(order: Order) -> dict:
    results = [
        await done
        for done in asyncio.as_completed([process_payment(order.id), send_confirmation_email(order.id)])
    ]
    return {"payment": results[1], "email": results[0]}
