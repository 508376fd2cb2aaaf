"""upload() gets the photo's name, not its thumbnail; the TypeError
arises in the suite's stand-in.

exercise: 05_concurrency_or_parallelism
fails: test_four_photos = wrong-argument
"""

import asyncio
import os
from concurrent.futures import ProcessPoolExecutor
from functools import cache

from fastapi import FastAPI
from pydantic import BaseModel

app = FastAPI()


class Album(BaseModel):
    photos: list[str]


@cache
def cpu_pool() -> ProcessPoolExecutor:
    """The app's one pool of two worker processes. Given; leave it as it is."""
    return ProcessPoolExecutor(max_workers=2)


def make_thumbnail(photo: str) -> dict:
    """Shrink one photo: a second of pure computing. Given; leave it as it is."""
    checksum = len(photo)
    for number in range(200_000):  # stands in for the second
        checksum = (checksum * 31 + number) % 1_000_003
    return {"photo": photo, "checksum": checksum, "made_by": os.getpid()}


async def upload(thumbnail: dict) -> str:
    """Send a thumbnail to the storage: 0.3 s of waiting. Given; leave it as it is."""
    await asyncio.sleep(0.3)
    return f"https://photos.example/{thumbnail['photo']}"


@app.post("/albums")
async def add_album(album: Album) -> dict:
    loop = asyncio.get_running_loop()
    await asyncio.gather(*[loop.run_in_executor(cpu_pool(), make_thumbnail, p) for p in album.photos])
    return {"urls": await asyncio.gather(*[upload(p) for p in album.photos])}
