import subprocess
import sys

import pytest

from mnist_core.config import ConfigError, TrainConfig
from mnist_core.estimate import about, duration_in_words, memory_bytes, require_memory, seconds_per_epoch


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.2, "under a second"), (1.2, "1 second"), (44.6, "45 seconds"), (100, "2 minutes"), (9000, "2.5 hours")],
)
def test_durations_are_said_as_people_say_them(seconds, words):
    assert duration_in_words(seconds) == words


def test_estimates_do_not_claim_to_be_exact():
    assert (about(0.4), about(8)) == ("less than a second", "about 8 seconds")


@pytest.mark.parametrize(
    "slower",
    [
        TrainConfig(hidden_units=512),
        TrainConfig(hidden_layers=2),
        TrainConfig(batch_size=16),
        TrainConfig(dropout=0.5),
        TrainConfig(optimizer="adam"),
    ],
)
def test_what_takes_longer_is_estimated_longer(slower):
    assert seconds_per_epoch(slower, 60_000) > seconds_per_epoch(TrainConfig(), 60_000)


def test_too_much_memory_is_refused_with_the_estimate():
    config = TrainConfig(hidden_units=2048, hidden_layers=3, batch_size=8192)
    require_memory(config, limit=memory_bytes(config))
    with pytest.raises(ConfigError, match=r"need about [\d,]+ MB of memory, and a run may take 100 MB"):
        require_memory(config, limit=100_000_000)


def test_memory_estimate_is_near_what_a_training_takes():
    """A large network: what the process grows by is no more than the estimate, and of its size."""
    config = TrainConfig(hidden_units=2048, hidden_layers=3, batch_size=8192)
    code = f"""
import resource, sys
from pathlib import Path
from mnist_core.data import load_dataset
from mnist_core.training import Trainer
from mnist_core.config import TrainConfig
def peak():
    if sys.platform == "darwin":
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # Not ru_maxrss: on Linux a new program starts with that of the one that started it, here a large test process.
    return 1024 * int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0])
Trainer(TrainConfig(hidden_units=1), load_dataset()).advance()
before = peak()
trainer = Trainer(TrainConfig.from_json({config.to_json()!r}), load_dataset())
trainer.advance()
trainer.checkpoint()
print(peak() - before)
"""
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    grown = int(result.stdout)
    print(f"grown by {grown / 1e6:.0f} MB, estimated {memory_bytes(config) / 1e6:.0f} MB")
    assert 0.3 * memory_bytes(config) < grown < 1.5 * memory_bytes(config)
