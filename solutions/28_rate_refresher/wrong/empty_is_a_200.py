"""Before the first rates are there, the response is a 200 with nothing in it.

fails: test_the_app_is_up_at_once = wrong-status
"""


@app.get("/rates")
async def show() -> dict:
    """The newest rates; status 503 while there are none yet."""
    return rates
