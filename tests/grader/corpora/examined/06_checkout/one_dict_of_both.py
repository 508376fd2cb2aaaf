"""Both results are laid into one dictionary, where the second hides the first.

fails: test_the_answer_has_both_results = wrong-value
says: The key `payment` is missing
says: Instead it has `order`, `status`.
says: All that the response holds is what send_confirmation_email(
"""


@app.post("/checkout")
async def checkout(order: Order) -> dict:
    payment, email = await asyncio.gather(
        process_payment(order.id),
        send_confirmation_email(order.id),
    )
    return {**payment, **email}  # here
