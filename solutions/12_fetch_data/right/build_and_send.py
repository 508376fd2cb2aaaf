"""The request is built first and sent later; is_success takes the place of an exception."""


@app.get("/fetch-data")
async def fetch_data() -> dict:
    """Answer with the JSON that DATA_URL sends; with a 502 when it sends none."""
    client = httpx.AsyncClient()
    try:
        request = client.build_request("GET", DATA_URL)
        response = await client.send(request)
        if not response.is_success:
            raise HTTPException(status_code=502, detail=f"upstream said {response.status_code}")
        return response.json()
    except (httpx.RequestError, ValueError):
        raise HTTPException(status_code=502, detail="upstream failed")
    finally:
        await client.aclose()
