"""A small class makes the client when it is first asked for one, and knows how to close it."""


class Connection:
    made: httpx.AsyncClient | None = None

    @property
    def client(self) -> httpx.AsyncClient:
        if self.made is None:
            self.made = httpx.AsyncClient()
        return self.made

    async def close(self) -> None:
        if self.made is not None:
            await self.made.aclose()
            self.made = None


connection = Connection()


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Before the `yield` the app starts, after it the app stops."""
    yield
    await connection.close()


def get_client() -> httpx.AsyncClient:
    """The app's one client, for every endpoint that depends on it."""
    return connection.client
