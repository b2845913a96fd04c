"""What the settings on the page have to do with the run on it: where they differ, and which run has them already."""

from __future__ import annotations

from dataclasses import asdict

import streamlit as st

from mnist_core.config import SETTINGS, TrainConfig, grouped_in_words
from mnist_core.runs import NewSeed, Parent, Run, State
from mnist_core.runs.handwriting.planned_mixture import DatasetChoice
from mnist_core.text.escape import for_markdown
from mnist_core.text.words import in_sentence
from pages.shared import services
from pages.train.fill_in_settings import use_settings_of
from pages.train.seeds import choose_seed, proposed_seed, runs_alike, seed_is_chosen
from pages.visit.language import _

MOST_NAMED = 3


def show_differences(config: TrainConfig, images: DatasetChoice, run: Run, parent: Parent | None) -> None:
    """Say in a line where the settings differ from those of the run, and offer the run's."""
    if run.imported or run.state is State.DAMAGED:
        return
    named = differences(config, run.config, with_seed=seed_is_chosen())
    theirs = services.dataset_of(run).title
    if images.title != theirs:
        named.insert(0, _("dataset {title}, not {other}", title=for_markdown(images.title), other=for_markdown(theirs)))
    if parent != run.parent and (parent is None or parent.id != run.id):
        named.insert(0, _("continues {title}", title=parent.in_words) if parent else _("random initial weights"))
    if not named:
        return
    said = "; ".join(named[:MOST_NAMED])
    if len(named) > MOST_NAMED:
        said = _("{said} and {number} more", said=said, number=len(named) - MOST_NAMED)
    st.caption(_("Unlike run {run}: {said}.", run=run.id, said=said))
    st.button(
        _("Use these settings"),
        type="tertiary",
        icon=":material/undo:",
        help=_("Fills in the settings of run {run}.", run=run.id),
        on_click=use_settings_of,
        args=(run,),
    )


def differences(config: TrainConfig, other: TrainConfig, *, with_seed: bool = True) -> list[str]:
    """Name the settings in which `config` differs from `other`: "hidden units 512, not 256"."""
    theirs = asdict(other)
    return [
        _(
            "{setting} {value}, not {other}",
            setting=in_sentence(SETTINGS[name].label),
            value=grouped_in_words(value),
            other=grouped_in_words(theirs[name]),
        )
        for name, value in asdict(config).items()
        if value != theirs[name] and (with_seed or name != "seed")
    ]


def show_earlier_run(
    config: TrainConfig, images: DatasetChoice, shown: Run | None, parent: Parent | None = None
) -> None:
    """Say which run has the same settings already, the seed included, and offer another seed."""
    alike = runs_alike(config, images, parent)
    if not alike or any(shown is not None and run.id == shown.id and not run.state.ended for run in alike):
        return
    st.caption(_("Run {run} has the same settings and seed.", run=alike[0].id))
    st.button(
        _("Another seed"),
        type="tertiary",
        icon=":material/casino:",
        help=_("Gives other initial weights and another order of the images, which shows how much is chance."),
        on_click=choose_seed,
        args=(proposed_seed(config, images, NewSeed.UNUSED, parent),),
    )
