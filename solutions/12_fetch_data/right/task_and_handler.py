"""An unusual one: the call in a task, a short nap, and exception handlers of the app."""

import asyncio
import json

from fastapi import Request
from fastapi.responses import JSONResponse


@app.exception_handler(httpx.HTTPError)
@app.exception_handler(json.JSONDecodeError)
async def bad_gateway(request: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"detail": "bad gateway"}, status_code=502)


@app.get("/fetch-data")
async def fetch_data() -> dict:
    """Answer with the JSON that DATA_URL sends; with a 502 when it sends none."""
    async def ask():
        async with httpx.AsyncClient(verify=True, follow_redirects=True) as client:
            return await client.get(url=DATA_URL)

    task = asyncio.create_task(ask())
    await asyncio.sleep(0.01)
    response = await task
    response.raise_for_status()
    return json.loads(response.text)
