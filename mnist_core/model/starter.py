"""Facts about the network that comes with the app: how it was trained, and its accuracy."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from mnist_core.config import TrainConfig

STARTER_FACTS_PATH = Path(__file__).parents[1] / "assets" / "starter.json"
"""scripts/train_starter_network.py writes it together with the network, so that the two match."""

PEN_STROKES_SOURCE = (
    "“Pen-Based Recognition of Handwritten Digits”, E. Alpaydin and F. Alimoglu, UCI Machine Learning Repository, "
    "1998, https://doi.org/10.24432/C5MG6K"
)
"""The source of the pen strokes on which `Starter.pen_accuracy` was measured."""


@dataclass(frozen=True)
class Starter:
    """How the starter network was trained on MNIST, and its accuracy.

    `test_accuracy` is its accuracy (0 to 1) on the test images of MNIST. `pen_accuracy` is its accuracy on `pen_digits`
    digits that were recorded as pen strokes (`PEN_STROKES_SOURCE`) and drawn on a canvas of 280 pixels like that of the
    Draw page, averaged over pens from 8 to 28 pixels wide.
    """

    config: TrainConfig
    test_accuracy: float
    pen_accuracy: float
    pen_digits: int

    def to_json(self) -> str:
        """Return it as the JSON that `starter` reads."""
        facts = {"config": json.loads(self.config.to_json()), "test_accuracy": self.test_accuracy}
        return json.dumps(facts | {"pen_accuracy": self.pen_accuracy, "pen_digits": self.pen_digits}, indent=1) + "\n"


@lru_cache(maxsize=1)
def starter() -> Starter:
    """Return the facts about the starter network from the file beside it."""
    facts = json.loads(STARTER_FACTS_PATH.read_text())
    return Starter(**facts | {"config": TrainConfig(**facts["config"])})
