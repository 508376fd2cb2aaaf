"""The report engine blocks the loop: one report at a time, and nothing else meanwhile.

fails: test_four_at_a_time = blocked-loop
fails: test_health_does_not_wait = blocked-loop
fails: test_prices_do_not_wait = blocked-loop
fails: test_nothing_is_left = blocked-loop
"""

del reports


@app.get("/reports/{number}")
async def report(number: int) -> dict:
    """What `make_report(number)` returns; SLOTS at a time, and nobody else waits for them."""
    return make_report(number)
