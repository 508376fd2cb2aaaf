"""The list of URLs is the app's: of two albums that end together, one gets the other's URLs, too.

fails: test_two_albums_share_the_pool = wrong-value
"""

urls: list[str] = []


@app.post("/albums")
async def add_album(album: Album) -> dict:
    """Make all thumbnails on `cpu_pool()`, upload them all; answer {"urls": [...]} in order."""
    loop = asyncio.get_running_loop()
    thumbnails = await asyncio.gather(
        *(loop.run_in_executor(cpu_pool(), make_thumbnail, photo) for photo in album.photos)
    )
    urls.clear()
    urls.extend(await asyncio.gather(*(upload(thumbnail) for thumbnail in thumbnails)))
    return {"urls": list(urls)}
