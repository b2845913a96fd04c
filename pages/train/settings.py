"""The settings of a run as widgets, made from their declarations in `mnist_core.config`."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict
from typing import Any, NamedTuple

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from mnist_core.config import (
    LIMITS,
    OPTIMIZERS,
    SETTINGS,
    Choice,
    ConfigError,
    Group,
    Number,
    NumberPerLayer,
    Optimizer,
    Setting,
    Switch,
    TrainConfig,
    Value,
    has_effect,
    value_in_words,
)
from mnist_core.config.refusals import refusals
from mnist_core.errors import UserError
from mnist_core.export.tables import read_settings
from mnist_core.runs import NewSeed, Parent, ParentNetwork, Run, State
from mnist_core.runs.handwriting.planned_mixture import DatasetChoice
from mnist_core.text.escape import sentence_for_markdown
from pages.shared import services
from pages.shared.dataset_picker import switch_to
from pages.shared.messages import show_warning
from pages.train.keras_code import show_lines, show_switch
from pages.train.parent import set_parent
from pages.train.schedule_preview import show_schedule
from pages.train.seeds import proposed_seed
from pages.train.steppers.steppers import show_steppers
from pages.train.units_field import follow_layers, units_field
from pages.visit import session

_TO_FILL_IN, _CUSTOM_RATE = "settings_to_fill_in", "custom_learning_rate"
_BEGUN, _SEED_CHOSEN = "settings_begun", "seed_chosen"


def fill_in_next(config: TrainConfig, parent: Parent | None = None) -> None:
    """Set the widgets to these settings in the next rerun, and what the run starts from."""
    session.put(_TO_FILL_IN, config)
    set_parent(parent)


def fill_in() -> None:
    """Set the widgets once to the settings in the address or of `fill_in_next`. To be called before they are drawn.

    A visit that begins with a link to a run begins with the run's settings. Shows a warning about invalid settings in
    the address.
    """
    if not session.get(_BEGUN, False):
        session.put(_BEGUN, True)
        _fill_in_from_shared_run()
    config = session.get(_TO_FILL_IN, None)
    if config is not None:
        session.put(_TO_FILL_IN, None)
        _fill_in(config, seed_chosen=True)
    _fill_in_from_address()


def use_settings_of(run: Run) -> None:
    """Set the widgets to the settings of a run, before they are drawn or in a callback.

    The seed of somebody else's run is not taken over: the same network again would tell nobody anything new.
    """
    _fill_in(run.config, seed_chosen=run.owner == session.owner())
    set_parent(run.parent)
    _switch_to(run.dataset_sha256)


def _fill_in_from_shared_run() -> None:
    number = session.run_in_address()
    if number is None:
        return
    with suppress(UserError):  # current_run says what is wrong with the address
        run = services.store().run(number)
        if run.deleted_at is None and run.state is not State.DAMAGED and not run.imported:
            use_settings_of(run)


def _fill_in(config: TrainConfig, *, seed_chosen: bool) -> None:
    for name, value in asdict(config).items():
        session.set_widget(_key(name), _in_widget(SETTINGS[name], value))
    session.put(_SEED_CHOSEN, seed_chosen)
    _remember_custom_rate()


def _fill_in_from_address() -> None:
    asked, parent = session.settings_in_address(), session.parent_in_address()
    if not asked and parent is None:
        session.put("filled_in_from", None)  # the same link again fills them in again
        return
    found = _asked_for(parent)
    config, problems = read_settings(asked, found.config if found else None)
    asks = found is not None or not asked.keys().isdisjoint(asdict(config))
    if session.get("filled_in_from", None) != (asked, parent) and asks:
        session.put("filled_in_from", (asked, parent))
        _fill_in(config, seed_chosen="seed" in asked)
        set_parent(found.parent if found else None)
        if found and not session.dataset_in_address():
            _switch_to(found.dataset_sha256)
    if problems:
        usual = "The default is used instead." if len(problems) == 1 else "The defaults are used instead."
        words = f"The link asks for settings that are not possible. {' '.join(problems)} {usual}"
        show_warning(words, ":material/link_off:")


def _asked_for(parent: int | None) -> ParentNetwork | None:
    """Return the network that the address asks for as parent; None, and say why, if no run can start from it."""
    try:
        return None if parent is None else services.store().parent_network(parent)
    except UserError as error:
        show_warning(error, ":material/link_off:")
        return None


def _switch_to(dataset_sha256: str) -> None:
    """Choose a dataset; in place of a mixture, what it was made from: there may be other drawings by now."""
    store = services.dataset_store()
    switch_to(store.info(store.info(dataset_sha256).base_sha256))


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
    with st.expander("More settings"):
        for group in Group:
            st.markdown(f"**{group.value}**")
            for setting in _more_settings(group):
                if setting.name == "seed":
                    _propose_seed(values, images, parent)
                _draw(setting, values, places, parent)
    show_switch()
    show_steppers({_key(name): limits for name, limits in LIMITS.items() if limits.logarithmic})
    refused = refusals(values, images.train_images)
    for name, error in refused.items():
        places[name].markdown(f":red[:small[{sentence_for_markdown(error)}]]")
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
        if setting.need and setting.need.reason:
            st.caption(setting.need.reason)
        return
    if parent is not None and setting.architecture:
        session.set_widget(_key(setting.name), _in_widget(setting, getattr(parent.config, setting.name)))
    values[setting.name] = _input(setting, fixed=parent is not None and setting.architecture)
    if setting.name == "learning_rate":
        _show_default_rate(values["optimizer"], values["learning_rate"])
    if setting.name == "schedule":
        show_schedule(values)
    places[setting.name] = st.empty()
    if values[setting.name] == 0 and setting.noun and setting.meaning_of_zero:
        places[setting.name].caption(f"0 means {setting.meaning_of_zero}.")


def choose_seed(seed: int) -> None:
    """Set the seed as if somebody had typed it, in a callback."""
    session.set_widget(_key("seed"), seed)
    _remember_seed()


def seed_is_chosen() -> bool:
    """Whether the seed is somebody's choice: typed, or that of settings taken over."""
    return bool(session.get(_SEED_CHOSEN, False))


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
        session.set_widget(_key("seed"), proposed_seed(config, images, NewSeed.UNLIKE_OTHERS, start))


def _remember_seed() -> None:
    session.put(_SEED_CHOSEN, True)


def _more_settings(group: Group) -> list[Setting]:
    """Return the settings of a group behind "More settings", in their order on the page: the seed last."""
    of_group = (setting for setting in SETTINGS.values() if not setting.main and setting.group is group)
    return sorted(of_group, key=lambda setting: setting.name == "seed")


def _input(setting: Setting, fixed: bool) -> Any:
    """Draw the widget that suits a setting, and return its value; it cannot be changed if it is `fixed`."""
    session.init_widget(_key(setting.name), _in_widget(setting, getattr(TrainConfig(), setting.name)))
    options: dict[str, Any] = {"key": _key(setting.name), "persist_state": "session", "help": setting.help}
    options["disabled"] = fixed
    options["on_change"] = _CALLBACKS.get(setting.name)
    match setting.kind:
        case Choice(words):
            return st.selectbox(setting.label, words, **options)
        case Switch():
            return st.toggle(setting.label, **options)
        case Number() as number:
            options["help"] += f" From {number.range_in_words}."
            if isinstance(number, NumberPerLayer):
                return units_field(setting.label, options["help"], fixed)
            return _number_input(setting, number, options)


def _in_widget(setting: Setting, value: Value) -> Value:
    """Return a value as the widget of a setting holds it."""
    return value_in_words(value) if isinstance(setting.kind, NumberPerLayer) else value


def _number_input(setting: Setting, limits: Number, options: dict[str, Any]) -> int | float:
    """Draw the field of a number, and return the number, which may be one to refuse.

    The field itself knows no limits: it would keep a number outside them to itself, and the page would go on with the
    one before.
    """
    digits = None if limits.whole or limits.step else "%.5g"
    step = limits.step or (1 if limits.whole else limits.low)
    return st.number_input(setting.label, step=step, format=digits, **options)


def _chosen_optimizer() -> Optimizer:
    return OPTIMIZERS[session.widget(_key("optimizer"), TrainConfig().optimizer)]


def _default_rate() -> float:
    return _chosen_optimizer().learning_rate


def _remember_custom_rate() -> None:
    """Remember whether the learning rate differs from the optimizer's default."""
    session.put(_CUSTOM_RATE, session.widget(_key("learning_rate"), _default_rate()) != _default_rate())


def _follow_optimizer() -> None:
    """Set what the optimizer takes to its defaults, but not a learning rate that was entered."""
    if not session.get(_CUSTOM_RATE, False):
        session.set_widget(_key("learning_rate"), _default_rate())
    for name, usual in _chosen_optimizer().arguments.items():
        session.set_widget(_key(name), usual)


_CALLBACKS = {
    "optimizer": _follow_optimizer,
    "learning_rate": _remember_custom_rate,
    "seed": _remember_seed,
    "hidden_layers": follow_layers,
}


def _show_default_rate(optimizer: str, rate: float) -> None:
    usual = OPTIMIZERS[optimizer].learning_rate
    if rate != usual:
        st.caption(f"The usual learning rate of {optimizer} is {value_in_words(usual)}.")


def _key(name: str) -> str:
    return f"setting_{name}"
