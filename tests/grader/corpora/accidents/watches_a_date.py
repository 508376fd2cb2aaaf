# exercise: fast_and_slow
# status: failed
# points: 1
# guard: 0.5
# says: asks datetime.now() again and again until a moment has come
# Looks at datetime.now() all the time, without a pause.

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
        pass
    return {"status": "done", "waited": "1 second"}
