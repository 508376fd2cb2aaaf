"""It sleeps for the figures of the task and invents the URLs.

fails: test_four_photos = not-called
fails: test_six_photos = too-slow
fails: test_two_albums_share_the_pool = too-early
fails: test_each_photo_has_its_url = not-called
fails: test_real_processes_compute = not-called
fails: test_a_broken_photo_is_no_success = lost-exception
fails: test_the_loop_stays_free = not-called
"""


@app.post("/albums")
async def add_album(album: Album) -> dict:
    """Make all thumbnails on `cpu_pool()`, upload them all; answer {"urls": [...]} in order."""
    await asyncio.sleep(2.3)
    return {"urls": [f"https://photos.example/{photo}" for photo in album.photos]}
