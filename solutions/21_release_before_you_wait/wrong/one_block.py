"""One session for all of it: the connection is out while the bank answers.

fails: test_six_at_once = held-over-io
fails: test_nothing_is_held_while_the_bank_answers = held-over-io
fails: test_a_page_that_only_reads = held-over-io
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
from fastapi import Depends, FastAPI, HTTPException
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

DATABASE_URL = f"sqlite+aiosqlite:///{Path(__file__).with_name('orders.db')}"
BANK = "https://bank.example.com/rates"

# Given; leave both as they are. Two connections are few, so that you see what it costs to keep one.
engine = create_async_engine(DATABASE_URL, pool_size=2, max_overflow=0, pool_timeout=30)
SessionFactory = async_sessionmaker(engine, expire_on_commit=False)


class Base(DeclarativeBase):
    pass


class Order(Base):
    """A row of the table `orders`. Given; leave it as it is."""

    __tablename__ = "orders"

    id: Mapped[int] = mapped_column(primary_key=True)
    amount: Mapped[int]
    currency: Mapped[str]


class Quote(Base):
    """A row of the table `quotes`: what somebody was told. Given; leave it as it is."""

    __tablename__ = "quotes"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int]
    price: Mapped[int]


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Makes the tables, an order and the client. Given; leave it as it is."""
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    async with SessionFactory() as session:
        if await session.get(Order, 1) is None:
            session.add(Order(id=1, amount=20, currency="EUR"))
            await session.commit()
    async with httpx.AsyncClient() as client:
        app.state.client = client
        yield
    await engine.dispose()


app = FastAPI(lifespan=lifespan)


async def get_session() -> AsyncIterator[AsyncSession]:
    """A session for one request, closed when its response has left. Given; leave it as it is."""
    async with SessionFactory() as session:
        yield session


async def get_rate(currency: str) -> int:
    """The bank's rate, which takes about a second; a 502 when it has none. Given."""
    try:
        response = await app.state.client.get(f"{BANK}/{currency}")
        response.raise_for_status()
        return response.json()["rate"]
    except (httpx.HTTPError, ValueError, KeyError):
        raise HTTPException(502, "The bank has no rate.") from None


@app.get("/orders/{order_id}")
async def show(order_id: int, session: AsyncSession = Depends(get_session)) -> dict:
    """A page that only reads. Given; leave it as it is."""
    order = await session.get(Order, order_id)
    if order is None:
        raise HTTPException(404, "There is no such order.")
    return {"order": order.id, "amount": order.amount}


@app.post("/orders/{order_id}/quote")
async def quote(order_id: int) -> dict:
    """Read the order, ask for the rate, store the quote: {"order": ..., "price": amount * rate}."""
    async with SessionFactory() as session:
        order = await session.get(Order, order_id)
        if order is None:
            raise HTTPException(404, "There is no such order.")
        price = order.amount * await get_rate(order.currency)
        session.add(Quote(order_id=order_id, price=price))
        await session.commit()
        return {"order": order_id, "price": price}
