"""Streamlit's page with a link to the style sheet of the app, so that pages are laid out before anything is on them.

As an element of a page (`st.html`) a style comes too late: the browser loads the code that draws such elements after it
has drawn titles, texts and places for all the rest, and these move once the style is there.

An address that is no page of the app still gets Streamlit's own page; there `each_page.js` adds the link.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b

from starlette.requests import Request
from starlette.responses import Response

from pages.server.headers import INDEX_PAGE
from pages.server.not_modified import not_modified_or

STYLE_SHEET = "style.css"
"""The address of the style sheet, relative to the app's."""

# In the body: of two rules with equal weight the later one counts, and Streamlit writes its own into the head.
_BODY = "<body>"
_WITH_LINK = f'{_BODY}<link rel="stylesheet" href="./{STYLE_SHEET}">'


def index_page() -> Callable[[Request], Response]:
    """Return what answers with Streamlit's page. Browsers ask each time whether it has changed, as with Streamlit's."""
    return _answering(INDEX_PAGE.read_text(encoding="utf-8").replace(_BODY, _WITH_LINK, 1), "text/html")


def style_sheet(content: str) -> Callable[[Request], Response]:
    """Return what answers with the style sheet; browsers ask each time, since its address stays when it changes."""
    return _answering(content, "text/css")


def _answering(text: str, media_type: str) -> Callable[[Request], Response]:
    content = text.encode()
    headers = {"ETag": f'"{blake2b(content, digest_size=16).hexdigest()}"', "Cache-Control": "no-cache"}

    def answer(request: Request) -> Response:
        return not_modified_or(request, Response(content, headers=headers, media_type=media_type))

    return answer
