"""The settings of a run as widgets, made from their declarations in `mnist_core.config`."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import streamlit as st

from mnist_core.config import OPTIMIZERS, SETTINGS, Choice, Number, Setting, Switch, TrainConfig
from mnist_core.export.tables import read_settings
from pages.shared.messages import show_warning
from pages.visit import session

_FIRST = ("hidden_layers", "activation", "optimizer", "learning_rate", "dropout", "augment", "validation_images")
"""The order of "More settings": these, then any that are not named here, and the seed last."""

_TO_FILL_IN, _CUSTOM_RATE = "settings_to_fill_in", "custom_learning_rate"


def fill_in_next(config: TrainConfig) -> None:
    """Set the widgets to these settings in the next rerun."""
    session.put(_TO_FILL_IN, config)


def fill_in() -> None:
    """Set the widgets once to the settings in the address or of `fill_in_next`. To be called before they are drawn.

    Shows a warning about invalid settings in the address.
    """
    config = session.get(_TO_FILL_IN, None)
    if config is not None:
        session.put(_TO_FILL_IN, None)
        _fill_in(config)
    _fill_in_from_address()


def _fill_in(config: TrainConfig) -> None:
    for name, value in asdict(config).items():
        session.set_widget(_key(name), value)
    _remember_custom_rate()


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
        show_warning(f"The link asks for what cannot be. {' '.join(problems)} {usual}", ":material/link_off:")


def choose_settings() -> TrainConfig:
    """Draw all settings and return them. Raises `ConfigError` for a combination that makes no sense."""
    values = {setting.name: _input(setting) for setting in SETTINGS.values() if setting.main}
    with st.expander("More settings"):
        for setting in _more_settings():
            values[setting.name] = _input(setting)
            if setting.name == "learning_rate":
                _show_default_rate(values["optimizer"], values["learning_rate"])
    return TrainConfig(**values)


def _more_settings() -> list[Setting]:
    """Return the settings behind "More settings", in their order on the page."""

    def place(setting: Setting) -> int:
        return _FIRST.index(setting.name) if setting.name in _FIRST else len(_FIRST) + (setting.name == "seed")

    return sorted((setting for setting in SETTINGS.values() if not setting.main), key=place)


def _input(setting: Setting) -> Any:
    """Draw the widget that suits a setting, and return its value."""
    session.init_widget(_key(setting.name), getattr(TrainConfig(), setting.name))
    options: dict[str, Any] = {"key": _key(setting.name), "persist_state": "session", "help": setting.help}
    options["on_change"] = {"optimizer": _follow_optimizer, "learning_rate": _remember_custom_rate}.get(setting.name)
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


def _default_rate() -> float:
    return OPTIMIZERS[session.widget(_key("optimizer"), TrainConfig().optimizer)].learning_rate


def _remember_custom_rate() -> None:
    """Remember whether the learning rate differs from the optimizer's default."""
    session.put(_CUSTOM_RATE, session.widget(_key("learning_rate"), _default_rate()) != _default_rate())


def _follow_optimizer() -> None:
    """Set the learning rate to the optimizer's default, unless a custom one was entered."""
    if not session.get(_CUSTOM_RATE, False):
        session.set_widget(_key("learning_rate"), _default_rate())


def _show_default_rate(optimizer: str, rate: float) -> None:
    usual = OPTIMIZERS[optimizer].learning_rate
    if rate != usual:
        st.caption(f"The usual learning rate of {optimizer} is {usual:g}.")


def _key(name: str) -> str:
    return f"setting_{name}"
