"""State of a visit and identity of its browser. The only user of `st.session_state`."""

from __future__ import annotations

import re
import uuid
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from mnist_core.config import SETTINGS
from mnist_core.runs import STARTER, Requester
from mnist_core.text.escape import clean
from pages.server.local_visitor import is_at_server

LOOPBACK = "127.0.0.1"
NICKNAME_LENGTH = 24
_COOKIE = "mnist_browser"
_DATASET = "dataset"
_PARENT = "parent"
LESSON, LESSON_STEP, TASK = LESSON_ADDRESS = "lesson", "step", "task"
"""The names in the address of a lesson and its step, and of an exercise: on every page."""
_NICKNAME_COOKIE = "mnist_nickname"
_KERAS_COOKIE = "mnist_keras"
LANGUAGE_COOKIE = "mnist_language"
_FLAGS_COOKIE = "mnist_marks"
_YEAR_SECONDS = 365 * 24 * 3600

# Cookies, not localStorage: the server has them from the first moment of a visit, so no page is drawn twice.
_tell_browser = st.components.v2.component(
    "digits_each_page", js=Path(__file__).with_name("each_page.js").read_text(encoding="utf-8")
)


def get(name: str, default: Any) -> Any:
    """Return what `put` kept for this visit, or `default`."""
    return st.session_state.get(f"kept_{name}", default)


def put(name: str, value: Any) -> None:
    """Keep a value for as long as this visit (one open tab) lasts, over reruns and changes of page."""
    st.session_state[f"kept_{name}"] = value


def widget(key: str, default: Any) -> Any:
    """Return the value of the widget with this key, or `default` before it was drawn."""
    return st.session_state.get(key, default)


def set_widget(key: str, value: Any) -> None:
    """Change a widget's value; only before it is drawn in this rerun, or in a callback."""
    st.session_state[key] = value


def forget_widget(key: str) -> None:
    """Reset a widget that is already drawn in the next rerun."""
    st.session_state.pop(key, None)


def recognise_browser() -> None:
    """Identify the browser by its cookies. Call first in every rerun."""
    if not get("browser", ""):
        put("browser", browser_in(st.context.cookies) or uuid.uuid4().hex)
        put("nickname", clean(unquote(_cookie(_NICKNAME_COOKIE, r"[\w.~/%-]+")), NICKNAME_LENGTH))
        put("keras_lines", _cookie(_KERAS_COOKIE, r"[01]") == "1")
        put("language", _cookie(LANGUAGE_COOKIE, r"[a-z]{2,3}"))
        put("flags", frozenset(_cookie(_FLAGS_COOKIE, r"[a-z_.]{1,200}").split(".")) - {""})


def remember_browser(flags: Collection[str], language: str, page: str) -> None:
    """Have the browser keep its cookies, and renew them. Call once in every rerun.

    `flags` are those of browser_flags.py. `language` is the code of the page's, for screen readers and hyphenation.
    `page` is its path in the address: each page is shown from its top.
    """
    cookies = {
        _COOKIE: owner(),
        _NICKNAME_COOKIE: quote(nickname()),
        _KERAS_COOKIE: str(int(keras_lines_shown())),
        _FLAGS_COOKIE: ".".join(sorted(flags)),
    }
    if chosen_language():
        cookies[LANGUAGE_COOKIE] = chosen_language()
    told = {"cookies": cookies, "age": _YEAR_SECONDS, "language": language, "page": page}
    _tell_browser(key="digits_each_page", data=told, height=0)


def browser_in(cookies: Mapping[str, str]) -> str:
    """Return the id of the browser that sends these cookies; "" if it has none yet."""
    return _checked(cookies, _COOKIE, r"[0-9a-f]{32}")


def _cookie(name: str, pattern: str) -> str:
    return _checked(st.context.cookies, name, pattern)


def _checked(cookies: Mapping[str, str], name: str, pattern: str) -> str:
    """Return a cookie if it has the form that we write, else "": browsers may send anything."""
    value = str(cookies.get(name, ""))
    return value if re.fullmatch(pattern, value) else ""


def owner() -> str:
    """Return this browser's id: 32 hex digits. It gives the right to change a run, so no page shows it."""
    return get("browser", "")


def nickname() -> str:
    """Return the name under which others see this browser's runs; may be empty."""
    return get("nickname", "")


def set_nickname(name: str) -> None:
    """Change the nickname, here and in its cookie."""
    put("nickname", clean(name, NICKNAME_LENGTH))


def keras_lines_shown() -> bool:
    """Return whether this browser wants to see the line of Keras beside each setting."""
    return bool(get("keras_lines", False))


def show_keras_lines(shown: bool) -> None:
    """Change that, here and in its cookie."""
    put("keras_lines", shown)


def chosen_language() -> str:
    """Return the code of the language that this browser has chosen; "" if the browser's own preference decides."""
    return str(get("language", ""))


def choose_language(code: str) -> None:
    """Change that, here and in its cookie."""
    put("language", code)


def flags_in_cookie() -> frozenset[str]:
    """Return the flags in the cookie with which the visit began, see browser_flags.py."""
    return get("flags", frozenset())


def at_server() -> bool:
    """Whether the browser runs on the server's own machine: its person may change everybody's runs."""
    return is_at_server(address(), st.context.headers)


def address() -> str:
    """Return the address that this visit comes from: of a proxy, if it comes through one."""
    return st.context.ip_address or LOOPBACK  # Streamlit gives None for the machine's own


def requester() -> Requester:
    """Return who asks for a change of what may be somebody else's."""
    return Requester(owner(), at_server())


def came_by_history() -> bool:
    """Whether the browser shows this address after *Back* or *Forward*."""
    context = get_script_run_ctx()
    return context is not None and context.is_history_navigation


def note_page(page: str) -> None:
    """Remember which page this visit is on. Call once in every rerun."""
    put("came_by_link", get("page", None) != page and not came_by_history())
    put("page", page)


def came_by_link() -> bool:
    """Whether this rerun is the first one of a page after another one, and not by *Back* or *Forward*."""
    return bool(get("came_by_link", False))


def arrived() -> bool:
    """Whether somebody has come to this address, which a press on the page it belongs to does not change."""
    return came_by_link() or came_by_history()


def run_in_address() -> int | None:
    """Return the run that the address asks for with ?run=, or None."""
    text = st.query_params.get("run", "")
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else None


def sweep_in_address() -> int | None:
    """Return the sweep that the address asks for with ?sweep=, or None."""
    text = st.query_params.get("sweep", "")
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else None


def select_sweep(sweep_id: int) -> None:
    """Select the sweep that this visit shows, and put it into the address."""
    put("sweep", sweep_id)
    if st.query_params.get("sweep") != str(sweep_id):
        st.query_params["sweep"] = str(sweep_id)


def settings_in_address() -> dict[str, str]:
    """Return what else the address of the Train page asks for, as in /train?epochs=3: settings by their names."""
    others = ("run", _DATASET, _PARENT, *LESSON_ADDRESS)
    return {name: str(value) for name, value in st.query_params.items() if name not in others}


def parent_in_address() -> int | None:
    """Return the run whose weights are to be started from, as in /train?parent=12; None if the address names none."""
    text = st.query_params.get(_PARENT, "")
    if text == "starter":
        return STARTER
    return int(text) if re.fullmatch(r"[1-9][0-9]{0,8}", text) else None


def drop_parent_from_address() -> None:
    """Leave no parent in the address."""
    st.query_params.pop(_PARENT, None)


def input_in_address() -> str:
    """Return the input that the address of the Draw page asks for, as in /draw?input=collect, and take it out."""
    return str(st.query_params.pop("input", ""))[:20]


def asks_for_training() -> bool:
    """Whether the address has something for the Train page: a run, a dataset, a parent or a setting."""
    return not {"run", _DATASET, _PARENT, *SETTINGS}.isdisjoint(st.query_params)


def dataset_in_address() -> str:
    """Return the dataset that the address asks for with ?dataset=, by its name or sha256; "" for none."""
    return str(st.query_params.get(_DATASET, ""))[:80]


def drop_settings_from_address() -> None:
    """Leave nothing in the address but the run and the lesson."""
    for name in [*settings_in_address(), _DATASET, _PARENT]:
        st.query_params.pop(name, None)


def view_in_address(names: Iterable[str]) -> dict[str, str]:
    """Return what the address asks for, of the given names."""
    return {name: str(st.query_params[name]) for name in names if name in st.query_params}


def put_view_in_address(names: Collection[str], chosen: Mapping[str, str]) -> None:
    """Let the address ask for just this, of the given names; all else in it stays. It is one entry of the history."""
    if view_in_address(names) == {name: chosen[name] for name in names if name in chosen}:
        return
    others = {name: st.query_params.get_all(name) for name in st.query_params if name not in names}
    st.query_params.from_dict({**others, **{name: chosen[name] for name in names if name in chosen}})


def select_run(run_id: int | None) -> None:
    """Select the run that all pages show, and put it into the address."""
    put("run", run_id)
    if run_id is None:
        st.query_params.pop("run", None)
    elif st.query_params.get("run") != str(run_id):
        st.query_params["run"] = str(run_id)


def init_widget(key: str, value: Any) -> None:
    """Give a widget its first value, before it is drawn."""
    st.session_state.setdefault(key, value)
