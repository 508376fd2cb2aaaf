"""Compares as pytest does: approx with a tolerance, ANY for what says nothing, fail with a word.

# flags: imports pytest
"""

import pytest


async def visit(client, city: str = "Oslo"):
    return await client.get(f"/trips/{city}")


async def test_page(client, clock, fake) -> None:
    for slow in THREE:
        stands = {n: fake(n, takes=3.0 if n == slow else 1.0) for n in THREE}
        start = clock.now()
        page = await visit(client)
        assert clock.now() - start == pytest.approx(3.0, abs=0.2)
        assert page.json() == {n[5:]: s.result for n, s in stands.items()}
        assert all(s.was_called_once_with("Oslo") is not False for s in stands.values())


async def test_failures(client, fake) -> None:
    for bad in THREE:
        stands = [fake(n, raises=ValueError("x") if n == bad else None) for n in THREE]
        if (await visit(client)).status_code != 502:
            pytest.fail(f"{bad} has failed, and the page does not say 502")


async def test_crowd(client, clock, fake) -> None:
    for n in THREE:
        fake(n, takes=1.0, returns=lambda city: city)
    cities = [f"C{i}" for i in range(20)]
    with clock.takes(1.0):
        pages = await asyncio.gather(*(visit(client, city) for city in cities))
    assert [set(p.json().values()) for p in pages] == [{c} for c in cities]


async def test_anew(client, fake) -> None:
    for number in (1, 2):
        for n in THREE:
            fake(n, returns=number)
        assert list((await visit(client)).json().values()) == [number] * 3
