"""The `async with` ends as the endpoint returns, before a byte has been sent.

fails: test_the_first_bytes_come_at_once = server-error
fails: test_a_slow_viewer_is_waited_for = server-error
fails: test_a_licence_is_held_while_the_film_runs = server-error
fails: test_a_502_gives_everything_back = server-error
fails: test_an_archive_out_of_reach_is_a_502 = server-error
fails: test_a_viewer_who_leaves = server-error
fails: test_a_film_that_breaks_off = server-error
fails: test_a_request_that_is_cancelled = server-error
fails: test_nothing_is_left = server-error
"""


@app.get("/films/{name}")
async def watch(name: str) -> StreamingResponse:
    """Hand on the film as it comes, under a licence; a 502 if there is none."""
    try:
        async with licences, app.state.client.stream("GET", f"{ARCHIVE}/{name}") as film:
            film.raise_for_status()
            return StreamingResponse(film.aiter_bytes())
    except httpx.HTTPError:
        raise HTTPException(502, "The archive has no such film.")
