"""The whole film is read first: its first bytes come with the last, and all is kept in memory.

fails: test_the_first_bytes_come_at_once = too-slow
fails: test_a_slow_viewer_is_waited_for = no-back-pressure
fails: test_a_licence_is_held_while_the_film_runs = too-slow
fails: test_a_missing_film_is_a_502 = too-slow
fails: test_an_archive_out_of_reach_is_a_502 = too-slow
fails: test_a_viewer_who_leaves = too-slow
fails: test_a_film_that_breaks_off = wrong-status
fails: test_a_request_that_is_cancelled = too-slow
"""

from fastapi.responses import Response


@app.get("/films/{name}")
async def watch(name: str) -> Response:
    """Hand on the film as it comes, under a licence; a 502 if there is none."""
    async with licences:
        try:
            film = await app.state.client.get(f"{ARCHIVE}/{name}")
            film.raise_for_status()
        except httpx.HTTPError:
            raise HTTPException(502, "The archive has no such film.")
    return Response(film.content)
