"""How much a run keeps of its snapshots, however long it is trained."""

from types import SimpleNamespace

from mnist_core.config import LIMITS, TrainConfig
from mnist_core.data import load_dataset
from mnist_core.evaluation.network_snapshot import Snapshot
from mnist_core.network import Network
from mnist_core.progress import ProgressPoint
from mnist_core.workers.recorder import Recorder


def test_the_longest_run_keeps_a_snapshot_of_every_second_epoch_and_less_than_a_megabyte():
    """It reports at the end of each epoch and once within, as that of the default settings does."""
    config = TrainConfig(epochs=int(LIMITS["epochs"].high))
    network, chunk = Network.load("starter"), 26
    trainer = SimpleNamespace(
        config=config, dataset=load_dataset(), step=0, steps_per_epoch=469, done=False, current_network=lambda: network
    )
    recorder = Recorder(trainer)  # type: ignore[arg-type]
    kept: dict[int, Snapshot] = {}
    for epoch in range(1, config.epochs + 1):
        for trainer.step in (469 * epoch - 443, 469 * epoch):
            ended = trainer.step == 469 * epoch
            trainer.done = ended and epoch == config.epochs
            accuracy = 0.98 if ended else None
            recorder.after_chunk(ProgressPoint(trainer.step, epoch, 0.1, 0.97, 0.1, accuracy))
            kept |= {it.step: it for it in recorder.take_snapshots() if it.lasting}
    assert sorted(kept) == [0, chunk, *range(2 * 469, 101 * 469, 2 * 469)]
    assert sum(len(it.to_json()) for it in kept.values()) < 1_000_000
