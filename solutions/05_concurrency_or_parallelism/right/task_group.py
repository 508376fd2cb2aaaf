"""A task group: each photo's own task computes, then uploads at once."""


async def publish(photo: str) -> str:
    loop = asyncio.get_running_loop()
    return await upload(await loop.run_in_executor(cpu_pool(), make_thumbnail, photo))


@app.post("/albums")
async def add_album(album: Album) -> dict:
    """Make all thumbnails on `cpu_pool()`, upload them all; answer {"urls": [...]} in order."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(publish(photo)) for photo in album.photos]
    return {"urls": [task.result() for task in tasks]}
