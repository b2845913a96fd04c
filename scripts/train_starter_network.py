"""Trains the network that comes with the app (0.8 MB), `mnist_core/assets/starter.npz`, and measures its accuracy.

    python scripts/train_starter_network.py STROKES

STROKES are recorded digits as `make bench ARGS="--only handwriting --strokes STROKES"` takes them.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np

from benchmarks.handwriting import PENS, prepare, read_digits
from mnist_core.config import TrainConfig
from mnist_core.data import load_dataset
from mnist_core.model.numpy_network import STARTER_PATH, Network
from mnist_core.model.starter import STARTER_FACTS_PATH, Starter
from mnist_core.training import train

CONFIG = TrainConfig(epochs=20, augment=True)
"""Most people use the starter network for their first drawings, and Augment improves its accuracy on drawings."""


def main() -> None:
    """Train and measure the network, and write network and facts into the package."""
    strokes = Path(sys.argv[1])
    *_, last = train(CONFIG, load_dataset())
    if last.network is None or last.test_accuracy is None:
        raise RuntimeError("a training without a network at its end")
    facts = Starter(CONFIG, last.test_accuracy, *pen_accuracy(last.network, strokes))
    STARTER_PATH.write_bytes(last.network.to_bytes())
    STARTER_FACTS_PATH.write_text(facts.to_json())
    print(facts)


def pen_accuracy(network: Network, strokes: Path) -> tuple[float, int]:
    """Return the accuracy on recorded digits, as the mean over pens of all widths, and the number of digits."""
    digits = read_digits(strokes)
    labels = np.array([digit.label for digit in digits])
    correct = [network.predict(prepare(digits, pen, pen_known=True)).argmax(axis=1) == labels for pen in PENS]
    return float(np.mean(correct)), len(digits)


if __name__ == "__main__":
    main()
