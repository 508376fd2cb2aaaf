"""A TaskGroup of guarded jobs; after the stop a timer cancels what is late."""


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with asyncio.TaskGroup() as group:
        app.state.group = group
        yield
        timer = asyncio.get_running_loop().call_later(
            PATIENCE, lambda: [task.cancel() for task in jobs]
        )
    timer.cancel()


@app.post("/jobs/{job_id}", status_code=202)
async def start_job(job_id: int) -> dict:
    task = app.state.group.create_task(guarded(job_id))
    jobs.add(task)
    task.add_done_callback(jobs.discard)
    return {"started": job_id}
