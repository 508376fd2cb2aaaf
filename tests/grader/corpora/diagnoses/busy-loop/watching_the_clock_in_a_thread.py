"""A plain def endpoint waits by looking at the clock again and again.

exercise: 02_fast_and_slow
fails: test_slow_takes_one_second = busy-loop
"""

from time import perf_counter

from fastapi import FastAPI

app = FastAPI()


@app.get("/fast")
async def fast() -> dict:
    """Answer at once: {"status": "fast"}."""
    return {"status": "fast"}


@app.get("/slow")
def slow() -> dict:
    """Answer after one second: {"status": "done", "waited": "1 second"}."""
    start = perf_counter()
    while perf_counter() - start < 1:
        continue
    return {"status": "done", "waited": "1 second"}
