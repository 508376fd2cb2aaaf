"""What add_task collects is dropped: the response brings a background of its own.

fails: test_the_response_leaves_at_once = not-called
says: has a `background=` of its own
"""

from fastapi.responses import JSONResponse
from starlette.background import BackgroundTask


@app.post("/signup")
async def sign_up(person: SignUp, background: BackgroundTasks) -> JSONResponse:
    background.add_task(welcome, person.email)
    done = BackgroundTask(log.info, "done")
    return JSONResponse({"signed_up": person.email}, background=done)  # here
