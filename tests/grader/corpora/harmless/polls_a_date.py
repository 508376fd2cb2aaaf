# exercise: fast_and_slow
# status: passed
# points: 8
# Looks at datetime.now() every 0.05 s, with an awaited sleep between.

from datetime import datetime, timedelta
import asyncio

from fastapi import FastAPI

app = FastAPI()


@app.get("/fast")
async def fast() -> dict:
    return {"status": "fast"}



@app.get("/slow")
async def slow() -> dict:
    end = datetime.now() + timedelta(seconds=1)
    while datetime.now() < end:
        await asyncio.sleep(0.05)
    return {"status": "done", "waited": "1 second"}
