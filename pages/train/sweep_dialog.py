"""The dialog that plans a sweep around the settings of the Train page."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from mnist_core.config import (
    FIXED_BY_PARENT,
    LIMITS,
    SETTINGS,
    Choice,
    Number,
    NumberPerLayer,
    Setting,
    Switch,
    TrainConfig,
    value_in_words,
)
from mnist_core.config.hidden_layers import Units, times, units_of_each
from mnist_core.estimate import about, duration_in_words
from mnist_core.runs import Parent
from mnist_core.runs.handwriting.planned_mixture import DatasetChoice
from mnist_core.search.options import DEFAULT_VALIDATION_IMAGES, LONGEST_HOURS, MOST_RUNS, MOST_SEEDS, VARIABLE, Sampler
from mnist_core.search.plan import Plan
from mnist_core.search.space import Space, label
from mnist_core.text.sentence import marked
from mnist_core.text.words import counted
from pages.shared import estimates, services
from pages.shared.dataset_picker import make_dataset
from pages.shared.messages import user_errors
from pages.visit import session
from pages.visit.language import _, ngettext

DEFAULT_SETTINGS = ("hidden_units", "learning_rate")
METHODS = {
    Sampler.GRID: marked("Every combination"),
    Sampler.RANDOM: marked("At random"),
    Sampler.TPE: marked("Guided by results (TPE)"),
}
METHOD_HELP = marked(
    "**Every combination** is a complete grid, which a heat map can show. **At random** covers many settings with few "
    "runs. **Guided by results** begins at random and then tries more of what did well (TPE: Tree-structured Parzen "
    "Estimator, by Optuna)."
)
VALUES_HELP = marked(
    "A list such as 32, 64, 128, or a range such as {range}. A grid takes 5 values of a range; add /3 for 3."
)


def show_sweep_button(config: TrainConfig, images: DatasetChoice, parent: Parent | None = None) -> None:
    """Draw the button that opens the dialog."""
    if st.button(
        _("Start a sweep"),
        icon=":material/grid_on:",
        width="stretch",
        help=_("Tries many settings and shows which are best."),
    ):
        st.dialog(_("Start a sweep"), width="large")(_plan_sweep)(config, images, parent)


def _plan_sweep(config: TrainConfig, images: DatasetChoice, parent: Parent | None) -> None:
    st.write(_("Train many networks that differ in some settings, and find the best. Everything else stays as it is."))
    if parent:
        st.write(
            _(
                "All of them start from the weights of {title}, so the architecture does not vary.",
                title=parent.in_words,
            )
        )
    with user_errors():
        plan = _choose_plan(config, parent)
        plan.require_possible(images.train_images, images.classes)
        st.markdown(_in_words(plan, images))
        if st.button(_("Start the sweep"), type="primary", icon=":material/play_arrow:"):
            number = services.sweeps().submit(
                plan,
                owner=session.owner(),
                nickname=session.nickname(),
                dataset=make_dataset(images).sha256,
                parent=parent,
            )
            st.switch_page("compare/sweeps.py", query_params={"sweep": str(number)})


def _choose_plan(config: TrainConfig, parent: Parent | None) -> Plan:
    """Draw the inputs and return what they say. Raises `ConfigError`."""
    names = _choose_names(parent)
    columns = st.columns(2)
    texts = {name: _values_input(name, config, columns[place % 2]) for place, name in enumerate(names)}
    method = st.radio(
        _("How to choose"),
        list(METHODS),
        format_func={method: _(words) for method, words in METHODS.items()}.__getitem__,
        horizontal=True,
        help=_(METHOD_HELP),
        key="method",
    )
    trials = 20
    if method is not Sampler.GRID:
        trials = st.number_input(_("Settings to try"), 1, MOST_RUNS, 20, key="sweep_trials")
    with st.expander(_("More")):
        seeds = st.number_input(
            _("Seeds per setting"),
            1,
            MOST_SEEDS,
            1,
            help=_("Each setting is trained with this many seeds. More than one tells a real difference from chance."),
        )
        minutes = st.number_input(
            _("Limit in minutes"),
            0.0,
            60 * LONGEST_HOURS,
            0.0,
            5.0,
            help=_(
                "The sweep ends with what it has found when its runs have trained for this long in total. 0 means no "
                "limit."
            ),
        )
        pruning = st.toggle(
            _("Stop hopeless settings early"),
            help=_("After each epoch, a setting is stopped if it does worse than half of the settings before it."),
        )
        held_out = st.number_input(
            _("Validation images"),
            1000,
            int(LIMITS["validation_images"].high),
            max(1000, config.validation_images or DEFAULT_VALIDATION_IMAGES),
            1000,
            help=_(
                "The number of training images that are held out. The settings are ranked by their accuracy on these."
            ),
            key="sweep_validation_images",
        )
    base = replace(config, validation_images=held_out)
    return Plan(base, Space.parse(texts), method, trials, seeds, 60 * minutes or None, pruning)


def _choose_names(parent: Parent | None) -> list[str]:
    """Let people choose what varies; with a parent, not what it fixes."""
    fixed = FIXED_BY_PARENT if parent else ()
    variable = [name for name in VARIABLE if name not in fixed]
    usual = [name for name in DEFAULT_SETTINGS if name not in fixed]
    key = "sweep_names" if parent is None else "sweep_names_with_parent"
    key = "sweep_names" if parent is None else "sweep_names_with_parent"
    return st.multiselect(
        _("Settings to vary"),
        variable,
        usual,
        format_func={name: _(label(name)) for name in variable}.__getitem__,
        key=key,
        placeholder=_("Choose"),
    )


def _values_input(name: str, config: TrainConfig, column: st.delta_generator.DeltaGenerator) -> str:
    setting = SETTINGS[name]
    value = getattr(config, name)
    return column.text_input(
        _(setting.label), _suggestion(setting, value), help=_help(setting), max_chars=500, key=f"sweep_{name}"
    )


def _help(setting: Setting) -> str:
    match setting.kind:
        case Choice(options):
            words = _("One or more of: {options}.", options=", ".join(options))
            own = _("Each uses its usual learning rate unless you have chosen another.")
            return f"{words} {own}" if setting.name == "optimizer" else words
        case Switch():
            return "off, on"
        case Number() as number:
            example = "0.0001..0.01" if _in_decades(number) else "1..3"
            limits = _("From {range}.", range=number.range_in_words)
            words = f"{_(VALUES_HELP, range=example)} {limits}"
            layouts = _("Separate values of several layers by semicolons: 64; 256, 64.")
            return f"{words} {layouts}" if isinstance(number, NumberPerLayer) else words


def _suggestion(setting: Setting, value: Any) -> str:
    """Return values to begin with: all options, those that the setting declares, or some around the present value."""
    match setting.kind:
        case Choice(options):
            return ", ".join(options)
        case Switch():
            return "off, on"
        case NumberPerLayer() as number:
            return _units_around(value or TrainConfig().hidden_units, number)
        case Number() as number:
            return setting.sweep_values or _values_around(value, number)


def _units_around(units: Units, number: Number) -> str:
    near = [times(units, factor) for factor in (1 / 2, 1, 2)]
    allowed = [value_in_words(it) for it in near if max(units_of_each(it, 1)) <= number.high]
    return ("; " if isinstance(units, tuple) else ", ").join(dict.fromkeys(allowed))


def _values_around(value: int | float, number: Number) -> str:
    factor = 10 if _in_decades(number) else 2
    near = [min(number.high, max(number.low, it)) for it in (value / factor, value, value * factor)]
    return ", ".join(dict.fromkeys(value_in_words(type(value)(it)) for it in near))


def _in_decades(number: Number) -> bool:
    """Whether steps of a factor of 10 suit the number."""
    return number.logarithmic and not number.whole


def _in_words(plan: Plan, images: DatasetChoice) -> str:
    """Say how many runs a plan has and how long they take, at the measured speed."""
    workers = estimates.ready_workers()
    seconds = estimates.seconds_of_sweep(plan, images)
    runs = f"**{_(counted(plan.runs, 'run'))}**"
    if plan.seeds > 1:
        settings = counted(plan.trials, "setting")
        runs = _("{settings} × {seeds} seeds = {runs}", settings=settings, seeds=plan.seeds, runs=runs)
    text = ngettext(
        "{runs}: **{duration}** with one worker, longer if others train too.",
        "{runs}: **{duration}** with {number} workers, longer if others train too.",
        max(1, workers),
        runs=runs,
        duration=about(seconds),
    )
    if plan.limit_seconds is not None and plan.limit_seconds < seconds * workers:
        limit = duration_in_words(plan.limit_seconds)
        text += " " + _("The limit ends it earlier: after {duration} of training.", duration=limit)
    return text
