"""A stream has the status before the body; aread then fetches the whole body."""

import json


@app.get("/fetch-data")
async def fetch_data() -> dict:
    """Answer with the JSON that DATA_URL sends; with a 502 when it sends none."""
    try:
        async with httpx.AsyncClient(timeout=10) as client, client.stream("GET", DATA_URL) as response:
            response.raise_for_status()
            await response.aread()
            return response.json()
    except httpx.HTTPStatusError as error:
        raise HTTPException(502, f"status {error.response.status_code}")
    except httpx.TransportError:
        raise HTTPException(502, "no connection")
    except json.JSONDecodeError:
        raise HTTPException(502, "no JSON")
