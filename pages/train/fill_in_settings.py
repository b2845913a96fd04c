"""Settings filled in by something other than a hand: a link, a run, a hint or another page."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from typing import NamedTuple

from mnist_core.config import SETTINGS, TrainConfig, Value
from mnist_core.errors import UserError
from mnist_core.export.tables import read_settings
from mnist_core.runs import Parent, ParentNetwork, Run, State
from pages.shared import services
from pages.shared.dataset_picker import choose_again, chosen_dataset, follow_dataset_again, switch_to
from pages.shared.messages import show_warning
from pages.train.optimizer_fields import remember_custom_rate
from pages.train.parent import parent_as_chosen, set_parent
from pages.train.seeds import mark_seed, seed_is_chosen
from pages.train.setting_widgets import in_widget, key_of
from pages.visit import session
from pages.visit.language import _

_TO_FILL_IN, _BEGUN, _TIMES = "settings_to_fill_in", "settings_begun", "settings_filled_in"
_REMEMBERED = "settings_remembered"
_FOLLOWED = "filled_in_from"


class _Remembered(NamedTuple):
    """What the Train page had: the values in the widgets that there were, and what else the next run starts with."""

    values: Mapping[str, Value]
    seed_chosen: bool
    parent: Parent | None
    dataset: str


def fill_in_next(config: TrainConfig, parent: Parent | None = None, *, seed_chosen: bool = True) -> None:
    """Set the widgets to these settings when they are drawn next, and what the run starts from.

    Without `seed_chosen`, the seed is only a proposal.
    """
    session.put(_TO_FILL_IN, (config, seed_chosen))
    set_parent(parent)


def fill_in() -> None:
    """Set the widgets once to the settings in the address or of `fill_in_next`. To be called before they are drawn.

    A visit that begins with a link to a run begins with the run's settings. Shows a warning about invalid settings in
    the address.
    """
    if not session.get(_BEGUN, False):
        session.put(_BEGUN, True)
        _fill_in_from_shared_run()
    to_fill_in = session.get(_TO_FILL_IN, None)
    if to_fill_in is not None:
        session.put(_TO_FILL_IN, None)
        config, seed_chosen = to_fill_in
        _fill_in(config, seed_chosen=seed_chosen)
    _fill_in_from_address()


def use_settings_of(run: Run) -> None:
    """Set the widgets to the settings of a run, before they are drawn or in a callback.

    The seed of somebody else's run is not taken over: the same network again would tell nobody anything new.
    """
    _fill_in(run.config, seed_chosen=run.owner == session.owner())
    set_parent(run.parent)
    _switch_to(run.dataset_sha256)


def remember_settings() -> None:
    """Remember the settings, the dataset and the parent that Train has now, unless some are remembered already."""
    if session.get(_REMEMBERED, None) is not None:
        return
    there = {name: session.widget(key_of(name), None) for name in SETTINGS}
    values = {name: value for name, value in there.items() if value is not None}
    session.put(_REMEMBERED, _Remembered(values, seed_is_chosen(), parent_as_chosen(), chosen_dataset()))


def give_back_settings() -> None:
    """Give Train back what `remember_settings` remembered, in a callback; widgets that were not drawn get defaults."""
    remembered: _Remembered | None = session.get(_REMEMBERED, None)
    if remembered is None:
        return
    session.put(_REMEMBERED, None)
    session.put(_TO_FILL_IN, None)
    for name in SETTINGS:
        if name in remembered.values:
            session.set_widget(key_of(name), remembered.values[name])
        else:
            session.forget_widget(key_of(name))
    mark_seed(chosen=remembered.seed_chosen)
    remember_custom_rate()
    set_parent(remembered.parent)
    choose_again(remembered.dataset)
    session.put(_TIMES, times_filled_in() + 1)


def times_filled_in() -> int:
    """Return how often something has filled the settings in during this visit."""
    times: int = session.get(_TIMES, 0)
    return times


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
        session.set_widget(key_of(name), in_widget(SETTINGS[name], value))
    mark_seed(chosen=seed_chosen)
    remember_custom_rate()
    session.put(_TIMES, times_filled_in() + 1)


def _fill_in_from_address() -> None:
    if session.came_by_link():  # the same link again fills them in again, and chooses its images again
        session.put(_FOLLOWED, None)
        follow_dataset_again()
    asked, parent = session.settings_in_address(), session.parent_in_address()
    if not asked and parent is None:
        session.put(_FOLLOWED, None)  # likewise
        return
    found = _asked_for(parent)
    config, problems = read_settings(asked, found.config if found else None)
    asks = found is not None or not asked.keys().isdisjoint(asdict(config))
    if session.get(_FOLLOWED, None) != (asked, parent) and asks:
        session.put(_FOLLOWED, (asked, parent))
        follow_dataset_again()  # settings and images of a link belong together
        _fill_in(config, seed_chosen="seed" in asked)
        set_parent(found.parent if found else None)
        if found and not session.dataset_in_address():
            _switch_to(found.dataset_sha256)
    if problems:
        refused = len(problems) - len(asked.keys() - SETTINGS.keys())  # what is no setting has no default
        few = {0: "", 1: _("The default is used instead.")}
        instead = few.get(refused, _("The defaults are used instead."))
        words = [_("The link asks for settings that are not possible."), *map(_, problems), instead]
        show_warning(" ".join(words).strip(), ":material/link_off:")


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
