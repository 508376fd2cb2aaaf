"""It wants the calls to begin in one order, which nobody has asked for.

fails: test_a_task_group_is_accepted = right-rejected
fails: test_a_later_502_is_accepted = right-rejected
fails: test_a_hundredth_of_a_second_is_accepted = right-rejected
"""


async def test_the_same_city_again(client, fake) -> None:
    """The flight is asked for first."""
    order: list[str] = []
    for name in THREE:
        fake(name, takes=lambda city, name=name: order.append(name) or 0.1)
    await client.get("/trips/Bern")
    assert order == ["find_flight", "find_hotel", "find_weather"]
