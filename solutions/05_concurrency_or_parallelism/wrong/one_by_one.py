"""Each job is awaited before the next one is handed over: one process idles.

fails: test_each_photo_has_its_url = one-after-another
fails: test_four_photos = one-after-another
fails: test_six_photos = one-after-another
drawn: sequential
"""


@app.post("/albums")
async def add_album(album: Album) -> dict:
    """Make all thumbnails on `cpu_pool()`, upload them all; answer {"urls": [...]} in order."""
    loop = asyncio.get_running_loop()
    thumbnails = []
    for photo in album.photos:
        thumbnails.append(await loop.run_in_executor(cpu_pool(), make_thumbnail, photo))
    urls = await asyncio.gather(*(upload(thumbnail) for thumbnail in thumbnails))
    return {"urls": urls}
