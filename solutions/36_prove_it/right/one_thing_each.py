"""A test for each sentence of the specification, and no loop."""

del THREE, test_one_visitor, test_each_failure, test_many_visitors, test_the_same_city_again


def stand_ins(fake, flight=1.0, hotel=1.0, weather=1.0):
    return (
        fake("find_flight", takes=flight),
        fake("find_hotel", takes=hotel),
        fake("find_weather", takes=weather),
    )


async def test_the_flight_holds_up_nobody(client, clock, fake) -> None:
    stand_ins(fake, flight=3.0)
    with clock.takes(3.0):
        await client.get("/trips/Oslo")


async def test_the_hotel_holds_up_nobody(client, clock, fake) -> None:
    stand_ins(fake, hotel=3.0)
    with clock.takes(3.0):
        await client.get("/trips/Oslo")


async def test_the_weather_holds_up_nobody(client, clock, fake) -> None:
    stand_ins(fake, weather=3.0)
    with clock.takes(3.0):
        await client.get("/trips/Oslo")


async def test_the_names(client, fake) -> None:
    flight, hotel, weather = stand_ins(fake)
    found = (await client.get("/trips/Oslo")).json()
    assert found == {"flight": flight.result, "hotel": hotel.result, "weather": weather.result}


async def test_each_is_asked_once(client, fake) -> None:
    three = stand_ins(fake)
    await client.get("/trips/Oslo")
    for one in three:
        assert one.was_called_once_with("Oslo")


async def test_no_flight(client, fake) -> None:
    stand_ins(fake)
    fake("find_flight", raises=ValueError("full"))
    assert (await client.get("/trips/Oslo")).status_code == 502


async def test_no_hotel(client, fake) -> None:
    stand_ins(fake)
    fake("find_hotel", raises=ValueError("full"))
    assert (await client.get("/trips/Oslo")).status_code == 502


async def test_no_weather(client, fake) -> None:
    stand_ins(fake)
    fake("find_weather", raises=ValueError("fog"))
    assert (await client.get("/trips/Oslo")).status_code == 502


async def test_two_cities_at_once(client, clock, fake) -> None:
    stand_ins(fake)
    fake("find_hotel", takes=1.0, returns=lambda city: city)
    with clock.takes(1.0):
        oslo, rome = await asyncio.gather(client.get("/trips/Oslo"), client.get("/trips/Rome"))
    assert (oslo.json()["hotel"], rome.json()["hotel"]) == ("Oslo", "Rome")


async def test_twice_the_same(client, fake) -> None:
    stand_ins(fake)
    first = await client.get("/trips/Oslo")
    second = await client.get("/trips/Oslo")
    assert first.json() != second.json()
