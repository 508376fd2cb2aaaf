"""The time until call_next comes back: the response has begun then, and nothing of it has left.

fails: test_a_report_in_pieces = wrong-value
fails: test_fifty_at_once = wrong-value
fails: test_a_failure = not-called
fails: test_the_server_cancels = not-called
"""

from fastapi import Request
from fastapi.responses import Response
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint


class RequestTiming(BaseHTTPMiddleware):
    """Gives each request an id, and writes one line about it when its response has ended."""

    async def dispatch(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
        start = time.perf_counter()
        id = request.headers.get("x-request-id") or uuid.uuid4().hex
        request_id.set(id)
        response = await call_next(request)
        response.headers["x-request-id"] = id
        write_line(id, response.status_code, time.perf_counter() - start)
        return response
