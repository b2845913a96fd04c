"""Make the network that tells one digit from two that touch, `mnist_core/assets/touching.npz` (50 kB).

    python scripts/train_touching_network.py

Two training images of MNIST, pushed into each other until their ink touches, are one class; one image is the other.
Both are brought to 28×28 as drawings are. The last fifth is held out, and what is told rightly of it is printed.
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
ENLARGED = 4
"""The images are enlarged this many times before they are fitted into 28×28 again, as drawings are larger."""


def main() -> None:
    """Train and write the network."""
    images, random = load_dataset().train_images, np.random.default_rng(CONFIG.seed)
    pairs = [made for _ in range(PAIRS) if (made := touching(images, random)) is not None]
    alone = [fitted(images[index]) for index in random.permutation(len(images))[: 2 * len(pairs)]]
    everything = np.rint(255 * np.stack([*alone, *pairs])).astype(np.uint8)
    labels = np.repeat([0, 1], [len(alone), len(pairs)]).astype(np.uint8)
    order = random.permutation(len(labels))
    learned, held_out = order[: -len(order) // 5], order[-len(order) // 5 :]
    names = ("one digit", "two that touch")
    data = Dataset(
        "touching", everything[learned], labels[learned], everything[held_out], labels[held_out], class_names=names
    )
    *_, last = train(CONFIG, data)
    if last.network is None:
        raise RuntimeError("a training without a network at its end")
    TOUCHING_NETWORK_PATH.write_bytes(in_half_precision(last.network))
    print(f"{len(pairs):,} pairs; {percent(last.test_accuracy)} of those held out are told rightly.")


def touching(images: NDArray[np.uint8], random: np.random.Generator) -> NDArray[np.float32] | None:
    """Return two images of any digits, one beside the other, as a drawing is fitted; None where they do not touch."""
    left, right = (_cropped(images[index]) for index in random.integers(len(images), size=2))
    start = max(0, left.shape[1] - int(random.integers(0, 9)))
    page = np.zeros((34, max(left.shape[1], start + right.shape[1])), dtype=np.uint8)
    for digit, column, shift in ((left, 0, 0), (right, start, int(random.integers(-2, 3)))):
        row = (page.shape[0] - digit.shape[0]) // 2 + shift
        part = page[row : row + digit.shape[0], column : column + digit.shape[1]]
        np.maximum(part, digit, out=part)
    return fitted(page) if len(label_components(page > INK_LEVEL)) == 1 else None


def fitted(image: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return an image as networks are given drawings."""
    return preprocess(np.kron(image, np.ones((ENLARGED, ENLARGED), dtype=np.uint8)))


def _cropped(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    rows, columns = np.flatnonzero(image.max(axis=1) > 60), np.flatnonzero(image.max(axis=0) > 60)
    return image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def in_half_precision(network: Network) -> bytes:
    """Return a network's file with weights of 16 bits, which is half as large and reads as well."""
    buffer = io.BytesIO()
    arrays = {f"weight_{index}": array.astype(np.float16) for index, array in enumerate(network.weights)}
    np.savez_compressed(buffer, allow_pickle=False, **arrays, activation=np.array(network.activation))
    return buffer.getvalue()


if __name__ == "__main__":
    main()
