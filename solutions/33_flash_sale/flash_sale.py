"""One load for all who ask, one UPDATE that takes a piece, no connection while somebody pays, and
news that nobody waits for.

The piece is taken before the payment, so that nobody pays for what is not there. Whatever ends the
payment badly, a cancellation too, gives it back.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from fastapi import FastAPI, HTTPException, WebSocket, WebSocketDisconnect
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

DATABASE_URL = f"sqlite+aiosqlite:///{Path(__file__).with_name('sale.db')}"

# Given; leave both as they are.
engine = create_async_engine(DATABASE_URL, pool_size=5, max_overflow=0, pool_timeout=30)
SessionFactory = async_sessionmaker(engine, expire_on_commit=False)

LIMIT = 10
"""So much news may wait for one watcher; who is further behind is put out."""


class Base(DeclarativeBase):
    pass


class Item(Base):
    """A row of the table `items`: how many pieces are left. Given; leave it as it is."""

    __tablename__ = "items"

    name: Mapped[str] = mapped_column(primary_key=True)
    pieces: Mapped[int]


class NoPriceError(Exception):
    """The other service has no price now. Given."""


class DeclinedError(Exception):
    """The bank has declined a payment. Given."""


class Watcher:
    """Who watches the sale, the news that waits for them, and whether it is too much. Given."""

    def __init__(self, socket: WebSocket) -> None:
        self.socket = socket
        self.waiting: asyncio.Queue[dict] = asyncio.Queue(LIMIT)
        self.is_behind = asyncio.Event()


watchers: list[Watcher] = []
"""Who watches now. Given."""


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Makes the table, and three lamps. Given; leave it as it is."""
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    async with SessionFactory() as session:
        if await session.get(Item, "lamp") is None:
            session.add(Item(name="lamp", pieces=3))
            await session.commit()
    yield
    await engine.dispose()


app = FastAPI(lifespan=lifespan)


async def load_price(item: str) -> int:
    """Asks another service, for half a second; may raise NoPriceError. Given; leave it as it is."""
    await asyncio.sleep(0.5)
    return 10 * len(item)


async def charge(item: str) -> None:
    """Asks the bank, for a second; may raise DeclinedError, or something else. Given."""
    await asyncio.sleep(1)


@app.get("/items/{item}")
async def show(item: str) -> dict:
    """How many pieces are left. Given; leave it as it is."""
    async with SessionFactory() as session:
        return {"pieces": await session.scalar(select(Item.pieces).where(Item.name == item))}


@app.get("/items/{item}/price")
async def show_price(item: str) -> dict:
    """An item's price, or a 502. Given; leave it as it is."""
    try:
        return {"price": await price_of(item)}
    except NoPriceError:
        raise HTTPException(502, "There is no price now.") from None


async def read(watcher: Watcher) -> None:
    """Until the watcher goes. Given; leave it as it is."""
    with suppress(WebSocketDisconnect):
        while True:
            await watcher.socket.receive_text()


async def write(watcher: Watcher) -> None:
    """Sends what waits for the watcher, at their pace. Given; leave it as it is."""
    while True:
        await watcher.socket.send_json(await watcher.waiting.get())


@app.websocket("/live")
async def live(socket: WebSocket) -> None:
    """Sends the news, until a watcher goes or is behind. Given; leave it as it is."""
    await socket.accept()
    watcher = Watcher(socket)
    watchers.append(watcher)
    works = [
        asyncio.create_task(w) for w in (read(watcher), write(watcher), watcher.is_behind.wait())
    ]
    try:
        await asyncio.wait(works, return_when=asyncio.FIRST_COMPLETED)
    finally:
        watchers.remove(watcher)
        for work in works:
            work.cancel()
        await asyncio.gather(*works, return_exceptions=True)
    if watcher.is_behind.is_set():
        with suppress(WebSocketDisconnect):
            await socket.close(1013, "too slow")


loads: dict[str, asyncio.Task[int]] = {}


async def price_of(item: str) -> int:
    """The price: one load_price(item) for all who ask while it runs, which belongs to nobody."""
    if item not in loads:
        loads[item] = asyncio.create_task(load_price(item))
        loads[item].add_done_callback(lambda _: loads.pop(item))
    return await asyncio.shield(loads[item])


async def change(item: str, by: int) -> bool:
    """So many pieces more, or fewer: whether there were enough."""
    enough = update(Item).where(Item.name == item, Item.pieces + by >= 0)
    async with engine.begin() as connection:
        done = await connection.execute(enough.values(pieces=Item.pieces + by))
    return done.rowcount == 1


def tell(news: dict) -> None:
    """Puts it before every watcher; who has LIMIT waiting already is behind."""
    for watcher in watchers:
        try:
            watcher.waiting.put_nowait(news)
        except asyncio.QueueFull:
            watcher.is_behind.set()


@app.post("/items/{item}/orders", status_code=201)
async def order(item: str) -> dict:
    """Take a piece (409), charge (402 when declined), tell {"sold": item}; answer {"item": item}."""
    if not await change(item, -1):
        raise HTTPException(409, "All are sold.")
    try:
        await charge(item)
    except BaseException as error:
        await change(item, +1)
        if isinstance(error, DeclinedError):
            raise HTTPException(402, "The payment was declined.") from None
        raise
    tell({"sold": item})
    return {"item": item}
