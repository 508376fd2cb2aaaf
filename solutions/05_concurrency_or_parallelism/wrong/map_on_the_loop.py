"""pool.map waits for its results on the loop's own thread: the app stands still meanwhile.

fails: test_the_loop_stays_free = blocked-loop
"""


@app.post("/albums")
async def add_album(album: Album) -> dict:
    """Make all thumbnails on `cpu_pool()`, upload them all; answer {"urls": [...]} in order."""
    thumbnails = list(cpu_pool().map(make_thumbnail, album.photos))
    urls = await asyncio.gather(*(upload(thumbnail) for thumbnail in thumbnails))
    return {"urls": urls}
