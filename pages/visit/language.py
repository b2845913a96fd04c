"""The language of a visit: the browser's own, unless the person has chosen one. Texts of pages are put into it by `_`.

The functions have the names that gettext gives them, which the tools of translators know. They ask for the language
whenever they are called, since many people with different languages use the same process: so call them where a text
is drawn, and mark a text with `marked` of mnist_core/text/sentence.py where it is a constant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from mnist_core.text import translation
from mnist_core.text.translation import ENGLISH, languages
from pages.visit import session

_spoken = ContextVar("spoken", default=ENGLISH)
_of_the_page = ContextVar[str | None]("of_the_page", default=None)
"""The language in which the thread of a visit draws its page or a fragment of it, once it has been asked for."""


def begin_page() -> None:
    """Have the first text of the page find out the language of this visit. Only a run of the whole page changes it."""
    _of_the_page.set(None)


def current_language() -> str:
    """Return the code of the language of this visit, one of `languages`. Outside of a visit, that of `speaking`."""
    if known := _of_the_page.get():
        return known
    if get_script_run_ctx(suppress_warning=True) is None:
        return _spoken.get()
    chosen = session.chosen_language()
    found = chosen if chosen in languages() else translation.preferred_language(st.context.locale or "")
    _of_the_page.set(found)
    return found


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Let `_` speak a language in this thread, where there is no visit: in the answer to a request."""
    before = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(before)


def language_of_request(cookies: Mapping[str, str], headers: Mapping[str, str]) -> str:
    """Return the language of a request outside of Streamlit, by the cookie of the switch or the browser's header."""
    chosen = cookies.get(session.LANGUAGE_COOKIE, "")
    return chosen if chosen in languages() else translation.preferred_language(headers.get("accept-language", ""))


def _(text: str, /, **values: Any) -> str:
    """Return an English text or `Sentence` in the visit's language, with values in place of its {names}."""
    return translation.translated(text, current_language(), **values)


def ngettext(singular: str, plural: str, number: int, /, **values: Any) -> str:
    """Return the form of a text for a number, which the text may call {number}."""
    return translation.translated_plural(singular, plural, number, current_language(), **values)


def translator() -> Callable[..., str]:
    """Return `_` for the language of now: for a `format_func`, which is also called where no visit is known.

    It is also for hundreds of texts at once: to ask for the language takes longer than to translate.
    """
    return partial(translation.translated, language=current_language())


def show_switch() -> None:
    """Draw the switch of the language; nothing if there is only one."""
    known = languages()
    if len(known) == 1:
        return
    session.set_widget("language", current_language())
    st.segmented_control(
        _("Language"),
        list(known),
        required=True,
        format_func=known.__getitem__,
        key="language",
        label_visibility="collapsed",
        on_change=lambda: session.choose_language(session.widget("language", ENGLISH)),
    )
