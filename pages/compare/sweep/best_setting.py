"""The best setting of a sweep, and the button that trains it on all images."""

from __future__ import annotations

import streamlit as st

from mnist_core.runs.run_records import SweepState
from mnist_core.runs.sweeps.records import Sweep
from mnist_core.sweeps.results import WHY, best_on_everything, in_words
from mnist_core.sweeps.trials import Trial, ranked
from mnist_core.text.words import percent
from pages.shared import services
from pages.visit import session


def show_best(sweep: Sweep, trials: list[Trial]) -> None:
    """Say which setting is best so far; at the end, how well it reads the test images, and what to do with it."""
    best = next(iter(ranked(trials)), None)
    if best is None:
        if sweep.state.ended:
            st.info("No setting was trained to its end, so there is no best one.", icon=":material/info:")
        return
    words = in_words(best.setting)
    kept = " ".join(f"Run {run.id} {run.kept_weights}." for run in best.runs if run.kept_weights)
    spread = f" (± {100 * best.spread:.2f} over {best.seeds} seeds)" if best.spread is not None else ""
    validated, tested, _ = st.columns([1, 1, 2])
    validated.metric(
        "Validation accuracy" if sweep.state.ended else "Best validation accuracy",
        percent(best.accuracy),
        help=f"The share of the {sweep.plan.base.validation_images:,} held-out images that it classifies correctly.",
    )
    if sweep.state is SweepState.FINISHED and best.test_accuracy is not None:
        tested.metric(
            "Test accuracy", percent(best.test_accuracy), help="On images that were not used to choose the setting."
        )
        st.markdown(f"Best: **{words}**{spread}. {WHY}")
        offer_to_train_best(sweep, best)
    elif sweep.state.ended:
        st.markdown(f"Best of those that were trained: **{words}**{spread}.")
        offer_to_train_best(sweep, best)
    else:
        st.markdown(f"Best so far: **{words}**{spread}. Only the winner is tested with the test images, at the end.")
    if kept:
        st.caption(kept)


def offer_to_train_best(sweep: Sweep, best: Trial) -> None:
    config, images = best_on_everything(sweep, best), services.dataset_store().info(sweep.dataset_sha256)
    learned = config.learned_images(images.train_images)
    text = f"Train the best on {'' if config.training_images else 'all '}{learned:,}"
    help_text = "Starts a run of your own with the best settings, which also learns from the validation images."
    if best.config.patience:
        help_text += " In place of early stopping, it has as many epochs as the best run with these settings needed."
    if st.button(text, type="primary", icon=":material/play_arrow:", help=help_text):
        number = services.store().submit(
            config, owner=session.owner(), nickname=session.nickname(), dataset=images.sha256, parent=sweep.parent
        )
        st.switch_page("train/page.py", query_params={"run": str(number)})
