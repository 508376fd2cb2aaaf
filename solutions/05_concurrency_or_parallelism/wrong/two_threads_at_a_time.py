"""A semaphore lets two threads in, yet threads of one process do not compute side by side.

fails: test_real_processes_compute = wrong-value
"""

two_at_a_time = asyncio.Semaphore(2)


async def shrink(photo: str) -> dict:
    async with two_at_a_time:
        return await asyncio.to_thread(make_thumbnail, photo)


@app.post("/albums")
async def add_album(album: Album) -> dict:
    """Make all thumbnails on `cpu_pool()`, upload them all; answer {"urls": [...]} in order."""
    thumbnails = await asyncio.gather(*(shrink(photo) for photo in album.photos))
    urls = await asyncio.gather(*(upload(thumbnail) for thumbnail in thumbnails))
    return {"urls": urls}
