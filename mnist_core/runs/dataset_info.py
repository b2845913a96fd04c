"""What the run store knows of a dataset without its images."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field

from mnist_core.data import DIGITS, MNIST, MNIST_ARRAYS, MNIST_SHA256
from mnist_core.text.escape import for_file_name


@dataclass(frozen=True)
class DatasetInfo:
    """What the store knows of a dataset without its images.

    `mixture` is JSON that says which drawings were mixed into which dataset, "" if none were. `damaged` says why this
    program cannot read the row, "" if it can.
    """

    sha256: str
    name: str
    class_names: tuple[str, ...]
    train_images: int
    test_images: int
    owner: str = field(default="", repr=False)
    nickname: str = ""
    created_at: float = 0.0
    mixture: str = ""
    damaged: str = ""

    @property
    def classes(self) -> int:
        """The number of classes."""
        return len(self.class_names)

    @property
    def title(self) -> str:
        """The name for people."""
        return dataset_title(self.name) + (" (damaged)" if self.damaged else "")

    @property
    def base_sha256(self) -> str:
        """The sha256 of the dataset without mixed-in drawings: its own if it is no mixture."""
        return str(json.loads(self.mixture)["base"]) if self.mixture else self.sha256

    @property
    def file_name(self) -> str:
        """The name of its npz file, such as "mnist.npz"."""
        words = re.split(r"[\s!-/:-@[-`{-~]+", self.name.lower())  # at spaces and ASCII's punctuation
        return for_file_name("_".join(word for word in words if word), ".npz", "dataset")


MNIST_INFO = DatasetInfo(MNIST_SHA256, MNIST, DIGITS, MNIST_ARRAYS["x_train"].shape[0], MNIST_ARRAYS["x_test"].shape[0])

TITLES = {"mnist": "MNIST", "fashion-mnist": "Fashion-MNIST"}
"""The datasets whose name is an identifier. Uploaded datasets have whatever name their owner chose."""


def dataset_title(name: str) -> str:
    """Return the title of the dataset called `name`, such as "MNIST" for "mnist"."""
    return TITLES.get(name, name)
