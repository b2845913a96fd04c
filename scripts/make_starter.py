"""Make `mnist_core/assets/starter.npz`: the network of the default settings that comes with the app (0.8 MB)."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from mnist_core.config import TrainConfig
from mnist_core.data import load_dataset
from mnist_core.network import STARTER_PATH
from mnist_core.training import train
from mnist_core.words import percent


def main() -> None:
    """Train with the default settings and seed, and write the network into the package."""
    for progress in train(TrainConfig(), load_dataset()):
        if progress.network is not None:  # the last one has it
            STARTER_PATH.write_bytes(progress.network.to_bytes())
            print(f"{STARTER_PATH}: test accuracy {percent(progress.test_accuracy)}")


if __name__ == "__main__":
    main()
