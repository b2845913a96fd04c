"""Streamlit's page with a link to the style sheet of the app, so that pages are laid out before anything is on them.

As an element of a page (`st.html`) a style comes too late: the browser loads the code that draws such elements after it
has drawn titles, texts and places for all the rest, and these move once the style is there.

An address that is no page of the app still gets Streamlit's own page; there `each_page.js` adds the link.
"""

from __future__ import annotations

from pages.server.headers import INDEX_PAGE

STYLE_SHEET = "style.css"
"""The address of the style sheet, relative to the app's."""

# In the body: of two rules with equal weight the later one counts, and Streamlit writes its own into the head.
_BODY = "<body>"
_WITH_LINK = f'{_BODY}<link rel="stylesheet" href="./{STYLE_SHEET}">'


def index_page() -> str:
    """Return Streamlit's page with the link."""
    return INDEX_PAGE.read_text(encoding="utf-8").replace(_BODY, _WITH_LINK, 1)
