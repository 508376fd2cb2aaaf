"""Four attempts at the same moment: a service in trouble gets four times the load.

fails: test_pauses_that_grow = too-early
fails: test_what_may_be_gone_in_a_moment = too-early
fails: test_connections_that_break = too-early
fails: test_four_attempts_and_no_more = too-early
fails: test_the_courier_says_when = too-early
fails: test_the_courier_names_a_date = too-early
fails: test_each_pause_has_its_jitter = not-called
fails: test_twenty_orders_at_once = too-early
"""

del asked_for


async def book(client: httpx.AsyncClient, order: Order) -> httpx.Response:
    """POST the order to URL, in up to four attempts; the last one's response, or its exception."""
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    for pause in (*PAUSES, None):
        try:
            response = await client.post(URL, json=order.model_dump(), headers=headers)
        except httpx.TransportError:
            if pause is None:
                raise
            continue
        else:
            if pause is None or response.status_code not in TRY_AGAIN:
                return response
