"""The command `sweep`: submits a sweep and follows it to its end, with a progress bar or as JSON."""

from __future__ import annotations

import argparse
import json
import sys
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from mnist_core.cli.console import console, user
from mnist_core.cli.follow import poll
from mnist_core.cli.train import parent_network
from mnist_core.config import TrainConfig, value_in_words
from mnist_core.data import MNIST
from mnist_core.errors import UserError
from mnist_core.estimate import about, duration_in_words
from mnist_core.runs import TERMINAL, ParentNetwork, RunStore
from mnist_core.runs.run_records import SweepState
from mnist_core.runs.sweeps.records import Sweep
from mnist_core.runs.sweeps.store import SweepStore
from mnist_core.search.options import VARIABLE, Sampler
from mnist_core.search.plan import Plan
from mnist_core.search.space import Space, Span, label
from mnist_core.sweeps.results import WHY, in_words
from mnist_core.sweeps.trials import Trial, ranked, saving, trials_of
from mnist_core.text.escape import for_terminal
from mnist_core.text.words import counted, percent


def run(options: argparse.Namespace) -> int:
    """Train the sweep in the options, and return the exit code. Raises `UserError`."""
    texts = {name: text for name in VARIABLE if (text := getattr(options, name)) is not None}
    with RunStore.open() as store:
        found = parent_network(store, options.parent)
        own = {"seed": options.seed, "validation_images": options.validation_images}
        plan = plan_of(
            texts,
            (found.config if found else TrainConfig()).with_changes(**own),
            sampler=Sampler(options.sampler),
            trials=options.trials,
            seeds=options.seeds,
            limit_seconds=None if options.limit_minutes is None else 60 * options.limit_minutes,
            pruning=options.prune,
        )
        return sweep(store, plan, options.name, options.json, found)


def plan_of(texts: Mapping[str, str], base: TrainConfig, **options: Any) -> Plan:
    """Return the plan in the options. A setting with one value is fixed; one with several values varies.

    `texts` are the settings as typed (see `Space.parse`). Raises `ConfigError`.
    """
    given = Space.parse(texts).varied if texts else {}
    fixed = {name: it[0] for name, it in given.items() if not isinstance(it, Span) and len(it) == 1}
    varied = {name: it for name, it in given.items() if name not in fixed}
    return Plan(base.with_changes(**fixed), Space(varied), **options)


def sweep(store: RunStore, plan: Plan, name: str, as_json: bool, start: ParentNetwork | None = None) -> int:
    """Submit a sweep and follow it to its end. Ctrl-C pauses it. Returns the exit code.

    With `start`, all its runs start from the weights of that network and learn from its images.

    The workers of a running server train it; without one, this process does.
    Raises `UserError` with the reason if the sweep fails.
    """
    sweeps = SweepStore(store)
    owner, nickname = f"{TERMINAL}{uuid.uuid4().hex}", user()
    images, parent = (start.dataset_sha256, start.parent) if start else (MNIST, None)
    sweep_id = sweeps.submit(plan, owner=owner, nickname=nickname, name=name, dataset=images, parent=parent)
    show = _print_json if as_json else _draw_bar
    try:
        show(sweep_id, plan, _settled(sweeps, sweep_id))
    except KeyboardInterrupt:
        if not sweeps.sweep(sweep_id).state.ended:
            sweeps.pause(sweep_id)
        print(f"Sweep {sweep_id} is paused. Resume it on the Compare page of the app, under Sweeps.", file=sys.stderr)
        raise
    return _conclude(sweeps, sweep_id, as_json)


def _settled(sweeps: SweepStore, sweep_id: int) -> Iterator[Trial]:
    """Yield each trial when it is complete or given up, until the sweep has ended or is paused. See `poll`."""
    seen: set[int] = set()
    for _ in poll(sweeps.store, lambda: sweeps.watch(sweep_id)):
        found, runs = sweeps.sweep_and_runs(sweep_id)
        for trial in trials_of(found, runs):
            if trial.number not in seen and (trial.complete or trial.given_up):
                seen.add(trial.number)
                yield trial
        if found.state is not SweepState.ACTIVE:
            return


def _as_json(trial: Trial) -> dict[str, Any]:
    values: dict[str, Any] = {"trial": trial.number, "state": trial.words, "settings": trial.setting}
    values |= {"validation_accuracy": trial.accuracy, "spread": trial.spread}
    return values | {"runs": [run.id for run in trial.runs]}


def _print_json(sweep_id: int, _plan: Plan, trials: Iterator[Trial]) -> None:
    for trial in trials:
        print(json.dumps({"sweep_id": sweep_id, **_as_json(trial)}), flush=True)


def _draw_bar(sweep_id: int, plan: Plan, trials: Iterator[Trial]) -> None:
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed:.0f} of {task.total:.0f}"))
    best = 0.0
    with Progress(*columns, TimeElapsedColumn(), console=console(stderr=True)) as bar:
        task = bar.add_task(f"Sweep {sweep_id}: {counted(plan.runs, 'run')}", total=plan.trials)
        for trial in trials:
            best = max(best, (trial.accuracy or 0.0) if trial.complete else 0.0)
            bar.update(task, advance=1, description=f"Sweep {sweep_id}: best validation accuracy {percent(best)}")
            accuracy = "" if trial.accuracy is None else f", validation accuracy {percent(trial.accuracy)}"
            bar.console.print(f"{in_words(trial.setting)}: {trial.words}{accuracy}")


def _conclude(sweeps: SweepStore, sweep_id: int, as_json: bool) -> int:
    found, runs = sweeps.sweep_and_runs(sweep_id)
    if found.state is SweepState.FAILED:
        raise UserError(f"Sweep {sweep_id} failed. {found.message}")
    trials = trials_of(found, runs)
    if as_json:
        print(json.dumps(_result(found, trials)), flush=True)
    else:
        _print_result(found, trials)
    return 0


def _result(found: Sweep, trials: list[Trial]) -> dict[str, Any]:
    saved = saving(trials)
    values = {"sweep_id": found.id, "state": found.state, "settings_complete": len(ranked(trials))}
    values |= {"importance": found.importance, "epochs_saved": saved.epochs, "seconds_saved": saved.seconds}
    for best in ranked(trials)[:1]:
        values |= {"best": _as_json(best), "validation_accuracy": best.accuracy, "test_accuracy": best.test_accuracy}
    return values


def _print_result(found: Sweep, trials: list[Trial]) -> None:
    names = found.plan.space.names
    table = Table("Rank", *(label(name) for name in names), "Validation accuracy", "State", "Runs")
    best = ranked(trials)
    for place, trial in enumerate([*best, *(trial for trial in trials if not trial.complete)], 1):
        spread = "" if trial.spread is None else f" ± {100 * trial.spread:.2f}"
        accuracy = "" if trial.accuracy is None else f"{percent(trial.accuracy)}{spread}"
        cells = [value_in_words(trial.setting[name]) for name in names]
        numbers = ", ".join(str(run.id) for run in trial.runs)
        table.add_row(str(place) if trial.complete else "", *cells, accuracy, trial.words.capitalize(), numbers)
    screen = console()
    screen.print(table)
    seconds = sum(run.seconds for trial in trials for run in trial.runs)
    ended = f"Sweep {found.id} is {found.state.word.lower()} after {duration_in_words(seconds)} of training."
    screen.print(for_terminal(f"{ended} {found.message}"))
    saved = saving(trials)
    if saved.trials:
        stopped = f"{counted(saved.trials, 'setting')} stopped early"
        screen.print(f"{stopped}: this saved {counted(saved.epochs, 'epoch')}, {about(saved.seconds)} of training.")
    if best:
        tested = "" if best[0].test_accuracy is None else f" Test accuracy: {percent(best[0].test_accuracy)}. {WHY}"
        screen.print(f"Best: {in_words(best[0].setting)}.{tested}")
