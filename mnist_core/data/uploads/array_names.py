"""What arrays, files and folders are for, by the names that people give them: which set, and images or labels."""

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
"""Words for what an image is meant to be; a column of a table may be called so as well."""
_EITHER = "data"
"""Is said of images where it stands alone, as in "train_data", and of everything else besides."""
_SETS = {"set", "dataset", _EITHER}


def words_of(name: str) -> list[str]:
    """Return the words of a name, in small letters: "X_trainImages-2" has x, train, images, 2."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    return [word for word in re.split(r"[^a-z0-9]+", parted.lower()) if word]


def split_of(name: str) -> Split:
    """Return which set a name tells; "" if it tells none, or several."""
    found = {_taken_apart(word)[0] for word in words_of(name)} - {""}
    return found.pop() if len(found) == 1 else ""


def role_of(name: str) -> Role:
    """Return whether a name tells images or labels, "" if neither; the last word counts: "image_labels" are labels."""
    words = [_taken_apart(word)[1] for word in words_of(name)]
    for word in reversed(words):
        if word in LABELS:
            return "labels"
        if word in _IMAGES:
            return "images"
    return "images" if _EITHER in words else ""


def names_classes(name: str) -> bool:
    """Return whether an array is called as the names of the classes are: "class_names", "target_names", "classes"."""
    words = words_of(name)
    return words[-1:] in (["names"], ["classes"])


def _taken_apart(word: str) -> tuple[Split, str]:
    """Return the set that a word names, and what else it says: "xtrain" is of the training set, and has an x."""
    if word in _SPLITS:
        return _SPLITS[word], ""
    for known, split in _SPLITS.items():
        for rest in (word.removeprefix(known), word.removesuffix(known)):
            if rest != word and rest in _IMAGES | LABELS | _SETS:
                return split, rest
    return "", word
