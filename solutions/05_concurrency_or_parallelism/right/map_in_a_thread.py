"""An unusual one: pool.map waits for its jobs, so a thread does that waiting."""


def shrink_all(photos: list[str]) -> list[dict]:
    return list(cpu_pool().map(make_thumbnail, photos))


@app.post("/albums")
async def add_album(album: Album) -> dict:
    """Make all thumbnails on `cpu_pool()`, upload them all; answer {"urls": [...]} in order."""
    await asyncio.sleep(0.01)
    thumbnails = await asyncio.to_thread(shrink_all, album.photos)
    urls = await asyncio.gather(*(upload(thumbnail) for thumbnail in thumbnails))
    return {"urls": urls}
