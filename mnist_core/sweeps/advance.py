"""How a worker advances a sweep: it claims one with a pending decision, decides, and writes the decision at once."""

from __future__ import annotations

import contextlib
import traceback
from dataclasses import replace

from mnist_core.errors import UserError
from mnist_core.evaluation import Score, score
from mnist_core.model.numpy_network import Network
from mnist_core.runs import DatasetStore, LeaseLost, Run, State, StoreError
from mnist_core.runs.leases import KeepAlive
from mnist_core.runs.sweeps.records import Decision, NewRun, SweepTurn
from mnist_core.runs.sweeps.store import SweepStore
from mnist_core.sweeps import study
from mnist_core.sweeps.trials import Trial, ranked, trials_of
from mnist_core.text.sentence import sentence_of

LIMIT_REACHED = "The limit on training time was reached."


def advance_next_sweep(sweeps: SweepStore, worker: str, keep_alive: KeepAlive = contextlib.nullcontext) -> bool:
    """Advance one sweep that has a pending decision, and return whether there was one.

    Raises `StoreError` if the store cannot be used. The lease expires then, and the sweep is advanced later.
    """
    turn = sweeps.claim(worker)
    if turn is None:
        return False
    # If the lease is lost, the sweep was paused, cancelled or claimed by another worker, and nothing is written.
    with keep_alive(turn.lease), contextlib.suppress(LeaseLost):
        try:
            sweeps.record(turn, decide(sweeps, turn))
        except (LeaseLost, StoreError):
            raise
        except UserError as error:
            sweeps.fail(turn, sentence_of(error))
        except Exception as error:
            traceback.print_exc()
            sweeps.fail(turn, f"Choosing the next settings failed unexpectedly ({type(error).__name__}: {error}).")
    return True


def decide(sweeps: SweepStore, turn: SweepTurn) -> Decision:
    """Return what is to be done next for a sweep. Writes nothing."""
    plan = turn.sweep.plan
    trials = trials_of(turn.sweep, turn.runs)
    going = [run for run in turn.runs if run.state in (State.ACTIVE, State.PAUSED) and run.deleted_at is None]
    spent = plan.limit_seconds is not None and sum(run.seconds for run in turn.runs) >= plan.limit_seconds
    message = LIMIT_REACHED if spent and (going or turn.sweep.made < plan.runs) else ""
    if not going and (spent or turn.sweep.made >= plan.runs):
        return replace(_conclusion(sweeps, turn, trials), message=message)
    if spent:
        return Decision(turn.sweep.made, stop=[run.id for run in going], message=message)
    judged, stopped = _judge(turn, trials) if plan.pruning else ({}, [])
    active = sum(run.state is State.ACTIVE and run.id not in stopped for run in going)
    room = max(0 if active else 1, turn.workers - active)
    decision = Decision(turn.sweep.made, prune=stopped, judged=judged)
    given_up = {trial.number for trial in trials if trial.given_up or any(run.id in stopped for run in trial.runs)}
    return _begin(turn, trials, given_up, room, decision)


def _judge(turn: SweepTurn, trials: list[Trial]) -> tuple[dict[int, int], list[int]]:
    """Judge settings whose runs have finished another epoch. Return their new judged steps, and the runs to stop."""
    judged: dict[int, int] = {}
    stopped: list[int] = []
    for trial in trials:
        fresh = {
            run.id: run.epochs_done * run.steps_per_epoch
            for run in trial.runs
            if run.state is State.ACTIVE and run.epochs_done * run.steps_per_epoch > turn.judged[run.id]
        }
        judged |= fresh
        if fresh and study.should_prune(turn.sweep.plan, trials, turn.curves, trial):
            stopped += [run.id for run in trial.runs if run.state is State.ACTIVE]
    return judged, stopped


def _begin(turn: SweepTurn, trials: list[Trial], given_up: set[int], room: int, decision: Decision) -> Decision:
    """Add up to `room` new runs to a decision: first the remaining seeds of the latest setting, then new settings."""
    plan, made = turn.sweep.plan, turn.sweep.made
    settings = {trial.number: trial.setting for trial in trials}
    start: list[NewRun] = []
    known = list(trials)  # and those started in this turn
    while len(start) < room and made < plan.runs:
        number, seed = divmod(made, plan.seeds)
        made += 1
        if number in given_up:
            continue
        if number not in settings:
            settings[number] = study.next_setting(plan, known, turn.curves, number)
        start.append(NewRun(number, plan.run_config(settings[number], seed)))
        if not seed:
            known.append(Trial(number, (), settings[number], plan.seeds))
    return replace(decision, made=made, start=start)


def _conclusion(sweeps: SweepStore, turn: SweepTurn, trials: list[Trial]) -> Decision:
    """End the sweep: evaluate the best setting on the test images, for the first time, and compute the importances."""
    best = ranked(trials)[:1]
    tested = {run.id: _test(sweeps, run) for trial in best for run in trial.runs}
    found = study.importance(turn.sweep.plan, trials, turn.curves)
    return Decision(turn.sweep.made, finished=True, importance=found, tested=tested)


def _test(sweeps: SweepStore, run: Run) -> Score:
    dataset = DatasetStore(sweeps.store).load(run.dataset_sha256)
    network = Network.from_bytes(sweeps.store.network_bytes(run.id))
    return score(network.predict(dataset.test_images), dataset.test_labels)
