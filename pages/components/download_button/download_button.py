"""A download button: a link to a file's address. A rerun does not affect it, and a click causes none."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from pages.components.javascript import joined_javascript

_HTML = """
<a role="button" aria-describedby="help"><span class="icon" aria-hidden="true" translate="no">download</span>
<span class="label"></span></a>
<p class="problem" role="alert"></p>
<div class="help" id="help" role="tooltip" popover="manual"></div>
"""

_component = st.components.v2.component(
    "digits_download",
    html=_HTML,
    css=Path(__file__).with_name("download_button.css").read_text(encoding="utf-8"),
    js=joined_javascript(Path(__file__).with_name("download_button.js")),
)


def download_button(label: str, address: str, key: str, help: str = "", disabled: bool = False) -> None:  # noqa: A002
    """Draw a button that downloads what is at `address`, one of `downloads.addresses`, relative to the app's own.

    Unlike `st.download_button`, it needs no file before it is pressed, and reruns of the page do not cancel the
    download: Streamlit drops deferred files when the page is rerun.
    """
    data = {"label": label, "address": None if disabled else address, "help": help}
    _component(key=f"download_{key}", data=data, width="content")
