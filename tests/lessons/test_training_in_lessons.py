"""What lessons say of a training is true of one at the settings that they fill in."""

from __future__ import annotations

from typing import Any

import pytest

from mnist_core.config import TrainConfig
from mnist_core.data import load_dataset
from mnist_core.lessons import is_met, lessons
from mnist_core.training import train
from tests.support.sample_records import frame, run

pytestmark = pytest.mark.slow


def test_the_rate_that_is_filled_in_as_a_good_one_is_good_enough():
    step = lessons()["learning_rate"].steps[3]
    config = TrainConfig().with_changes(**step.settings)
    *_, last = train(config, load_dataset())
    values: dict[str, Any] = {**step.settings, "test_accuracy": last.test_accuracy}
    assert step.criterion is not None
    assert is_met(step.criterion, frame(run(**values)), drawings=0)
