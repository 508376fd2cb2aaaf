"""as_completed hands the results over in the order in which they finish, not in the photos'.

fails: test_each_photo_has_its_url = wrong-value
"""


@app.post("/albums")
async def add_album(album: Album) -> dict:
    """Make all thumbnails on `cpu_pool()`, upload them all; answer {"urls": [...]} in order."""
    loop = asyncio.get_running_loop()
    jobs = [loop.run_in_executor(cpu_pool(), make_thumbnail, photo) for photo in album.photos]
    thumbnails = [await job for job in asyncio.as_completed(jobs)]
    urls = await asyncio.gather(*(upload(thumbnail) for thumbnail in thumbnails))
    return {"urls": urls}
