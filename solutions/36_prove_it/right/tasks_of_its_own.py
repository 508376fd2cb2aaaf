"""The visitors come in a task group of the test's; a failed assertion is inside a group then."""


async def test_many_visitors(client, clock, fake) -> None:
    """Twenty at once wait as long as one, and each has what was found for their city."""
    for name in THREE:
        fake(name, takes=1.0, returns=lambda city: city)

    async def visit(city: str) -> None:
        start = clock.now()
        found = (await client.get(f"/trips/{city}")).json()
        assert found == {"flight": city, "hotel": city, "weather": city}
        assert clock.now() - start < 1.5

    async with asyncio.TaskGroup() as group:
        for number in range(20):
            group.create_task(visit(f"City-{number}"))
