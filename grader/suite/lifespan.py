"""The app's start and stop, as a server asks for them."""

import asyncio
from typing import Any

from grader.suite.conversation import App, Message, serve
from grader.trace.recorder import Recorder


class Lifespan:
    """Runs the app's lifespan in a task of its own, as a server does.

    `failure` is the exception with which it ended; a RuntimeError when it was cancelled.
    """

    def __init__(self, app: App, recorder: Recorder) -> None:
        loop = asyncio.get_running_loop()
        self.app = app
        self.recorder = recorder
        self.state: dict[str, Any] = {}
        self.started: asyncio.Future[None] = loop.create_future()
        self.stopped: asyncio.Future[None] = loop.create_future()
        self.inbox: asyncio.Queue[Message] = asyncio.Queue()
        self.task: asyncio.Task[None] | None = None
        self.cancelled: BaseException | None = None
        self.failure: BaseException | None = None

    async def start(self) -> None:
        scope = {"type": "lifespan", "asgi": {"version": "3.0"}, "state": self.state}
        self.task = asyncio.create_task(serve(self.app, scope, self))
        self.recorder.tasks.lifespan = self.task
        self.task.add_done_callback(self._ended)
        await self.inbox.put({"type": "lifespan.startup"})
        self.recorder.tasks.is_starting = True
        await asyncio.shield(self.started)
        self.recorder.tasks.is_starting = False
        self.recorder.tasks.up_at = self.recorder.clock.now()
        self.recorder.tasks.app_is_up, self.recorder.tasks.app_has_stopped = True, False

    async def stop(self) -> None:
        self.recorder.tasks.app_is_up = False
        if self.task is not None and not self.started.done():
            self.task.cancel()  # it would never look for the message
            await asyncio.wait((self.task,))
        elif self.task is not None and not self.task.done():
            await self.inbox.put({"type": "lifespan.shutdown"})
            await asyncio.shield(self.stopped)
            self.recorder.tasks.app_has_stopped = True

    async def receive(self) -> Message:
        return await self.inbox.get()

    async def send(self, message: Message) -> None:
        event = str(message["type"])
        future = self.started if ".startup." in event else self.stopped
        if future.done():
            return
        if event.endswith(".failed"):
            # Starlette raises the exception after this message: let the task end with it.
            await asyncio.sleep(0)
        else:
            future.set_result(None)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        error: BaseException | None
        if task.cancelled():
            when = " after its start" if self.started.done() else ""
            error = RuntimeError(f"the app's lifespan was cancelled{when}")
            error.__cause__ = self.cancelled
        else:
            error = task.exception()
        self.failure = error
        for future in (self.started, self.stopped):
            if future.done():
                continue
            if error is not None:
                future.set_exception(error)
                future.exception()  # retrieved here, for only one of the two is awaited
            else:
                future.set_result(None)
