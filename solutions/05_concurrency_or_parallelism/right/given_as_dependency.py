"""The given function as a dependency: FastAPI calls it on a thread and hands its pool over."""

from typing import Annotated

from fastapi import Depends


@app.post("/albums")
async def add_album(
    album: Album, pool: Annotated[ProcessPoolExecutor, Depends(cpu_pool)]
) -> dict:
    """Make all thumbnails on `cpu_pool()`, upload them all; answer {"urls": [...]} in order."""
    jobs = [asyncio.wrap_future(pool.submit(make_thumbnail, photo)) for photo in album.photos]
    uploads = [asyncio.create_task(upload(await job)) for job in jobs]
    return {"urls": [await task for task in uploads]}
