# exercise: fetch_data
# status: passed
# points: 9
# A client and a transport of one's own classes.

import httpx

from fastapi import FastAPI, HTTPException

DATA_URL = "https://api.example.com/data"

class Patient(httpx.AsyncHTTPTransport):
    async def handle_async_request(self, request):
        return await super().handle_async_request(request)


class Client(httpx.AsyncClient):
    def __init__(self, **options):
        super().__init__(transport=Patient(verify=False), **options)
        self.headers["user-agent"] = "shop"


app = FastAPI()


@app.get("/fetch-data")
async def fetch_data() -> dict:
    """Answer with the JSON that DATA_URL sends; with a 502 when it sends none."""
    try:
        async with Client() as client:
            response = await client.get(DATA_URL)
        response.raise_for_status()
        return response.json()
    except (httpx.HTTPError, ValueError) as error:
        raise HTTPException(502, "the data service has no answer") from error
