"""Runs that start from the weights of another run, their parent: what they keep of it, and what is refused."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
import sqlalchemy as sa

from mnist_core.config import ConfigError, TrainConfig
from mnist_core.data import MNIST_SHA256
from mnist_core.errors import UserError
from mnist_core.evaluation import Score
from mnist_core.model.architecture import Architecture, Hidden
from mnist_core.network import Network
from mnist_core.progress import Checkpoint
from mnist_core.runs import (
    STARTER,
    DatasetStore,
    ImportedNetwork,
    JobQueue,
    NewSeed,
    Parent,
    ParentError,
    RunStore,
    State,
    WorkQueue,
    enforce_store_limit,
)
from mnist_core.runs.retention import size
from mnist_core.runs.schema import blobs, runs, starting_weights
from mnist_core.runs.sweeps.records import Decision, NewRun
from mnist_core.runs.sweeps.store import SweepStore
from mnist_core.search.plan import Plan
from mnist_core.search.space import Space
from scripts.running_app import wait_until
from tests.support.databases import both_databases, change, claim, count_of, somebody_waits
from tests.support.idx_server import small_dataset
from tests.support.runs_with_networks import BARS, CONFIG, add_run_with_network, network

SLOWER = replace(CONFIG, learning_rate=0.0001)
A_DAY = 24 * 3600


def parent_of(store: RunStore, run_id: int) -> Parent:
    return store.parent_network(run_id).parent


def add_child(store: RunStore, run_id: int, config: TrainConfig = SLOWER, dataset: str = BARS.sha256) -> int:
    return store.submit(config, owner="ben", dataset=dataset, parent=parent_of(store, run_id))


def train_further(store: RunStore, run_id: int) -> None:
    """Let a finished run have another epoch, after which its network reads otherwise."""
    store.extend(run_id)
    queue = WorkQueue(store)
    turn = claim(queue, run_id=run_id)
    assert turn.checkpoint
    later = turn.checkpoint._replace(step=6, network=network((1, 2, 0)).to_bytes())
    queue.record(turn, [], 1.0, later, release=True)


@both_databases
def test_a_run_begins_with_the_weights_of_its_parent_and_names_it(store):
    parent = add_run_with_network(store, State.FINISHED)
    child = store.run(add_child(store, parent))
    turn = claim(WorkQueue(store), run_id=child.id)
    assert turn.checkpoint == Checkpoint(0, store.network_bytes(parent), b"")
    assert child.parent == Parent(parent, 2.0, parent_of(store, parent).sha256)
    assert child.description == (
        f"continues run {parent} after epoch 2, 3 units, 2 epochs, batch 300, learning rate 0.0001, shapes"
    )


def test_the_epoch_of_a_parent_is_the_one_that_early_stopping_has_kept(store):
    stopping = replace(CONFIG, epochs=9, validation_images=100, patience=1)
    parent = add_run_with_network(store, State.FINISHED, config=stopping, kept_epoch=1)
    assert parent_of(store, parent).in_words == f"run {parent} after epoch 1"


def test_the_epoch_of_a_parent_that_was_stopped_is_a_fraction():
    assert Parent(7, 2.5, "").in_words == "run 7 after 2.5 epochs"
    assert Parent(7, None, "").in_words == "run 7"
    assert Parent(STARTER, None, "").in_words == "the starter network"


@both_databases
def test_a_run_keeps_what_it_started_from_whatever_becomes_of_its_parent(store, clock):
    parent = add_run_with_network(store, State.FINISHED)
    before, child = store.network_bytes(parent), add_child(store, parent)
    train_further(store, parent)
    store.delete(parent)
    clock.now += 2 * A_DAY
    assert store.purge() == 1
    assert claim(WorkQueue(store), run_id=child).checkpoint == Checkpoint(0, before, b"")
    assert store.starting_network(store.run(child)) == before
    again = store.submit(replace(SLOWER, seed=1), dataset=BARS.sha256, parent=store.run(child).parent)
    assert store.run(again).parent == store.run(child).parent
    assert store.known_parent(store.run(child).parent).config.hidden_units == 3


def test_weights_are_stored_once_for_all_and_deleted_with_the_last_run_that_started_from_them(store, clock):
    parent = add_run_with_network(store, State.FINISHED)
    children = [add_child(store, parent), add_child(store, parent, CONFIG)]
    assert count_of(store, starting_weights) == 1
    for child, left in zip(children, (1, 0), strict=True):
        store.delete(child)
        clock.now += 2 * A_DAY
        store.purge()
        assert count_of(store, starting_weights) == left


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_weights_from_which_a_run_starts_in_this_moment_are_not_deleted(store, clock):
    """The last run that started from them goes for good while the next one is written; SQLite has one writer."""
    first = store.run(add_child(store, add_run_with_network(store, State.FINISHED)))
    weights = store.starting_network(first)
    store.delete(first.id)
    clock.now += 2 * A_DAY
    with ThreadPoolExecutor() as worker:

        @sa.event.listens_for(store.engine, "before_cursor_execute")
        def purge_before_the_run_is_written(_connection, _cursor, statement, *_rest):
            if statement.startswith("INSERT INTO runs"):
                purging = worker.submit(store.purge)
                wait_until(lambda: purging.done() or somebody_waits(store), "the purge has ended, or waits for us")

        next_run = store.submit(SLOWER, dataset=BARS.sha256, parent=first.parent)
    assert store.starting_network(store.run(next_run)) == weights


def test_starting_weights_count_for_the_limit_of_the_store(store):
    parent = add_run_with_network(store, State.FINISHED)
    with store.reading() as connection:
        before = size(connection)
    add_child(store, parent)
    with store.reading() as connection:
        assert size(connection) == before + len(store.network_bytes(parent))
    assert enforce_store_limit(store, 10**9) is None


def test_a_chain_of_runs_each_starts_where_the_one_before_has_ended(store):
    first = add_run_with_network(store, State.FINISHED)
    second = add_child(store, first)
    queue = WorkQueue(store)
    turn = claim(queue, run_id=second)
    assert turn.checkpoint
    queue.record(turn, [], 1.0, turn.checkpoint._replace(step=4, network=network((2, 1, 0)).to_bytes()), release=True)
    third = store.run(add_child(store, second))
    assert third.parent is not None
    assert (third.parent.id, third.parent.epochs) == (second, 2.0)
    assert store.starting_network(third) == network((2, 1, 0)).to_bytes()


def test_anybody_may_continue_anybodys_run_also_one_that_was_paused_or_stopped(store):
    for state in (State.PAUSED, State.STOPPED, State.FAILED):
        parent = add_run_with_network(store, state, owner="ada")
        assert store.run(add_child(store, parent)).parent == Parent(parent, 1.0, parent_of(store, parent).sha256)


def test_the_starter_network_may_be_a_parent(store):
    child = store.run(store.submit(TrainConfig(epochs=1), parent=parent_of(store, STARTER)))
    assert child.description == "continues the starter network, 256 units, 1 epoch, batch 128"
    start = store.starting_network(child)
    assert start is not None
    assert np.array_equal(Network.from_bytes(start).weights[0], Network.load("starter").weights[0])


def test_settings_that_fix_the_shapes_of_the_weights_must_be_those_of_the_parent(store):
    parent = add_run_with_network(store, State.FINISHED)
    with pytest.raises(ConfigError, match=rf"^Hidden units must be 3, as in run {parent}, not 4\.$") as error:
        add_child(store, parent, replace(SLOWER, hidden_units=4))
    assert error.value.setting == "hidden_units"
    with pytest.raises(ConfigError, match=f"^Activation must be relu, as in run {parent}, not 'tanh'.$"):
        add_child(store, parent, replace(SLOWER, activation="tanh"))
    assert len(store.runs()) == 1


def test_batch_normalisation_of_a_parent_is_part_of_the_weights_that_a_run_starts_from(store):
    parent = add_run_with_network(store, State.FINISHED, config=replace(CONFIG, batch_normalisation=True))
    assert not store.parent_network(parent).config.batch_normalisation
    with pytest.raises(ConfigError, match="Batch normalisation must be off for a run that starts from the weights of"):
        add_child(store, parent, replace(SLOWER, batch_normalisation=True))


def test_the_dataset_must_have_as_many_classes_but_need_not_be_the_same(store):
    parent = add_run_with_network(store, State.FINISHED)
    other = DatasetStore(store).add(small_dataset("other bars", seed=5)).sha256
    assert store.run(add_child(store, parent, dataset=other)).dataset_sha256 == other
    with pytest.raises(ParentError, match=f"^The dataset has 10 classes, but run {parent} tells 3 apart: choose a "):
        add_child(store, parent, dataset=MNIST_SHA256)
    fewer = DatasetStore(store).add(small_dataset("two bars", classes=2)).sha256
    with pytest.raises(ParentError, match=f"^The dataset has 2 classes, but run {parent} tells 3 apart: choose a "):
        add_child(store, parent, dataset=fewer)


def test_what_has_no_finished_network_is_no_parent(store):
    waiting = store.submit(CONFIG, dataset=DatasetStore(store).add(BARS).sha256)
    with pytest.raises(ParentError, match=rf"^Run {waiting} is in training\. Wait until it has ended, or pause it\.$"):
        add_child(store, waiting)
    store.stop(waiting)
    with pytest.raises(ParentError, match=rf"^Run {waiting} has no network to continue from\.$"):
        add_child(store, waiting)
    deleted = add_run_with_network(store, State.FINISHED)
    parent = parent_of(store, deleted)
    store.delete(deleted)
    for chosen in (parent, Parent(99, 1.0, "0" * 64)):
        with pytest.raises(ParentError, match=rf"^Run {chosen.id} was deleted, so it cannot be continued\.$"):
            store.submit(SLOWER, dataset=BARS.sha256, parent=chosen)


def test_a_parent_that_was_trained_further_since_it_was_chosen_must_be_chosen_again(store):
    run_id = add_run_with_network(store, State.FINISHED)
    chosen = parent_of(store, run_id)
    train_further(store, run_id)
    with pytest.raises(ParentError, match=rf"^Run {run_id} has been trained further since you chose it\."):
        store.submit(SLOWER, dataset=BARS.sha256, parent=chosen)
    assert store.known_parent(chosen).parent == Parent(run_id, 3.0, parent_of(store, run_id).sha256)


def test_weights_that_are_not_finite_are_none_to_start_from(store):
    diverged = network()
    diverged.weights[1][0] = np.nan
    run_id = add_run_with_network(store, State.FINISHED)
    data = diverged.to_bytes()
    broken = {"data": data, "sha256": hashlib.sha256(data).hexdigest()}
    with store.writing() as connection:
        connection.execute(blobs.update().where(blobs.c.kind == "network").values(broken))
    with pytest.raises(ParentError, match="some of its weights are not finite"):
        parent_of(store, run_id)


@pytest.mark.parametrize("data", [b"something else", network((2, 1, 0)).to_bytes()], ids=["no network", "another one"])
def test_a_run_whose_starting_weights_are_damaged_fails_and_says_so(store, data):
    child = add_child(store, add_run_with_network(store, State.FINISHED))
    change(store, starting_weights, data=data)
    turn = claim(WorkQueue(store), run_id=child)
    assert turn.checkpoint is not None
    with pytest.raises(UserError, match="damaged"):
        Network.from_bytes(turn.checkpoint.network)


# -- imported networks --------------------------------------------------------------------------


def add_import(store: RunStore, layers: Architecture, config: TrainConfig, found: Network) -> int:
    queue = JobQueue(store)
    queue.submit_import(b"a file", "brought.keras", "ada", "Ada", DatasetStore(store).add(BARS).sha256)
    job = queue.claim("worker")
    assert job is not None
    queue.finish_import(job, ImportedNetwork(found.to_bytes(), config, Score(0.5, 0.9), layers))
    return store.runs()[0].id


def test_an_imported_network_is_a_parent_if_the_settings_describe_its_layers(store):
    fits = add_import(store, network().architecture, replace(CONFIG, epochs=1), network())
    child = store.run(add_child(store, fits))
    assert child.parent == Parent(fits, None, parent_of(store, fits).sha256)
    assert store.parent_network(fits).config.epochs == 5, "how long it was trained is unknown, so the default"


def test_of_other_imported_networks_the_text_says_what_does_not_fit(store):
    layers = Architecture((Hidden(3, "leaky_relu"),), 3)
    leaky = add_import(store, layers, replace(CONFIG, epochs=1), network())
    with pytest.raises(ParentError, match=r"the layers of the imported network \(3 units, leaky_relu\) are none that"):
        parent_of(store, leaky)
    scaled = replace(network(), scaling="l2_image")
    other = add_import(store, network().architecture, replace(CONFIG, epochs=1), scaled)
    with pytest.raises(ParentError, match=r"was trained on pixels that have length 1 in each image \(L2\), which"):
        parent_of(store, other)


# -- seeds and sweeps ---------------------------------------------------------------------------


def test_only_runs_with_the_same_parent_count_as_runs_of_the_same_settings(store):
    run_id = add_run_with_network(store, State.FINISHED)
    parent, child = parent_of(store, run_id), add_child(store, run_id, CONFIG)
    assert [run.id for run in store.runs_with_settings(CONFIG, BARS.sha256)] == [run_id]
    assert [run.id for run in store.runs_with_settings(CONFIG, BARS.sha256, parent)] == [child]
    assert store.new_seed(SLOWER, BARS.sha256, NewSeed.UNUSED, "ada", parent) == 0
    assert store.new_seed(CONFIG, BARS.sha256, NewSeed.UNUSED, "ada", parent) == 1


@both_databases
def test_all_runs_of_a_sweep_start_from_its_parent_even_if_that_is_deleted(store, clock):
    run_id, sweeps = add_run_with_network(store, State.FINISHED), SweepStore(store)
    parent, before = parent_of(store, run_id), store.network_bytes(run_id)
    plan = Plan(replace(CONFIG, validation_images=100), Space.parse({"learning_rate": "0.001, 0.0001"}))
    number = sweeps.submit(plan, owner="ada", dataset=BARS.sha256, parent=parent)
    assert sweeps.sweep(number).parent == parent
    store.delete(run_id)
    clock.now += 2 * A_DAY
    store.purge()
    turn = sweeps.claim("worker")
    assert turn is not None
    sweeps.record(turn, Decision(1, start=[NewRun(0, plan.run_config({"learning_rate": 0.001}, 0))]))
    (made,) = sweeps.runs(number)
    assert made.parent == parent
    assert store.starting_network(made) == before


def test_a_sweep_from_a_parent_cannot_vary_the_shapes_of_the_weights(store):
    parent = parent_of(store, add_run_with_network(store, State.FINISHED))
    plan = Plan(replace(CONFIG, validation_images=100), Space.parse({"hidden_units": "3, 4"}))
    with pytest.raises(ConfigError, match=r"^Hidden units must be 3, as in run 1, not 4\."):
        SweepStore(store).submit(plan, owner="ada", dataset=BARS.sha256, parent=parent)
    with store.reading() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(runs)) == 1
