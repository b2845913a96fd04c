"""The hints for a run, from what store and caches know of it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Any

import streamlit as st

from mnist_core.diagnosis.hints.facts import EarlierRun, Facts
from mnist_core.diagnosis.hints.hint import Hint
from mnist_core.diagnosis.hints.more_units import has_fewer_units
from mnist_core.diagnosis.hints.rules import hints_for
from mnist_core.errors import UserError
from mnist_core.evaluation.silent_units import SilentUnits, silent_units
from mnist_core.model.numpy_network import Network
from mnist_core.runs import Run, State
from pages.shared import services
from pages.shared.periods import period
from pages.shared.run_facts import curves_of
from pages.shared.run_result import result_of
from pages.visit.language import _

KEPT_SECONDS = 3.0
"""How long it is kept with which runs an ended one is compared: one run of the script asks twice."""


def hints_of(run: Run) -> list[Hint]:
    """Return the hints for a run; none where its images cannot be read."""
    if run.step == 0 and run.failure is None:
        return []
    with suppress(UserError):
        if not run.state.ended:
            return _live_hints(run.id, run.updated_at, run)
        earlier = _earlier_runs(run.id, run.updated_at, period(KEPT_SECONDS), run)
        versions = tuple((it.id, it.updated_at) for it in earlier)
        return _hints_after_training(run.id, run.updated_at, run.leased, versions, run, earlier)
    return []


def live_hints_as_json(run: Run) -> dict[str, Any] | None:
    """Return for hints.js the hints for a run that has not ended, from its curves alone.

    None once it has: the page is rerun then, with what takes longer to find.
    """
    return None if run.state.ended else hints_as_json(run)


def hints_as_json(run: Run) -> dict[str, Any]:
    """Return what hints.js shows of a run. What there is while it trains is shared by all who look at it."""
    hints = [_as_json(it) for it in hints_of(run)]
    return {"run": run.id, "at": run.updated_at, "hints": hints}


def _as_json(hint: Hint) -> dict[str, Any]:
    value = getattr(hint.config, hint.setting)
    return {
        "title": _(hint.title),
        "text": _(hint.text),
        "label": _(hint.label),
        "pressed": _("Filled in: press Train"),
        "setting": hint.setting,
        "value": value,
    }


@st.cache_resource(max_entries=256, show_spinner=False)
def _live_hints(run_id: int, updated_at: float, _run: Run) -> list[Hint]:
    return hints_for(curves_of(_run))


@st.cache_resource(max_entries=256, show_spinner=False)
def _hints_after_training(
    run_id: int,
    updated_at: float,
    leased: bool,
    earlier_versions: tuple[tuple[int, float], ...],
    _run: Run,
    _earlier: list[Run],
) -> list[Hint]:
    return hints_for(_facts_of(_run, _earlier))


def _facts_of(run: Run, earlier_runs: list[Run]) -> Facts:
    """Return all that is known of a run that has ended."""
    curves = curves_of(run)
    if run.state is not State.FINISHED or run.leased:
        return curves
    earlier = tuple(EarlierRun(it, result) for it in earlier_runs if (result := result_of(it)))
    known = replace(curves, scores=services.reading(run), result=result_of(run) if earlier else None, earlier=earlier)
    with suppress(UserError):  # the network is damaged
        newest = services.network(run.id)
        silent = _silent_units(run.id, newest.step, run.dataset_sha256, newest.network)
        wrong = services.wrong_labels(newest, run)
        return replace(known, silent=silent, network=newest.network, wrong_labels=wrong)
    return known


@st.cache_resource(max_entries=256, show_spinner=False)
def _earlier_runs(run_id: int, updated_at: float, period: int, _run: Run) -> list[Run]:
    """Return the run before of the same person on the same images, and earlier ones with fewer units, newest first.

    Only these: a network reads the test images in some 50 ms. Runs of sweeps are not among them, nor compared.
    """
    if _run.sweep_id is not None or _run.state is not State.FINISHED:
        return []
    runs = (it for it in services.store().runs(_run.owner) if it.id < run_id and it.sweep_id is None)
    alike = (it for it in runs if it.dataset_sha256 == _run.dataset_sha256 and not it.imported)
    tested = [it for it in alike if it.state is State.FINISHED and it.test_accuracy is not None]
    return [it for place, it in enumerate(tested) if place == 0 or has_fewer_units(it, _run)]


@st.cache_resource(max_entries=256, show_spinner=False)
def _silent_units(run_id: int, step: int, sha256: str, _network: Network) -> SilentUnits | None:
    return silent_units(_network, services.stored_dataset(sha256).train_images)
