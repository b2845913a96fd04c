"""The settings of a run as widgets, made from their declarations in `mnist_core.config`."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import streamlit as st

from mnist_core.config import OPTIMIZERS, SETTINGS, Choice, Number, Setting, Switch, TrainConfig
from mnist_core.export.tables import read_settings
from pages.shared.widgets import say_warning
from pages.visit import session

_FIRST = ("hidden_layers", "activation", "optimizer", "learning_rate", "dropout", "augment", "validation_images")
"""What comes first among "More settings". Those that are not named here follow, and the seed is the last."""

_TO_FILL_IN, _OWN_RATE = "settings_to_fill_in", "own_learning_rate"


def fill_in_next(config: TrainConfig) -> None:
    """Let the widgets have these settings from the next rerun on."""
    session.put(_TO_FILL_IN, config)


def fill_in() -> None:
    """Set the widgets to what the address or `fill_in_next` asks for, once. Before they are drawn.

    Names what in an address makes no sense.
    """
    config = session.get(_TO_FILL_IN, None)
    if config is not None:
        session.put(_TO_FILL_IN, None)
        _fill_in(config)
    _fill_in_from_address()


def _fill_in(config: TrainConfig) -> None:
    for name, value in asdict(config).items():
        session.set_widget(_key(name), value)
    _note_whether_rate_is_own()


def _fill_in_from_address() -> None:
    asked = session.settings_in_address()
    if not asked:
        return
    config, problems = read_settings(asked)
    if session.get("filled_in_from", None) != asked and not asked.keys().isdisjoint(asdict(config)):
        session.put("filled_in_from", asked)
        _fill_in(config)
    if problems:
        usual = "What is usual stands in its place." if len(problems) == 1 else "What is usual stands in their place."
        say_warning(f"The link asks for what cannot be. {' '.join(problems)} {usual}", ":material/link_off:")


def choose_settings() -> TrainConfig:
    """Draw all settings and return them. Raises `ConfigError` for a combination that makes no sense."""
    values = {setting.name: _input(setting) for setting in SETTINGS.values() if setting.main}
    with st.expander("More settings"):
        for setting in _more_settings():
            values[setting.name] = _input(setting)
            if setting.name == "learning_rate":
                _name_usual_rate(values["optimizer"], values["learning_rate"])
    return TrainConfig(**values)


def _more_settings() -> list[Setting]:
    """Return the settings behind "More settings", in their order on the page."""

    def place(setting: Setting) -> int:
        return _FIRST.index(setting.name) if setting.name in _FIRST else len(_FIRST) + (setting.name == "seed")

    return sorted((setting for setting in SETTINGS.values() if not setting.main), key=place)


def _input(setting: Setting) -> Any:
    """Draw the widget that suits a setting, and return its value."""
    session.start_widget(_key(setting.name), getattr(TrainConfig(), setting.name))
    options: dict[str, Any] = {"key": _key(setting.name), "persist_state": "session", "help": setting.help}
    options["on_change"] = {"optimizer": _follow_optimizer, "learning_rate": _note_whether_rate_is_own}.get(
        setting.name
    )
    match setting.kind:
        case Choice(words):
            return st.selectbox(setting.label, words, **options)
        case Switch():
            return st.toggle(setting.label, **options)
        case Number() as number:
            options["help"] += f" From {number.range_in_words}."
            return _number_input(setting.label, number, options)


def _number_input(label: str, limits: Number, options: dict[str, Any]) -> int | float:
    kind = int if limits.whole else float
    digits = None if limits.whole or limits.step else "%.5g"
    return st.number_input(label, kind(limits.low), kind(limits.high), step=limits.step, format=digits, **options)


def _usual_rate() -> float:
    return OPTIMIZERS[session.widget(_key("optimizer"), TrainConfig().optimizer)].learning_rate


def _note_whether_rate_is_own() -> None:
    """Remember whether somebody has asked for another learning rate than the optimizer's usual one."""
    session.put(_OWN_RATE, session.widget(_key("learning_rate"), _usual_rate()) != _usual_rate())


def _follow_optimizer() -> None:
    """Take the rate that suits the optimizer, unless somebody has asked for another."""
    if not session.get(_OWN_RATE, False):
        session.set_widget(_key("learning_rate"), _usual_rate())


def _name_usual_rate(optimizer: str, rate: float) -> None:
    usual = OPTIMIZERS[optimizer].learning_rate
    if rate != usual:
        st.caption(f"The usual learning rate of {optimizer} is {usual:g}.")


def _key(name: str) -> str:
    return f"setting_{name}"
