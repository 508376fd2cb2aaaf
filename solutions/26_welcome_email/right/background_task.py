"""The response carries one BackgroundTask; gather keeps the two steps apart."""

from fastapi.responses import JSONResponse
from starlette.background import BackgroundTask


async def welcome(address: str) -> None:
    results = await asyncio.gather(
        send_welcome_email(address), notify_sales(address), return_exceptions=True
    )
    for result in results:
        if isinstance(result, Exception):
            log.error("a step of the welcome failed", exc_info=result)


@app.post("/signup")
async def sign_up(person: SignUp) -> JSONResponse:
    """Answer {"signed_up": address} at once; e-mail and sales team come afterwards."""
    content = {"signed_up": person.email}
    return JSONResponse(content, background=BackgroundTask(welcome, person.email))
