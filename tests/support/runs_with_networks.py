"""Stored runs in any state, without training; their hand-written networks read the bars of `small_dataset`.

What such a network reads can be worked out by hand: of the 120 test images, 40 show each of the bars 0, 1 and 2.
"""

from __future__ import annotations

import numpy as np

from mnist_core.config import TrainConfig
from mnist_core.data import Dataset
from mnist_core.network import Network
from mnist_core.progress import Checkpoint, ProgressPoint
from mnist_core.runs import DatasetStore, Failure, RunStore, State, WorkQueue
from tests.support.idx_server import small_dataset
from tests.support.visits import ME

BARS = small_dataset()
CONFIG = TrainConfig(hidden_units=3, epochs=2, batch_size=300)
"""Two steps an epoch."""


def network(reads: tuple[int, int, int] = (0, 1, 2)) -> Network:
    """One that takes bar 0, 1 and 2 for these, and is the surer of it the brighter the noise around the bar is."""
    places = np.zeros((28, 28, 3), np.float32)
    for bar in range(3):
        places[:, 26 * bar // 3 : 26 * bar // 3 + 2, bar] = 0.1
    answers = 0.5 * np.eye(3, dtype=np.float32)[list(reads)]
    return Network.from_weights([places.reshape(784, 3), np.zeros(3), answers, np.zeros(3)], "relu")


def add_run_with_network(
    store: RunStore,
    state: State,
    reads: tuple[int, int, int] = (0, 1, 2),
    *,
    owner: str = ME,
    nickname: str = "",
    name: str = "",
    failure: Failure = Failure.PASSING,
    images: Dataset = BARS,
    config: TrainConfig = CONFIG,
    kept_epoch: int | None = None,
    trained: Network | None = None,
) -> int:
    """Put a run that has its network into the store: after two of its four steps, unless it has finished.

    `trained` is a network in place of that by `reads`. With `kept_epoch`, early stopping has kept the network of that
    epoch.
    """
    sha256 = DatasetStore(store).add(images, owner=ME).sha256
    run_id = store.submit(config, owner=owner, nickname=nickname, name=name, dataset=sha256)
    queue = WorkQueue(store)
    turn = queue.claim("a worker of the test", run_id)
    assert turn is not None
    points = [ProgressPoint(2, 1, 0.9, 0.5, 0.8, 0.6), ProgressPoint(4, 2, 0.7, 0.65, 0.6, 0.75)][
        : 2 if state is State.FINISHED else 1
    ]
    checkpoint = Checkpoint(
        points[-1].step, (trained or network(reads)).to_bytes(), b"an optimizer", kept_epoch, kept_epoch is not None
    )
    queue.record(turn, points, 1.5, checkpoint, release=state is not State.FAILED)
    if state is State.FAILED:
        queue.fail(turn, "The disk is full.", failure)
    elif state in (State.PAUSED, State.STOPPED):
        (store.pause if state is State.PAUSED else store.stop)(run_id)
    return run_id


def end_without_training(store: RunStore, run_id: int) -> None:
    """Let a run that starts from another network finish at once, with the weights that it started from."""
    queue = WorkQueue(store)
    turn = queue.claim("a worker of the test", run_id)
    assert turn is not None
    assert turn.checkpoint is not None
    last = ProgressPoint(turn.run.steps, turn.run.config.epochs, 0.1, 0.98, 0.12, 0.97)
    queue.record(turn, [last], 1.5, Checkpoint(last.step, turn.checkpoint.network, b"an optimizer"), release=True)
