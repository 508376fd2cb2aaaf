"""A session for each stretch of work: the check's, the order's, and the list's, which is the longest.

The check and the order end before their response begins. The list is read while it is sent, so its
session is the default one, which ends with the response.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated

from fastapi import BackgroundTasks, Depends, FastAPI, Header, HTTPException
from fastapi.responses import StreamingResponse
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

DATABASE_URL = f"sqlite+aiosqlite:///{Path(__file__).with_name('shop.db')}"

# Given; leave both as they are. Two connections are few, so that you see what it costs to keep one.
engine = create_async_engine(DATABASE_URL, pool_size=2, max_overflow=0, pool_timeout=30)
SessionFactory = async_sessionmaker(engine, expire_on_commit=False)


class Base(DeclarativeBase):
    pass


class Screen(Base):
    """A row of the table `screens`: the key of a screen in a shop. Given; leave it as it is."""

    __tablename__ = "screens"

    key: Mapped[str] = mapped_column(primary_key=True)


class Order(Base):
    """A row of the table `orders`. Given; leave it as it is."""

    __tablename__ = "orders"

    id: Mapped[int] = mapped_column(primary_key=True)
    item: Mapped[str]


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Makes the tables, a screen and three orders. Given; leave it as it is."""
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    async with SessionFactory() as session:
        if await session.get(Screen, "window") is None:
            session.add(Screen(key="window"))
            session.add_all(Order(item=item) for item in ("lamp", "chair", "clock"))
            await session.commit()
    yield
    await engine.dispose()


app = FastAPI(lifespan=lifespan)


async def next_price() -> str:
    """Waits for the next change of a price. Given; leave it as it is."""
    await asyncio.sleep(10)
    return "lamp 49"


async def send_email(order: int) -> None:
    """Thanks for an order; takes two seconds. Given; leave it as it is."""
    await asyncio.sleep(2)


async def look_up(session: AsyncSession, key: str) -> None:
    """Raises a 401 when no screen has that key. Given; leave it as it is."""
    if await session.scalar(select(Screen).where(Screen.key == key)) is None:
        raise HTTPException(401, "No screen has this key.")


async def store(session: AsyncSession, item: str) -> dict:
    """Stores an order, and reads how many there are of the item. Given; leave it as it is."""
    order = Order(item=item)
    session.add(order)
    await session.commit()
    count = await session.scalar(select(func.count()).where(Order.item == item))
    return {"order": order.id, "of_this_item": count}


async def pages(session: AsyncSession) -> AsyncIterator[str]:
    """All orders as CSV, a page for each query, in one transaction. Given; leave it as it is."""
    last, found = -1, 100
    while found == 100:
        query = select(Order).where(Order.id > last).order_by(Order.id).limit(100)
        orders = list(await session.scalars(query))
        yield "".join(f"{order.id},{order.item}\n" for order in orders)
        last, found = orders[-1].id if orders else last, len(orders)


async def get_session() -> AsyncIterator[AsyncSession]:
    """A session, closed when the dependency ends. Given; leave it as it is."""
    async with SessionFactory() as session:
        yield session


@app.get("/count")
async def count(session: Annotated[AsyncSession, Depends(get_session)]) -> dict:
    """A page that only reads. Given; leave it as it is."""
    return {"orders": await session.scalar(select(func.count()).select_from(Order))}


Short = Annotated[AsyncSession, Depends(get_session, scope="function")]
Long = Annotated[AsyncSession, Depends(get_session)]


async def check_key(key: Annotated[str, Header()], session: Short) -> None:
    """A 401 when no screen has the key of the header `key`: look_up(session, key) raises it."""
    await look_up(session, key)


@app.get("/prices", dependencies=[Depends(check_key)])
async def prices() -> StreamingResponse:
    """Three changes of prices, as they come. Given; leave it as it is."""

    async def changes() -> AsyncIterator[str]:
        for _ in range(3):
            yield f"data: {await next_price()}\n\n"

    return StreamingResponse(changes(), media_type="text/event-stream")


@app.get("/orders.csv")
async def export(session: Long) -> StreamingResponse:
    """The text of pages(session), each page as soon as it is read."""
    return StreamingResponse(pages(session), media_type="text/csv")


@app.post("/orders/{item}", status_code=201)
async def order(item: str, background: BackgroundTasks, session: Short) -> dict:
    """What store(session, item) says; send_email(its order) is called after the response."""
    stored = await store(session, item)
    background.add_task(send_email, stored["order"])
    return stored
