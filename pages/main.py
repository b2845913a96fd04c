"""The frame of every page: title, navigation, nickname, and the bars of a lesson and of a class."""

import streamlit as st

from mnist_core import __version__
from pages import navigation
from pages.classroom.notice.notice import show_notice
from pages.lessons.bar import show_bar
from pages.lessons.lesson_list import show_below
from pages.shared import classroom, nickname
from pages.shared.class_bar import show_class_bar
from pages.visit import language, session
from pages.visit.browser_flags import flags
from pages.visit.language import _

session.recognise_browser()
language.begin_page()
st.set_page_config(page_title=_("Digits: train a neural network"), page_icon="✏️", layout="wide")
page = navigation.current_page(class_is_open=classroom.is_open())
session.note_page(page.url_path)
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
