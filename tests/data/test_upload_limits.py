"""How much of an upload is taken: just so much, and not one more, by numbers that are written here by hand.

Files that are too large say so before their content is unpacked: here, they only announce it.
"""

from __future__ import annotations

import contextlib
import gzip
import io
import tracemalloc
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest
from PIL import Image

from mnist_core.cli.main import main
from mnist_core.data import Dataset
from mnist_core.data.dataset_file import BadDatasetFile, from_npz
from mnist_core.data.uploads import picture_folders
from mnist_core.data.uploads.archives import beginning, read_member, unpacked
from mnist_core.data.uploads.read_upload import read_upload
from mnist_core.data.uploads.upload import LabelledImages, Upload
from tests.support.dataset_files import announcing, npy, npz, picture, png_of, zipped
from tests.support.limits import assert_read_up_to

Files = Mapping[str, bytes]

IMAGE = np.eye(28, dtype=np.uint8) * 255
FEW: dict[str, Any] = {
    "x_train": np.stack([IMAGE] * 6),
    "y_train": np.arange(6),
    "x_test": np.stack([IMAGE] * 2),
    "y_test": np.arange(2),
}


def refusal(files: Files) -> str:
    """Why files are refused; "" if they are not."""
    try:
        read_upload(files)
    except BadDatasetFile as error:
        return str(error)
    return ""


def gz(size: int) -> bytes:
    return gzip.compress(bytes(size), 1)


def sizes(train: int, test: int, **others: tuple[int, ...]) -> Files:
    """A file that announces so many numbers of images."""
    shapes = {"x_train": (train, 1, 1), "x_test": (test, 1, 1)} | others
    return {"a.npz": announcing(shapes, y_train=FEW["y_train"], y_test=FEW["y_test"])}


def labels(shape: tuple[int, ...], kind: str = "|u1") -> Files:
    """A file that announces labels of such a shape."""
    rest = {name: array for name, array in FEW.items() if name != "y_train"}
    return {"a.npz": announcing({"y_train": shape}, {"y_train": kind}, **rest)}


def with_arrays(**changed: np.ndarray) -> Files:
    return {"a.npz": npz(**(FEW | changed))}


def of_sides(height: int, width: int) -> Files:
    images = np.zeros((2, height, width), np.uint8)
    images[:, ::2] = 255
    return {"a.npz": npz(x_train=images, y_train=np.arange(2))}


def texts(count: int) -> np.ndarray:
    return np.array([f"class {number}" for number in range(count)])


def table(cells: str, label: str = "1", rows: int = 2) -> bytes:
    return "\n".join([f"{label},{cells}"] * rows).encode()


CELLS = ",".join(["0"] * 784)
LIMITS: dict[str, tuple[int, Callable[[int], Files], str]] = {
    "files that are no pictures": (
        *(20, lambda n: {f"{number}.bin": b"\x80?" for number in range(n)}, "There are 21 files"),
    ),
    "bytes of a file": (200_000_000, lambda n: {"a": bytes(n)}, "unpack to more than 200 MB"),
    "bytes of two files": (
        *(200_000_000, lambda n: {"a": bytes(90_000_000), "b": bytes(n - 90_000_000)}, "unpack to more than 200 MB"),
    ),
    "bytes of files, unpacked": (
        200_000_000,
        lambda n: {"a.gz": gz(2_000_000), "b": bytes(n - 4_000_000), "c.gz": gz(2_000_000)},
        "unpack to more than 200 MB",
    ),
    "bytes of a packed file": (
        *(200_000_000, lambda n: {"a.gz": gz(10_000_000) * 19 + gz(n - 190_000_000)}, "unpack to more than 200 MB"),
    ),
    "members of a zip": (
        *(300_000, lambda n: {"a.zip": b"PK\x03\x04" + n * b"PK\x01\x02"}, "more than 300,000 files in it"),
    ),
    "arrays of an npz file": (
        *(1000, lambda n: {"a.npz": zipped({f"{it}.npy": npy(np.zeros(0)) for it in range(n)})}, "has 1,001 arrays"),
    ),
    "numbers of images": (
        *(200_000_000, lambda n: sizes(n - 90_000_000, 90_000_000), "have 200 million numbers in all, unpacked"),
    ),
    "bytes of labels": (50_000_000, lambda n: labels((n,)), "y_train unpacks to more than 50 MB"),
    "bytes of a label": (4096, lambda n: labels((6,), f"|S{n}"), "has the type |S4097"),
    "columns of one-hot labels": (100, lambda n: labels((6, n)), "has the shape (6, 101). The app expects labels"),
    "names of classes": (100, lambda n: with_arrays(class_names=texts(n)), "has 101 names; at most 100 are accepted"),
    "different labels": (
        100,
        lambda n: {"a.npz": npz(x_train=np.stack([IMAGE] * n), y_train=texts(n))},
        "There are 101 different labels",
    ),
    "largest label": (2**31, lambda n: with_arrays(y_train=np.array([0, 1, 2, 3, 4, n])), "beyond 2,147,483,648"),
    "smallest label": (2**31, lambda n: with_arrays(y_train=np.array([0, 1, 2, 3, 4, -n])), "beyond 2,147,483,648"),
    "rows of an image": (2000, lambda n: of_sides(n, 28), "have 28 × 2001 pixels"),
    "columns of an image": (2000, lambda n: of_sides(28, n), "have 2001 × 28 pixels"),
    "rows that an image lacks": (28 - 5, lambda n: of_sides(28 - n, 28), "have 28 × 4 pixels"),
    "columns that an image lacks": (28 - 5, lambda n: of_sides(28, 28 - n), "have 4 × 28 pixels"),
    "first line of a table": (65_535, lambda n: {"a.csv": b"1,2," * (n // 4) + b"1" * (n % 4)}, "more than 65,536"),
    "label of a table": (100, lambda n: {"a.csv": table(CELLS, n * "a")}, "has a label of 101 characters"),
    "rows of a table": (
        254_777,
        lambda n: {"a.csv": table(",".join(["0"] * 25) if n > 254_777 else "0,0", rows=n)},
        "more rows than the 254,777",
    ),
    "bytes of a picture": (
        20_000_000,
        lambda n: {"a.zip": zipped({"0/a.png": picture(IMAGE), "1/b.png": b""}, {"1/b.png": n})},
        "“1/b.png” unpacks to 20 MB, which is too much",
    ),
    "pixels of a picture": (
        4_000_000,
        lambda n: {"a.zip": zipped({"0/a.png": picture(IMAGE), "1/b.png": png_of(n // 4000 + n % 4000, 4000)})},
        "1,001 × 4,000 pixels; at most 4 million",
    ),
    "pictures that are damaged": (
        5,
        lambda n: {"a.zip": zipped({"0/a.png": picture(IMAGE)} | {f"1/{it}.png": b"?" for it in range(n)})},
        "and others cannot be read as pictures",
    ),
    "name of a folder": (
        *(100, lambda n: {"a.zip": zipped({f"{n * 'a'}/a.png": picture(IMAGE)})}, "of a folder has 101 characters"),
    ),
    "files of data in a zip": (
        20,
        lambda n: {"a.zip": zipped({f"{number}.csv": b"" for number in range(n)})},
        "holds 21 files of data",
    ),
    "bytes of data in a zip": (
        200_000_000,
        lambda n: {"a.zip": zipped({"a.csv": b"?", "b.csv": b"?"}, {"a.csv": 90_000_000, "b.csv": n - 90_000_000})},
        "holds 2 files of data, 200 MB: too many",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("limit", LIMITS)
def test_so_much_is_taken_and_not_one_more(limit: str) -> None:
    assert_read_up_to(*LIMITS[limit], refusal)


def upload(images: int) -> Upload:
    train, test = (
        LabelledImages(np.broadcast_to(np.uint8(0), (count, 28, 28)), np.arange(count) % 2)
        for count in (images - 10, 10)
    )
    return Upload(train, test)


def test_so_many_images_are_a_dataset_and_not_one_more() -> None:
    assert isinstance(upload(254_777).dataset("many"), Dataset)
    with pytest.raises(BadDatasetFile, match=r"There are 254,778 images in all; at most 254,777 are accepted\."):
        upload(254_778).dataset("many")


def test_more_images_than_that_are_not_even_resized() -> None:
    files = {"a.npz": npz(x_train=np.zeros((254_778, 5, 5), np.uint8), y_train=np.zeros(254_778, np.uint8))}
    assert "There are 254,778 images; at most 254,777 are accepted." in refusal(files)


@pytest.mark.slow
def test_more_pictures_than_that_are_not_even_opened() -> None:
    files = dict.fromkeys([f"0/{number}.png" for number in range(254_778)], lambda: pytest.fail("it was opened"))
    with pytest.raises(BadDatasetFile, match="There are 254,778 pictures; at most 254,777 are accepted"):
        picture_folders.splits_in(files)


class _Announced(Image.Image):
    """A picture of 2000 × 2000 pixels, according to its header, that is unpacked in no time."""

    size = (2000, 2000)
    mode, info = "L", {}
    convert = lambda *_: Image.new("L", (28, 28))  # noqa: E731


def test_so_many_pixels_of_pictures_are_unpacked_and_not_one_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "open", lambda *_, **__: _Announced())
    files = {f"{number % 2}/{number}.png": lambda: b"" for number in range(251)}
    with pytest.raises(BadDatasetFile, match="more than 1,000 million pixels in all"):
        picture_folders.splits_in(files)
    del files["0/250.png"]
    (part,), _ = picture_folders.splits_in(files)
    assert part.images.shape == (250, 28, 28)


# -- memory ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "look",
    [
        lambda bomb: unpacked("a.gz", gzip.compress(bomb, 1), 1_000_000),
        lambda bomb: beginning(gzip.compress(bomb, 1)),
        lambda bomb: _member_of(zipped({"a": bomb}, {"a": 1_000_000})),
    ],
    ids=["gzip", "how a file begins", "a member that lies"],
)
def test_a_bomb_is_left_alone_before_it_takes_much_memory(look: Callable[[bytes], object]) -> None:
    bomb = bytes(50_000_000)
    tracemalloc.start()
    with contextlib.suppress(BadDatasetFile, zipfile.BadZipFile):
        look(bomb)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5_000_000


def _member_of(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return read_member(archive, archive.getinfo("a"), 1_000_000)


# -- what the program itself writes, and the terminal ---------------------------------------------------------


def in_two(size: int) -> bytes:
    """A file that announces two arrays of this size."""
    shapes = dict.fromkeys(("x_train", "x_test"), (size,))
    return announcing(shapes, y_train=FEW["y_train"], y_test=FEW["y_test"])


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (bytes(200_000_000), "not an npz file"),
        (bytes(200_000_001), "The file is 200 MB; at most 200 MB are accepted"),
        (in_two(99_000_000), "x_train is damaged or cut off"),
        (in_two(100_000_000), "unpacks to more than 200 MB"),
    ],
    ids=["bytes", "one more", "numbers", "more"],
)
def test_a_file_in_the_form_of_the_program_is_no_larger_either(data: bytes, words: str) -> None:
    with pytest.raises(BadDatasetFile, match=words):
        from_npz(data, "a")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("size", "words"), [(200_000_000, "The type of the file"), (200_000_001, "are larger than 200 MB")]
)
def test_the_terminal_asks_for_the_size_before_it_reads(store, tmp_path, capsys, size: int, words: str) -> None:
    for name in ("a", "b"):
        with (tmp_path / name).open("wb") as file:
            file.truncate(size // 2 + (name == "b") * (size % 2))
    assert main(["data", str(tmp_path / "a"), str(tmp_path / "b")]) == 2
    assert words in capsys.readouterr().err


@pytest.mark.parametrize(("size", "words"), [(25_000_000, "not a picture"), (25_000_001, "is larger than 25 MB")])
def test_the_terminal_reads_pictures_of_25_mb(tmp_path, capsys, size: int, words: str) -> None:
    with (tmp_path / "a.png").open("wb") as file:
        file.truncate(size)
    assert main(["predict", str(tmp_path / "a.png")]) == 2
    assert words in capsys.readouterr().err
