"""Nobody measures the whole: all three calls begin at the same moment, and so do all visitors'."""


async def test_one_visitor(client, clock, fake) -> None:
    """Each is asked once, all at once, and each result stands under its own name."""
    begun: list[tuple[str, float]] = []

    def takes(name):
        def seconds(city: str) -> float:
            begun.append((name, clock.now()))
            assert city == "Oslo"
            return 1.0

        return seconds

    asked = [fake(name, takes=takes(name)) for name in THREE]
    response = await client.get("/trips/Oslo")
    assert sorted(name for name, _ in begun) == sorted(THREE)
    assert max(at for _, at in begun) - min(at for _, at in begun) < 0.5
    assert list(response.json()) == ["flight", "hotel", "weather"] or response.status_code == 200
    assert [response.json()[key] for key in ("flight", "hotel", "weather")] == [
        each.result for each in asked
    ]


async def test_many_visitors(client, clock, fake) -> None:
    """Twenty at once wait as long as one, and each has what was found for their city."""
    moments: list[float] = []

    def takes(city: str) -> float:
        moments.append(clock.now())
        return 1.0

    for name in THREE:
        fake(name, takes=takes, returns=lambda city: city)
    cities = [f"City-{number}" for number in range(20)]
    tasks = [asyncio.create_task(client.get(f"/trips/{city}")) for city in cities]
    responses = [await task for task in tasks]
    assert max(moments) - min(moments) < 0.5
    assert [response.json()["weather"] for response in responses] == cities
