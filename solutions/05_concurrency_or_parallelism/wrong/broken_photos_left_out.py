"""return_exceptions and a filter: a photo is lost and the album still says 200.

fails: test_a_broken_photo_is_no_success = lost-exception
"""


@app.post("/albums")
async def add_album(album: Album) -> dict:
    """Make all thumbnails on `cpu_pool()`, upload them all; answer {"urls": [...]} in order."""
    loop = asyncio.get_running_loop()
    results = await asyncio.gather(
        *(loop.run_in_executor(cpu_pool(), make_thumbnail, photo) for photo in album.photos),
        return_exceptions=True,
    )
    thumbnails = [result for result in results if not isinstance(result, Exception)]
    urls = await asyncio.gather(*(upload(thumbnail) for thumbnail in thumbnails))
    return {"urls": urls}
