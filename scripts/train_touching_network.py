"""Trains the network that tells one digit from two touching ones, `mnist_core/assets/touching.npz` (50 kB).

    python scripts/train_touching_network.py

One class is pairs of MNIST's training images, moved together until their ink touches; the other is single images. Both
are preprocessed like drawings. A fifth of the examples is held out, and the accuracy on it is printed.
"""

import io
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np
from numpy.typing import NDArray

from mnist_core.config import TrainConfig
from mnist_core.data import Dataset, load_dataset
from mnist_core.drawing import INK_LEVEL, preprocess
from mnist_core.drawing.photo.connected_components import label_components
from mnist_core.drawing.photo.touching_digits import TOUCHING_NETWORK_PATH
from mnist_core.model.numpy_network import Network
from mnist_core.text.words import percent
from mnist_core.training import train

CONFIG = TrainConfig(hidden_units=32, epochs=20, augment=True)
PAIRS = 30_000
ENLARGEMENT = 4
"""The images are enlarged by this factor before preprocessing, because drawings are larger."""


def main() -> None:
    """Train and write the network."""
    images, random = load_dataset().train_images, np.random.default_rng(CONFIG.seed)
    pairs = [pair for _ in range(PAIRS) if (pair := touching_pair(images, random)) is not None]
    single = [preprocessed(images[index]) for index in random.permutation(len(images))[: 2 * len(pairs)]]
    examples = np.rint(255 * np.stack([*single, *pairs])).astype(np.uint8)
    labels = np.repeat([0, 1], [len(single), len(pairs)]).astype(np.uint8)
    order = random.permutation(len(labels))
    learned, held_out = order[: -len(order) // 5], order[-len(order) // 5 :]
    names = ("one digit", "two that touch")
    data = Dataset(
        "touching", examples[learned], labels[learned], examples[held_out], labels[held_out], class_names=names
    )
    *_, last = train(CONFIG, data)
    if last.network is None:
        raise RuntimeError("a training without a network at its end")
    TOUCHING_NETWORK_PATH.write_bytes(in_half_precision(last.network))
    print(f"{len(pairs):,} pairs; {percent(last.test_accuracy)} of the examples held out are classified correctly.")


def touching_pair(images: NDArray[np.uint8], random: np.random.Generator) -> NDArray[np.float32] | None:
    """Return two random images side by side, preprocessed like a drawing; None if they do not touch."""
    left, right = (_cropped(images[index]) for index in random.integers(len(images), size=2))
    start = max(0, left.shape[1] - int(random.integers(0, 9)))
    page = np.zeros((34, max(left.shape[1], start + right.shape[1])), dtype=np.uint8)
    for digit, column, shift in ((left, 0, 0), (right, start, int(random.integers(-2, 3)))):
        row = (page.shape[0] - digit.shape[0]) // 2 + shift
        part = page[row : row + digit.shape[0], column : column + digit.shape[1]]
        np.maximum(part, digit, out=part)
    return preprocessed(page) if len(label_components(page > INK_LEVEL)) == 1 else None


def preprocessed(image: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return an image preprocessed like a drawing: (28, 28) float32 in [0, 1]."""
    return preprocess(np.kron(image, np.ones((ENLARGEMENT, ENLARGEMENT), dtype=np.uint8)))


def _cropped(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    rows, columns = np.flatnonzero(image.max(axis=1) > 60), np.flatnonzero(image.max(axis=0) > 60)
    return image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def in_half_precision(network: Network) -> bytes:
    """Return the bytes of a network file with 16-bit weights, which is half as large and as accurate."""
    buffer = io.BytesIO()
    arrays = {f"weight_{index}": array.astype(np.float16) for index, array in enumerate(network.weights)}
    np.savez_compressed(buffer, allow_pickle=False, **arrays, activation=np.array(network.activation))
    return buffer.getvalue()


if __name__ == "__main__":
    main()
