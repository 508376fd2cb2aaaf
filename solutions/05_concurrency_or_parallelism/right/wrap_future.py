"""submit gives a thread's kind of future; wrap_future makes one that can be awaited."""


@app.post("/albums")
async def add_album(album: Album) -> dict:
    """Make all thumbnails on `cpu_pool()`, upload them all; answer {"urls": [...]} in order."""
    jobs = [cpu_pool().submit(make_thumbnail, photo) for photo in album.photos]
    thumbnails = await asyncio.gather(*(asyncio.wrap_future(job) for job in jobs))
    urls = await asyncio.gather(*(upload(thumbnail) for thumbnail in thumbnails))
    return {"urls": urls}
