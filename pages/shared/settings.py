"""The training settings as widgets; their limits are those of `TrainConfig`."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import streamlit as st

from mnist_core.config import CHOICES, DEFAULT_LEARNING_RATES, LIMITS, TrainConfig
from mnist_core.export.tables import read_settings
from pages.shared import session
from pages.shared.widgets import say_warning

_HELP = {
    "hidden_units": "How many neurons the hidden layer has. More can learn more, but take longer and overfit sooner.",
    "epochs": "How often the network sees every training image. An epoch is one pass over all of them.",
    "batch_size": "After how many images the weights are corrected once. Smaller: more corrections, slower epochs.",
    "seed": "Where the random numbers start. Same settings, same seed: exactly the same network.",
    "learning_rate": "How big each correction is. Too small learns slowly, too big never settles.",
    "hidden_layers": "How many hidden layers follow each other, each with the number of units above.",
    "dropout": "The fraction of hidden units switched off at random in each step. It works against overfitting.",
    "augment": "Trains on a copy of every image as well, in each epoch another: turned by up to 10°, slanted, resized, "
    "moved by a pixel. Epochs take twice as long, and drawn digits are read better.",
    "validation_images": "So many training images are held out: the network does not learn from them, and after each "
    "epoch they show how well it reads new ones. Choose settings by them and keep the test images for the end.",
    "optimizer": "How weights are corrected. rmsprop and adam adapt the step for each weight; sgd does not.",
    "activation": "The function after each hidden unit. Without one, more layers would be no better than one.",
}


def fill_in_from_address() -> None:
    """Set the widgets to what the address asks for, once; name what in it makes no sense. Before they are drawn."""
    asked = session.settings_in_address()
    if not asked:
        return
    config, problems = read_settings(asked)
    if session.get("filled_in_from", None) != asked and not asked.keys().isdisjoint(asdict(config)):
        session.put("filled_in_from", asked)
        for name, value in asdict(config).items():
            session.set_widget(_key(name), value)
    if problems:
        usual = "What is usual stands in its place." if len(problems) == 1 else "What is usual stands in their place."
        say_warning(f"The link asks for what cannot be. {' '.join(problems)} {usual}", ":material/link_off:")


def choose_settings() -> TrainConfig:
    """Draw all settings and return them. Raises `ConfigError` for a combination that makes no sense."""
    values = {name: _number(name) for name in ("hidden_units", "epochs", "batch_size")}
    with st.expander("More settings"):
        values["hidden_layers"] = _number("hidden_layers")
        values["activation"] = _choice("activation")
        values["optimizer"] = _choice("optimizer", on_change=_reset_learning_rate)
        values["learning_rate"] = _number("learning_rate", format="%.5g", step=None)
        values["dropout"] = _number("dropout", step=0.1)
        values["augment"] = _switch("augment")
        values["validation_images"] = _number("validation_images", step=1000)
        values["seed"] = _number("seed")
    return TrainConfig(**values)


def _number(name: str, **options: Any) -> Any:
    default = getattr(TrainConfig(), name)
    kind = type(default)
    low, high = LIMITS[name]
    session.start_widget(_key(name), default)
    kept: dict[str, Any] = {"key": _key(name), "persist_state": "session", "help": _help(name)}
    return st.number_input(_label(name), kind(low), kind(high), **kept, **options)


def _choice(name: str, **options: Any) -> str:
    session.start_widget(_key(name), getattr(TrainConfig(), name))
    kept: dict[str, Any] = {"key": _key(name), "persist_state": "session", "help": _HELP[name]}
    return st.selectbox(_label(name), CHOICES[name], **kept, **options)


def _switch(name: str) -> bool:
    session.start_widget(_key(name), getattr(TrainConfig(), name))
    return st.toggle(_label(name), key=_key(name), persist_state="session", help=_HELP[name])


def _reset_learning_rate() -> None:
    """Follow the optimizer with the rate that suits it."""
    optimizer = session.widget(_key("optimizer"), TrainConfig().optimizer)
    session.set_widget(_key("learning_rate"), DEFAULT_LEARNING_RATES[optimizer])


def _help(name: str) -> str:
    low, high = LIMITS[name]
    return f"{_HELP[name]} From {low:,g} to {high:,g}."


def _label(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _key(name: str) -> str:
    return f"setting_{name}"
