"""A store that the program wrote before version 1.0 opens, with all that is in it, and what was going on goes on.

The file is as that program left it (commit 92d7e46). A script trained small networks with its worker and did with them
what people do: it stopped, paused, tagged, deleted, exported, imported, drew digits and began sweeps. Its clock was set
to 2 June 2025, 9:00 UTC, so that every lease has run out. Runs 2 and 3 have the same settings, those that are hardest
to go on with: run 2 was left alone, run 3 was paused in the middle of its last epoch.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from mnist_core.cli.main import main
from mnist_core.config import TrainConfig
from mnist_core.data import DIGITS, MNIST_SHA256, load_dataset
from mnist_core.network import Network
from mnist_core.runs import STARTER, DatasetStore, Failure, HandwritingStore, JobQueue, JobState, RunStore, State
from mnist_core.runs.open_database import file_of
from mnist_core.runs.run_records import SweepState
from mnist_core.runs.sweeps.store import SweepStore
from mnist_core.workers.worker import Worker
from tests.support.all_settings import DEFAULTS
from tests.support.visits import ME, RUNS, SOMEBODY_ELSE, TRAIN

pytestmark = pytest.mark.slow

FILE = Path(__file__).parent / "store_before_1_0.sqlite.gz"
TERMINAL_OWNER = "terminal-" + "c" * 32
SHAPES = "82fc518161849ffbf0379561c0ed83a464ffe78e08d83320e3f8b7953db31a53"
SHAPE_NAMES = ("upright", "flat", "square")
LEFT_ALONE, PAUSED, DELETED = 2, 3, 9
WITHOUT_NETWORK = (5, 14, 16)
"""One failed before its first checkpoint, two wait for their first step."""
SWEEPS = "compare/sweeps.py"
PAGES = {
    TRAIN: "Train",
    RUNS: "Runs",
    SWEEPS: "Sweeps",
    "evaluate/page.py": "Evaluate",
    "inside/page.py": "Inside",
    "draw/page.py": "Draw",
    "draw/handwriting.py": "Handwriting",
    "data/page.py": "Data",
}
"""The pages, with their titles."""


class Known(NamedTuple):
    """What is known of a run."""

    name: str
    owner: str
    nickname: str
    status: str
    description: str
    step: int
    steps: int
    points: int
    test_accuracy: float | None
    train_accuracy: float | None = None
    validation_accuracy: float | None = None


HARD = (
    "2 × 2 units, 2 epochs, batch 1024, adam, learning rate 0.003, tanh, dropout 0.1, augmented, "
    "10,000 validation images, seed 5"
)
TRIED = "3 epochs, batch 8, learning rate 0.01, 30 validation images, Shapes"
KNOWN = {
    1: Known("first try", ME, "Ada", "Finished", "4 units, 2 epochs, batch 512, seed 3", 236, 236, 42, 0.6752, 0.66563),
    2: Known("left alone", SOMEBODY_ELSE, "Ben", "Finished", HARD, 196, 196, 42, 0.402, 0.39862, 0.3908),
    3: Known("paused", SOMEBODY_ELSE, "Ben", "Paused", HARD, 143, 196, 30, 0.4098, None, 0.4011),
    4: Known("", TERMINAL_OWNER, "ada", "Stopped", "1 unit, 3 epochs, batch 2048", 2, 90, 2, None),
    5: Known(
        *("too fast", ME, "Ada", "Failed", "3 × 2 units, 3 epochs, batch 1024, sgd, learning rate 10, elu"),
        *(39, 177, 13, None),
    ),
    6: Known(
        *("", ME, "Ada", "Finished", "2 units, 6 epochs, batch 8, sgd, learning rate 0.3, sigmoid, Shapes"),
        *(72, 72, 72, 1.0, 1.0),
    ),
    7: Known("", ME, "Ada", "Finished", "1 unit, 1 epoch, batch 128, MNIST + Class 7b", 471, 471, 20, 0.2123, 0.21312),
    8: Known("", SOMEBODY_ELSE, "Ben", "Imported", "brought.keras, 4 units, relu", 469, 469, 0, 0.6752),
    9: Known(
        *("deleted", ME, "Ada", "Finished", "1 unit, 2 epochs, batch 8, learning rate 0.01, seed 1, Shapes"),
        *(24, 24, 24, 0.66667, 0.61111),
    ),
    10: Known(
        *("had back", ME, "Ada", "Finished", "1 unit, 2 epochs, batch 8, learning rate 0.01, seed 2, Shapes"),
        *(24, 24, 24, 0.66667, 0.66667),
    ),
    11: Known("", ME, "Ada", "Finished", f"1 unit, {TRIED}", 24, 24, 24, 0.63333, 0.66667, 0.63333),
    12: Known("", ME, "Ada", "Finished", f"2 units, {TRIED}", 24, 24, 24, None, 0.66667, 0.6),
    13: Known("", ME, "Ada", "Finished", f"1 unit, {TRIED}", 24, 24, 24, None, 0.66667, 0.63333),
    14: Known("", ME, "Ada", "Waiting", f"2 units, {TRIED}", 0, 24, 0, None),
    15: Known("cut off", SOMEBODY_ELSE, "Ben", "Training", "1 unit, 2 epochs, batch 2048, seed 7", 1, 60, 1, None),
    16: Known("in line", SOMEBODY_ELSE, "Ben", "Waiting", "3 units, 5 epochs, batch 128", 0, 2345, 0, None),
}
LISTED = [run_id for run_id in reversed(KNOWN) if run_id != DELETED]
"""Newest first."""

# What run 1 made of the first three test digits, 7, 2 and 1: the probabilities of 0 to 9.
READ = [
    [0.0004, 0.0332, 0.0026, 0.2032, 0.0081, 0.0540, 0.0006, 0.5686, 0.1033, 0.0261],
    [0.3284, 0.0013, 0.6498, 0.0042, 0.0000, 0.0033, 0.0004, 0.0001, 0.0114, 0.0011],
    [0.0041, 0.7516, 0.0733, 0.0780, 0.0005, 0.0081, 0.0003, 0.0366, 0.0310, 0.0167],
]

ARITHMETIC = "ee3444c0e280"
"""`arithmetic` of the machine that wrote the file."""


@pytest.fixture
def earlier(database_url: str) -> Iterator[RunStore]:
    """The present program's view of a copy of the file, which is also what pages and the terminal open."""
    path = file_of(database_url)
    assert path is not None
    path.write_bytes(gzip.decompress(FILE.read_bytes()))
    with RunStore.open(database_url) as store:
        yield store


# -- what is in it ------------------------------------------------------------------------------


def known_of(store: RunStore, run_id: int) -> Known:
    run = store.run(run_id)
    values = {name: getattr(run, name) for name in Known._fields if name != "points"}
    return Known(**values, points=len(store.history(run_id).points))


@pytest.mark.parametrize("run_id", KNOWN)
def test_each_run_is_what_it_was(earlier, run_id):
    assert known_of(earlier, run_id) == pytest.approx(KNOWN[run_id], abs=5e-6)


def test_all_runs_are_listed_but_the_deleted_one(earlier):
    assert [run.id for run in earlier.runs()] == LISTED
    assert earlier.run(DELETED).deleted_at is not None


def test_what_was_written_beside_a_run_is_there(earlier):
    run = earlier.run(1)
    assert (run.pinned, run.tags, run.notes) == (True, ("baseline", "class-7b"), "Four units\nare few.")
    assert [run.id for run in earlier.runs() if run.pinned or run.tags or run.notes] == [1]


def test_a_failed_run_still_says_why(earlier):
    assert earlier.run(5).failure is Failure.DIVERGED
    assert earlier.run(5).message == (
        "The training diverged in epoch 1: the loss is far above that of guessing. "
        "Try a learning rate smaller than 10, for example 0.01."
    )


def test_settings_are_the_same_to_the_last_one(earlier):
    assert earlier.run(PAUSED).config == TrainConfig(
        hidden_units=2,
        epochs=2,
        batch_size=1024,
        seed=5,
        optimizer="adam",
        learning_rate=0.003,
        activation="tanh",
        hidden_layers=2,
        dropout=0.1,
        augment=True,
        validation_images=10_000,
    )


def test_a_run_is_found_by_its_settings_though_others_have_come_since(earlier):
    settings = TrainConfig(hidden_units=4, epochs=2, batch_size=512, seed=3)
    assert [run.id for run in earlier.runs_with_settings(settings, MNIST_SHA256)] == [1]


def test_a_run_can_be_continued_and_so_can_the_starter_network(earlier):
    parent = earlier.parent_network(1)
    assert (parent.parent.in_words, parent.classes) == ("run 1 after epoch 2", 10)
    child = earlier.submit(TrainConfig(hidden_units=4, epochs=1), parent=parent.parent)
    assert earlier.starting_network(earlier.run(child)) == earlier.network_bytes(1)
    assert earlier.run(1).parent is None
    assert earlier.parent_network(STARTER).config.hidden_units == 256


def test_curves_are_the_same(earlier):
    points = earlier.history(PAUSED).points
    assert [point.step for point in points[:3]] == [5, 10, 15]
    assert [(point.step, round(point.test_accuracy, 4)) for point in points if point.test_accuracy] == [(98, 0.4098)]
    assert earlier.history(1).tested[-1].test_loss == pytest.approx(1.03926, abs=5e-6)


def test_datasets_have_the_same_images(earlier):
    dataset_store = DatasetStore(earlier)
    known = {info.name: (info.train_images, info.test_images, info.class_names) for info in dataset_store.all()}
    assert known == {
        "mnist": (60_000, 10_000, DIGITS),
        "Shapes": (90, 30, SHAPE_NAMES),
        "MNIST + Class 7b": (60_200, 10_000, DIGITS),
    }
    assert dataset_store.info("Shapes").sha256 == SHAPES
    assert dataset_store.load(SHAPES).train_images.shape == (90, 28, 28)  # checks the images against their sha256
    mixture = earlier.run(7).dataset_sha256
    assert dataset_store.load(mixture).train_labels[60_000:60_004].tolist() == [1, 7, 1, 7]
    assert dataset_store.drawings_in(mixture).shape == (2, 28, 28)
    assert {run.dataset_sha256 for run in earlier.runs()} == {MNIST_SHA256, SHAPES, mixture}


def test_handwriting_sets_have_the_same_drawings(earlier):
    sets = {it.name: it for it in HandwritingStore(earlier).sets()}
    assert {name: (it.class_names, it.nickname, it.open, it.count) for name, it in sets.items()} == {
        "Ben's shapes": (SHAPE_NAMES, "Ben", False, 1),
        "Class 7b": (DIGITS, "Ada", True, 2),
    }
    drawings = HandwritingStore(earlier).drawings(sets["Class 7b"].id)
    assert (drawings.labels.tolist(), drawings.owners) == ([1, 7], (ME, SOMEBODY_ELSE))
    assert drawings.images[0, 4:24, 13:15].min() == 255, "the upright stroke"
    assert drawings.images[0].sum() == 20 * 2 * 255, "and nothing else"


def test_sweeps_are_what_they_were(earlier):
    sweeps = SweepStore(earlier)
    middle, finished = sweeps.sweeps()
    assert (finished.name, finished.state, finished.made) == ("how many units", SweepState.FINISHED, 2)
    assert (middle.name, middle.state, middle.made) == ("in the middle", SweepState.ACTIVE, 2)
    assert finished.plan.space.describe() == "hidden units 1, 2"
    assert middle.plan.space.varied == {"activation": ("relu", "tanh"), "hidden_units": (1, 2)}
    assert [[(run.id, run.trial) for run in sweeps.runs(it.id)] for it in (finished, middle)] == [
        [(11, 0), (12, 1)],
        [(13, 0), (14, 1)],
    ]


def test_jobs_are_what_they_were(earlier):
    queue = JobQueue(earlier)
    assert [(job.kind, job.state, job.run_id, job.file_name) for job in map(queue.job, (1, 2, 3, 4))] == [
        ("keras", JobState.DONE, 1, "run_1.keras"),
        ("import", JobState.DONE, 8, "brought.keras"),
        ("import", JobState.FAILED, None, "broken.h5"),
        ("onnx", JobState.WAITING, 6, "run_6.onnx"),
    ]
    assert len(queue.data(1)) == 45_015


def test_a_network_reads_the_same_digits_with_the_same_probabilities(earlier):
    network = Network.load(1)
    assert load_dataset().test_labels[:3].tolist() == [7, 2, 1]
    np.testing.assert_allclose(network.predict(load_dataset().test_images[:3]), READ, atol=1e-4)


@pytest.mark.parametrize("run_id", [run_id for run_id in KNOWN if run_id not in WITHOUT_NETWORK])
def test_every_network_reads_images(earlier, run_id):
    run = earlier.run(run_id)
    dataset = DatasetStore(earlier).load(run.dataset_sha256)
    probabilities = Network.from_bytes(earlier.network_bytes(run_id)).predict(dataset.test_images)
    if run.test_accuracy is not None and run.state.ended:
        assert (probabilities.argmax(axis=1) == dataset.test_labels).mean() == pytest.approx(run.test_accuracy)


def test_opening_changes_nothing_that_was_there(earlier, database_url, tmp_path):
    before = tmp_path / "before.sqlite"
    before.write_bytes(gzip.decompress(FILE.read_bytes()))
    path = file_of(database_url)
    assert path is not None
    with closing(sqlite3.connect(before)) as old, closing(sqlite3.connect(path)) as new:
        tables = [name for (name,) in old.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        assert {"runs", "progress", "blobs", "jobs", "sweeps", "datasets", "drawings", "workers"} < set(tables)
        for table in tables:
            columns = ", ".join(row[1] for row in old.execute(f"PRAGMA table_info({table})"))
            query = f"SELECT {columns} FROM {table} ORDER BY rowid"  # noqa: S608 - the names are those of the file
            assert new.execute(query).fetchall() == old.execute(query).fetchall(), table


# -- where people look at it --------------------------------------------------------------------


@pytest.mark.parametrize("path", PAGES)
def test_every_page_opens_on_it(open_page, earlier, path):
    assert [title.value for title in open_page(path, 1).app.title] == [PAGES[path]]


@pytest.mark.parametrize("run_id", LISTED)
def test_every_run_can_be_looked_at(open_page, earlier, run_id):
    assert f"Run {run_id}" in open_page(TRAIN, run_id).words


@pytest.mark.parametrize(("sweep_id", "badge"), [(1, ":green-badge[Finished]"), (2, ":blue-badge[Training]")])
def test_every_sweep_can_be_looked_at(open_page, earlier, sweep_id, badge):
    page = open_page(TRAIN)
    page.app.switch_page(SWEEPS)
    page.app.query_params["sweep"] = str(sweep_id)
    page.rerun()
    assert f"## Sweep {sweep_id} {badge}" in page.words


def test_the_terminal_lists_its_runs(earlier, capsys):
    assert main(["runs", "--json"]) == 0
    listed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [run["run_id"] for run in listed] == LISTED
    assert {run["run_id"]: (run["name"], run["nickname"], run["step"]) for run in listed} == {
        run_id: (KNOWN[run_id].name, KNOWN[run_id].nickname, KNOWN[run_id].step) for run_id in LISTED
    }
    assert listed[-1]["settings"] == DEFAULTS | {"hidden_units": 4, "epochs": 2, "batch_size": 512, "seed": 3}


# -- what goes on -------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_paused_run_goes_on_to_its_end(earlier):
    resume_to_its_end(earlier)
    resumed, alone = earlier.run(PAUSED), earlier.run(LEFT_ALONE)
    assert resumed.step == alone.step
    grids = [[point.step for point in earlier.history(run_id).points] for run_id in (PAUSED, LEFT_ALONE)]
    assert grids[0] == grids[1]
    assert resumed.test_accuracy == pytest.approx(alone.test_accuracy, abs=0.05)


@pytest.mark.slow
def test_a_paused_run_ends_with_exactly_the_weights_of_one_that_the_earlier_program_left_alone(earlier):
    if arithmetic() != ARITHMETIC:
        pytest.skip("This machine rounds otherwise than the one that wrote the file.")
    resume_to_its_end(earlier)
    resumed, alone = (Network.from_bytes(earlier.network_bytes(run_id)) for run_id in (PAUSED, LEFT_ALONE))
    for mine, other in zip(resumed.layers, alone.layers, strict=True):
        np.testing.assert_array_equal(mine.kernel, other.kernel)
        np.testing.assert_array_equal(mine.bias, other.bias)
    assert earlier.history(PAUSED).column("loss") == earlier.history(LEFT_ALONE).column("loss")


def resume_to_its_end(store: RunStore) -> None:
    store.resume(PAUSED)
    worker = Worker(store)
    while store.run(PAUSED).state is State.ACTIVE and worker.work(PAUSED):
        pass
    assert store.run(PAUSED).state is State.FINISHED


def arithmetic() -> str:
    """The checksum of a gradient, which depends on how this machine's processor and TensorFlow round."""
    from mnist_core.training.backend import tf

    random = np.random.default_rng(0)
    images = tf.constant(random.random((512, 784), dtype=np.float32))
    kernel = tf.Variable(random.random((784, 2), dtype=np.float32) - 0.5)
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(tf.math.log_softmax(tf.tanh(images @ kernel / 8.0)) ** 2)
    return hashlib.sha256(tape.gradient(loss, kernel).numpy().tobytes()).hexdigest()[:12]


@pytest.mark.slow
def test_what_was_going_on_ends(earlier):
    """A worker takes up the sweep, the job in line, the run whose worker was killed and the one that waited."""
    worker = Worker(earlier)
    while worker.work():
        pass
    ended = {run.id: run.state for run in earlier.runs()}
    assert all(state.ended for run_id, state in ended.items() if run_id != PAUSED)
    assert SweepStore(earlier).sweep(2).state is SweepState.FINISHED
    assert len(SweepStore(earlier).runs(2)) == 4
    assert JobQueue(earlier).job(4).state is JobState.DONE
    assert earlier.run(4).train_accuracy is not None, "nobody had measured it"
