"""The navigation: its entries in the order of the notebook, each with its pages and their addresses."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from functools import cache
from typing import Literal

import streamlit as st
from streamlit.navigation.page import Page

from mnist_core.text.sentence import marked
from pages.visit import session
from pages.visit.browser_flags import has_flag, set_flag
from pages.visit.language import _


@dataclass(frozen=True)
class View:
    """A page of a place: its script below `pages/`, its path in the address, and its name within the place."""

    script: str
    url_path: str
    title: str
    icon: str


@dataclass(frozen=True)
class Place:
    """An entry of the navigation, with one view or several."""

    title: str
    icon: str
    views: tuple[View, ...]


def _with_one_view(title: str, icon: str) -> Place:
    name = title.lower()
    return Place(title, icon, (View(f"{name}/page.py", name, title, icon),))


START = Place(marked("Start"), ":material/home:", (View("start/page.py", "", marked("Start"), ":material/home:"),))
DATA = _with_one_view(marked("Data"), ":material/grid_view:")
TRAIN = _with_one_view(marked("Train"), ":material/model_training:")
EVALUATE = _with_one_view(marked("Evaluate"), ":material/fact_check:")
INSIDE = _with_one_view(marked("Inside"), ":material/hub:")
DRAW = Place(
    marked("Draw"),
    ":material/draw:",
    (
        View("draw/page.py", "draw", marked("Draw"), ":material/draw:"),
        View("draw/handwriting.py", "handwriting", marked("Handwriting"), ":material/signature:"),
    ),
)
COMPARE = Place(
    marked("Compare"),
    ":material/compare_arrows:",
    (
        View("compare/runs.py", "runs", marked("Runs"), ":material/table_rows:"),
        View("compare/sweeps.py", "sweeps", marked("Sweeps"), ":material/grid_on:"),
    ),
)
PLACES = (START, DATA, TRAIN, EVALUATE, INSIDE, DRAW, COMPARE)
CLASS = Place(
    marked("Class"), ":material/groups:", (View("classroom/page.py", "class", marked("Class"), ":material/groups:"),)
)
"""A workshop. It is no part of the notebook: lessons do not lead there, and it is listed only while a class is open."""

REDIRECTS = {"start": START.views[0], "compare": COMPARE.views[0]}
"""Further addresses, which people type, and the views that they lead to."""


def current_page(*, class_is_open: bool) -> Page:
    """Draw the navigation and return the page that the address asks for; `class_is_open` lists the place *Class*.

    An entry links to the view of its place that was shown last: otherwise Streamlit would not mark it as current.
    """
    page = st.navigation(_pages(class_is_open))
    if _is_another_view(page):
        page = st.navigation(_pages(class_is_open))
    if page.url_path == "" and session.asks_for_training():
        st.switch_page(TRAIN.views[0].script, query_params=st.query_params.to_dict())
    return page


def show_title(title: str, place: Place) -> None:
    """Draw the title of a view, and beside it links to all views of its place; Streamlit marks the current one."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title(title, width="stretch")
        with st.container(horizontal=True, width="content", key="views"):
            for each in place.views:
                st.page_link(each.script, label=_(each.title), icon=each.icon)


def visited(place: Place) -> bool:
    """Whether this browser was in a place."""
    return has_flag(_flag(place))


def _is_another_view(page: Page) -> bool:
    """Remember the view that is shown; return whether the navigation still links to another view of its place."""
    for place in (*PLACES, CLASS):
        for view in place.views:
            if view.url_path == page.url_path:
                return _remember_view(place, view)
    return False


def _pages(class_is_open: bool) -> list[Page]:
    views = [_page_of(place, view, _shown_last(place)) for place in PLACES for view in place.views]
    views.append(_page_of(CLASS, CLASS.views[0], CLASS.views[0] if class_is_open else None))
    others = [
        st.Page(_redirect_to(view), title=path.title(), url_path=path, visibility="hidden")
        for path, view in REDIRECTS.items()
    ]
    return [*views, *others]


def _page_of(place: Place, view: View, listed: View | None) -> Page:
    """Return a view as a page of Streamlit's; `listed` is the one that the navigation links to."""
    return copy(_found_page(view.script, _(place.title), place.icon, view.url_path, view == listed))


@cache
def _found_page(script: str, title: str, icon: str, path: str, visible: bool) -> Page:
    """Return a page, to be copied: each run of the script marks its own as the current one.

    It is kept because Streamlit looks for its file, which takes 6 % of the time of a small page for all views.
    """
    visibility: Literal["visible", "hidden"] = "visible" if visible else "hidden"
    return st.Page(script, title=title, icon=icon, url_path=path, default=path == "", visibility=visibility)


def _redirect_to(view: View) -> Callable[[], None]:
    def redirect() -> None:
        st.switch_page(view.script, query_params=st.query_params.to_dict())

    return redirect


def _remember_view(place: Place, view: View) -> bool:
    """Make the navigation link to this view of a place; return whether it linked to another one before."""
    set_flag(_flag(place))
    if _shown_last(place) == view:
        return False
    session.put(f"view_of_{place.title}", view.url_path)
    return True


def _shown_last(place: Place) -> View:
    """Return the view of a place that this visit has seen last, at first the first one."""
    last = session.get(f"view_of_{place.title}", None)
    return next((view for view in place.views if view.url_path == last), place.views[0])


def _flag(place: Place) -> str:
    return place.title.lower()
