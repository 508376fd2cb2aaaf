"""A plain `def`: forty reports at once, on the threads that the other pages need.

fails: test_four_at_a_time = too-many-in-flight
fails: test_health_does_not_wait = thread-pool-queue
drawn: threaded
"""

del reports


@app.get("/reports/{number}")
def report(number: int) -> dict:
    """What `make_report(number)` returns; SLOTS at a time, and nobody else waits for them."""
    return make_report(number)
