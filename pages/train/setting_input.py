"""The input of one setting, made from its declaration."""

from __future__ import annotations

from typing import Any

import streamlit as st

from mnist_core.config import Choice, Number, NumberPerLayer, Setting, Switch, TrainConfig
from pages.shared import controls
from pages.shared.controls import WHY_FIXED
from pages.train.optimizer_fields import follow_optimizer, remember_custom_rate
from pages.train.seeds import remember_seed
from pages.train.setting_widgets import in_widget, key_of
from pages.train.units_field import follow_layers, units_field
from pages.visit import session
from pages.visit.language import _

_CALLBACKS = {
    "optimizer": follow_optimizer,
    "learning_rate": remember_custom_rate,
    "seed": remember_seed,
    "hidden_layers": follow_layers,
}


def setting_input(setting: Setting, fixed: bool) -> Any:
    """Draw the widget that suits a setting, and return its value.

    It cannot be changed if it is `fixed`, or if a lesson fixes it, as its label says then.
    """
    session.init_widget(key_of(setting.name), in_widget(setting, getattr(TrainConfig(), setting.name)))
    options: dict[str, Any] = {"key": key_of(setting.name), "persist_state": "session", "help": _(setting.help)}
    label = _(setting.label)
    if by_lesson := controls.is_fixed(setting.name) and not fixed:
        label = f"{label} :gray[:small[{_(WHY_FIXED)}]]"
    options["disabled"] = fixed or by_lesson
    options["on_change"] = _CALLBACKS.get(setting.name)
    match setting.kind:
        case Choice(words):
            return st.selectbox(label, words, **options)
        case Switch():
            return st.toggle(label, **options)
        case Number() as number:
            options["help"] += " " + _("From {range}.", range=_(number.range_in_words))
            if isinstance(number, NumberPerLayer):
                return units_field(label, options["help"], options["disabled"])
            return _number_input(label, number, options)


def _number_input(label: str, limits: Number, options: dict[str, Any]) -> int | float:
    """Draw the field of a number, and return the number, which may be one to refuse.

    The field itself knows no limits: it would keep a number outside them to itself, and the page would go on with the
    one before.
    """
    digits = None if limits.whole or limits.step else "%.5g"
    step = limits.step or (1 if limits.whole else limits.low)
    return st.number_input(label, step=step, format=digits, **options)
