"""Checks of an upload: each finds one kind of problem and can fix it. A fix is applied only if the user agrees."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mnist_core.data.class_statistics import class_means
from mnist_core.data.uploads.orientation import is_transposed, transposed
from mnist_core.data.uploads.upload import LabelledImages, Upload
from mnist_core.text.words import counted

TEST_FRACTION = 1 / 7
"""Fraction of a class's images that become test images, as in MNIST: 10,000 of 70,000."""
LEAST_MAXIMUM = 128
"""If no pixel of a dataset reaches this value, half of 255, its values have another scale."""
LIGHT_BORDER = 0.7
"""Least mean of the border pixels on light paper, as a fraction of the brightest pixel. MNIST has 0.0."""
MOST_LISTED = 8
_SAMPLE_SIZE = 5000
"""Number of random images that a check uses; their mean is exact enough."""


@dataclass(frozen=True)
class Check:
    """A check: `find` returns a sentence that says what looks wrong, or ""; `fix` corrects it.

    `key` is the name of the fix in the terminal, `offer` its label on the page. `changes_images` says whether the fix
    changes how the images look.
    """

    key: str
    offer: str
    find: Callable[[Upload], str]
    fix: Callable[[Upload], Upload]
    changes_images: bool


@dataclass(frozen=True)
class Finding:
    """A check that has found a problem, and the sentence that describes it."""

    check: Check
    sentence: str


def findings(upload: Upload) -> list[Finding]:
    """Run all checks on an upload. Each one sees the upload as if all earlier findings were fixed."""
    found: list[Finding] = []
    for check in CHECKS:
        sentence = check.find(upload)
        if sentence:
            found.append(Finding(check, sentence))
            upload = check.fix(upload)
    return found


def with_fixes(upload: Upload, keys: Collection[str]) -> Upload:
    """Return the upload after the fixes with these keys, applied in the order of `CHECKS`."""
    for check in CHECKS:
        if check.key in keys:
            upload = check.fix(upload)
    return upload


def _each_image(upload: Upload, change: Callable[[NDArray[np.uint8]], NDArray[np.uint8]]) -> Upload:
    train, test = (LabelledImages(change(split.images), split.labels) for split in (upload.train, upload.test))
    return replace(upload, train=train, test=test)


def _brightest(upload: Upload) -> int:
    return int(max(upload.train.images.max(), upload.test.images.max(initial=0)))


def _too_dark(upload: Upload) -> str:
    brightest = _brightest(upload)
    if not 0 < brightest < LEAST_MAXIMUM:
        return ""
    return f"The values only go from {upload.train.images.min()} to {brightest}; full ink is 255."


def _scale(upload: Upload) -> Upload:
    """Multiply the values so that the brightest is 255."""
    brightest = _brightest(upload)
    if not 0 < brightest < 255:
        return upload
    table = np.rint(np.arange(256) * (255 / brightest)).clip(0, 255).astype(np.uint8)
    return _each_image(upload, lambda images: table[images])


def _light_paper(upload: Upload) -> str:
    images = _sample(upload.train).images
    border = np.concatenate([images[:, 0], images[:, -1], images[:, :, 0], images[:, :, -1]], axis=1)
    if border.mean() < LIGHT_BORDER * images.max() or images.max() == images.min():
        return ""
    return "The images are dark on light paper. Here, as in MNIST, ink is light on black."


def _invert(upload: Upload) -> Upload:
    return _each_image(upload, lambda images: 255 - images)


def _transposed_images(upload: Upload) -> str:
    sample = _sample(upload.train)
    labels, class_indices = np.unique(sample.labels, return_inverse=True)
    if not is_transposed(class_means(sample.images, class_indices, len(labels))):
        return ""
    return (
        "Rows and columns of the images seem to be exchanged, as in the files of EMNIST: transposed, they look more "
        "like digits and letters."
    )


def _turn(upload: Upload) -> Upload:
    return _each_image(upload, transposed)


def _missing_labels(upload: Upload) -> str:
    labels = upload.present
    contiguous = labels[0] == 0 and len(labels) == labels[-1] + 1
    all_named = labels[0] >= 0 and len(upload.class_names) > labels[-1]
    if contiguous or all_named:
        return ""
    missing = sorted(set(range(min(0, int(labels[0])), min(int(labels[-1]), 200))) - set(labels.tolist()))
    which = f", without {_listed([str(label) for label in missing])}" if missing else ""
    return (
        f"The labels go from {labels[0]} to {labels[-1]}{which}: {len(labels)} classes. A network has one output "
        "for each number from 0."
    )


def _renumber(upload: Upload) -> Upload:
    """Renumber the labels that occur from 0 on; classes keep their names."""
    labels, names = upload.present, upload.class_names
    if len(names) != len(labels):
        names = tuple(upload.name_of(label) for label in labels.tolist())
    if labels.tolist() == list(range(len(labels))):
        return upload
    train, test = (
        LabelledImages(split.images, np.searchsorted(labels, split.labels).astype(np.int64))
        for split in (upload.train, upload.test)
    )
    return replace(upload, train=train, test=test, class_names=names)


def _untested_classes(upload: Upload) -> str:
    lacking = np.setdiff1d(upload.train.labels, upload.test.labels)
    if not _to_hold_out(upload).any():  # no class lacks test images, or those that do have a single image
        return ""
    if not len(upload.test.labels):
        return "There are no test images."
    names = _listed([upload.name_of(label) for label in lacking.tolist()])
    return f"The test set has no image of {counted(len(lacking), 'class', 'classes')}: {names}."


def _hold_out(upload: Upload) -> Upload:
    """Move one in seven training images of each class that the test set lacks into the test set. Deterministic."""
    chosen = _to_hold_out(upload)
    if not chosen.any():
        return upload
    train = LabelledImages(*(array[~chosen] for array in upload.train))  # type: ignore[arg-type]
    test = LabelledImages(
        np.concatenate([upload.test.images, upload.train.images[chosen]]),
        np.concatenate([upload.test.labels, upload.train.labels[chosen]]),
    )
    return replace(upload, train=train, test=test)


def _to_hold_out(upload: Upload) -> NDArray[np.bool_]:
    """Return the mask (n,) of training images to hold out; none of a class with a single image."""
    chosen = np.zeros(len(upload.train.labels), bool)
    random = np.random.default_rng(0)
    for label in np.setdiff1d(upload.train.labels, upload.test.labels):
        indices = np.flatnonzero(upload.train.labels == label)
        count = min(len(indices) - 1, max(1, round(TEST_FRACTION * len(indices))))
        chosen[random.choice(indices, count, replace=False)] = True
    return chosen


def _sample(split: LabelledImages) -> LabelledImages:
    if len(split.labels) <= _SAMPLE_SIZE:
        return split
    chosen = np.sort(np.random.default_rng(0).choice(len(split.labels), _SAMPLE_SIZE, replace=False))
    return LabelledImages(split.images[chosen], split.labels[chosen])


def _listed(names: list[str]) -> str:
    return ", ".join(names[:MOST_LISTED]) + (" …" if len(names) > MOST_LISTED else "")


CHECKS = (
    Check("scale", "Scale them: the brightest becomes 255", _too_dark, _scale, True),
    Check("invert", "Invert them: 255 minus each value", _light_paper, _invert, True),
    Check("turn", "Transpose them: exchange rows and columns", _transposed_images, _turn, True),
    Check("renumber", "Renumber the classes from 0; they keep their names", _missing_labels, _renumber, False),
    Check("hold-out", "Hold out one training image in seven for the test set", _untested_classes, _hold_out, False),
)
"""All checks, in the order in which they run and their fixes are applied."""
