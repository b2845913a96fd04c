"""The component that says what is going on in a run: at most two hints, which come and go while it trains."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any

from mnist_core.config import FIXED_BY_PARENT, ConfigError, TrainConfig
from mnist_core.runs import Run
from pages.components.javascript import joined_javascript
from pages.components.translated import translated_component
from pages.train.fill_in_settings import use_settings_of
from pages.train.hints.hints_of_run import hints_as_json
from pages.visit import session
from pages.visit.language import _

_HERE = Path(__file__)


def _html() -> str:
    label = escape(_("Hints"))
    return f'<div role="status" aria-label="{label}"><ul></ul></div>'


_component = translated_component(
    "digits_hints",
    _html,
    css=_HERE.with_name("hints.css").read_text(encoding="utf-8"),
    js=joined_javascript(_HERE.with_name("hints.js")),
)


def show_hints(run: Run) -> int:
    """Show the hints for a run, each with a button that fills the form in; it starts nothing. Return how many they are.

    While it trains, they follow the updates of progress.js, and page.css keeps their place free, so that nothing moves.
    """
    key = f"hints_{run.id}"

    def chosen() -> None:
        result: Any = session.widget(key, None)
        if result and result.chosen:
            _fill_in(run, result.chosen)

    shown = hints_as_json(run)
    _component()(key=key, data=shown, on_chosen_change=chosen)
    return len(shown["hints"])


def _fill_in(run: Run, chosen: Any) -> None:
    """Fill in the run's settings with the change on the button; a browser may send anything.

    Where the architecture changes, a run that started from another one cannot do so again.
    """
    with suppress(ConfigError, KeyError, TypeError):
        config = TrainConfig(**vars(run.config) | {chosen["setting"]: chosen["value"]})
        parent = None if chosen["setting"] in FIXED_BY_PARENT else run.parent
        use_settings_of(replace(run, config=config, parent=parent))
