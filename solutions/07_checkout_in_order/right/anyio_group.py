"""anyio's task group fills a dictionary; the response itself carries the e-mail's task."""

from collections.abc import Awaitable, Callable

import anyio
from fastapi.responses import JSONResponse
from starlette.background import BackgroundTask


@app.post("/checkout")
async def checkout(order: Order) -> dict:
    """Check, pay, answer {"payment": ...}; the e-mail follows after the response."""
    verdicts: dict[str, bool] = {}

    async def judge(name: str, question: Callable[[int], Awaitable[bool]]) -> None:
        verdicts[name] = await question(order.id)

    async with anyio.create_task_group() as group:
        group.start_soon(judge, "stock", is_in_stock)
        group.start_soon(judge, "trust", is_trusted)
    if not all(verdicts.values()):
        return JSONResponse({"problem": "This order cannot be taken."}, status_code=409)
    payment = await take_payment(order.id)
    if payment["status"] != "paid":
        return JSONResponse({"problem": "The payment was declined."}, status_code=402)
    email = BackgroundTask(send_confirmation_email, order.id)
    return JSONResponse({"payment": payment}, background=email)
