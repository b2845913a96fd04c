"""What a browser has already is not sent again."""

from __future__ import annotations

from hashlib import blake2b

from starlette.requests import Request
from starlette.responses import Response


def not_modified_or(request: Request, answer: Response) -> Response:
    """Return the answer, or 304 if the browser has it already. Proxies that compress turn its ETag into a weak one."""
    known = [tag.strip().removeprefix("W/") for tag in request.headers.get("If-None-Match", "").split(",")]
    if answer.headers["ETag"] not in known:
        return answer
    kept = {name: answer.headers[name] for name in ("ETag", "Cache-Control", "Vary") if name in answer.headers}
    return Response(status_code=304, headers=kept)


def tagged(request: Request, content: bytes, media_type: str, cache_control: str) -> Response:
    """Return an answer with this content, under a tag that changes with it; 304 if the browser has it already."""
    headers = {"ETag": f'"{blake2b(content, digest_size=16).hexdigest()}"', "Cache-Control": cache_control}
    return not_modified_or(request, Response(content, headers=headers, media_type=media_type))
