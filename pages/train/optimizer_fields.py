"""The fields whose defaults are the optimizer's: how they follow it, and what stands under the learning rate."""

from __future__ import annotations

import streamlit as st

from mnist_core.config import OPTIMIZERS, Optimizer, TrainConfig, value_in_words
from pages.train.setting_widgets import key_of
from pages.visit import session
from pages.visit.language import _

_CUSTOM_RATE = "custom_learning_rate"


def _chosen_optimizer() -> Optimizer:
    return OPTIMIZERS[session.widget(key_of("optimizer"), TrainConfig().optimizer)]


def _default_rate() -> float:
    return _chosen_optimizer().learning_rate


def remember_custom_rate() -> None:
    """Remember whether the learning rate differs from the optimizer's default."""
    session.put(_CUSTOM_RATE, session.widget(key_of("learning_rate"), _default_rate()) != _default_rate())


def follow_optimizer() -> None:
    """Set what the optimizer takes to its defaults, but not a learning rate that was entered; in a callback."""
    if not session.get(_CUSTOM_RATE, False):
        session.set_widget(key_of("learning_rate"), _default_rate())
    for name, usual in _chosen_optimizer().arguments.items():
        session.set_widget(key_of(name), usual)


def show_default_rate(optimizer: str, rate: float) -> None:
    """Write the usual rate of the optimizer under another one."""
    usual = OPTIMIZERS[optimizer].learning_rate
    if rate != usual:
        st.caption(
            _(
                "The usual learning rate of {optimizer} is {rate}.",
                optimizer=optimizer,
                rate=value_in_words(usual),
            )
        )
