"""A lambda cannot travel to another process: only what has a name in the module can.

fails: test_real_processes_compute = server-error
"""


@app.post("/albums")
async def add_album(album: Album) -> dict:
    """Make all thumbnails on `cpu_pool()`, upload them all; answer {"urls": [...]} in order."""
    loop = asyncio.get_running_loop()
    thumbnails = await asyncio.gather(
        *(
            loop.run_in_executor(cpu_pool(), lambda photo=photo: make_thumbnail(photo))
            for photo in album.photos
        )
    )
    urls = await asyncio.gather(*(upload(thumbnail) for thumbnail in thumbnails))
    return {"urls": urls}
