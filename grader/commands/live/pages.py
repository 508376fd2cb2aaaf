"""The routes: a page for each exercise, the board, and a stream of what changes on them."""

import asyncio
import json
from collections.abc import AsyncIterator
from importlib.resources import files
from typing import Annotated

from fastapi import APIRouter, FastAPI, HTTPException, Query, Request, Response
from fastapi.responses import HTMLResponse, StreamingResponse

from grader.commands.live import lessons
from grader.commands.live.crowds import MOST, Crowds, Outcome
from grader.commands.live.desk import Desk
from grader.commands.live.pictures import Look, looks
from grader.course import given, stubs
from grader.course.exercises import Exercise
from grader.course.folders import shown_path
from grader.model.errors import GraderError
from grader.model.report import ExerciseResult
from grader.reports import html

BEAT_REAL_SECONDS = 15.0
"""How often a stream says something although nothing has changed: proxies end silent ones."""
RETRY_MS = 500
"""After so long a browser that has lost its stream asks for another."""
PACKAGE = "grader.commands.live"
STYLES = (("grader.reports", "report.css"), (PACKAGE, "live.css"))


class Pages:
    """What the browser asks for."""

    def __init__(self, desk: Desk, crowds: Crowds, token: str) -> None:
        self._desk = desk
        self._crowds = crowds
        self._drawn: dict[str, tuple[int, dict[str, str]]] = {}
        router = APIRouter(prefix=f"/{token}", default_response_class=HTMLResponse)
        router.get("/")(self.board)
        router.get("/live.css")(self.style)
        router.get("/live.js")(self.script)
        router.get("/board.events")(self.board_events)
        router.get("/{slug}")(self.exercise)
        router.get("/{slug}/events")(self.exercise_events)
        router.get("/{slug}/visitors")(self.visitors)
        self.app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
        self.app.include_router(router)

    async def style(self) -> Response:
        texts = (_text(package, name) for package, name in STYLES)
        return Response("\n".join(texts), media_type="text/css")

    async def script(self) -> Response:
        return Response(_text(PACKAGE, "live.js"), media_type="text/javascript")

    async def board(self) -> str:
        page = html.template("board.html", PACKAGE)
        return page.render(title="All exercises", parts=self._parts(None))

    async def exercise(self, slug: str) -> str:
        exercise = self._find(slug)
        try:
            sections = lessons.sections(exercise, self._desk.course)
            problem = ""
        except GraderError as error:
            sections, problem = [], f"{error.problem} {error.remedy}"
        return html.template("exercise.html", PACKAGE).render(
            exercise=exercise,
            title=f"{exercise.number:02} {exercise.slug}",
            sections=sections,
            problem=problem,
            has_begun=not stubs.is_original(exercise),
            file=shown_path(exercise.stub),
            failing=given.given(exercise),
            most=MOST,
            parts=self._parts(exercise),
        )

    async def board_events(self) -> StreamingResponse:
        return self._stream(None)

    async def exercise_events(self, slug: str) -> StreamingResponse:
        return self._stream(self._find(slug))

    async def visitors(
        self,
        request: Request,
        slug: str,
        count: Annotated[int, Query(ge=1, le=MOST)],
        gap: Annotated[float, Query(ge=0, le=60)] = 0.0,
        failing: str = "",
    ) -> Response:
        """The chart; whoever leaves while it is made ends its making."""
        exercise = self._find(slug)
        if not exercise.settings.requests or (failing and failing not in given.given(exercise)):
            raise HTTPException(422, "There is nothing of that kind to visit.")
        work = asyncio.create_task(
            self._crowds.visit(exercise, self._desk.course, count, gap, failing)
        )
        left = asyncio.create_task(_leaves(request))
        await asyncio.wait((work, left), return_when=asyncio.FIRST_COMPLETED)
        left.cancel()
        if not work.done():
            work.cancel()
            return Response(status_code=204)  # nobody reads it
        try:
            outcome = work.result()
        except GraderError as error:
            outcome = Outcome(None, [f"{error.problem} {error.remedy}"])
        page = html.template("chart.html", PACKAGE).render(outcome=outcome)
        return HTMLResponse(page)

    def _find(self, slug: str) -> Exercise:
        exercise = self._desk.exercise(slug)
        if exercise is None:
            raise HTTPException(404, "There is no such exercise.")
        return exercise

    def _stream(self, exercise: Exercise | None) -> StreamingResponse:
        return StreamingResponse(self._changes(exercise), media_type="text/event-stream")

    async def _changes(self, exercise: Exercise | None) -> AsyncIterator[str]:
        """What is true at first, then each part that becomes another one."""
        told: dict[str, str] = {}
        yield f"retry: {RETRY_MS}\n\n"
        with self._desk.listening() as bell:
            while not self._desk.is_closing:
                bell.clear()  # first: what changes while a slow reader reads rings again
                parts = self._parts(exercise)
                new = {name: text for name, text in parts.items() if told.get(name) != text}
                told = parts
                if new:
                    yield f"data: {json.dumps(new)}\n\n"
                try:
                    await asyncio.wait_for(bell.wait(), BEAT_REAL_SECONDS)
                except asyncio.TimeoutError:  # noqa: UP041 - in Python 3.11 they are one
                    yield ": still here\n\n"

    def _parts(self, exercise: Exercise | None) -> dict[str, str]:
        """What changes on a page, by the ids of its elements; drawn once for all tabs."""
        key = "" if exercise is None else exercise.slug
        version, drawn = self._drawn.get(key, (-1, {}))
        if version != self._desk.version:
            drawn = self._draw(exercise)
            self._drawn[key] = (self._desk.version, drawn)
        return drawn

    def _draw(self, exercise: Exercise | None) -> dict[str, str]:
        desk = self._desk
        results = desk.state.results
        passed = sum(map(desk.state.has_passed, desk.course.exercises))
        total = len(desk.course.exercises)
        progress = html.template("progress.html", PACKAGE).render(
            passed=passed, total=total, note=desk.state.note
        )
        if exercise is None:
            table = html.template("table.html", PACKAGE)
            board = table.render(exercises=desk.course.exercises, results=results)
            return {"progress": progress, "board": board}
        return {
            "progress": progress,
            "verdict": self._verdict(exercise),
            "next": html.template("next.html", PACKAGE).render(
                following=desk.following(exercise),
                has_passed=desk.state.has_passed(exercise),
                exercise=exercise,
            ),
        }

    def _verdict(self, exercise: Exercise) -> str:
        desk, slug = self._desk, exercise.slug
        result = desk.so_far.get(slug) or desk.state.results.get(slug)
        about = {
            "asked_again": slug in desk.so_far,
            "is_grading": slug in desk.grading or result is None,
            "file": shown_path(exercise.stub),
            "slug": slug,
        }
        template = html.template("verdict.html", PACKAGE)
        try:
            shown = self._looks(exercise, result) if result is not None else []
            return template.render(result=result, looks=shown, problem="", **about)
        except Exception as error:  # an answer made what is shown; it must not end the page
            what = f"This verdict cannot be shown ({type(error).__name__}): report that."
            return template.render(result=None, looks=[], problem=what, **about)

    def _looks(self, exercise: Exercise, result: ExerciseResult) -> list[Look]:
        before = self._desk.state.earlier.get(exercise.slug)
        earlier = {test.id: test for test in before.tests} if before is not None else {}
        others = self._desk.ghosts.of(exercise)
        return looks(result, earlier, others)


async def _leaves(request: Request) -> None:
    """Until whoever asks has gone."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _text(package: str, name: str) -> str:
    return (files(package) / "templates" / name).read_text(encoding="utf-8")
