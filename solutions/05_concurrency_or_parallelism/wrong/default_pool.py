"""None means the default pool of threads: they share one processor, and stop nobody at two.

fails: test_four_photos = too-many-in-flight
fails: test_six_photos = too-many-in-flight
fails: test_two_albums_share_the_pool = too-many-in-flight
fails: test_real_processes_compute = wrong-value
"""


@app.post("/albums")
async def add_album(album: Album) -> dict:
    """Make all thumbnails on `cpu_pool()`, upload them all; answer {"urls": [...]} in order."""
    loop = asyncio.get_running_loop()
    thumbnails = await asyncio.gather(
        *(loop.run_in_executor(None, make_thumbnail, photo) for photo in album.photos)
    )
    urls = await asyncio.gather(*(upload(thumbnail) for thumbnail in thumbnails))
    return {"urls": urls}
