"""Tells from the names of arrays, files and folders their split, and whether they hold images or labels."""

from __future__ import annotations

import re
from typing import Literal

Split = Literal["train", "validation", "test", ""]
Role = Literal["images", "labels", ""]

_SPLITS: dict[str, Split] = {
    **dict.fromkeys(("train", "training", "trn", "tr"), "train"),
    **dict.fromkeys(("test", "testing", "tst", "te", "t10k", "eval", "evaluation", "holdout"), "test"),
    **dict.fromkeys(("val", "valid", "validation", "dev"), "validation"),
}
_IMAGES = {"x", "image", "images", "img", "imgs", "pixel", "pixels", "picture", "pictures", "feature", "features"} | {
    "input", "inputs", "idx3",
}  # fmt: skip
LABELS = {"y", "label", "labels", "lbl", "lbls", "target", "targets", "class", "output", "outputs", "idx1"} | {
    "digit", "category", "categories", "answer", "answers",
}  # fmt: skip
"""Words for the class of an image. They also occur as headings of columns."""
_DATA = "data"
"""Means images if no other word says what it is, as in "train_data"."""
_DATASET_WORDS = {"set", "dataset", _DATA}


def words_of(name: str) -> list[str]:
    """Return the words of a name in lower case: "X_trainImages-2" has x, train, images, 2."""
    separated = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    return [word for word in re.split(r"[^a-z0-9]+", separated.lower()) if word]


def split_of(name: str) -> Split:
    """Return the split that a name mentions; "" if it mentions none, or several."""
    found = {_split_and_rest(word)[0] for word in words_of(name)} - {""}
    return found.pop() if len(found) == 1 else ""


def role_of(name: str) -> Role:
    """Return what a name says an array holds, "" if nothing. The last word decides: "image_labels" are labels."""
    words = [_split_and_rest(word)[1] for word in words_of(name)]
    for word in reversed(words):
        if word in LABELS:
            return "labels"
        if word in _IMAGES:
            return "images"
    return "images" if _DATA in words else ""


def names_classes(name: str) -> bool:
    """Whether an array's name says that it holds class names: "class_names", "target_names", "classes"."""
    words = words_of(name)
    return words[-1:] in (["names"], ["classes"])


def _split_and_rest(word: str) -> tuple[Split, str]:
    """Divide a word into the split that it names and the rest: "xtrain" into train and x."""
    if word in _SPLITS:
        return _SPLITS[word], ""
    for known, split in _SPLITS.items():
        for rest in (word.removeprefix(known), word.removesuffix(known)):
            if rest != word and rest in _IMAGES | LABELS | _DATASET_WORDS:
                return split, rest
    return "", word
