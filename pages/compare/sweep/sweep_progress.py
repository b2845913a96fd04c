"""How far a sweep is, how long it still takes, and what early stopping saved."""

from __future__ import annotations

import streamlit as st

from mnist_core.estimate import about, duration_in_words
from mnist_core.runs.run_records import SweepState
from mnist_core.runs.sweeps.records import Sweep
from mnist_core.sweeps.trials import Trial, epochs_done, saving
from mnist_core.text.words import counted
from pages.shared import estimates, services


def show_progress(sweep: Sweep, trials: list[Trial]) -> None:
    plan = sweep.plan
    begun = [run for trial in trials for run in trial.runs]
    ended = [run for run in begun if run.state.ended or run.deleted_at is not None]
    settled = sum(trial.complete or trial.given_up for trial in trials)
    passed_over = max(0, sweep.made - len(begun))
    words = f"{settled} of {plan.trials} settings"
    if sweep.state is SweepState.ACTIVE:
        left = estimates.seconds_left_of_sweep(
            plan, services.dataset_store().info(sweep.dataset_sha256), begun, passed_over
        )
        words += f" · {len(begun) - len(ended)} in training · {about(left)} left"
    else:
        words += f" · {duration_in_words(sum(run.seconds for run in begun))} of training"
    done = sum(min(1.0, run.step / run.steps) for run in begun if run not in ended) + len(ended) + passed_over
    st.progress(min(1.0, done / plan.runs) if sweep.state is not SweepState.FINISHED else 1.0, text=words)
    if plan.pruning:
        show_saving(sweep, trials)
    if sweep.state is SweepState.ACTIVE and not services.store().workers():
        st.warning("No worker is running at the moment. The sweep is safe and continues as soon as one is back.")


def show_saving(sweep: Sweep, trials: list[Trial]) -> None:
    found = saving(trials)
    if found.trials:
        trained = epochs_done([run for trial in trials for run in trial.runs])
        settings = "1 setting was" if found.trials == 1 else f"{found.trials:,} settings were"
        st.caption(
            f"{settings} stopped early, which saved {counted(found.epochs, 'epoch')}, {about(found.seconds)} of "
            f"training. The sweep trained {counted(round(trained), 'epoch')}."
        )
    elif sweep.state.ended:
        st.caption("No setting was hopeless enough to be stopped early.")
