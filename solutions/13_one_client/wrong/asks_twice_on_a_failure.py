"""A client that asks a second time when the service answers with an error.

fails: test_a_failure_harms_no_other_request = called-too-often
"""


class Patient(httpx.AsyncClient):
    async def get(self, url, **options) -> httpx.Response:
        response = await super().get(url, **options)
        if response.status_code >= 500:
            response = await super().get(url, **options)
        return response


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with Patient() as app.state.client:
        yield
