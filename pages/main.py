"""The frame of every page: title, navigation, nickname, and the bars of a lesson and of a class."""

import streamlit as st

from mnist_core import __version__
from pages import navigation
from pages.classroom.notice.notice import show_notice
from pages.lessons.bar import show_bar
from pages.lessons.lesson_list import show_below
from pages.shared import classroom, nickname
from pages.shared.class_bar import show_class_bar
from pages.shared.refreshed import KEY as REFRESHED
from pages.visit import language, session
from pages.visit.browser_flags import flags
from pages.visit.language import _

session.recognise_browser()
language.begin_page()
st.set_page_config(page_title=_("Digits: train a neural network"), page_icon="✏️", layout="wide")
# A bar that glides to its new length, as Streamlit's does, keeps the browser busy all the time that a run is trained.
st.html(
    "<style>.stMainBlockContainer { padding-top: 3.5rem; padding-bottom: calc(3rem + var(--class-notice, 0px)); }"
    " .stProgress * { transition: none; }"
    # Streamlit lets elements pale half a second after a rerun has begun. Nobody asked for a refresh; one that takes
    # longer than this is worth a sign.
    f" [class*=st-key-{REFRESHED}] [data-stale=true] {{ transition-delay: 4s; }}"
    " .st-key-next_step_main a { border: 1px solid #808495; padding: 0.25rem 0.75rem; }"
    # A link's place is as high before the browser has the code that draws links: Streamlit leaves ten pixels more.
    " .st-key-next_step [data-testid=stSkeleton] { height: calc(1.75rem + 2px); }"
    # Streamlit marks a link to the page itself, which is no more of a next step than the others.
    " :is(.st-key-next_step, .st-key-lessons, .st-key-lesson_end) a:not(:hover) { background: none; }"
    " :is(.st-key-next_step, .st-key-lessons, .st-key-lesson_end) a p { font-weight: 400; }"
    " .st-key-lessons [data-testid=stCaptionContainer] { padding-left: 2rem; }"
    " :is(.stHeading, .stMarkdown) h2 { padding: 0.5rem 0 1rem; }"
    # Streamlit writes selected options in the primary colour, on a tint of it: a contrast of at most 3.8 to 1 in dark.
    " .stApp .stButtonGroup [data-selected]:not([data-disabled]) { color: inherit; }"
    " .stApp [data-testid=stSliderThumbValue] { color: inherit; }"
    # On a phone titles leave room for what is below them.
    " @media (max-width: 640px) { .stApp h1 { padding: 0; font-size: 1.6rem; } }"
    # On a projector all type is larger, so that it can be read from the back of a classroom.
    " @media (min-width: 1800px) { html:root { font-size: 20px; } }</style>"
)
page = navigation.current_page(class_is_open=classroom.is_open())
with st.sidebar:
    nickname.show_field()
    language.show_switch()
    st.caption(_("Version {version}", version=__version__))
session.remember_browser(flags(), language.current_language(), page.url_path)
show_notice()
show_class_bar(page.url_path)
if show_bar(page.url_path):
    page.run()
show_below(page.url_path)
