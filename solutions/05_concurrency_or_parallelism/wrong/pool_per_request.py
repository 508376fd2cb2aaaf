"""A pool for each request: two albums at once compute four photos at a time.

fails: test_two_albums_share_the_pool = too-many-in-flight
fails: test_real_processes_compute = wrong-value
"""


@app.post("/albums")
async def add_album(album: Album) -> dict:
    """Make all thumbnails on `cpu_pool()`, upload them all; answer {"urls": [...]} in order."""
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor(max_workers=2) as own_pool:
        thumbnails = await asyncio.gather(
            *(loop.run_in_executor(own_pool, make_thumbnail, photo) for photo in album.photos)
        )
    urls = await asyncio.gather(*(upload(thumbnail) for thumbnail in thumbnails))
    return {"urls": urls}
