"""Do the tests accept right pages, whatever their shape, and reject wrong ones, each of them."""

import textwrap

import pytest

GIVEN = '''
import asyncio

from fastapi import FastAPI, HTTPException

app = FastAPI()


async def find_flight(city):
    raise ConnectionError("there is no airline here: a test stands in for it")


async def find_hotel(city):
    raise ConnectionError("there is no hotel here: a test stands in for it")


async def find_weather(city):
    raise ConnectionError("there is no weather here: a test stands in for it")


'''
ALL = "asyncio.gather(find_flight(city), find_hotel(city), find_weather(city))"
ANSWER = 'return {"flight": flight, "hotel": hotel, "weather": weather}'


def page(body, around=""):
    """A program with that body of its endpoint, and with something around it."""
    endpoint = '@app.get("/trips/{city}")\nasync def trip(city: str):\n'
    return f"{GIVEN}{around}\n\n{endpoint}{textwrap.indent(textwrap.dedent(body), '    ')}"


def guarded(*body):
    """The lines with a 502 for whatever they raise, and the answer after them."""
    inside = textwrap.indent("\n".join(body), "    ")
    return f"try:\n{inside}\nexcept Exception:\n    raise HTTPException(502)\n{ANSWER}\n"


GATHER = page(guarded(f"flight, hotel, weather = await {ALL}"))
EMPTY = page("return {}\n")
TASK_GROUP = page(
    """
    try:
        async with asyncio.TaskGroup() as group:
            weather = group.create_task(find_weather(city))
            hotel = group.create_task(find_hotel(city))
            flight = group.create_task(find_flight(city))
    except* Exception:
        raise HTTPException(502, f"Nobody answers for {city}.")
    return {"weather": weather.result(), "hotel": hotel.result(), "flight": flight.result()}
    """
)
AFTER_ALL = page(
    """
    found = await asyncio.gather(
        find_hotel(city), find_weather(city), find_flight(city), return_exceptions=True
    )
    if any(isinstance(one, Exception) for one in found):
        raise HTTPException(502, "Please try again later.")
    hotel, weather, flight = found
    return {"flight": flight, "hotel": hotel, "weather": weather}
    """
)
WITH_A_NAP = page(
    guarded(
        "await asyncio.sleep(0.01)",
        "first, second = (asyncio.create_task(find(city)) for find in (find_flight, find_hotel))",
        "weather = await find_weather(city)",
        "flight, hotel = await first, await second",
    )
)
ONE_BY_ONE = page(
    guarded(
        "flight = await find_flight(city)",
        "hotel = await find_hotel(city)",
        "weather = await find_weather(city)",
    )
)
HOTEL_LATER = page(
    guarded(
        "flight, weather = await asyncio.gather(find_flight(city), find_weather(city))",
        "hotel = await find_hotel(city)",
    )
)
WEATHER_LATER = page(
    guarded(
        "flight, hotel = await asyncio.gather(find_flight(city), find_hotel(city))",
        "weather = await find_weather(city)",
    )
)
SWAPPED = page(guarded(f"hotel, flight, weather = await {ALL}"))
NO_WEATHER = page(guarded(f"flight, hotel, weather = await {ALL}", "weather = None"))


def without(name):
    """A page that has null for that one of the three when it fails."""
    calls = ALL.replace(f"find_{name}(city)", "or_none()")
    return page(
        f"""
        async def or_none():
            try:
                return await find_{name}(city)
            except Exception:
                return None

        try:
            flight, hotel, weather = await {calls}
        except Exception:
            raise HTTPException(502)
        {ANSWER}
        """
    )


NOT_CAUGHT = page(f"flight, hotel, weather = await {ALL}\n{ANSWER}\n")


def twice(name):
    """A page that asks for that one of the three twice."""
    calls = ALL.replace("gather(", f"gather(find_{name}(city), ")
    return page(guarded(f"_, flight, hotel, weather = await {calls}"))


ONE_LOCK = page(
    guarded("async with lock:", f"    flight, hotel, weather = await {ALL}"),
    "lock = asyncio.Lock()",
)
SHARED = page(
    f"""
    async def keep(name, work):
        found[name] = await work

    try:
        await asyncio.gather(
            keep("flight", find_flight(city)),
            keep("hotel", find_hotel(city)),
            keep("weather", find_weather(city)),
        )
    except Exception:
        raise HTTPException(502)
    return dict(found)
    """,
    "found = {}",
)
REMEMBERED = page(
    guarded(
        "if city not in known:",
        f"    known[city] = await {ALL}",
        "flight, hotel, weather = known[city]",
    ),
    "known = {}",
)
OTHER_CITY = page(
    guarded(
        "flight, hotel, weather = await asyncio.gather(",
        "    find_flight(city), find_hotel(city), find_weather(city.lower())",
        ")",
    )
)


async def test_right_and_empty(trial):
    """A page that asks for all three with gather is accepted, and one that answers {} is not."""
    await trial.accepts(GATHER, "asks for all three with gather")
    await trial.rejects(EMPTY, "answers {}, and asks nobody")


@pytest.mark.needs("test_right_and_empty")
async def test_a_task_group_is_accepted(trial):
    """A page with a task group, which asks in another order, is accepted."""
    await trial.accepts(TASK_GROUP, "asks for all three in a task group, for the weather first")


@pytest.mark.needs("test_right_and_empty")
async def test_a_later_502_is_accepted(trial):
    """A page whose 502 leaves only when all three have ended is accepted."""
    await trial.accepts(AFTER_ALL, "waits for all three, and then says 502 if one has failed")


@pytest.mark.needs("test_right_and_empty")
async def test_a_hundredth_of_a_second_is_accepted(trial):
    """A page that takes 0.01 s for itself is accepted."""
    await trial.accepts(WITH_A_NAP, "asks for all three after 0.01 s of its own work")


RIGHT = pytest.mark.needs(
    "test_right_and_empty",
    "test_a_task_group_is_accepted",
    "test_a_later_502_is_accepted",
    "test_a_hundredth_of_a_second_is_accepted",
)


@RIGHT
@pytest.mark.points(2)
async def test_one_by_one_is_rejected(trial):
    """A page that asks for one after the other is rejected."""
    await trial.rejects(ONE_BY_ONE, "asks for the flight, then the hotel, then the weather")


@RIGHT
async def test_two_and_one_is_rejected(trial):
    """A page that asks for two at once, and for the third afterwards, is rejected."""
    await trial.rejects(WEATHER_LATER, "asks for the weather when it has flight and hotel")
    await trial.rejects(HOTEL_LATER, "asks for the hotel when it has flight and weather")


@RIGHT
async def test_swapped_results_are_rejected(trial):
    """A page that puts the hotel under "flight" is rejected."""
    await trial.rejects(SWAPPED, 'puts the hotel under "flight", and the flight under "hotel"')
    await trial.rejects(NO_WEATHER, 'has null under "weather", always')


@RIGHT
async def test_another_city_is_rejected(trial):
    """A page that asks for the weather of a city of another name is rejected."""
    await trial.rejects(OTHER_CITY, "asks for the weather with the city in small letters")


@RIGHT
async def test_asking_twice_is_rejected(trial):
    """A page that asks for hotel, flight or weather twice is rejected."""
    for name in ("hotel", "flight", "weather"):
        await trial.rejects(twice(name), f"asks for the {name} twice")


@RIGHT
@pytest.mark.points(2)
async def test_a_hidden_failure_is_rejected(trial):
    """A page that answers 200 without weather, flight or hotel, when that fails, is rejected."""
    for name in ("weather", "flight", "hotel"):
        does = f"says 200 and has null for the {name}, when that fails"
        await trial.rejects(without(name), does)


@RIGHT
async def test_a_500_is_rejected(trial):
    """A page that catches no failure, so that it is a 500, is rejected."""
    await trial.rejects(NOT_CAUGHT, "catches no failure: each is a 500")


@RIGHT
@pytest.mark.points(2)
async def test_visitors_who_wait_for_each_other_are_rejected(trial):
    """A page that lets one visitor in at a time is rejected."""
    await trial.rejects(ONE_LOCK, "lets one visitor in at a time, and the others wait")


@RIGHT
@pytest.mark.points(2)
async def test_mixed_visitors_are_rejected(trial):
    """A page whose visitors share one place for what is found is rejected."""
    await trial.rejects(SHARED, "keeps what it finds in one place for all visitors")


@RIGHT
async def test_a_page_that_remembers_is_rejected(trial):
    """A page that gives a city's first results to all who come later is rejected."""
    await trial.rejects(REMEMBERED, "keeps a city's first results, and gives them to all others")
