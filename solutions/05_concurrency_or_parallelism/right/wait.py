"""asyncio.wait on the jobs, then on the uploads; the results are read in order."""


@app.post("/albums")
async def add_album(album: Album) -> dict:
    """Make all thumbnails on `cpu_pool()`, upload them all; answer {"urls": [...]} in order."""
    loop = asyncio.get_running_loop()
    jobs = [loop.run_in_executor(cpu_pool(), make_thumbnail, photo) for photo in album.photos]
    await asyncio.wait(jobs)
    uploads = [asyncio.create_task(upload(job.result())) for job in jobs]
    await asyncio.wait(uploads)
    return {"urls": [task.result() for task in uploads]}
