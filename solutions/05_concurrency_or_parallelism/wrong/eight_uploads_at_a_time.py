"""Eight uploads at a time for the whole app: the ninth waits for others.

fails: test_two_albums_share_the_pool = too-few-in-flight
"""

sending = asyncio.Semaphore(8)


async def send(thumbnail: dict) -> str:
    async with sending:
        return await upload(thumbnail)


@app.post("/albums")
async def add_album(album: Album) -> dict:
    """Make all thumbnails on `cpu_pool()`, upload them all; answer {"urls": [...]} in order."""
    loop = asyncio.get_running_loop()
    thumbnails = await asyncio.gather(
        *(loop.run_in_executor(cpu_pool(), make_thumbnail, photo) for photo in album.photos)
    )
    return {"urls": await asyncio.gather(*(send(thumbnail) for thumbnail in thumbnails))}
