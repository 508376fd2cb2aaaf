"""The pool comes in as a dependency, from a name that the module keeps."""

from concurrent.futures import Executor
from typing import Annotated

from fastapi import Depends

pool = cpu_pool()


def the_pool() -> Executor:
    return pool


@app.post("/albums")
async def add_album(album: Album, workers: Annotated[Executor, Depends(the_pool)]) -> dict:
    """Make all thumbnails on `cpu_pool()`, upload them all; answer {"urls": [...]} in order."""
    loop = asyncio.get_running_loop()
    thumbnails = await asyncio.gather(
        *[loop.run_in_executor(workers, make_thumbnail, photo) for photo in album.photos]
    )
    urls = await asyncio.gather(*(upload(thumbnail) for thumbnail in thumbnails))
    return {"urls": urls}
