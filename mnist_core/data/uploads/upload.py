"""An upload: the images and labels in a user's files, before fixes are applied and it becomes a dataset."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_core.data.dataset import IMAGE_SIZE, Dataset
from mnist_core.data.dataset_file import (
    FEWEST_CLASSES,
    LARGEST,
    MOST_CLASSES,
    BadDatasetFile,
    check_class_names,
    check_images,
    check_labels,
)
from mnist_core.data.uploads.array_in_file import ArrayInFile
from mnist_core.data.uploads.array_names import Split
from mnist_core.data.uploads.convert_images import convert_images
from mnist_core.data.uploads.convert_labels import convert_labels
from mnist_core.data.uploads.resize_images import MOST_IMAGES


class SplitArrays(NamedTuple):
    """The arrays of images and labels of one split, before they are read."""

    split: Split
    images: ArrayInFile
    labels: ArrayInFile


class LabelledImages(NamedTuple):
    """Images (n, 28, 28) uint8 with labels (n,) int64, which need not start at 0."""

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]


NO_IMAGES = LabelledImages(np.zeros((0, IMAGE_SIZE, IMAGE_SIZE), np.uint8), np.zeros(0, np.int64))


@dataclass(frozen=True, eq=False)
class Upload:
    """Images of a training set and a test set, either of which may be empty.

    `notes` are sentences on what was converted. `class_names` are for the labels from 0 on, or for the labels that
    occur, in ascending order; () if none were given.
    """

    train: LabelledImages
    test: LabelledImages
    class_names: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def present(self) -> NDArray[np.int64]:
        """The distinct labels of both sets, in ascending order."""
        return np.unique(np.concatenate([self.train.labels, self.test.labels]))

    def name_of(self, label: int) -> str:
        """Return the name of a label's class."""
        if 0 <= label < len(self.class_names):
            return self.class_names[label]
        return str(label)

    def dataset(self, name: str) -> Dataset:
        """Return the upload as a dataset. Raises `BadDatasetFile` if labels or class names do not fit."""
        if not len(self.test.labels):
            raise BadDatasetFile(
                "There are no test images. Hold out some of the training images; a class needs two or more for that."
            )
        count = len(self.train.labels) + len(self.test.labels)
        if count > MOST_IMAGES:
            raise BadDatasetFile(f"There are {count:,} images in all; at most {MOST_IMAGES:,} are accepted.")
        limit = len(self.class_names) or MOST_CLASSES
        train = check_labels(self.train.labels, len(self.train.images), "The training set", limit)
        test = check_labels(self.test.labels, len(self.test.images), "The test set", limit)
        classes = int(max(train.max(), test.max())) + 1
        if classes < FEWEST_CLASSES:
            raise BadDatasetFile("All labels are 0; at least two classes are needed to tell them apart.")
        names = check_class_names(self.class_names or [str(label) for label in range(classes)], classes)
        images = [check_images(split.images, "The images") for split in (self.train, self.test)]
        return Dataset(name, images[0], train, images[1], test, names)


def convert(parts: Sequence[SplitArrays], class_names: Sequence[str], notes: Sequence[str] = ()) -> Upload:
    """Read and convert the arrays of each split. Raises `BadDatasetFile`."""
    _check_sizes(parts)
    labels = convert_labels([part.labels for part in parts])
    all_notes, splits = [*notes, *labels.notes], {}
    for part, numbers in zip(parts, labels.labels, strict=True):
        converted = convert_images(part.images)
        all_notes += converted.notes
        _check_counts(part, len(converted.images), len(numbers))
        splits[part.split] = LabelledImages(converted.images, numbers)
    names = tuple(class_names) or labels.class_names
    upload = Upload(splits["train"], splits.get("test", NO_IMAGES), names, tuple(dict.fromkeys(all_notes)))
    return _with_validation(upload, splits["validation"]) if "validation" in splits else upload


def assign_splits(parts: Sequence[SplitArrays]) -> list[SplitArrays]:
    """Return the arrays with a split for each. If no name says which split an array is of, the other names decide.

    Raises `BadDatasetFile` if that is ambiguous.
    """
    splits = [part.split for part in parts]
    if len(parts) == 1:
        splits = ["train"]
    elif len(parts) == 2 and splits.count("") == 1:
        splits = [split or ("train" if "train" not in splits else "test") for split in splits]
    twice = [split for split, count in Counter(splits).items() if count > 1 or not split]
    if twice or "train" not in splits:
        titles = ", ".join(part.images.title for part in parts)
        raise BadDatasetFile(
            f"It is not clear which images are for training and which for testing: {titles}. The app expects one name "
            "with train and one with test; validation images, with val, are allowed too."
        )
    return [part._replace(split=split) for part, split in zip(parts, splits, strict=True)]


def _check_sizes(parts: Sequence[SplitArrays]) -> None:
    numbers = sum(part.images.size for part in parts)
    if numbers > LARGEST:
        raise BadDatasetFile(
            f"The images have {numbers / 1e6:,.0f} million numbers in all, unpacked; at most {LARGEST / 1e6:,.0f} "
            "million are accepted. Take fewer images."
        )


def _check_counts(part: SplitArrays, images: int, labels: int) -> None:
    if images != labels:
        raise BadDatasetFile(
            f"{part.images.title} has {images:,} images, and {part.labels.title} has {labels:,} labels. The app "
            "expects one label for each image."
        )


def _with_validation(upload: Upload, validation: LabelledImages) -> Upload:
    """Add the validation images to the training set, or make them the test set if there is none."""
    count = len(validation.labels)
    if not len(upload.test.labels):
        note = f"The {count:,} validation images became the test set, since there is no other."
        return replace(upload, test=validation, notes=(*upload.notes, note))
    note = f"The {count:,} validation images were added to the training images."
    both = zip(upload.train, validation, strict=True)
    train = LabelledImages(*(np.concatenate(pair) for pair in both))  # type: ignore[arg-type]
    return replace(upload, train=train, notes=(*upload.notes, note))
