"""A shop that reports on a month: what was earned, what came back, how many visited."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import Depends, FastAPI
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

DATABASE_URL = f"sqlite+aiosqlite:///{Path(__file__).with_name('shop.db')}"

# Given; leave both as they are. The pool has fifteen connections.
engine = create_async_engine(DATABASE_URL)
SessionFactory = async_sessionmaker(engine, expire_on_commit=False)


class Base(DeclarativeBase):
    pass


class Sale(Base):
    """A row of the table `sales`. Given; leave it as it is."""

    __tablename__ = "sales"

    id: Mapped[int] = mapped_column(primary_key=True)
    month: Mapped[int]
    amount: Mapped[int]


class Return(Base):
    """A row of the table `returns`: what came back. Given; leave it as it is."""

    __tablename__ = "returns"

    id: Mapped[int] = mapped_column(primary_key=True)
    month: Mapped[int]


class Visit(Base):
    """A row of the table `visits`. Given; leave it as it is."""

    __tablename__ = "visits"

    id: Mapped[int] = mapped_column(primary_key=True)
    month: Mapped[int]


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Makes the tables, and a month's rows. Given; leave it as it is."""
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    async with SessionFactory() as session:
        if await session.get(Sale, 1) is None:
            session.add_all([Sale(month=1, amount=40), Sale(month=1, amount=2)])
            session.add_all([Return(month=1), Visit(month=1), Visit(month=1), Visit(month=1)])
            await session.commit()
    yield
    await engine.dispose()


app = FastAPI(lifespan=lifespan)


async def get_session() -> AsyncIterator[AsyncSession]:
    """A session for one request. Given; leave it as it is."""
    async with SessionFactory() as session:
        yield session


async def earned(session: AsyncSession, month: int) -> int:
    """What the sales of a month come to. Given; leave it as it is."""
    return await session.scalar(select(func.sum(Sale.amount)).where(Sale.month == month)) or 0


async def returned(session: AsyncSession, month: int) -> int:
    """How many things came back in a month. Given; leave it as it is."""
    return await session.scalar(select(func.count(Return.id)).where(Return.month == month))


async def visits(session: AsyncSession, month: int) -> int:
    """How many visits a month had. Given; leave it as it is."""
    return await session.scalar(select(func.count(Visit.id)).where(Visit.month == month))


@app.get("/visits/{month}")
async def show_visits(month: int, session: AsyncSession = Depends(get_session)) -> dict:
    """A page with one figure, and so with one session. Given; leave it as it is."""
    return {"visits": await visits(session, month)}


@app.get("/reports/{month}")
async def report(month: int) -> dict:
    """All three at the same time: {"earned": ..., "returned": ..., "visits": ...}."""
    raise NotImplementedError("session_per_task: ask for the three figures at the same time")
