"""A coroutine around computing is still computing: gather cannot interrupt it.

fails: test_each_photo_has_its_url = blocked-loop
fails: test_four_photos = blocked-loop
fails: test_six_photos = blocked-loop
fails: test_the_loop_stays_free = blocked-loop
fails: test_two_albums_share_the_pool = blocked-loop
fails: test_real_processes_compute = wrong-value
"""


async def shrink(photo: str) -> dict:
    return make_thumbnail(photo)


@app.post("/albums")
async def add_album(album: Album) -> dict:
    """Make all thumbnails on `cpu_pool()`, upload them all; answer {"urls": [...]} in order."""
    thumbnails = await asyncio.gather(*(shrink(photo) for photo in album.photos))
    urls = await asyncio.gather(*(upload(thumbnail) for thumbnail in thumbnails))
    return {"urls": urls}
