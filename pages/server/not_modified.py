"""What a browser has already is not sent again."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response


def not_modified_or(request: Request, answer: Response) -> Response:
    """Return the answer, or 304 if the browser has it already. Proxies that compress turn its ETag into a weak one."""
    known = [tag.strip().removeprefix("W/") for tag in request.headers.get("If-None-Match", "").split(",")]
    if answer.headers["ETag"] not in known:
        return answer
    kept = {name: answer.headers[name] for name in ("ETag", "Cache-Control", "Vary") if name in answer.headers}
    return Response(status_code=304, headers=kept)
