"""All jobs are handed over first, then awaited in turn: they run all the while."""


@app.post("/albums")
async def add_album(album: Album) -> dict:
    """Make all thumbnails on `cpu_pool()`, upload them all; answer {"urls": [...]} in order."""
    loop = asyncio.get_running_loop()
    jobs = [loop.run_in_executor(cpu_pool(), make_thumbnail, photo) for photo in album.photos]
    thumbnails = [await job for job in jobs]
    uploads = [asyncio.create_task(upload(thumbnail)) for thumbnail in thumbnails]
    return {"urls": [await task for task in uploads]}
