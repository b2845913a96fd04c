"""What to do with a run: see its errors and draw for it; once it has ended, change one thing and train again."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qsl

from mnist_core.config import LIMITS, SETTINGS, TrainConfig
from mnist_core.config.hidden_layers import Units, times
from mnist_core.export.tables import settings_query
from mnist_core.runs import Run
from pages.navigation import DRAW, EVALUATE, TRAIN
from pages.shared.next_step import NextStep, of_run, show_next_step
from pages.train.parent import may_continue
from pages.visit.language import _


def show_next_steps(run: Run) -> None:
    """Draw the next steps for a run that has a network, which may still be trained.

    What it learned in an unknown way cannot be changed.
    """
    steps = [NextStep(_("Draw for it"), DRAW, of_run(run))]
    if run.state.ended:
        steps += _further_trainings(run)
    show_next_step(NextStep(_("See its errors"), EVALUATE, of_run(run)), *steps)


def _further_trainings(run: Run) -> Iterator[NextStep]:
    """Yield what to train after a run that has ended."""
    if may_continue(run):
        yield NextStep(_("Fine-tune it"), TRAIN, of_run(run) | _as_parent(run))
    if not run.imported and run.parent is None:
        units = _other_units(run.config)
        words = SETTINGS["hidden_units"].in_words(units)
        yield NextStep(_("Change one thing: {words}", words=words), TRAIN, _with_units(run, units))


def _as_parent(run: Run) -> dict[str, str]:
    """Return what the address of the Train page asks for, so that the next run starts from the weights of `run`."""
    return {"parent": str(run.id), "dataset": run.dataset_sha256}


def _other_units(config: TrainConfig) -> Units:
    """Return twice the hidden units; half of them where there cannot be so many, and some where there are none."""
    if not config.hidden_layers:
        return TrainConfig().hidden_units
    too_many = 2 * max(config.units_of_each_layer) > LIMITS["hidden_units"].high
    return times(config.hidden_units, 1 / 2 if too_many else 2)


def _with_units(run: Run, units: Units) -> dict[str, str]:
    """Return what the address of the Train page asks for: the run, and its settings and images with other units."""
    settings = dict(parse_qsl(settings_query(run.config.with_changes(hidden_units=units))))
    return of_run(run) | settings | {"dataset": run.dataset_sha256}
