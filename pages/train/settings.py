"""The training settings as widgets; their limits are those of `TrainConfig`."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import streamlit as st

from mnist_core.config import CHOICES, DEFAULT_LEARNING_RATES, LIMITS, TrainConfig, range_in_words
from mnist_core.export.tables import read_settings
from pages.shared.widgets import say_warning
from pages.visit import session

_HELP = {
    "hidden_units": "How many neurons the hidden layer has. More can learn more, but take longer and overfit sooner.",
    "epochs": "How often the network sees every training image. An epoch is one pass over all of them.",
    "batch_size": "After how many images the weights are corrected once. Smaller: more corrections, slower epochs.",
    "seed": "Where the random numbers start. Same settings, same seed: exactly the same network.",
    "learning_rate": "How big each correction is. Too small learns slowly, too big never settles. It is that which is "
    "usual for the optimizer, until you type another.",
    "hidden_layers": "How many hidden layers follow each other, each with the number of units above.",
    "dropout": "The fraction of hidden units switched off at random in each step. It works against overfitting.",
    "augment": "Trains on a copy of every image as well, in each epoch another: turned by up to 10°, slanted, resized, "
    "moved by a pixel. Epochs take twice as long, and drawn digits are read better.",
    "validation_images": "So many training images are held out: the network does not learn from them, and after each "
    "epoch they show how well it reads new ones. Choose settings by them and keep the test images for the end.",
    "optimizer": "How weights are corrected. rmsprop and adam adapt the step for each weight; sgd does not.",
    "activation": "The function after each hidden unit. Without one, more layers would be no better than one.",
}


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
    values = {name: _number(name) for name in ("hidden_units", "epochs", "batch_size")}
    with st.expander("More settings"):
        values["hidden_layers"] = _number("hidden_layers")
        values["activation"] = _choice("activation")
        values["optimizer"] = _choice("optimizer", on_change=_follow_optimizer)
        values["learning_rate"] = _number(
            "learning_rate", format="%.5g", step=None, on_change=_note_whether_rate_is_own
        )
        _name_usual_rate(values["optimizer"], values["learning_rate"])
        values["dropout"] = _number("dropout", step=0.1)
        values["augment"] = _switch("augment")
        values["validation_images"] = _number("validation_images", step=1000)
        values["seed"] = _number("seed")
    return TrainConfig(**values)


def _number(name: str, **options: Any) -> Any:
    default = getattr(TrainConfig(), name)
    kind = type(default)
    limits = LIMITS[name]
    session.start_widget(_key(name), default)
    kept: dict[str, Any] = {"key": _key(name), "persist_state": "session", "help": _help(name)}
    return st.number_input(_label(name), kind(limits.low), kind(limits.high), **kept, **options)


def _choice(name: str, **options: Any) -> str:
    session.start_widget(_key(name), getattr(TrainConfig(), name))
    kept: dict[str, Any] = {"key": _key(name), "persist_state": "session", "help": _HELP[name]}
    return st.selectbox(_label(name), CHOICES[name], **kept, **options)


def _switch(name: str) -> bool:
    session.start_widget(_key(name), getattr(TrainConfig(), name))
    return st.toggle(_label(name), key=_key(name), persist_state="session", help=_HELP[name])


def _usual_rate() -> float:
    return DEFAULT_LEARNING_RATES[session.widget(_key("optimizer"), TrainConfig().optimizer)]


def _note_whether_rate_is_own() -> None:
    """Remember whether somebody has asked for another learning rate than the optimizer's usual one."""
    session.put(_OWN_RATE, session.widget(_key("learning_rate"), _usual_rate()) != _usual_rate())


def _follow_optimizer() -> None:
    """Take the rate that suits the optimizer, unless somebody has asked for another."""
    if not session.get(_OWN_RATE, False):
        session.set_widget(_key("learning_rate"), _usual_rate())


def _name_usual_rate(optimizer: str, rate: float) -> None:
    usual = DEFAULT_LEARNING_RATES[optimizer]
    if rate != usual:
        st.caption(f"The usual learning rate of {optimizer} is {usual:g}.")


def _help(name: str) -> str:
    return f"{_HELP[name]} From {range_in_words(name)}."


def _label(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _key(name: str) -> str:
    return f"setting_{name}"
