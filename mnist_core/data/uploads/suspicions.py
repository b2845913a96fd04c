"""What looks wrong with a draft, and what would cure it: told before it is added, done only if somebody agrees."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mnist_core.data.class_statistics import class_averages
from mnist_core.data.uploads.draft import Draft, Labelled
from mnist_core.data.uploads.orientation import lies_on_its_side, turned

SHARE_HELD_OUT = 1 / 7
"""Of the images of a class, as in MNIST: 10,000 of 70,000 are there to test with."""
BRIGHT_ENOUGH = 128
"""Where no pixel of a dataset reaches half of 255, its values are of another scale."""
LIGHT_BORDER = 0.7
"""Mean of the outermost pixels, as a share of the brightest: paper in nearly all images. MNIST has 0.0."""
MOST_NAMED = 8
_SAMPLE = 5000
"""Images that are looked at, drawn at random; a mean of so many is exact enough."""


@dataclass(frozen=True)
class Suspicion:
    """Something that may be wrong: `found` tells it in a sentence, "" if all is well, and `cure` mends it.

    `key` names the cure in the terminal, `offer` on the page; `of_images` if it changes what images look like.
    """

    key: str
    offer: str
    found: Callable[[Draft], str]
    cure: Callable[[Draft], Draft]
    of_images: bool


@dataclass(frozen=True)
class Finding:
    """A suspicion that has come true of a draft, with the sentence on it."""

    suspicion: Suspicion
    sentence: str


def findings(draft: Draft) -> list[Finding]:
    """Return what looks wrong with a draft, each looked for as if what was found before were cured."""
    found: list[Finding] = []
    for suspicion in SUSPICIONS:
        sentence = suspicion.found(draft)
        if sentence:
            found.append(Finding(suspicion, sentence))
            draft = suspicion.cure(draft)
    return found


def cured(draft: Draft, keys: Collection[str]) -> Draft:
    """Return the draft after the cures of these keys, in their own order."""
    for suspicion in SUSPICIONS:
        if suspicion.key in keys:
            draft = suspicion.cure(draft)
    return draft


def _each_image(draft: Draft, change: Callable[[NDArray[np.uint8]], NDArray[np.uint8]]) -> Draft:
    train, test = (Labelled(change(split.images), split.labels) for split in (draft.train, draft.test))
    return replace(draft, train=train, test=test)


def _brightest(draft: Draft) -> int:
    return int(max(draft.train.images.max(), draft.test.images.max(initial=0)))


def _too_dark(draft: Draft) -> str:
    brightest = _brightest(draft)
    if not 0 < brightest < BRIGHT_ENOUGH:
        return ""
    return f"The values go from {draft.train.images.min()} to {brightest} only, where 255 is full ink."


def _scale(draft: Draft) -> Draft:
    """Multiply the values so that the brightest is 255."""
    brightest = _brightest(draft)
    if not 0 < brightest < 255:
        return draft
    table = np.rint(np.arange(256) * (255 / brightest)).clip(0, 255).astype(np.uint8)
    return _each_image(draft, lambda images: table[images])


def _light_paper(draft: Draft) -> str:
    images = _sample(draft.train).images
    border = np.concatenate([images[:, 0], images[:, -1], images[:, :, 0], images[:, :, -1]], axis=1)
    if border.mean() < LIGHT_BORDER * images.max() or images.max() == images.min():
        return ""
    return "The images are dark on light paper; here, and in MNIST, ink is light on black."


def _invert(draft: Draft) -> Draft:
    return _each_image(draft, lambda images: 255 - images)


def _on_their_side(draft: Draft) -> str:
    sample = _sample(draft.train)
    labels, places = np.unique(sample.labels, return_inverse=True)
    if not lies_on_its_side(class_averages(sample.images, places, len(labels))):
        return ""
    return (
        "The images seem to lie on their side, rows and columns exchanged, as in the files of EMNIST: turned, they "
        "look more like digits and letters."
    )


def _turn(draft: Draft) -> Draft:
    return _each_image(draft, turned)


def _odd_labels(draft: Draft) -> str:
    labels = draft.present
    contiguous = labels[0] == 0 and len(labels) == labels[-1] + 1
    all_named = labels[0] >= 0 and len(draft.class_names) > labels[-1]
    if contiguous or all_named:
        return ""
    missing = sorted(set(range(min(0, int(labels[0])), min(int(labels[-1]), 200))) - set(labels.tolist()))
    which = f", without {_listed([str(label) for label in missing])}" if missing else ""
    return (
        f"The labels go from {labels[0]} to {labels[-1]}{which}: {len(labels)} classes. A network has an output for "
        "each number from 0 on."
    )


def _renumber(draft: Draft) -> Draft:
    """Number the classes that occur from 0 on; they keep their names."""
    labels, names = draft.present, draft.class_names
    if len(names) != len(labels):
        names = tuple(draft.name_of(label) for label in labels.tolist())
    if labels.tolist() == list(range(len(labels))):
        return draft
    train, test = (
        Labelled(split.images, np.searchsorted(labels, split.labels).astype(np.int64))
        for split in (draft.train, draft.test)
    )
    return replace(draft, train=train, test=test, class_names=names)


def _untested(draft: Draft) -> str:
    lacking = np.setdiff1d(draft.train.labels, draft.test.labels)
    if not _to_hold_out(draft).any():  # none lacks any, or those that do have one image each, which is to learn from
        return ""
    if not len(draft.test.labels):
        return "There are no images to test with."
    names = _listed([draft.name_of(label) for label in lacking.tolist()])
    return f"The test set has no image of {_count(len(lacking), 'class', 'classes')}: {names}."


def _hold_out(draft: Draft) -> Draft:
    """Move one image in seven of each class that the test set lacks from the training set there, always the same."""
    chosen = _to_hold_out(draft)
    if not chosen.any():
        return draft
    train = Labelled(*(array[~chosen] for array in draft.train))  # type: ignore[arg-type]
    test = Labelled(
        np.concatenate([draft.test.images, draft.train.images[chosen]]),
        np.concatenate([draft.test.labels, draft.train.labels[chosen]]),
    )
    return replace(draft, train=train, test=test)


def _to_hold_out(draft: Draft) -> NDArray[np.bool_]:
    """Return which training images (n,) are held out: of a class with a single one, none."""
    chosen = np.zeros(len(draft.train.labels), bool)
    random = np.random.default_rng(0)
    for label in np.setdiff1d(draft.train.labels, draft.test.labels):
        places = np.flatnonzero(draft.train.labels == label)
        count = min(len(places) - 1, max(1, round(SHARE_HELD_OUT * len(places))))
        chosen[random.choice(places, count, replace=False)] = True
    return chosen


def _sample(split: Labelled) -> Labelled:
    if len(split.labels) <= _SAMPLE:
        return split
    chosen = np.sort(np.random.default_rng(0).choice(len(split.labels), _SAMPLE, replace=False))
    return Labelled(split.images[chosen], split.labels[chosen])


def _listed(names: list[str]) -> str:
    return ", ".join(names[:MOST_NAMED]) + (" …" if len(names) > MOST_NAMED else "")


def _count(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


SUSPICIONS = (
    Suspicion("scale", "Scale them: the brightest becomes 255", _too_dark, _scale, True),
    Suspicion("invert", "Invert them: 255 minus each value", _light_paper, _invert, True),
    Suspicion("turn", "Turn them: exchange rows and columns", _on_their_side, _turn, True),
    Suspicion("renumber", "Number the classes from 0 on; they keep their names", _odd_labels, _renumber, False),
    Suspicion("hold-out", "Hold out one training image in seven to test with", _untested, _hold_out, False),
)
"""In the order in which they are looked for and cured."""
