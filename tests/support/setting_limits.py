"""The numeric settings, written down by hand: limits, defaults and their description."""

from typing import Any, NamedTuple


class Limits(NamedTuple):
    """The smallest and the largest value, one just too small and one just too large, by default, in words, and by how
    much the page's plus and minus change it; and the optimizer that takes it, if not each does, and the settings that
    must not be 0."""

    smallest: float
    largest: float
    too_small: float
    too_large: float
    default: float
    words: str
    step: float
    optimizer: str = "rmsprop"
    needed: tuple[str, ...] = ()

    @property
    def beside(self) -> dict[str, Any]:
        """What must be set as well."""
        optimizer = {} if self.optimizer == "rmsprop" else {"optimizer": self.optimizer}
        return optimizer | dict.fromkeys(self.needed, 20)


NUMBERS = {
    "hidden_units": Limits(
        1,
        2048,
        -1,
        2049,
        256,
        "a whole number from 1 to 2,048, or 0 for no hidden layer, or several for up to 5 layers, such as 256, 64",
        1,
    ),
    "epochs": Limits(1, 100, 0, 101, 5, "a whole number from 1 to 100", 1),
    "batch_size": Limits(1, 8192, 0, 8193, 128, "a whole number from 1 to 8,192", 1),
    "seed": Limits(0, 2_147_483_647, -1, 2_147_483_648, 0, "a whole number from 0 to 2,147,483,647", 1),
    "learning_rate": Limits(1e-06, 10, 0.99e-06, 10.01, 0.001, "a number from 0.000001 to 10", 1e-06),
    "momentum": Limits(0, 0.99, -0.01, 1.0, 0, "a number from 0 to 0.99", 0.1, "sgd"),
    "weight_decay": Limits(1e-6, 0.1, 0.99e-6, 0.11, 0, "a number from 0.000001 to 0.1, or 0 for none", 1e-6, "adamw"),
    "patience": Limits(
        1, 100, -1, 101, 0, "a whole number from 1 to 100, or 0 for no early stopping", 1, needed=("validation_images",)
    ),
    "min_delta": Limits(
        0, 0.1, -0.001, 0.101, 0, "a number from 0 to 0.1", 0.001, needed=("validation_images", "patience")
    ),
    "l2": Limits(1e-6, 0.1, 0.99e-6, 0.11, 0, "a number from 0.000001 to 0.1, or 0 for none", 1e-6),
    "hidden_layers": Limits(0, 5, -1, 6, 1, "a whole number from 0 to 5", 1),
    "dropout": Limits(0, 0.9, -0.01, 0.91, 0, "a number from 0 to 0.9", 0.1),
    "training_images": Limits(
        100, 60_000, 99, 60_001, 0, "a whole number from 100 to 60,000, or 0 for all of them", 1000
    ),
    "label_noise": Limits(0, 0.5, -0.01, 0.51, 0, "a number from 0 to 0.5", 0.1),
    "validation_images": Limits(0, 50_000, -1, 50_001, 0, "a whole number from 0 to 50,000", 1000),
}
"""Of the seed, as many as fit into 31 bits."""


def label_of(name: str) -> str:
    """What the setting is called on a page and in a sentence."""
    return name.replace("_", " ").capitalize()
