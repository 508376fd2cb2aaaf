"""An inner join has no row for an order without items: it disappears.

fails: test_orders_come_with_their_items = wrong-value
fails: test_an_order_without_items_stays = wrong-value
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import Depends, FastAPI
from sqlalchemy import ForeignKey, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

DATABASE_URL = f"sqlite+aiosqlite:///{Path(__file__).with_name('orders_with_items.db')}"

# Given; leave both as they are.
engine = create_async_engine(DATABASE_URL)
SessionFactory = async_sessionmaker(engine, expire_on_commit=False)


class Base(DeclarativeBase):
    pass


class Order(Base):
    """A row of the table `orders`; `items` are the rows that belong to it. Given."""

    __tablename__ = "orders"

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(index=True)
    items: Mapped[list["Item"]] = relationship()


class Item(Base):
    """A row of the table `items`: so many of one product in one order. Given."""

    __tablename__ = "items"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), index=True)
    product: Mapped[str]
    quantity: Mapped[int]


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Creates the tables, with two orders of customer 1 at first. Given; leave it as it is."""
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    async with SessionFactory() as session:
        if await session.scalar(select(Order).limit(1)) is None:
            rye, bun = Item(product="rye bread", quantity=2), Item(product="plum bun", quantity=6)
            session.add(Order(customer_id=1, items=[rye, bun]))
            session.add(Order(customer_id=1, items=[Item(product="baguette", quantity=1)]))
            await session.commit()
    yield
    await engine.dispose()


app = FastAPI(lifespan=lifespan)


async def get_async_db() -> AsyncIterator[AsyncSession]:
    """A session for one request. Given; leave it as it is."""
    async with SessionFactory() as session:
        yield session


@app.get("/customers/{customer_id}/orders")
async def read_orders(
    customer_id: int, session: AsyncSession = Depends(get_async_db)
) -> list[dict]:
    """Answer the customer's orders: [{"id": ..., "items": [{"product", "quantity"}, ...]}, ...]."""
    rows = await session.execute(
        select(Order.id, Item.product, Item.quantity)
        .join(Item, Item.order_id == Order.id)
        .where(Order.customer_id == customer_id)
    )
    orders = {}
    for order_id, product, quantity in rows:
        order = orders.setdefault(order_id, {"id": order_id, "items": []})
        order["items"].append({"product": product, "quantity": quantity})
    return list(orders.values())
