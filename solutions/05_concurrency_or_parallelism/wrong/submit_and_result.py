"""result() waits on the loop's own thread, and for one job after the other.

fails: test_each_photo_has_its_url = blocked-loop
fails: test_four_photos = blocked-loop
fails: test_six_photos = blocked-loop
fails: test_the_loop_stays_free = blocked-loop
fails: test_two_albums_share_the_pool = blocked-loop
"""


@app.post("/albums")
async def add_album(album: Album) -> dict:
    """Make all thumbnails on `cpu_pool()`, upload them all; answer {"urls": [...]} in order."""
    thumbnails = [cpu_pool().submit(make_thumbnail, photo).result() for photo in album.photos]
    urls = await asyncio.gather(*(upload(thumbnail) for thumbnail in thumbnails))
    return {"urls": urls}
