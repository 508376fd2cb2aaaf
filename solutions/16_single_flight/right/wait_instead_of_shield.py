"""asyncio.wait never cancels what it waits for, so it needs no shield."""

del loads, keep


class Rates:
    def __init__(self) -> None:
        self.rates: dict[str, tuple[float, float]] = {}
        self.loads: dict[str, asyncio.Task] = {}

    def fresh(self, currency: str) -> bool:
        now = asyncio.get_running_loop().time()
        return currency in self.rates and now - self.rates[currency][1] < KEPT

    async def load(self, currency: str) -> float:
        try:
            rate = await load_rate(currency)
            self.rates[currency] = rate, asyncio.get_running_loop().time()
            return rate
        finally:
            del self.loads[currency]

    async def get(self, currency: str) -> float:
        if self.fresh(currency):
            return self.rates[currency][0]
        if currency not in self.loads:
            self.loads[currency] = asyncio.create_task(self.load(currency))
        load = self.loads[currency]
        await asyncio.wait([load])
        return load.result()


rates = Rates()


async def get_rate(currency: str) -> float:
    """The currency's rate: kept for KEPT seconds, and loaded once for all who ask meanwhile."""
    return await rates.get(currency)
