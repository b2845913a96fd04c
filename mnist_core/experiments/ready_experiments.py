"""The experiments that are offered. To add one, add it to `EXPERIMENTS`: nothing else names them."""

from __future__ import annotations

from typing import Any, NamedTuple

from mnist_core.config import SETTINGS, TrainConfig, Value
from mnist_core.text.sentence import Sentence, marked, sentence
from mnist_core.text.words import listed


class Experiment(NamedTuple):
    """Runs with the settings `base`, but each with another of `values` for one `setting`.

    `look_at` says in a sentence what to look at in their curves of test accuracy.
    """

    setting: str
    values: tuple[Value, ...]
    look_at: str
    base: TrainConfig = TrainConfig()

    @property
    def title(self) -> str:
        """What varies, and how: "Hidden units: 8, 32 and 256"."""
        setting = SETTINGS[self.setting]
        values = listed([setting.value_in_words(value) for value in self.values])
        return sentence("{setting}: {values}", setting=Sentence(setting.label), values=values)

    @property
    def configs(self) -> list[TrainConfig]:
        """The settings of each run."""
        changes: list[dict[str, Any]] = [{self.setting: value} for value in self.values]
        return [self.base.with_changes(**change) for change in changes]

    def label(self, config: TrainConfig) -> str:
        """Say what sets one of its runs apart: "8 units"."""
        return SETTINGS[self.setting].in_words(getattr(config, self.setting))


EXPERIMENTS: tuple[Experiment, ...] = (
    Experiment(
        "hidden_units",
        (8, 32, 256),
        marked(
            "Look at where each curve levels off: how much does the test accuracy gain from 8 to 32 units, and how "
            "much from 32 to 256?"
        ),
    ),
    Experiment(
        "learning_rate",
        (0.0001, 0.001, 0.1),
        marked(
            "Look at the shapes: one curve climbs slowly and is still climbing at the end, another goes up and down "
            "without getting far. Which is which?"
        ),
    ),
    Experiment(
        "batch_size",
        (16, 128, 4096),
        marked(
            "Look at the first epoch: with small batches the weights are corrected many times, with large ones only a "
            "few times. How many seconds of training does each run take?"
        ),
    ),
    Experiment(
        "hidden_layers",
        (0, 1, 3),
        marked(
            "Look at where the curves end: how much does one hidden layer gain over none, and do three gain more than "
            "chance over one?"
        ),
    ),
    Experiment(
        "dropout",
        (0.0, 0.5),
        marked(
            "Look at the end, then open both runs: dropout narrows the gap between training and test accuracy. Does it "
            "also improve the test accuracy?"
        ),
        TrainConfig(epochs=10),
    ),
    Experiment(
        "architecture",
        ("dense", "convolutional"),
        marked(
            "Look at where the two curves end: the convolutional network has about half as many weights. How many "
            "mistakes does it avoid, and how much longer does an epoch take?"
        ),
    ),
)
