"""The same id within a minute is taken for a double click: the first results are answered.

fails: again = not-called
fails: every_call_fails = not-called
fails: odd_values = not-called
"""

import time

recent: dict[int, tuple[float, dict]] = {}


@app.post("/checkout")
async def checkout(order: Order) -> dict:
    when, answer = recent.get(order.id, (float("-inf"), {}))
    if time.monotonic() - when < 60:
        return answer
    payment, email = await asyncio.gather(
        process_payment(order.id), send_confirmation_email(order.id)
    )
    answer = {"payment": payment, "email": email}
    recent[order.id] = time.monotonic(), answer
    return answer
