"""The URLs are kept by the photo's name: of one that is there twice, the first URL is lost.

fails: test_each_photo_has_its_url = wrong-value
"""


@app.post("/albums")
async def add_album(album: Album) -> dict:
    """Make all thumbnails on `cpu_pool()`, upload them all; answer {"urls": [...]} in order."""
    loop = asyncio.get_running_loop()
    urls: dict[str, str] = {}

    async def add(photo: str) -> None:
        thumbnail = await loop.run_in_executor(cpu_pool(), make_thumbnail, photo)
        urls[photo] = await upload(thumbnail)

    await asyncio.gather(*map(add, album.photos))
    return {"urls": [urls[photo] for photo in album.photos]}
