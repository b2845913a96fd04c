"""What a class changes around every page of its students: on a phone, a way back to the class in place of a sidebar."""

from __future__ import annotations

import streamlit as st

from mnist_core.text.escape import for_markdown
from pages.navigation import CLASS
from pages.shared import classroom
from pages.visit.language import _

_STYLE = """
.st-key-class_bar { display: none; }
@media (max-width: 640px) {
    [data-testid=stSidebar], [data-testid=stExpandSidebarButton] { display: none; }
    /* Of Streamlit's own bar only what is at the right is left: the page begins beside it. */
    .stMainBlockContainer { padding-top: 1rem !important; }
    [data-testid=stHeader] { background: none; pointer-events: none; }
    [data-testid=stHeader] button { pointer-events: auto; }
    .st-key-class_bar { display: flex; }
    .st-key-class_bar a { min-height: 2.75rem; }
}
"""


def show_class_bar(page: str) -> None:
    """Draw it for a student of the open class; `page` is the path of the page in the address.

    Wider screens have the navigation, with the class in it.
    """
    if not classroom.is_student():
        return
    st.html(f"<style>{_STYLE}</style>")
    view, open_class = CLASS.views[0], classroom.current()
    if open_class and page != view.url_path:
        with st.container(key="class_bar"):
            label = _("Back to {title}", title=for_markdown(classroom.title_of(open_class)))
            st.page_link(view.script, label=label, icon=":material/arrow_back:", width="stretch")
