"""The response has left for the visitor when the payment fails.

fails: test_a_failed_payment_is_no_success = server-error
says: The response had begun, with its status
"""

import json
from collections.abc import AsyncIterator

from fastapi.responses import StreamingResponse


@app.post("/checkout")
async def checkout(order: Order) -> StreamingResponse:
    both = asyncio.gather(process_payment(order.id), send_confirmation_email(order.id))

    async def told() -> AsyncIterator[str]:
        yield '{"payment": '
        payment, email = await both  # here
        yield f'{json.dumps(payment)}, "email": {json.dumps(email)}}}'

    return StreamingResponse(told(), media_type="application/json")
