"""The place Class under AppTest: what a stranger, a student and an instructor see and may do there."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import segno
import streamlit as st
from streamlit.navigation.page import Page

from mnist_core.runs import ClassStore, Instructors, RunStore
from pages.classroom import addresses, invite
from pages.server import pin
from pages.server.attempt_rate import AttemptRate
from pages.visit import session
from tests.support.hostile_texts import HOSTILE_TEXTS
from tests.support.route_client import get_route
from tests.support.visits import ME, SOMEBODY_ELSE, START, OpenPage

CLASS = "classroom/page.py"
PIN = "048213"
STUDENTS = "class/students"


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
        assert classes.current().code in page.app.title[0].value


@pytest.mark.usefixtures("at_server")
@pytest.mark.parametrize("made_up", [True, False])
def test_a_rehearsal_says_that_its_students_are_made_up(open_page, classes, made_up):
    classes.open(made_up=made_up)
    captions = [it.value for it in open_page(CLASS).app.caption]
    assert any("students who came with it are made up" in caption for caption in captions) is made_up


@pytest.mark.usefixtures("elsewhere")
def test_who_joins_comes_back_as_the_same_student(open_page, classes):
    opened = classes.open()
    page = open_page(CLASS, code=opened.code)
    page.text("Nickname").set_value("Ada")
    page.press("Join")
    assert [(it.owner, it.nickname) for it in classes.students(opened.id)] == [(ME, "Ada")]
    assert "Join" not in open_page(CLASS).buttons
    assert "Join" in open_page(CLASS, owner=SOMEBODY_ELSE).buttons


@pytest.mark.usefixtures("elsewhere")
@pytest.mark.parametrize(("code", "nickname"), [("ZZZZ", "Ada"), ("", "Ada"), ("right", " "), ("right", "GRACE")])
def test_who_cannot_join_is_told_why(open_page, classes, code, nickname):
    opened = classes.open()
    classes.join(opened.id, SOMEBODY_ELSE, "Grace")
    page = open_page(CLASS)
    page.text("Nickname").set_value(nickname)
    page.text("Code of the class").set_value(opened.code if code == "right" else code)
    page.press("Join")
    assert len(page.app.error) == 1
    assert len(classes.students(opened.id)) == 1
    assert page.text("Nickname").value == nickname


@pytest.mark.usefixtures("elsewhere")
def test_the_page_says_what_is_kept_before_one_joins(open_page, classes):
    classes.open()
    words = open_page(CLASS).words
    for said in ("nickname", "drawings", "runs", "Everybody who uses it", "30 days", "cookie"):
        assert said in words


@pytest.fixture
def with_pin(monkeypatch: pytest.MonkeyPatch, elsewhere: None) -> None:
    """The server has a PIN, nobody is at it, and nobody has tried a PIN yet."""
    monkeypatch.setattr(pin, "_COST", {"n": 2, "r": 8, "p": 1})
    monkeypatch.setattr(pin, "CHECK", pin.PinCheck(AttemptRate(pin.EACH, pin.TOGETHER)))
    monkeypatch.setenv(pin.SETTING, pin.hash_of(PIN))


@pytest.mark.usefixtures("with_pin")
def test_the_pin_makes_a_browser_an_instructors_until_it_leaves(open_page, classes):
    page = open_page(CLASS)
    page.text("PIN").set_value("000000")
    page.press("Continue as instructor")
    assert "This is not the PIN." in page.words
    assert "Open a class" not in page.buttons
    page.text("PIN").set_value(PIN)
    page.press("Continue as instructor")
    page.press("Open a class")
    assert classes.current() is not None
    assert "Leave the instructor's role" in open_page(CLASS).buttons
    assert "Join" in open_page(CLASS, owner=SOMEBODY_ELSE).buttons
    page.press("Leave the instructor's role")
    assert "Join" in page.buttons


@pytest.mark.usefixtures("with_pin")
def test_a_new_pin_ends_the_right_that_the_old_one_gave(open_page, store, monkeypatch):
    Instructors(store).admit(ME, pin.valid_hash())
    assert "Open a class" in open_page(CLASS).buttons
    monkeypatch.setenv(pin.SETTING, pin.hash_of("999999"))
    assert "Open a class" not in open_page(CLASS).buttons


@pytest.mark.usefixtures("with_pin")
def test_a_right_that_was_given_up_elsewhere_opens_no_class(open_page, store, classes):
    """The form may have been drawn before."""
    Instructors(store).admit(ME, pin.valid_hash())
    page = open_page(CLASS)
    Instructors(store).dismiss(ME)
    page.press("Open a class")
    assert "Open a class" not in page.buttons
    assert classes.current() is None


def cookies(owner: str) -> dict[str, str]:
    return {"cookie": f"mnist_browser={owner}"}


@pytest.mark.usefixtures("with_pin", "fresh_cache")
def test_only_an_instructor_is_told_who_has_joined(store, classes):
    opened = classes.open()
    student = "c" * 32
    classes.join(opened.id, student, "Ada")
    Instructors(store).admit(ME, pin.valid_hash())
    for stranger in ({}, cookies(SOMEBODY_ELSE), cookies(student), cookies("' OR 1=1")):
        refused = get_route(STUDENTS, stranger)
        assert (refused.status, "Ada" in refused.text) == (403, False)
    told = get_route(STUDENTS, cookies(ME))
    assert json.loads(told.body) == {"words": "1 student has joined", "nicknames": ["Ada"]}


@pytest.mark.usefixtures("with_pin", "fresh_cache")
@pytest.mark.parametrize(
    ("headers", "client", "status"),
    [
        ({"host": "127.0.0.1:8501", "referer": "http://127.0.0.1:8501/class"}, "127.0.0.1", 200),
        ({"host": "127.0.0.1:8501", "referer": "https://digits.school.org/class"}, "127.0.0.1", 403),
        ({"host": "127.0.0.1:8501"}, "127.0.0.1", 403),
        ({"host": "127.0.0.1:8501", "referer": "http://127.0.0.1:8501/class", "via": "1.1 x"}, "127.0.0.1", 403),
        ({"host": "127.0.0.1:8501", "referer": "http://127.0.0.1:8501/class"}, "192.168.1.7", 403),
    ],
)
def test_the_browser_at_the_server_is_told_too(classes, headers, client, status):
    classes.open()
    assert get_route(STUDENTS, headers, client).status == status


@pytest.mark.usefixtures("elsewhere")
@pytest.mark.parametrize("name", ["end of a script", "picture in HTML", "picture in Markdown", "reference", "colours"])
def test_a_hostile_nickname_or_code_is_text(open_page, classes, name):
    text = HOSTILE_TEXTS[name]
    opened = classes.open()
    page = open_page(CLASS, code=text)
    page.text("Nickname").set_value(text[:24])
    page.press("Join")
    assert not classes.students(opened.id)
    page.text("Code of the class").set_value(opened.code)
    page.press("Join")
    for element in [*page.app.markdown, *page.app.caption, *page.app.error]:
        assert "<script" not in element.value or not element.allow_html


# -- the invitation ---------------------------------------------------------------------------------


def test_the_invitation_has_the_address_and_the_code_as_a_picture_and_in_letters():
    html = invite.invitation("http://192.168.1.5:8501", "KMRT")
    assert "QR code of http://192.168.1.5:8501/class?code=KMRT" in html
    assert ">http://192.168.1.5:8501/class<" in html
    assert ">KMRT<" in html
    expected = segno.make("http://192.168.1.5:8501/class?code=KMRT", error="m", micro=False)
    assert escape(expected.svg_data_uri(border=4, light="#fff")) in html


@pytest.mark.parametrize(
    ("allowed", "expected"),
    [
        (["localhost", "127.0.0.1"], []),
        (["192.168.1.5", "localhost", "127.0.0.1"], ["http://192.168.1.5:8501"]),
        (["127.0.0.1", "a.org"], ["https://a.org", "http://a.org", "http://a.org:8501"]),
        (["127.0.0.1", "*.school.org"], []),
        ([], []),
    ],
)
def test_the_addresses_to_try_are_those_that_the_app_was_started_with(monkeypatch, allowed, expected):
    monkeypatch.setattr(st, "get_option", {**OPTIONS, "server.allowedHosts": allowed}.__getitem__)
    assert addresses.possible() == expected


OPTIONS = {"server.port": 8501, "server.sslCertFile": None, "server.baseUrlPath": ""}


@pytest.mark.usefixtures("fresh_cache")
@pytest.mark.parametrize(
    ("opened_at", "answering", "expected"),
    [
        ("", ["http://a.org:8501"], "http://a.org:8501"),
        ("", ["http://a.org", "http://a.org:8501"], "http://a.org"),
        ("", [], None),
        ("https://a.org", ["https://a.org", "http://a.org:8501"], "https://a.org"),
        ("http://b.org", ["http://a.org:8501"], "http://a.org:8501"),
        ("http://b.org", [], "http://b.org"),  # this page has come from there
    ],
)
def test_an_address_is_shown_that_answers(monkeypatch, opened_at, answering, expected):
    monkeypatch.setattr(st, "get_option", {**OPTIONS, "server.allowedHosts": ["127.0.0.1", "a.org"]}.__getitem__)
    monkeypatch.setattr(addresses, "_answers", answering.__contains__)
    assert addresses.reachable(opened_at) == expected


def test_where_phones_cannot_reach_the_app_the_page_says_what_to_do(open_page, classes, monkeypatch):
    monkeypatch.setattr(session, "at_server", lambda: True)
    classes.open()
    assert "make run LAN=1" in open_page(CLASS).app.warning[0].value


def test_another_program_at_the_address_is_not_taken_for_the_app():
    here = get_route(addresses.ROUTE).text
    assert re.fullmatch("[0-9a-f]{32}", here)
    with another_program(here) as app, another_program("ok") as other:
        assert addresses._answers(app)
        assert not addresses._answers(other)
    assert not addresses._answers(app)  # nobody listens there any more


@contextmanager
def another_program(answer: str) -> Iterator[str]:
    """Yield the address of a server that answers everything with this."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(answer.encode())

        def log_message(self, *_arguments: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


# -- around every page -------------------------------------------------------------------------------


@pytest.mark.usefixtures("elsewhere")
def test_a_student_finds_back_to_the_class_from_every_page(open_page, classes):
    opened = classes.open()
    classes.join(opened.id, ME, "Ada")
    link = f"Back to Class {opened.code}"
    assert link in links(open_page(START))
    assert link not in links(open_page(CLASS))
    assert link not in links(open_page(START, owner=SOMEBODY_ELSE))


def links(page: OpenPage) -> list[str]:
    return [it.proto.label for it in page.app.get("page_link")]
