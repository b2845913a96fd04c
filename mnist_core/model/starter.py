"""What is known of the network that comes with the app: how it was trained, and how well it reads."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from mnist_core.config import TrainConfig

STARTER_FACTS_PATH = Path(__file__).parents[1] / "assets" / "starter.json"
"""Written by scripts/train_starter_network.py together with the network, so that the two belong together."""

PEN_STROKES_SOURCE = (
    "“Pen-Based Recognition of Handwritten Digits”, E. Alpaydin and F. Alimoglu, UCI Machine Learning Repository, "
    "1998, https://doi.org/10.24432/C5MG6K"
)
"""Where the pen strokes come from on which `Starter.pen_accuracy` was measured."""


@dataclass(frozen=True)
class Starter:
    """How the starter network was trained, on MNIST, and what it reads.

    `test_accuracy` is the fraction (0 to 1) of MNIST's test images that it reads correctly; `pen_accuracy` that of
    `pen_digits` digits recorded as pen strokes (`PEN_STROKES_SOURCE`), drawn on a canvas of 280 pixels as
    the Draw page has it, as the mean over pens from 8 to 28 pixels wide.
    """

    config: TrainConfig
    test_accuracy: float
    pen_accuracy: float
    pen_digits: int

    def to_json(self) -> str:
        """Return it as `starter` reads it."""
        facts = {"config": json.loads(self.config.to_json()), "test_accuracy": self.test_accuracy}
        return json.dumps(facts | {"pen_accuracy": self.pen_accuracy, "pen_digits": self.pen_digits}, indent=1) + "\n"


@lru_cache(maxsize=1)
def starter() -> Starter:
    """Return what is known of the starter network, from the file beside it."""
    facts = json.loads(STARTER_FACTS_PATH.read_text())
    return Starter(**facts | {"config": TrainConfig(**facts["config"])})
