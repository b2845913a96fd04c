"""The theme is read once, and is the one that Streamlit reads; another one counts from the next run on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit import config
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session

from pages.server import kept_theme

SECTIONS = ("theme", *(f"theme.{category.value}" for category in config.CustomThemeCategories))
ROOT = Path(__file__).parents[2]


@pytest.fixture
def sections_read(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The sections whose options are read from here on, with the theme of the app."""
    monkeypatch.chdir(ROOT)
    config.get_config_options(force_reparse=True)
    read, options = [], config.get_options_for_section

    def noted(section: str) -> dict[str, object]:
        read.append(section)
        return options(section)

    monkeypatch.setattr(app_session, "_populate_theme_msg", app_session._populate_theme_msg)  # is put back afterwards
    kept_theme.keep_theme()
    monkeypatch.setattr(config, "get_options_for_section", noted)
    yield read
    monkeypatch.undo()
    config.get_config_options(force_reparse=True)


def filled(populate: Callable[[CustomThemeConfig, str], None]) -> bytes:
    """Return the theme of all sections as a function puts it into a message."""
    theme = CustomThemeConfig()
    for section in SECTIONS:
        part = theme
        for name in section.split(".")[1:]:
            part = getattr(part, name)
        populate(part, section)
    return theme.SerializeToString(deterministic=True)


def test_the_theme_is_read_once_and_is_streamlits_own(sections_read):
    first = filled(app_session._populate_theme_msg)
    seen = len(sections_read)
    assert filled(app_session._populate_theme_msg) == first
    assert len(sections_read) == seen
    assert first == filled(kept_theme._read)
    assert b"#0067a8" in first


def test_a_theme_that_is_changed_while_the_server_runs_counts_from_the_next_run_on(
    sections_read, monkeypatch, tmp_path
):
    filled(app_session._populate_theme_msg)
    (tmp_path / ".streamlit").mkdir()
    (tmp_path / ".streamlit/config.toml").write_text('[theme.light]\nprimaryColor = "#123456"\n')
    monkeypatch.chdir(tmp_path)
    config.get_config_options(force_reparse=True)
    assert b"#123456" in filled(app_session._populate_theme_msg)
