"""BaseHTTPMiddleware: the body of the response is wrapped, and its end writes the line."""

from fastapi import Request
from fastapi.responses import Response
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint


class RequestTiming(BaseHTTPMiddleware):
    """Gives each request an id, and writes one line about it when its response has ended."""

    async def dispatch(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
        start = time.perf_counter()
        id = request.headers.get("x-request-id") or uuid.uuid4().hex
        request_id.set(id)
        try:
            response = await call_next(request)
        except BaseException:
            write_line(id, 500, time.perf_counter() - start)
            raise
        response.headers["x-request-id"] = id
        pieces = response.body_iterator

        async def timed() -> AsyncIterator[bytes]:
            try:
                async for piece in pieces:
                    yield piece
            finally:
                write_line(id, response.status_code, time.perf_counter() - start)

        response.body_iterator = timed()
        return response
