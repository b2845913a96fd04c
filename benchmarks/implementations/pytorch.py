"""A plain PyTorch loop: one hidden layer, relu, RMSprop with the constants of Keras."""

# mypy: disable-error-code=import-not-found
# (only this benchmark needs the library)
from __future__ import annotations

from collections.abc import Callable

from mnist_core.config import TrainConfig
from mnist_core.data import PIXELS, flatten, load_dataset
from mnist_core.model.architecture import CLASSES


def prepare(config: TrainConfig) -> Callable[[], object]:
    """Return a function that trains one epoch of shuffled batches, with PyTorch's default number of threads."""
    import torch

    dataset = load_dataset()
    images = torch.from_numpy(flatten(dataset.train_images))
    labels = torch.from_numpy(dataset.train_labels.astype("int64"))
    hidden = torch.nn.Linear(PIXELS, config.hidden_units)
    model = torch.nn.Sequential(hidden, torch.nn.ReLU(), torch.nn.Linear(config.hidden_units, CLASSES))
    optimizer = torch.optim.RMSprop(model.parameters(), lr=config.learning_rate, alpha=0.9, eps=1e-7)

    def epoch() -> None:
        for batch in torch.randperm(len(images)).split(config.batch_size):
            optimizer.zero_grad()
            torch.nn.functional.cross_entropy(model(images[batch]), labels[batch]).backward()
            optimizer.step()

    epoch()
    return epoch
