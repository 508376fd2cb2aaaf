"""Without sessions: a connection for each task."""


async def alone(figure, month: int) -> int:
    async with engine.connect() as connection:
        return await figure(connection, month)
