import multiprocessing
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from mnist_core.config import ConfigError, TrainConfig
from mnist_core.cure import calmer_rate, cure_of
from mnist_core.data import DatasetError
from mnist_core.evaluation import Score
from mnist_core.runs import (
    Checkpoint,
    DamagedBlob,
    Failure,
    LeaseLost,
    Ledger,
    NoNetworkYet,
    Point,
    RunNotFound,
    RunStore,
    State,
    StoreError,
    WorkQueue,
    WrongState,
    schema,
)
from mnist_core.runs.leases import LEASE_SECONDS, MOST_DEATHS
from mnist_core.runs.measured import keep_measurement, network_and_step, next_unmeasured
from mnist_core.runs.queue import slice_seconds
from mnist_core.runs.records import Measurement
from mnist_core.runs.schema import runs

CHECKPOINT = Checkpoint(26, b"a network", b"an optimizer")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request, tmp_path):
    """All that needs a store is shown on both databases."""
    if request.param == "postgresql":
        return request.getfixturevalue("postgresql_url")
    return f"sqlite:///{tmp_path / 'runs.sqlite'}"


@pytest.fixture
def queue(store):
    return WorkQueue(store)


@pytest.fixture
def set_clock(monkeypatch):
    """Put the database's clock forward, by seconds from the present time."""
    now = schema.now
    return lambda seconds: monkeypatch.setattr(schema, "now", lambda connection: now(connection) + seconds)


def claim(queue, worker="worker"):
    turn = queue.claim(worker)
    assert turn is not None
    return turn


def test_submitted_run_waits_with_all_its_settings(store):
    config = TrainConfig(hidden_units=64, dropout=0.2)
    run_id = store.submit(config, owner="me", nickname="Ada", name="  first \n try ")
    run = store.run(run_id)
    assert (run.config, run.owner, run.nickname, run.name) == (config, "me", "Ada", "first try")
    assert (run.state, run.step, run.steps, run.epoch) == (State.ACTIVE, 0, 5 * 469, 1)
    assert not run.leased
    assert store.history(run_id).points == ()


def test_run_that_does_not_fit_the_dataset_is_refused(store):
    with pytest.raises(DatasetError, match="There is no dataset named"):
        store.submit(TrainConfig(), dataset="cats")
    assert store.runs() == []


def test_runs_are_listed_newest_first_and_by_owner(store):
    ids = [store.submit(TrainConfig(), owner=owner) for owner in ("a", "b", "a")]
    assert [run.id for run in store.runs()] == ids[::-1]
    assert [run.id for run in store.runs("a")] == [ids[2], ids[0]]


def test_runs_take_turns(store, queue):
    ids = [store.submit(TrainConfig(), owner=owner) for owner in "abc"]
    served = []
    for _ in range(6):
        turn = claim(queue)
        served.append(turn.run.id)
        queue.record(turn, [], 0.1, CHECKPOINT, release=True)
    assert served == ids * 2


def test_one_run_of_an_owner_trains_at_a_time(store, queue):
    first, second = (store.submit(TrainConfig(), owner="me") for _ in range(2))
    assert claim(queue).run.id == first
    assert queue.claim("another") is None
    store.stop(first)
    assert claim(queue, "another").run.id == second


def test_unwatched_runs_yield_to_watched_ones(store, queue, set_clock):
    old = store.submit(TrainConfig(), owner="left")
    set_clock(1000)
    new = store.submit(TrainConfig(), owner="here")
    assert claim(queue).run.id == new
    assert claim(queue, "another").run.id == old


def test_claimed_run_is_nobody_elses_until_its_lease_runs_out(store, queue, set_clock):
    store.submit(TrainConfig())
    turn = claim(queue)
    assert queue.claim("another") is None
    set_clock(LEASE_SECONDS + 1)
    taken = claim(queue, "another")
    assert taken.lease.number == turn.lease.number + 1
    with pytest.raises(LeaseLost):
        queue.record(turn, [Point(26, 1, 0.5, 0.8)], 1.0, CHECKPOINT)
    with pytest.raises(LeaseLost):
        queue.fail(turn, "too late")
    assert store.history(turn.run.id).points == ()
    assert store.run(turn.run.id).state is State.ACTIVE


def test_heartbeat_renews_the_lease(store, queue, set_clock):
    store.submit(TrainConfig())
    turn = claim(queue)
    for seconds in range(1, 20, 3):
        set_clock(seconds)
        queue.heartbeat("worker", ready=True, lease=turn.lease)
        assert queue.claim("another") is None
    queue.record(turn, [], 0.0)


def test_run_of_a_buried_worker_can_be_claimed_at_once(store, queue):
    store.submit(TrainConfig())
    turn = claim(queue)
    queue.heartbeat("worker", ready=True)
    queue.bury("worker")
    assert store.workers() == []
    assert claim(queue, "another").run.id == turn.run.id
    with pytest.raises(LeaseLost):
        queue.record(turn, [], 0.0)


def test_progress_checkpoint_and_test_values_are_kept(store, queue):
    run_id = store.submit(TrainConfig())
    points = [Point(26, 1, 0.9, 0.7), Point(469, 1, 0.5, 0.8, 0.4, 0.9)]
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


def test_the_same_steps_written_again_stand_once(store, queue):
    run_id = store.submit(TrainConfig())
    queue.record(claim(queue), [Point(26, 1, 0.9, 0.7)], 1.0, CHECKPOINT, release=True)
    queue.record(claim(queue), [Point(26, 1, 0.9, 0.7)], 1.0)
    assert len(store.history(run_id).points) == 1


def test_pause_resume_stop(store, queue):
    run_id = store.submit(TrainConfig())
    turn = claim(queue)
    store.pause(run_id)
    standing = queue.record(turn, [Point(26, 1, 0.9, 0.7)], 0.1, CHECKPOINT, release=True)
    assert not standing.wanted
    assert queue.claim("worker") is None
    assert store.run(run_id).state is State.PAUSED
    store.resume(run_id)
    assert claim(queue).checkpoint == CHECKPOINT
    store.stop(run_id)
    assert store.run(run_id).state is State.STOPPED
    for forbidden in (store.pause, store.resume, store.stop):
        with pytest.raises(WrongState, match="is stopped and cannot be"):
            forbidden(run_id)


def test_checkpoint_at_the_last_step_finishes_the_run_even_when_paused(store, queue):
    run_id = store.submit(TrainConfig(epochs=1))
    turn = claim(queue)
    store.pause(run_id)
    standing = queue.record(turn, [Point(469, 1, 0.3, 0.9, 0.3, 0.9)], 1, CHECKPOINT._replace(step=469), release=True)
    assert standing.state is State.FINISHED
    assert store.run(run_id).state is State.FINISHED


def test_one_more_epoch_reopens_a_finished_run_and_reaches_a_running_one(store, queue):
    run_id = store.submit(TrainConfig(epochs=1))
    turn = claim(queue)
    store.extend(run_id)
    standing = queue.record(turn, [], 1, CHECKPOINT._replace(step=469))
    assert (standing.state, standing.epochs) == (State.ACTIVE, 2)
    queue.record(turn, [], 1, CHECKPOINT._replace(step=938), release=True)
    assert store.run(run_id).state is State.FINISHED
    store.extend(run_id)
    assert store.run(run_id).state is State.ACTIVE
    assert claim(queue).run.config.epochs == 3


def test_epochs_cannot_grow_beyond_the_limit(store):
    run_id = store.submit(TrainConfig(epochs=100))
    with pytest.raises(ConfigError, match="from 1 to 100, not 101"):
        store.extend(run_id)
    assert store.run(run_id).config.epochs == 100


@pytest.mark.parametrize("failure", [Failure.DIVERGED, Failure.CHECKPOINT])
def test_a_run_that_would_fail_again_is_not_resumed(store, queue, failure):
    run_id = store.submit(TrainConfig(learning_rate=3))
    queue.fail(claim(queue), "It went wrong.", failure)
    assert store.run(run_id).failure is failure
    with pytest.raises(WrongState, match=r"would fail again\. It went wrong"):
        store.resume(run_id)
    cure = cure_of(store.run(run_id))
    assert cure is not None
    assert cure.config.learning_rate == (0.001 if failure is Failure.DIVERGED else 3)
    store.extend(run_id)
    assert store.run(run_id).failure is None


@pytest.mark.parametrize(("rate", "calmer"), [(5, 0.001), (0.002, 0.001), (0.001, 0.0001), (3e-6, 1e-6)])
def test_after_a_divergence_the_usual_rate_is_tried_then_smaller_ones(rate, calmer):
    assert calmer_rate(TrainConfig(learning_rate=rate)) == calmer


def test_what_an_earlier_program_wrote_of_a_divergence_is_understood(store, queue):
    run_id = store.submit(TrainConfig())
    queue.fail(claim(queue), "The training diverged in epoch 1: the loss is no longer a number. Try ...")
    assert store.run(run_id).failure is Failure.DIVERGED
    with store.writing() as connection:
        values = {"failure": "of a later program", "message": "?"}
        connection.execute(runs.update().where(runs.c.id == run_id).values(values))
    assert store.run(run_id).failure is Failure.PASSING


def test_what_a_network_reads_is_kept_until_the_run_goes_on(store, queue):
    run_id = store.submit(TrainConfig(epochs=1))
    turn = claim(queue)
    queue.record(turn, [Point(26, 1, 0.5, 0.8)], 1.0, CHECKPOINT, release=True)
    assert next_unmeasured(store) is None, "it has not ended"
    store.stop(run_id)
    found = next_unmeasured(store)
    assert found is not None
    assert (found.id, network_and_step(store, run_id)) == (run_id, (CHECKPOINT.network, 26))
    assert next_unmeasured(store, {run_id}) is None
    keep_measurement(store, run_id, 25, Measurement(Score(0.3, 0.9)))
    assert store.run(run_id).train_accuracy is None, "that was another network"
    keep_measurement(store, run_id, 26, Measurement(Score(0.3, 0.9), Score(0.4, 0.8)))
    run = store.run(run_id)
    assert (run.train_loss, run.train_accuracy, run.test_loss, run.test_accuracy) == (0.3, 0.9, 0.4, 0.8)
    assert Ledger(store).version().measured == 1
    assert next_unmeasured(store) is None
    store.extend(run_id)
    queue.record(claim(queue), [Point(52, 1, 0.4, 0.9)], 1.0)
    assert store.run(run_id).train_accuracy is None


def test_failure_keeps_its_reason_and_can_be_resumed(store, queue):
    run_id = store.submit(TrainConfig())
    queue.fail(claim(queue), "The disk is full.")
    run = store.run(run_id)
    assert (run.state, run.message, run.leased) == (State.FAILED, "The disk is full.", False)
    store.resume(run_id)
    assert store.run(run_id).message == ""
    assert claim(queue).run.id == run_id


def test_deleted_run_rests_out_of_sight_and_comes_back(store, queue):
    run_id = store.submit(TrainConfig())
    turn = claim(queue)
    store.delete(run_id)
    assert store.runs() == []
    assert not queue.record(turn, [], 0.1, CHECKPOINT, release=True).wanted
    assert queue.claim("worker") is None
    assert store.purge() == 0
    store.restore(run_id)
    assert claim(queue).run.id == run_id


def test_deleted_runs_go_for_good_after_a_day(store, queue, set_clock):
    run_id = store.submit(TrainConfig())
    queue.record(claim(queue), [Point(26, 1, 0.9, 0.7)], 0.1, CHECKPOINT, release=True)
    store.delete(run_id)
    set_clock(25 * 3600)
    assert store.purge() == 1
    with pytest.raises(RunNotFound):
        store.run(run_id)
    assert store.submit(TrainConfig()) > run_id, "numbers are never used twice"


def test_missing_runs_and_networks_get_a_sentence(store):
    with pytest.raises(RunNotFound, match="There is no run 99"):
        store.pause(99)
    with pytest.raises(NoNetworkYet, match="no network yet"):
        store.network_bytes(store.submit(TrainConfig()))


def test_damaged_checkpoint_is_noticed_and_the_run_starts_again(store, queue):
    run_id = store.submit(TrainConfig())
    queue.record(claim(queue), [], 0.1, CHECKPOINT, release=True)
    with store.writing() as connection:
        connection.execute(schema.blobs.update().where(schema.blobs.c.kind == "network").values(data=b"no network"))
    with pytest.raises(DamagedBlob, match="checksum"):
        store.network_bytes(run_id)
    assert claim(queue).checkpoint is None


def test_slices_shrink_as_the_queue_grows(store, queue):
    run_ids = [store.submit(TrainConfig(), owner=str(index)) for index in range(40)]
    turn = claim(queue)
    assert slice_seconds(turn) == 0.25, "the first slice is short, so that every newcomer sees a step soon"
    queue.record(turn, [], 0.1, CHECKPOINT, release=True)
    for run_id in run_ids[1:]:
        store.stop(run_id)
    assert slice_seconds(claim(queue)) == 2.0


def _submit_many(url, count):
    with RunStore.open(url) as store:
        for _ in range(count):
            store.submit(TrainConfig())


def _serve_many(url, name, count):
    with RunStore.open(url) as store:
        queue, done = WorkQueue(store), 0
        while done < count:
            turn = queue.claim(name)
            if turn is None:
                continue
            point = Point(turn.run.step + 1, 1, 0.5, 0.5)
            queue.record(turn, [point], 0.0, CHECKPOINT._replace(step=point.step), release=True)
            done += 1


def test_many_processes_lose_no_update_and_find_no_lock(store):
    """Four processes submit, four serve; the steps of all runs together are the turns that were served."""
    context = multiprocessing.get_context("spawn")
    _submit_many(store.url, 3)
    processes = [context.Process(target=_submit_many, args=(store.url, 25)) for _ in range(4)]
    processes += [context.Process(target=_serve_many, args=(store.url, f"w{index}", 50)) for index in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(120)
    assert [process.exitcode for process in processes] == [0] * 8
    runs = store.runs()
    assert len(runs) == 103
    assert sum(run.step for run in runs) == 200
    assert sum(len(store.history(run.id).points) for run in runs) == 200


def test_store_of_another_version_is_left_alone(store):
    with store.writing() as connection:
        connection.execute(schema.meta.update().values(value="99"))
    with pytest.raises(StoreError, match="schema version 99, this program needs 1"):
        RunStore.open(store.url)


def test_store_of_an_earlier_program_gets_the_columns_that_came_since(store):
    run_id = store.submit(TrainConfig(), name="kept")
    with store.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE runs DROP COLUMN test_loss")
    with RunStore.open(store.url) as later:
        assert (later.run(run_id).name, later.run(run_id).test_loss) == ("kept", None)


def test_many_that_open_a_new_store_at_once_make_its_tables_once(database_url):
    with ThreadPoolExecutor(8) as visitors:
        stores = list(visitors.map(RunStore.open, [database_url] * 8))
    assert [store.submit(TrainConfig()) for store in stores] == list(range(1, 9))
    for store in stores:
        store.close()


def test_reader_sees_one_state_of_the_store(store):
    run_id = store.submit(TrainConfig())
    with store.reading() as connection:
        before = connection.scalar(sa.select(schema.runs.c.state))
        store.pause(run_id)
        assert connection.scalar(sa.select(schema.runs.c.state)) == before
    assert store.run(run_id).state is State.PAUSED


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("nonsense", "Expected in MNIST_DATABASE_URL"),
        ("sqlite:////proc/nowhere/runs.sqlite", "cannot be opened"),
        ("oracle://host/db", "cannot be opened"),
        ("postgresql+psycopg://me:secret@127.0.0.1:1/db", r"me:\*\*\*@127.*Check that the database is running"),
    ],
)
def test_bad_addresses_get_a_sentence(url, words):
    with pytest.raises(StoreError, match=words):
        RunStore.open(url)


def test_file_that_is_no_database_gets_a_sentence_and_is_left_alone(tmp_path):
    path = tmp_path / "runs.sqlite"
    path.write_bytes(b"This is a shopping list. " * 100)
    with pytest.raises(StoreError, match="damaged"):
        RunStore.open(f"sqlite:///{path}")
    assert path.read_bytes().startswith(b"This is a shopping list")


def test_a_run_at_which_worker_after_worker_dies_is_given_up_with_a_reason_and_can_be_resumed(store, queue):
    run_id = store.submit(TrainConfig())
    for number in range(MOST_DEATHS):
        assert store.run(run_id).state is State.ACTIVE
        claim(queue, f"worker {number}")
        queue.bury(f"worker {number}")
    run = store.run(run_id)
    assert run.state is State.FAILED
    assert "want of memory" in run.message
    store.resume(run_id)
    claim(queue, "another")
    queue.bury("another")
    assert store.run(run_id).state is State.ACTIVE


def test_deaths_with_progress_in_between_are_no_reason_to_give_up(store, queue):
    store.submit(TrainConfig())
    for number in range(2 * MOST_DEATHS):
        turn = claim(queue, f"worker {number}")
        queue.record(turn, [Point(26, 1, 2.0, 0.3)], 0.1, CHECKPOINT)
        queue.bury(f"worker {number}")
    assert store.run(turn.run.id).state is State.ACTIVE


def test_a_worker_that_put_its_run_down_before_it_ended_is_not_held_against_the_run(store, queue):
    store.submit(TrainConfig())
    for number in range(2 * MOST_DEATHS):
        turn = claim(queue, f"worker {number}")
        queue.record(turn, [], 0.1, CHECKPOINT, release=True)
        queue.bury(f"worker {number}")
    assert store.run(turn.run.id).state is State.ACTIVE


# -- many runs at once ---------------------------------------------------------------------------------


def test_the_ledger_finds_best_epochs_and_notices_every_change(store, queue):
    ledger = Ledger(store)
    empty = ledger.version()
    seen = {empty}
    runs = [store.submit(TrainConfig(epochs=2)) for _ in range(2)]
    seen.add(ledger.version())
    points = [Point(469, 1, 0.5, 0.8, 0.4, 0.95), Point(938, 2, 0.4, 0.9, 0.4, 0.94)]
    queue.record(claim(queue), points, 1.5, CHECKPOINT._replace(step=938))
    seen.add(ledger.version())
    assert ledger.best_tests() == {runs[0]: (0.95, 1)}
    assert [len(history.points) for history in ledger.histories(runs).values()] == [2, 0]
    ledger.tag(runs, ["odd"])
    seen.add(ledger.version())
    assert len(seen) == 4
    assert ledger.delete(runs) == 2
    assert ledger.version() == empty
