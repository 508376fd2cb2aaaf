"""A pool of two threads, shared by all: the count is right, but threads share one processor.

fails: test_real_processes_compute = wrong-value
"""

from concurrent.futures import ThreadPoolExecutor

threads = ThreadPoolExecutor(2)


@app.post("/albums")
async def add_album(album: Album) -> dict:
    """Make all thumbnails on `cpu_pool()`, upload them all; answer {"urls": [...]} in order."""
    loop = asyncio.get_running_loop()
    thumbnails = await asyncio.gather(
        *(loop.run_in_executor(threads, make_thumbnail, photo) for photo in album.photos)
    )
    urls = await asyncio.gather(*(upload(thumbnail) for thumbnail in thumbnails))
    return {"urls": urls}
