"""Which numbers of an upload are pixels and labels, and what they become: from both sides of every bound."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from mnist_core.data import load_dataset
from mnist_core.data.dataset_file import BadDatasetFile, check_class_names, from_npz
from mnist_core.data.uploads.checks import findings
from mnist_core.data.uploads.read_upload import read_upload
from tests.support.dataset_files import npz

DIGITS, LABELS = load_dataset().train_images[:200], load_dataset().train_labels[:200]


def between(low: float, high: float, kind: str) -> NDArray:
    """Images whose least value is `low` and whose greatest is `high`; all between is low."""
    images = np.full((4, 28, 28), low, kind)
    images[:, 10:20, 10:20] = high
    return images


def taken(images: NDArray) -> NDArray[np.uint8]:
    return read_upload({"a.npz": npz(x_train=images, y_train=np.arange(len(images)) % 2)}).train.images


def refusal(**arrays: Any) -> str:
    with pytest.raises(BadDatasetFile) as told:
        read_upload({"a.npz": npz(**arrays)})
    return str(told.value)


@pytest.mark.parametrize(
    ("low", "high", "kind", "least", "most"),
    [
        (0, 255, "u1", 0, 255),
        (0, 255, "i2", 0, 255),
        (3, 200, ">u4", 3, 200),
        (0, 1, "f4", 0, 255),
        (0.2, 0.6, "f8", 51, 153),
        (-0.01, 1.01, "f8", 0, 255),  # calculated, and a little off
        (-1, 1, "f4", 0, 255),
        (-0.5, 0.6, "f8", 64, 204),
        (-1.01, 1.01, "f8", 0, 255),
        (0, 255, "f4", 0, 255),
        (0, 1.02, "f8", 0, 1),
        (0.4, 99.6, "f8", 0, 100),
        (-2.5, 257.5, "f8", 0, 255),
        (-2.5, 128, "f8", 0, 128),
    ],
)
def test_pixels_become_bytes(low: float, high: float, kind: str, least: int, most: int) -> None:
    images = taken(between(low, high, kind))
    assert (images[0, 0, 0], images[0, 15, 15]) == (least, most)


@pytest.mark.parametrize(
    ("low", "high", "kind"),
    [
        (-1, 254, "i2"),
        (0, 256, "u2"),
        (-1.02, 1, "f8"),
        (-0.49, 1, "f8"),
        (-0.02, 1, "f8"),
        (-1, 1.02, "f8"),
        (-2.6, 255, "f8"),
        (-2.5, 127, "f8"),
        (0, 257.6, "f8"),
        (-128, 127, "i1"),
    ],
)
def test_pixels_of_no_known_range_are_refused_with_their_range(low: float, high: float, kind: str) -> None:
    sentence = refusal(x=between(low, high, kind), y=np.arange(4))
    assert f"x has values from {low:g} to {high:g}. The app expects whole numbers from 0 to 255" in sentence


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("place", [0, 3])
def test_one_pixel_that_is_no_number_is_enough_to_refuse(wrong: float, place: int) -> None:
    images = between(0, 1, "f4")
    images[place, -1, -1] = wrong
    assert "x has values that are not a number (NaN) or infinite" in refusal(x=images, y=np.arange(4))


def test_grey_images_may_have_an_alpha_in_which_nothing_is_transparent() -> None:
    grey = between(0, 200, "u1")
    opaque = np.stack([grey, grey, grey, np.full_like(grey, 255)], axis=-1)
    assert (taken(opaque) == grey).all()
    opaque[3, 27, 27, 3] = 254
    assert "transparent in places" in refusal(x=opaque, y=np.arange(4))


@pytest.mark.parametrize("kind", ["g", "c8", "S3", "U2", "M8[s]", "m8[s]"])
def test_what_is_no_number_is_no_pixel(kind: str) -> None:
    assert "x has the type" in refusal(x=np.zeros((4, 28, 28), kind), y=np.arange(4))


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        ((0, 28, 28), "y has the shape (0,). The app expects labels"),
        ((4, 0, 28), "x has the shape (4, 0, 28): it is empty"),
        ((4, 28, 0), "x has the shape (4, 28, 0): it is empty"),
    ],
)
def test_no_images_at_all_are_refused(shape: tuple[int, ...], words: str) -> None:
    assert words in refusal(x=np.zeros(shape, np.uint8), y=np.arange(shape[0]))


@pytest.mark.parametrize(
    ("shape", "labels"),
    [((4, 28, 28, 2), 4), ((4, 28, 28, 5), 4), ((4, 2, 3, 28, 28), 4), ((4, 783), 4), ((4, 4, 4), 4), ((4, 1, 1), 4)],
)
def test_images_of_no_known_shape_are_refused_with_it(shape: tuple[int, ...], labels: int) -> None:
    sentence = refusal(x_train=np.zeros(shape, np.uint8), y_train=np.arange(labels))
    assert str(shape) in sentence or "pixels. The app expects 28 × 28" in sentence


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (np.array([0, 1, 2, 3], "i1"), [0, 1, 2, 3]),
        (np.array([0.0, 1.0, 2.0, 3.0]), [0, 1, 2, 3]),
        (np.array(["0", " 1", "02", "3.0"]), [0, 1, 2, 3]),
        (np.array([b"0", b"1", b"2", b"3"]), [0, 1, 2, 3]),
        (np.array(["d", "b", "a", "d"]), [2, 1, 0, 2]),
        (np.array(["1", "2", "1.5", "2"]), [0, 2, 1, 2]),
        (np.array([True, False, True, False]), [1, 0, 1, 0]),
        (np.array([[0, 1], [1, 0], [1, 0], [0, 1]]), [1, 0, 0, 1]),
        (np.array([-1, 5, 200, 7]), [-1, 5, 200, 7]),
    ],
)
def test_labels_become_whole_numbers(labels: NDArray, expected: list[int]) -> None:
    upload = read_upload({"a.npz": npz(x_train=between(0, 255, "u1"), y_train=labels)})
    assert upload.train.labels.tolist() == expected


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        (np.array([0, 1, np.nan, 1]), "has the label nan"),
        (np.array([0, 1, np.inf, 1]), "has the label inf"),
        (np.array([0, 1, 1.5, 1]), "has the label 1.5"),
        (np.array([1j, 0, 1, 2]), "has the type complex128"),
        (np.array([0, 1, 2]), "has 4 images, and y_train has 3 labels"),
        (np.array([0, 1, 2, 3, 4]), "has 4 images, and y_train has 5 labels"),
        (np.zeros(0, int), "has the shape (0,)"),
        (np.zeros((4, 2, 1), int), "has the shape (4, 2, 1)"),
        (np.array([[0, 2], [1, 0], [1, 0], [0, 1]]), "is not one-hot"),
        (np.array([[1, 1], [1, 0], [1, 0], [0, 1]]), "is not one-hot"),
        (np.array([[0, 0], [1, 0], [1, 0], [0, 1]]), "is not one-hot"),
    ],
)
def test_labels_that_are_none_are_refused(labels: NDArray, words: str) -> None:
    assert words in refusal(x_train=between(0, 255, "u1"), y_train=labels)


@pytest.mark.parametrize(("wrong", "label"), [(-1, "-1"), (100, "100"), (300, "300")])
@pytest.mark.parametrize("where", ["train", "test"])
def test_labels_beyond_a_hundred_classes_are_no_dataset(wrong: int, label: str, where: str) -> None:
    arrays = {"x_train": between(0, 255, "u1"), "y_train": np.arange(4)}
    arrays |= {"x_test": between(0, 255, "u1"), "y_test": np.arange(4)}
    arrays[f"y_{where}"] = np.array([0, 1, 2, wrong])
    with pytest.raises(BadDatasetFile, match=rf"{where}.* has a label {label}; the app expects labels from 0 to 99"):
        read_upload({"a.npz": npz(**arrays)}).dataset("a")
    with pytest.raises(BadDatasetFile, match=rf"y_{where} has a label {label}; the app expects labels from 0 to 99"):
        from_npz(npz(**arrays), "a")


@pytest.mark.parametrize("count", [2, 100])
def test_so_many_classes_can_be_named(count: int) -> None:
    names = tuple(f"{number:030}" for number in range(count))
    assert check_class_names(names, count) == names


@pytest.mark.parametrize(
    ("names", "needed"),
    [
        (("a",), 1),
        (tuple(map(str, range(101))), 100),
        (("a", "b"), 3),
        (("a", "a"), 2),
        (("a", ""), 2),
        (("a", "b" * 31), 2),
        *[(("a", f"b{character}"), 2) for character in "<>[]`$\\\n\x00\x7f\x9f\u2028\u2029"],
    ],
)
def test_class_names_that_are_none_are_refused(names: tuple[str, ...], needed: int) -> None:
    with pytest.raises(BadDatasetFile, match=r"class names, and the labels|Class names must differ"):
        check_class_names(names, needed)


def keys_of_findings(images: NDArray[np.uint8]) -> list[str]:
    upload = read_upload({"a.npz": npz(x_train=images, y_train=LABELS, x_test=images, y_test=LABELS)})
    return [finding.check.key for finding in findings(upload)]


@pytest.mark.parametrize(("brightest", "found"), [(1, ["scale"]), (127, ["scale"]), (128, []), (255, [])])
def test_images_are_dark_if_no_pixel_has_half_of_what_it_can(brightest: int, found: list[str]) -> None:
    assert keys_of_findings(np.where(DIGITS > 127, brightest, 0).astype(np.uint8)) == found


@pytest.mark.parametrize(("light", "found"), [(0, []), (139, []), (141, ["invert"]), (200, ["invert"])])
def test_paper_is_light_if_nearly_all_of_the_border_is(light: int, found: list[str]) -> None:
    """Of 200 images, so many have a white border: 70 % of the brightest, on average."""
    images = np.where(DIGITS > 127, 0, 255).astype(np.uint8)
    images[light:] = np.where(DIGITS[light:] > 127, 255, 0)
    assert [key for key in keys_of_findings(images) if key == "invert"] == found
