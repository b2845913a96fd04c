"""Files that are compressed once, and then sent so to every browser that takes it.

Streamlit sends the JavaScript of its front end as it is, since Starlette's middleware would compress it again for each
browser, as it does with all other files. Compressed, the JavaScript has a third of the bytes: forty people who open the
app together share one wireless network.
"""

from __future__ import annotations

import gzip
from functools import lru_cache
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit.web.server.starlette.starlette_server_config import STATIC_ASSET_CACHE_MAX_AGE_SECONDS

from pages.server.base_path import base_path
from pages.server.headers import INDEX_PAGE
from pages.server.icon_font import FONT_OF_ALL_ICONS, ICON_FONT
from pages.server.not_modified import not_modified_or

MEDIA_TYPES = {"js": "text/javascript", "css": "text/css"}
"""Of the folders of Streamlit's front end whose files are text, by their names."""

STREAMLIT_FILES = INDEX_PAGE.parent / "static"
KEPT_FOR_A_YEAR = f"public, immutable, max-age={STATIC_ASSET_CACHE_MAX_AGE_SECONDS}"


def file_response(request: Request, path: Path, media_type: str, cache_control: str) -> Response:
    """Return a file of text, compressed by gzip if the browser takes that; 304 if the browser has this form of it.

    Takes 0.3 s for plotly.js the first time, and is to be called in a thread.
    """
    file = path.stat()
    headers = {"Cache-Control": cache_control, "Vary": "Accept-Encoding"}
    plain = FileResponse(path, headers=headers, media_type=media_type, stat_result=file)
    if "gzip" not in request.headers.get("Accept-Encoding", ""):
        return not_modified_or(request, plain)
    headers |= {"Content-Encoding": "gzip", "ETag": f'{plain.headers["ETag"][:-1]}-gzip"'}
    compressed = Response(_compressed(path, file.st_mtime_ns), headers=headers, media_type=media_type)
    return not_modified_or(request, compressed)


@lru_cache(maxsize=512)
def _compressed(path: Path, _changed_at: int) -> bytes:
    """Return the content of a file, compressed. All 320 files of Streamlit take 7 MB so, plotly.js 1.5 MB."""
    return gzip.compress(path.read_bytes())


class CompressedStreamlitFiles:
    """ASGI middleware that answers in Streamlit's place with scripts, style sheets and icons of its front end.

    As Streamlit does, it lets browsers keep them for a year: their names change with their content. Only that of the
    icons does not (icon_font.py), so that browsers ask each time. What there is not is left to Streamlit.
    (Streamlit reserves these addresses, so that a route cannot have them.)
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        folder_of_all = f"{base_path()}/static"
        self._files = {
            f"{folder_of_all}/{folder}/{path.name}": (path, media_type, KEPT_FOR_A_YEAR)
            for folder, media_type in MEDIA_TYPES.items()
            for path in (STREAMLIT_FILES / folder).iterdir()
        }
        self._files[f"{folder_of_all}/media/{FONT_OF_ALL_ICONS.name}"] = (ICON_FONT, "font/woff2", "no-cache")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with a file, or pass the request on."""
        answer: ASGIApp = self.app
        if scope["type"] == "http" and scope["method"] in {"GET", "HEAD"} and scope["path"] in self._files:
            answer = await run_in_threadpool(file_response, Request(scope), *self._files[scope["path"]])
        await answer(scope, receive, send)
