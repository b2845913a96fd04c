"""Has Streamlit read the theme once, and not at each run of a script.

Streamlit sends a browser the theme with each run, and reads all options of its six sections for that in the event
loop: a tenth of what a server does on which many draw. Seen in Streamlit 1.67.
"""

from __future__ import annotations

from streamlit import config
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session

_read = app_session._populate_theme_msg


def keep_theme() -> None:
    """Have it do so in this process. Side effect: replaces a function of Streamlit's.

    A theme that is changed while the server runs is read again.
    """
    known: dict[str, CustomThemeConfig | None] = {}

    def populate(msg: CustomThemeConfig, section: str = "theme") -> None:
        if section not in known:
            known[section] = _theme(section)
        theme = known[section]
        if theme is not None:
            msg.MergeFrom(theme)

    app_session._populate_theme_msg = populate
    config.on_config_parsed(known.clear, force_connect=True)


def _theme(section: str) -> CustomThemeConfig | None:
    """Return a section of the theme, or None if nothing is set in it: such a one is not in the message."""
    if all(value is None for value in config.get_options_for_section(section).values()):
        return None
    theme = CustomThemeConfig()
    _read(theme, section)
    return theme
