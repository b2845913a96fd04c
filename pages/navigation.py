"""The navigation: an entry for each place, and every address of the app."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st
from streamlit.navigation.page import Page

from pages.shared import places
from pages.shared.places import PLACES, REDIRECTS, TRAIN, Place, View
from pages.visit import session


def current_page() -> Page:
    """Draw the navigation and return the page that the address asks for.

    An entry leads to the view of its place that was shown last, because only so Streamlit marks it as the present one.
    """
    page = st.navigation(_pages())
    if _is_another_view(page):
        page = st.navigation(_pages())
    if page.url_path == "" and session.asks_for_training():
        st.switch_page(TRAIN.views[0].script, query_params=st.query_params.to_dict())
    return page


def _is_another_view(page: Page) -> bool:
    """Take note of the view that is shown; return whether the navigation leads to another one of its place so far."""
    for place in PLACES:
        for view in place.views:
            if view.url_path == page.url_path:
                return places.remember_view(place, view)
    return False


def _pages() -> list[Page]:
    views = [_page_of(place, view) for place in PLACES for view in place.views]
    others = [
        st.Page(_redirect_to(view), title=path.title(), url_path=path, visibility="hidden")
        for path, view in REDIRECTS.items()
    ]
    return [*views, *others]


def _page_of(place: Place, view: View) -> Page:
    return st.Page(
        view.script,
        title=place.title,
        icon=place.icon,
        url_path=view.url_path,
        default=view.url_path == "",
        visibility="visible" if view == places.shown_last(place) else "hidden",
    )


def _redirect_to(view: View) -> Callable[[], None]:
    def redirect() -> None:
        st.switch_page(view.script, query_params=st.query_params.to_dict())

    return redirect
