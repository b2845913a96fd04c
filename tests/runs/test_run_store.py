"""What a store keeps of runs: their settings, what workers report, how their networks read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mnist_core.config import TrainConfig, lower_learning_rate
from mnist_core.data import DatasetError
from mnist_core.diagnosis.remedies import remedy_for
from mnist_core.evaluation import Score
from mnist_core.evaluation.metrics import Measurement
from mnist_core.progress import Checkpoint, ProgressPoint
from mnist_core.runs import BulkOperations, DamagedBlob, Failure, NoNetworkYet, RunNotFound, State, schema
from mnist_core.runs.pending_measurements import next_unmeasured, store_measurement
from mnist_core.runs.schema import runs
from tests.support.databases import CONFIG, add_run, both_databases, claim

CHECKPOINT = Checkpoint(26, b"a network", b"an optimizer")


@both_databases
def test_submitted_run_waits_with_all_its_settings(store):
    config = TrainConfig(hidden_units=64, dropout=0.2)
    run_id = store.submit(config, owner="me", nickname="Ada", name="  first \n try ")
    run = store.run(run_id)
    assert (run.config, run.owner, run.nickname, run.name) == (config, "me", "Ada", "first try")
    assert (run.state, run.step, run.steps, run.epoch) == (State.ACTIVE, 0, 5 * 469, 1)
    assert (run.leased, run.pinned, run.status) == (False, False, "Waiting")
    assert store.history(run_id).points == ()


def test_run_that_does_not_fit_the_dataset_is_refused(store):
    with pytest.raises(DatasetError, match="There is no dataset named"):
        store.submit(TrainConfig(), dataset="cats")
    assert store.runs() == []


def test_runs_are_listed_newest_first_and_by_owner(store):
    ids = [store.submit(TrainConfig(), owner=owner) for owner in ("a", "b", "a")]
    assert [run.id for run in store.runs()] == ids[::-1]
    assert [run.id for run in store.runs("a")] == [ids[2], ids[0]]
    assert store.runs("nobody") == []


def test_names_are_kept_up_to_80_characters(store):
    run_id = store.submit(TrainConfig(), name="n" * 100, nickname="a" * 100)
    assert (store.run(run_id).name, store.run(run_id).nickname) == ("n" * 79 + "…", "a" * 79 + "…")
    store.rename(run_id, "m" * 80)
    assert store.run(run_id).name == "m" * 80
    store.rename(run_id, "")
    assert store.run(run_id).name == ""


# -- what workers report ------------------------------------------------------------------------


@both_databases
def test_progress_checkpoint_and_test_values_are_kept(store, queue):
    run_id = store.submit(TrainConfig())
    points = [ProgressPoint(26, 1, 0.9, 0.7), ProgressPoint(469, 1, 0.5, 0.8, 0.4, 0.9)]
    queue.record(claim(queue), points, 1.5, CHECKPOINT._replace(step=469), release=True)
    run, history = store.run(run_id), store.history(run_id)
    assert (run.step, run.loss, run.accuracy, run.test_accuracy, run.seconds) == (469, 0.5, 0.8, 0.9, 1.5)
    assert (run.epochs_done, run.epoch) == (1, 2)
    assert [point._replace(seconds=None) for point in history.points] == points
    assert history.column("seconds") == pytest.approx([1.5 * 26 / 469, 1.5])
    assert [point.step for point in history.tested] == [469]
    assert history.epochs == pytest.approx([26 / 469, 1])
    assert store.network_bytes(run_id) == b"a network"
    assert claim(queue).checkpoint == CHECKPOINT._replace(step=469)


@both_databases
def test_what_is_reported_again_of_a_step_takes_the_place_of_what_was_known(store, queue):
    run_id = store.submit(TrainConfig())
    queue.record(
        claim(queue), [ProgressPoint(26, 1, 0.9, 0.7), ProgressPoint(52, 1, 0.8, 0.75)], 1.0, CHECKPOINT, release=True
    )
    again = [
        ProgressPoint(26, 1, 0.91, 0.71),
        ProgressPoint(52, 1, 0.81, 0.76, 0.4, 0.9, 0.3, 0.95),
        ProgressPoint(78, 2, 0.7, 0.8),
    ]
    queue.record(claim(queue), again, 1.0, Checkpoint(78, b"another network", b"another optimizer"))
    assert [point._replace(seconds=None) for point in store.history(run_id).points] == again
    assert store.checkpoint(run_id) == Checkpoint(78, b"another network", b"another optimizer")


def test_each_reports_time_is_shared_among_its_steps(store, queue):
    """After 2 s at step 100, a report of 1 s up to step 300: 0.5 s for each 100 steps."""
    run_id = store.submit(TrainConfig())
    turn = claim(queue)
    queue.record(turn, [ProgressPoint(50, 1, 0.9, 0.7), ProgressPoint(100, 1, 0.9, 0.7)], 2.0)
    queue.record(turn, [ProgressPoint(200, 1, 0.9, 0.7), ProgressPoint(300, 1, 0.9, 0.7)], 1.0)
    assert store.history(run_id).column("seconds") == [1.0, 2.0, 2.5, 3.0]
    assert store.run(run_id).seconds == 3.0


def test_test_values_stay_until_there_are_newer_ones(store, queue):
    run_id = store.submit(TrainConfig())
    turn = claim(queue)
    queue.record(turn, [ProgressPoint(469, 1, 0.5, 0.8, 0.4, 0.9, 0.3, 0.95), ProgressPoint(495, 2, 0.6, 0.7)], 1.0)
    queue.record(turn, [ProgressPoint(521, 2, 0.7, 0.6)], 1.0)
    queue.record(turn, [], 0.0, CHECKPOINT)
    run = store.run(run_id)
    assert (run.step, run.loss, run.accuracy) == (521, 0.7, 0.6)
    assert (run.test_loss, run.test_accuracy, run.validation_loss, run.validation_accuracy) == (0.4, 0.9, 0.3, 0.95)
    queue.record(turn, [ProgressPoint(938, 2, 0.4, 0.9, 0.2, 0.97, 0.1, 0.98)], 1.0)
    run = store.run(run_id)
    assert (run.test_loss, run.test_accuracy, run.validation_loss, run.validation_accuracy) == (0.2, 0.97, 0.1, 0.98)


def test_a_history_is_in_the_order_of_its_steps(store, queue):
    run_id = store.submit(TrainConfig())
    turn = claim(queue)
    for step in (52, 26, 104, 78):
        queue.record(turn, [ProgressPoint(step, 1, 0.9, 0.7)], 0.1)
    assert store.history(run_id).column("step") == [26, 52, 78, 104]
    assert [it.step for it in BulkOperations(store).histories([run_id])[run_id].points] == [26, 52, 78, 104]


@pytest.mark.parametrize(
    ("failure", "again"), [(Failure.DIVERGED, False), (Failure.CHECKPOINT, True), (Failure.PASSING, False)]
)
def test_only_a_run_whose_checkpoint_is_damaged_is_offered_again_from_the_start(store, queue, failure, again):
    run_id = store.submit(TrainConfig(learning_rate=3))
    queue.fail(claim(queue), "It went wrong.", failure)
    remedy = remedy_for(store.run(run_id))
    assert (remedy and remedy.config) == (TrainConfig(learning_rate=3) if again else None)


@pytest.mark.parametrize(("rate", "calmer"), [(5, 0.001), (0.002, 0.001), (0.001, 0.0001), (3e-6, 1e-6)])
def test_after_a_divergence_the_usual_rate_is_tried_then_smaller_ones(rate, calmer):
    assert lower_learning_rate(TrainConfig(learning_rate=rate)) == calmer


@both_databases
def test_what_a_network_reads_is_kept_until_the_run_goes_on(store, queue):
    run_id = store.submit(TrainConfig(epochs=1))
    turn = claim(queue)
    queue.record(turn, [ProgressPoint(26, 1, 0.5, 0.8)], 1.0, CHECKPOINT, release=True)
    assert next_unmeasured(store) is None, "it has not ended"
    store.stop(run_id)
    found = next_unmeasured(store)
    assert found is not None
    assert (found.id, store.network_and_step(run_id)) == (run_id, (CHECKPOINT.network, 26))
    assert next_unmeasured(store, {run_id}) is None
    store_measurement(store, run_id, 25, Measurement(Score(0.3, 0.9)))
    assert store.run(run_id).train_accuracy is None, "that was another network"
    store_measurement(store, run_id, 26, Measurement(Score(0.3, 0.9), Score(0.4, 0.8)))
    run = store.run(run_id)
    assert (run.train_loss, run.train_accuracy, run.test_loss, run.test_accuracy) == (0.3, 0.9, 0.4, 0.8)
    assert BulkOperations(store).version().measured == 1
    assert next_unmeasured(store) is None
    store.extend(run_id)
    queue.record(claim(queue), [ProgressPoint(52, 1, 0.4, 0.9)], 1.0)
    assert store.run(run_id).train_accuracy is None


def test_networks_that_nobody_has_measured_are_measured_newest_first(store):
    ids = [add_run(store, state) for state in (State.STOPPED, State.FAILED, State.FINISHED, State.PAUSED, State.ACTIVE)]
    deleted, imported, damaged, held = (add_run(store, State.STOPPED) for _ in range(4))
    store.submit(CONFIG)  # has no network yet
    store.delete(deleted)
    for number, values in ((imported, {"imported": "a.h5"}), (damaged, {"config": "?"}), (held, {"lease_until": 9e9})):
        with store.writing() as connection:
            connection.execute(runs.update().where(runs.c.id == number).values(values))
    found: list[int] = []
    while (run := next_unmeasured(store, found)) is not None:
        found.append(run.id)
    assert found == ids[2::-1]


def test_a_measurement_of_a_run_that_goes_on_is_dropped(store):
    run_id = add_run(store, State.STOPPED)
    store.extend(run_id)
    store_measurement(store, run_id, 4, Measurement(Score(0.3, 0.9)))
    assert store.run(run_id).train_accuracy is None


def test_what_was_measured_first_stays(store):
    run_id = add_run(store, State.STOPPED)
    for accuracy in (0.9, 0.8):
        store_measurement(store, run_id, 4, Measurement(Score(0.3, accuracy)))
    assert store.run(run_id).train_accuracy == 0.9


def test_missing_runs_and_networks_get_a_sentence(store):
    for ask in (store.run, store.history, store.network_bytes, store.network_step):
        with pytest.raises(RunNotFound, match="There is no run 99"):
            ask(99)
    with pytest.raises(RunNotFound, match="There is no run 1180591620717411303424"):
        store.run(2**70)
    waiting = store.submit(TrainConfig())
    for ask in (store.network_bytes, store.network_step):
        with pytest.raises(NoNetworkYet, match="no network yet"):
            ask(waiting)
    assert store.checkpoint(waiting) is None
    store.stop(waiting)
    with pytest.raises(NoNetworkYet, match="has no network: none was saved before it ended"):
        store.network_bytes(waiting)


def test_damaged_checkpoint_is_noticed_and_the_run_starts_again(store, queue):
    run_id = store.submit(TrainConfig())
    queue.record(claim(queue), [], 0.1, CHECKPOINT, release=True)
    with store.writing() as connection:
        connection.execute(schema.blobs.update().where(schema.blobs.c.kind == "network").values(data=b"no network"))
    with pytest.raises(DamagedBlob, match="checksum"):
        store.network_bytes(run_id)
    assert claim(queue).checkpoint is None


# -- many runs at once ---------------------------------------------------------------------------------


@both_databases
def test_the_ledger_finds_best_epochs_and_notices_every_change(store, queue):
    ledger = BulkOperations(store)
    empty = ledger.version()
    seen = {empty}
    runs = [store.submit(TrainConfig(epochs=2)) for _ in range(2)]
    seen.add(ledger.version())
    points = [ProgressPoint(469, 1, 0.5, 0.8, 0.4, 0.95), ProgressPoint(938, 2, 0.4, 0.9, 0.4, 0.94)]
    queue.record(claim(queue), points, 1.5, CHECKPOINT._replace(step=938))
    seen.add(ledger.version())
    assert ledger.best_tests() == {runs[0]: (0.95, 1)}
    assert [len(history.points) for history in ledger.histories(runs).values()] == [2, 0]
    ledger.tag(runs, ["odd"])
    seen.add(ledger.version())
    assert len(seen) == 4
    assert ledger.delete(runs) == 2
    assert ledger.version() == empty


@both_databases
def test_a_run_is_compared_with_the_newest_pinned_one_of_its_owner_else_with_the_last_before_it(store):
    first, second, third, *_others = (add_run(store, State.FINISHED, owner="ada") for _ in range(4))
    add_run(store, State.FAILED, owner="ada")
    add_run(store, State.FINISHED, owner="grace")
    run = store.run(add_run(store, State.PAUSED, owner="ada"))

    def compared(number):
        found = store.comparable_run(store.run(number))
        return found and found.id

    assert [compared(number) for number in (first, second, third)] == [None, first, second]
    store.delete(first)
    assert compared(second) is None
    store.pin(third)
    assert [compared(number) for number in (second, third, run.id)] == [third, second, third]
    assert store.comparable_run(replace(run, dataset_sha256="0" * 64)) is None


@pytest.mark.parametrize("change", [{"imported": "network.keras"}, {"sweep_id": 1}, {"config": "not JSON"}])
def test_no_run_is_compared_with_an_imported_network_a_trial_of_a_sweep_or_a_damaged_run(store, change):
    before, changed, run_id = (add_run(store, State.FINISHED, owner="ada") for _ in range(3))
    with store.writing() as connection:
        connection.execute(runs.update().where(runs.c.id == changed).values(change))
    found = store.comparable_run(store.run(run_id))
    assert found is not None
    assert found.id == before
