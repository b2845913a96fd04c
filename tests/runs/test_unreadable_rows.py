"""Rows that this program cannot read, of a newer one or damaged, are shown as that, and are nobody else's trouble."""

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

import pytest

from mnist_core.cli.main import main
from mnist_core.config import TrainConfig
from mnist_core.data import MNIST_SHA256, DatasetError
from mnist_core.ledger import frame_of
from mnist_core.runs import (
    DatasetStore,
    HandwritingStore,
    JobQueue,
    JobState,
    Requester,
    RunStore,
    State,
    WorkQueue,
    WrongState,
    retention_notice,
    schema,
)
from mnist_core.runs.pending_measurements import next_unmeasured
from mnist_core.runs.run_records import SweepState
from mnist_core.runs.sweeps.store import SweepStore
from mnist_core.search.plan import Plan
from mnist_core.sweeps.advance import advance_next_sweep
from mnist_core.workers.worker import Worker
from tests.conftest import SMALL
from tests.support.idx_server import small_dataset
from tests.support.sweep_steps import GRID, TINY
from tests.support.visits import ME, SOMEBODY_ELSE

WORDS = "cannot be read by this program"
NEWER = json.dumps(asdict(TrainConfig()) | {"convolutions": 3})
DAMAGES: dict[str, dict[str, Any]] = {
    "settings of a newer program": {"config": NEWER},
    "settings beyond the limits": {"config": '{"epochs": 1e400}'},
    "settings that are no object": {"config": "[1]"},
    "half of the settings": {"config": '{"epochs": 5, "batch'},
    "no settings": {"config": ""},
    "deep nonsense": {"config": "[" * 100_000},
    "bytes": {"config": b"\xff\x00\xfe"},
    "an unknown state": {"state": "archived"},
    "a state that is never written": {"state": "damaged"},
    "no steps": {"steps_per_epoch": 0},
    "a word for a number": {"test_accuracy": "high", "created_at": "yesterday"},
    "an unknown network": {"architecture": '{"kind": "transformer"}'},
}


def damage(store: RunStore, table: str, values: Mapping[str, Any], key: str = "id", of: object = 1) -> None:
    """Write what no program of this version would, without its help."""
    assignments = ", ".join(f"{name} = ?" for name in values)
    with store.writing() as connection:
        connection.exec_driver_sql(f"UPDATE {table} SET {assignments} WHERE {key} = ?", (*values.values(), of))  # noqa: S608


@pytest.mark.slow
@pytest.mark.parametrize("values", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_run_is_shown_as_such_and_can_only_be_deleted(store, make_run, values):
    damaged, well = make_run(State.FINISHED, name="the other"), make_run(State.FINISHED)
    damage(store, "runs", values, of=damaged)
    run = store.run(damaged)
    assert (run.state, run.status, run.name) == (State.DAMAGED, "Damaged", "the other")
    assert WORDS in run.message
    assert len(run.message) < 600
    assert (run.step, run.test_accuracy, run.description) == (0, None, "its settings cannot be read")
    assert [it.id for it in store.runs()] == [well, damaged]
    frame = frame_of(store.runs(), {})
    assert frame.loc[damaged, ["epochs", "parameters", "test_accuracy"]].isna().all()
    assert frame.loc[well, "epochs"] == SMALL.epochs
    for action in (store.pause, store.resume, store.stop, store.extend, store.pin, lambda it: store.rename(it, "x")):
        with pytest.raises(WrongState):
            action(damaged)
    assert next_unmeasured(store) is None or next_unmeasured(store) != run
    store.delete(damaged)
    assert [it.id for it in store.runs()] == [well]
    store.restore(damaged)
    assert len(store.runs()) == 2


@pytest.mark.parametrize("what", ["settings of a newer program", "no steps"])
def test_a_damaged_run_holds_up_no_worker_and_none_of_its_owners_other_runs(store, what):
    damaged, next_one = store.submit(SMALL, owner=ME), store.submit(replace(SMALL, seed=1), owner=ME)
    damage(store, "runs", DAMAGES[what], of=damaged)
    turn = WorkQueue(store).claim("worker")
    assert turn is None or turn.run.id == next_one
    turn = turn or WorkQueue(store).claim("worker")
    assert turn is not None
    assert turn.run.id == next_one
    damage(store, "runs", {"config": SMALL.to_json(), "steps_per_epoch": 118}, of=damaged)
    run = store.run(damaged)
    assert run.state is State.FAILED
    assert WORDS in run.message, "and once it can be read again, it can be resumed"
    store.resume(damaged)


@pytest.mark.slow
def test_settings_that_are_damaged_in_the_middle_of_a_training_fail_it_with_a_sentence(store, monkeypatch):
    run_id = store.submit(replace(SMALL, epochs=50))
    worker = Worker(store)
    claim = worker.queue.claim

    def claim_and_damage(*arguments):
        turn = claim(*arguments)
        damage(store, "runs", DAMAGES["settings of a newer program"], of=run_id)
        return turn

    monkeypatch.setattr(worker.queue, "claim", claim_and_damage)
    assert worker.work(run_id)
    with store.reading() as connection:
        state, message = connection.exec_driver_sql("SELECT state, message FROM runs").one()
    assert state == "failed"
    assert "convolutions" in message


@pytest.mark.slow
@pytest.mark.parametrize("owner", [ME, SOMEBODY_ELSE])
def test_no_page_breaks_on_a_damaged_run(open_page, store, make_run, owner):
    damaged, well = make_run(State.FINISHED, owner=owner), make_run(State.FINISHED)
    damage(store, "runs", DAMAGES["settings of a newer program"], of=damaged)
    page = open_page("train/page.py", run=well)
    for place in ("compare/runs.py", "evaluate/page.py", "draw/page.py", "compare/sweeps.py"):
        for asked in (damaged, well):
            page.go_to(place, asked)  # which fails if the page breaks
    page.go_to("train/page.py", damaged)
    assert "Damaged" in page.words
    assert WORDS in page.words
    assert not {"Resume", "Stop", "Pause", "+1 epoch"} & page.buttons


def test_a_damaged_run_can_be_deleted_in_the_ledger(open_page, store, make_run):
    damaged = make_run(State.FINISHED)
    damage(store, "runs", DAMAGES["an unknown state"], of=damaged)
    page = open_page("compare/runs.py")
    assert page.app.dataframe[0].value["State"].tolist() == ["Damaged"]
    table = page.app.dataframe[0]
    page.app.session_state[table.key] = {"selection": {"rows": [0], "columns": [], "cells": []}}
    page.rerun()
    assert "Delete" in page.buttons
    assert not {"Open", "Evaluate", "Edit", "Pin", "Stop"} & page.buttons


def test_terminal_lists_damaged_runs_and_datasets(store, make_run, capsys):
    damaged = make_run(State.FINISHED)
    damage(store, "runs", DAMAGES["half of the settings"], of=damaged)
    kept = DatasetStore(store).add(small_dataset(classes=2))
    damage(store, "datasets", {"class_names": "{"}, key="sha256", of=kept.sha256)
    for arguments in (["runs"], ["runs", "--json"], ["data"], ["data", "--json"]):
        assert main(arguments) == 0
        assert "amaged" in capsys.readouterr().out


def test_a_damaged_sweep_is_shown_as_such_and_fails_when_it_is_its_turn(open_page, store):
    sweeps = SweepStore(store)
    number = sweeps.submit(Plan(TINY, GRID), owner=ME)
    page = open_page("compare/sweeps.py")
    for values in ({"space": '{"width": [1]}'}, {"sampler": "bayes"}, {"config": NEWER}, {"importance": "x"}):
        before = sweeps.sweep(number)
        damage(store, "sweeps", values, of=number)
        found, _ = sweeps.sweep_and_runs(number)
        assert found.state is SweepState.DAMAGED
        assert WORDS in found.message
        assert [it.state for it in sweeps.sweeps()] == [SweepState.DAMAGED]
        page.rerun()
        assert WORDS in page.words
        undo = {"space": before.plan.space.to_json(), "sampler": "grid", "config": before.plan.base.to_json()}
        damage(store, "sweeps", undo | {"importance": ""}, of=number)
        page.rerun()
        assert WORDS not in page.words
    second = sweeps.submit(Plan(TINY, GRID), owner=ME)
    damage(store, "sweeps", {"space": "?"}, of=number)
    assert not advance_next_sweep(sweeps, "worker")
    assert advance_next_sweep(sweeps, "worker"), "the next one of its owner"
    assert [run.sweep_id for run in store.runs()] == [second]


def test_a_sweep_with_a_damaged_run_gives_up_this_setting_and_goes_on(store):
    sweeps = SweepStore(store)
    number = sweeps.submit(Plan(TINY, GRID), owner=ME)
    assert advance_next_sweep(sweeps, "worker")
    (run,) = sweeps.runs(number)
    damage(store, "runs", {"config": NEWER, "state": "failed"}, of=run.id)
    assert advance_next_sweep(sweeps, "worker")
    assert len(sweeps.runs(number)) == 2


@pytest.mark.slow
@pytest.mark.parametrize("values", [{"class_names": "{"}, {"class_names": "[]"}, {"train_images": "many"}])
def test_a_damaged_dataset_is_listed_and_can_be_deleted_and_says_what_is_wrong_when_used(open_page, store, values):
    kept = DatasetStore(store).add(small_dataset(classes=2), owner=ME)
    damage(store, "datasets", values, key="sha256", of=kept.sha256)
    listed = DatasetStore(store).all()
    assert [info.sha256 for info in listed] == [MNIST_SHA256, kept.sha256]
    assert listed[1].title.endswith("(damaged)")
    for use in (DatasetStore(store).info, DatasetStore(store).load, lambda sha256: store.submit(SMALL, dataset=sha256)):
        with pytest.raises(DatasetError, match=WORDS):
            use(kept.sha256)
    for place in ("data/page.py", "train/page.py"):
        page = open_page(place)
        next(box for box in page.app.selectbox if box.label == "Dataset").select(kept.sha256)
        page.rerun()
        assert WORDS in page.words
    DatasetStore(store).delete(kept.sha256, Requester(ME))
    assert len(DatasetStore(store).all()) == 1


def test_a_damaged_handwriting_set_breaks_no_page(open_page, store):
    number = HandwritingStore(store).create("Class 7b", ("0", "1"), ME, "")
    damage(store, "handwriting_sets", {"class_names": "["}, of=number)
    page = open_page("train/page.py")
    for place in ("draw/page.py", "draw/handwriting.py"):
        page.go_to(place)
    assert WORDS in page.words


def test_a_damaged_job_has_failed_and_a_damaged_announcement_is_none(store, make_run):
    jobs = JobQueue(store)
    number = jobs.export(make_run(State.FINISHED), 236, "npz", "a.npz", ME)
    damage(store, "jobs", {"state": "asleep"}, of=number)
    assert jobs.job(number).state is JobState.FAILED
    assert WORDS in jobs.job(number).message
    with store.writing() as connection:
        connection.execute(schema.meta.insert().values(key="freed", value='{"unknown": 1}'))
    assert retention_notice(store) == ""
