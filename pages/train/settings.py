"""The settings of a run as widgets, made from their declarations in `mnist_core.config`."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext, suppress
from typing import Any, NamedTuple

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from mnist_core.config import FIXED_BY_PARENT, LIMITS, SETTINGS, ConfigError, Group, Setting, TrainConfig, has_effect
from mnist_core.config.refusals import refusals
from mnist_core.runs import NewSeed, ParentNetwork
from mnist_core.runs.handwriting.planned_mixture import DatasetChoice
from mnist_core.text.escape import sentence_for_markdown
from pages.shared import controls
from pages.shared.messages import in_words
from pages.train.exercise.dialog import show_share_button
from pages.train.keras_code import show_lines, show_switch
from pages.train.optimizer_fields import show_default_rate
from pages.train.schedule_preview import show_schedule
from pages.train.seeds import proposed_seed, seed_is_chosen
from pages.train.setting_input import setting_input
from pages.train.setting_widgets import in_widget, key_of
from pages.train.steppers.steppers import show_steppers
from pages.visit import session
from pages.visit.language import _


class Settings(NamedTuple):
    """What somebody has set. `config` is None if a setting is refused; those in More settings may be out of sight."""

    config: TrainConfig | None
    refused_out_of_sight: list[str]


def choose_settings(images: DatasetChoice, parent: ParentNetwork | None = None) -> Settings:
    """Draw all settings, and under each that is refused why it is; return what is set.

    Those of the architecture are the parent's, if there is one.
    """
    values: dict[str, Any] = {}
    places: dict[str, DeltaGenerator] = {}
    for setting in (setting for setting in SETTINGS.values() if setting.main):
        _draw(setting, values, places, parent)
    with _place_of_more_settings():
        for group in Group:
            of_group = _more_settings(group)
            if not all(controls.is_hidden(setting.name) for setting in of_group):
                st.markdown(f"**{_(group.value)}**")
            for setting in of_group:
                if setting.name == "seed":
                    _propose_seed(values, images, parent)
                _draw(setting, values, places, parent)
        if not controls.is_hidden("more_settings"):
            show_share_button()
    show_switch()
    show_steppers({key_of(name): limits for name, limits in LIMITS.items() if limits.logarithmic})
    refused = refusals(values, images.train_images)
    for name, error in refused.items():
        places.get(name, st).markdown(f":red[:small[{sentence_for_markdown(in_words(error))}]]")
    if refused:
        return Settings(None, [SETTINGS[name].label for name in refused if not SETTINGS[name].main])
    config = TrainConfig(**values)
    if session.keras_lines_shown():
        show_lines(config, places)
    return Settings(config, [])


def _draw(
    setting: Setting, values: dict[str, Any], places: dict[str, DeltaGenerator], parent: ParentNetwork | None
) -> None:
    """Draw a setting with a place under it for why it is refused or its lines of Keras; add its value to `values`.

    What has no effect is not drawn, such as another optimizer's setting; it has its default.
    """
    if not has_effect(setting.name, values):
        values[setting.name] = setting.default
        if setting.need and setting.need.reason and not controls.is_hidden(setting.name):
            st.caption(_(setting.need.reason))
        return
    fixed = parent is not None and setting.name in FIXED_BY_PARENT
    value = getattr(parent.config, setting.name) if parent is not None and fixed else controls.value_of(setting.name)
    if controls.is_hidden(setting.name) and not fixed:
        values[setting.name] = _default_with(values, setting) if value is None else value
        return
    if value is not None and (fixed or controls.is_fixed(setting.name)):
        session.set_widget(key_of(setting.name), in_widget(setting, value))
    values[setting.name] = setting_input(setting, fixed)
    if parent is not None and setting.fixed_with_parent:
        st.caption(_(setting.fixed_with_parent))
    if setting.name == "learning_rate":
        show_default_rate(values["optimizer"], values["learning_rate"])
    if setting.name == "schedule":
        show_schedule(values)
    places[setting.name] = st.empty()
    if values[setting.name] == 0 and setting.noun and setting.meaning_of_zero:
        places[setting.name].caption(_("0 means {meaning}.", meaning=_(setting.meaning_of_zero)))


def _default_with(values: dict[str, Any], setting: Setting) -> Any:
    """Return the value of a hidden setting: what follows from those above it. The seed is the one proposed."""
    if setting.name == "seed":
        return session.widget(key_of("seed"), setting.default)
    with suppress(ConfigError):
        return getattr(TrainConfig().with_changes(**values), setting.name)
    return setting.default


def _place_of_more_settings() -> AbstractContextManager[object]:
    return nullcontext() if controls.is_hidden("more_settings") else st.expander(_("More settings"))


def _config_of(values: dict[str, Any]) -> TrainConfig | None:
    try:
        return TrainConfig(**values)
    except ConfigError:
        return None


def _propose_seed(values: dict[str, Any], images: DatasetChoice, parent: ParentNetwork | None) -> None:
    """Let the seed follow the other settings, unless somebody has chosen one: see `NewSeed`."""
    config = _config_of(values)
    if config is not None and not seed_is_chosen():
        start = parent.parent if parent else None
        session.set_widget(key_of("seed"), proposed_seed(config, images, NewSeed.UNLIKE_OTHERS, start))


def _more_settings(group: Group) -> list[Setting]:
    """Return the settings of a group behind "More settings", in their order on the page: the seed last."""
    of_group = (setting for setting in SETTINGS.values() if not setting.main and setting.group is group)
    return sorted(of_group, key=lambda setting: setting.name == "seed")
