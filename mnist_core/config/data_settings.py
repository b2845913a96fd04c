"""The settings of the data: which images of a dataset a run learns from, and how."""

from __future__ import annotations

from dataclasses import dataclass

from mnist_core.config.declaration import Group, Number, Switch, declared


@dataclass(frozen=True)
class DataSettings:
    """What decides which images and labels the network learns from."""

    augment: bool = declared(
        False,
        Switch(),
        "Also trains on a distorted copy of every image, a new one in each epoch: rotated by up to 10°, slanted, "
        "resized and moved by a pixel. Epochs take twice as long, but drawn digits are read better.",
        summary="augmented",
        group=Group.DATA,
    )
    training_images: int = declared(
        0,
        Number(100, 60_000, whole=True, step=1000, zero="all of them"),
        "The number of training images that the network learns from, a random sample that depends on the seed and "
        "keeps the proportions of the classes. Fewer images mean faster epochs and more overfitting.",
        noun="training image",
        sweep_values="500, 2000, 10000",
        group=Group.DATA,
    )
    label_noise: float = declared(
        0.0,
        Number(0.0, 0.5, step=0.1),
        "The fraction of the training labels that are made wrong, the same in each class. A wrong label is one of the "
        "other classes at random. Validation and test labels stay right. Evaluate shows which wrong labels the network "
        "has memorised.",
        aliases=("noise",),
        sweep_values="0, 0.1, 0.3",
        group=Group.DATA,
    )
    validation_images: int = declared(
        0,
        Number(0, 50_000, whole=True, step=1000),
        "The number of training images that are held out: the network does not learn from them, and its accuracy on "
        "them after each epoch shows how well it reads new images. Choose settings by this accuracy, and keep the test "
        "images for the end.",
        noun="validation image",
        fixed_in_sweeps="Validation images cannot vary: only runs with the same ones can be compared.",
        group=Group.DATA,
    )
