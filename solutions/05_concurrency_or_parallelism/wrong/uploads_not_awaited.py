"""The uploads are started and forgotten, and the answer is made up.

fails: test_four_photos = fire-and-forget
fails: test_six_photos = fire-and-forget
fails: test_two_albums_share_the_pool = fire-and-forget
fails: test_each_photo_has_its_url = fire-and-forget
"""


@app.post("/albums")
async def add_album(album: Album) -> dict:
    """Make all thumbnails on `cpu_pool()`, upload them all; answer {"urls": [...]} in order."""
    loop = asyncio.get_running_loop()
    thumbnails = await asyncio.gather(
        *(loop.run_in_executor(cpu_pool(), make_thumbnail, photo) for photo in album.photos)
    )
    for thumbnail in thumbnails:
        asyncio.create_task(upload(thumbnail))
    return {"urls": [f"https://photos.example/{photo}" for photo in album.photos]}
