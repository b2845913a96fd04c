"""The place Class under AppTest: what a stranger, a student and an instructor see and may do there."""

from __future__ import annotations

import pytest
import streamlit as st
from streamlit.navigation.page import Page

from mnist_core.runs import ClassStore, RunStore
from pages.visit import session
from tests.support.visits import ME, SOMEBODY_ELSE, START

CLASS = "classroom/page.py"


@pytest.fixture
def classes(store: RunStore) -> ClassStore:
    return ClassStore(store)


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is at the server's own machine."""
    monkeypatch.setattr(session, "at_server", lambda: False)


@pytest.mark.parametrize("is_open", [True, False])
def test_the_navigation_lists_the_class_while_it_is_open(open_page, classes, monkeypatch, is_open):
    if is_open:
        classes.open()
    listed: list[str] = []

    def navigation(pages: list[Page]) -> Page:
        listed[:] = [it.url_path for it in pages if it.visibility == "visible"]
        return drawn(pages)

    drawn = st.navigation
    monkeypatch.setattr(st, "navigation", navigation)
    open_page(START)
    assert ("class" in listed) is is_open


def test_only_an_instructor_opens_a_class(open_page, classes, at_server):
    page = open_page(CLASS)
    assert ("Open a class" in page.buttons) is at_server
    if at_server:
        page.press("Open a class")
        assert classes.current().code in page.app.header[0].value


@pytest.mark.usefixtures("elsewhere")
def test_who_joins_comes_back_as_the_same_student(open_page, classes):
    opened = classes.open()
    page = open_page(CLASS, code=opened.code)
    page.text("Nickname").set_value("Ada")
    page.press("Join")
    assert [(it.owner, it.nickname) for it in classes.students(opened.id)] == [(ME, "Ada")]
    assert "Join" not in open_page(CLASS).buttons
    assert "Join" in open_page(CLASS, owner=SOMEBODY_ELSE).buttons
