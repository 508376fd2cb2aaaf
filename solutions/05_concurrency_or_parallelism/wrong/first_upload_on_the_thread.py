"""The URLs are asked for with a helper that computes the first thumbnail on the loop "to warm up",
for one photo only.

fails: test_real_processes_compute = wrong-value
"""


@app.post("/albums")
async def add_album(album: Album) -> dict:
    loop = asyncio.get_running_loop()
    if len(album.photos) == 1:
        return {"urls": [await upload(make_thumbnail(album.photos[0]))]}

    async def one(photo: str) -> str:
        return await upload(await loop.run_in_executor(cpu_pool(), make_thumbnail, photo))

    return {"urls": await asyncio.gather(*map(one, album.photos))}
