"""All settings, written down by hand once for all tests: defaults, other values, limits, and their group on Train.

A new setting has its entry in `EVERY`, and the tests of what it does.
"""

from typing import Any, NamedTuple


class Limits(NamedTuple):
    """A number: by default, another value, its group on the Train page, and its limits.

    These are the smallest and the largest value, one just too small and one just too large, in words, and by how much
    the page's plus and minus change it; then the optimizer that takes it, if not each does, and the settings that must
    not be 0.
    """

    default: float
    another: Any
    group: str
    smallest: float
    largest: float
    too_small: float
    too_large: float
    words: str
    step: float
    optimizer: str = "rmsprop"
    needed: tuple[str, ...] = ()

    @property
    def beside(self) -> dict[str, Any]:
        """What must be set as well."""
        optimizer = {} if self.optimizer == "rmsprop" else {"optimizer": self.optimizer}
        return optimizer | dict.fromkeys(self.needed, 20)


class Other(NamedTuple):
    """A choice or a switch: by default, and another value."""

    default: Any
    another: Any


MAIN, DATA, NETWORK, LEARNING = "", "Data", "Network", "Learning"

EVERY: dict[str, Limits | Other] = {
    "hidden_units": Limits(
        256, (48, 24), MAIN, 1, 2048, -1, 2049,
        "a whole number from 1 to 2,048, or 0 for no hidden layer, or several for up to 5 layers, such as 256, 64", 1,
    ),
    "epochs": Limits(5, 2, MAIN, 1, 100, 0, 101, "a whole number from 1 to 100", 1),
    "batch_size": Limits(128, 100, MAIN, 1, 8192, 0, 8193, "a whole number from 1 to 8,192", 1),
    "seed": Limits(
        0, 9, LEARNING, 0, 2_147_483_647, -1, 2_147_483_648, "a whole number from 0 to 2,147,483,647", 1
    ),  # as many as fit into 31 bits
    "optimizer": Other("rmsprop", "adamw"),
    "learning_rate": Limits(
        0.001, 0.004, LEARNING, 1e-06, 10, 0.99e-06, 10.01, "a number from 0.000001 to 10", 1e-06
    ),
    "schedule": Other("constant", "warm-up"),
    "patience": Limits(
        0, 1, LEARNING, 1, 100, -1, 101, "a whole number from 1 to 100, or 0 for no early stopping", 1,
        needed=("validation_images",),
    ),
    "min_delta": Limits(
        0, 0.05, LEARNING, 0, 0.1, -0.001, 0.101, "a number from 0 to 0.1", 0.001,
        needed=("validation_images", "patience"),
    ),
    "momentum": Limits(0, 0.9, LEARNING, 0, 0.99, -0.01, 1.0, "a number from 0 to 0.99", 0.1, "sgd"),
    "weight_decay": Limits(
        0, 0.01, LEARNING, 1e-6, 0.1, 0.99e-6, 0.11, "a number from 0.000001 to 0.1, or 0 for none", 1e-6, "adamw"
    ),
    "architecture": Other("dense", "convolutional"),
    "hidden_layers": Limits(1, 2, NETWORK, 0, 5, -1, 6, "a whole number from 0 to 5", 1),
    "activation": Other("relu", "tanh"),
    "initialisation": Other("glorot", "he"),
    "batch_normalisation": Other(default=False, another=True),
    "dropout": Limits(0, 0.25, NETWORK, 0, 0.9, -0.01, 0.91, "a number from 0 to 0.9", 0.1),
    "l2": Limits(0, 0.0001, NETWORK, 1e-6, 0.1, 0.99e-6, 0.11, "a number from 0.000001 to 0.1, or 0 for none", 1e-6),
    "augment": Other(default=False, another=True),
    "training_images": Limits(
        0, 4000, DATA, 100, 60_000, 99, 60_001, "a whole number from 100 to 60,000, or 0 for all of them", 1000
    ),
    "label_noise": Limits(0, 0.1, DATA, 0, 0.5, -0.01, 0.51, "a number from 0 to 0.5", 0.1),
    "validation_images": Limits(0, 1000, DATA, 0, 50_000, -1, 50_001, "a whole number from 0 to 50,000", 1000),
}  # fmt: skip
"""In the order in which they are listed everywhere."""

NUMBERS = {name: its for name, its in EVERY.items() if isinstance(its, Limits)}

DEFAULTS: dict[str, Any] = {name: its.default for name, its in EVERY.items()}

CHANGED: dict[str, Any] = {name: its.another for name, its in EVERY.items() if name != "momentum"}
"""Settings of one run that are all different from the defaults; its optimizer takes no momentum."""


def label_of(name: str) -> str:
    """What the setting is called on a page and in a sentence."""
    return name.replace("_", " ").capitalize()
