"""Reads folders of pictures, zipped or not. The folder of a picture names its class."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mnist_core.data.dataset import IMAGE_SIZE
from mnist_core.data.dataset_file import BadDatasetFile
from mnist_core.data.uploads.array_in_file import ArrayInFile
from mnist_core.data.uploads.array_names import Split, split_of
from mnist_core.data.uploads.convert_labels import numbers_or_texts
from mnist_core.data.uploads.resize_images import MOST_IMAGES, resize_image
from mnist_core.data.uploads.upload import SplitArrays, assign_splits
from mnist_core.text.escape import quoted

SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp")
_FORMATS = ("PNG", "JPEG", "BMP", "GIF", "WEBP")
LARGEST_FILE = 20_000_000
LARGEST_PICTURE = 4_000_000
MOST_PIXELS = 1_000_000_000
"""Most pixels of one picture, and of all together before they are resized: about ten seconds of decoding."""
LONGEST_NAME = 100
MOST_DAMAGED = 5
"""Most unreadable pictures that are left out; notMNIST, for example, has two."""
EXPECTED = (
    "The app expects folders of pictures (PNG, JPEG), one folder for each class and named after it, such as 3/a.png; "
    "above them there may be folders train and test."
)

ReadFile = Callable[[], bytes]


class _FolderNames(NamedTuple):
    """The split and the class that the folders of a picture name; the split is "" if none does."""

    split: Split
    class_name: str


def is_picture(name: str) -> bool:
    """Whether a file has the suffix of a picture, and is not one of the copies that macOS adds."""
    path = PurePosixPath(name)
    hidden = any(part.startswith((".", "__MACOSX")) for part in path.parts)
    return path.suffix.lower() in SUFFIXES and not hidden


def splits_in(files: Mapping[str, ReadFile]) -> tuple[list[SplitArrays], list[str]]:
    """Return the splits that pictures form, by their paths, and notes on what was changed. Raises `BadDatasetFile`."""
    names = {path: _folder_names(path) for path in files}
    outside = [path for path, found in names.items() if found is None]
    inside = {path: found for path, found in names.items() if found is not None}
    if not inside or len(outside) > len(inside):
        example = next(iter(outside or files))
        raise BadDatasetFile(f"{quoted(example)} is not in a folder named after its class. {EXPECTED}")
    if len(inside) > MOST_IMAGES:
        raise BadDatasetFile(f"There are {len(inside):,} pictures; at most {MOST_IMAGES:,} are accepted.")
    longest = max(len(found.class_name) for found in inside.values())
    if longest > LONGEST_NAME:
        raise BadDatasetFile(f"The name of a folder has {longest:,} characters. {EXPECTED}")
    reader = _PictureReader()
    parts = []
    for split in sorted({found.split for found in inside.values()}):
        chosen = sorted(path for path, found in inside.items() if found.split == split)
        pictures = {path: image for path in chosen if (image := reader.read(path, files[path])) is not None}
        if not pictures:
            raise BadDatasetFile(f"{quoted(chosen[0])} cannot be read as a picture. {EXPECTED}")
        images = np.stack(list(pictures.values()))
        labels = numbers_or_texts(np.array([inside[path].class_name for path in pictures]))
        title = f"The folder {split}" if split else "The pictures"
        parts.append(SplitArrays(split, ArrayInFile.of(split, title, images), ArrayInFile.of(split, title, labels)))
    left_out = [f"{len(outside)} pictures outside the folders were left out."] if outside else []
    return assign_splits(parts), [*left_out, *reader.notes]


def _folder_names(path: str) -> _FolderNames | None:
    """Return what the folders of a picture name; None if no folder names a class."""
    folders = PurePosixPath(path).parts[:-1]
    if not folders or folders[-1].lower() in ("train", "training", "test", "testing", "val", "validation", "valid"):
        return None
    splits = [split for folder in reversed(folders[:-1]) if (split := split_of(folder))]
    return _FolderNames(splits[0] if splits else "", folders[-1])


class _PictureReader:
    """Reads pictures as (28, 28) uint8, and records how many pixels it has decoded and what it has changed."""

    def __init__(self) -> None:
        self._pixels = 0
        self._sizes: set[tuple[int, int]] = set()
        self._colour = False
        self._damaged: list[str] = []

    @property
    def notes(self) -> list[str]:
        """Sentences on what was changed."""
        sizes = self._sizes - {(IMAGE_SIZE, IMAGE_SIZE)}
        of = f"{sizes.copy().pop()[0]} × {sizes.copy().pop()[1]} pixels" if len(sizes) == 1 else f"{len(sizes)} sizes"
        resized = [f"Pictures of {of} were resized to 28 × 28; their proportions were kept."] if sizes else []
        colour = ["Coloured pictures were made grey."] if self._colour else []
        damaged = [f"Damaged pictures were left out: {', '.join(map(quoted, self._damaged))}."] if self._damaged else []
        return [*resized, *colour, *damaged]

    def read(self, path: str, read: ReadFile) -> NDArray[np.uint8] | None:
        """Return one picture, or None if it cannot be read.

        Raises `BadDatasetFile` if it is too large, or too many cannot be read.
        """
        try:
            with Image.open(io.BytesIO(read()), formats=_FORMATS) as image:
                self._count(path, image.size)
                grey = self._grey(image)
        except BadDatasetFile:
            raise
        except Exception:  # Pillow raises almost anything for damaged bytes: SyntaxError, struct.error, zlib.error
            self._damaged.append(path)
            if len(self._damaged) > MOST_DAMAGED:
                raise BadDatasetFile(f"{quoted(path)} and others cannot be read as pictures. {EXPECTED}") from None
            return None
        return grey if grey.shape == (IMAGE_SIZE, IMAGE_SIZE) else resize_image(grey)

    def _count(self, path: str, size: tuple[int, int]) -> None:
        pixels = size[0] * size[1]
        self._pixels += pixels
        self._sizes.add(size)
        if pixels > LARGEST_PICTURE:
            raise BadDatasetFile(
                f"{quoted(path)} has {size[0]:,} × {size[1]:,} pixels; at most {LARGEST_PICTURE / 1e6:g} million are "
                "accepted. Make the pictures smaller: 28 × 28 is all that is used."
            )
        if self._pixels > MOST_PIXELS:
            raise BadDatasetFile(
                f"The pictures have more than {MOST_PIXELS / 1e6:,.0f} million pixels in all. Make them smaller: 28 × "
                "28 is all that is used."
            )

    def _grey(self, image: Image.Image) -> NDArray[np.uint8]:
        if image.mode.startswith("I") or image.mode == "F":  # 16 bits
            return np.rint(np.clip(np.asarray(image, np.float32) / 257, 0, 255)).astype(np.uint8)
        if "A" in image.getbands() or "transparency" in image.info:
            return self._with_background(np.asarray(image.convert("RGBA")))
        if image.mode in ("1", "L"):
            return np.asarray(image.convert("L"))
        colours = np.asarray(image.convert("RGB"))
        self._note_colours(colours)
        return np.asarray(image.convert("L"))

    def _with_background(self, rgba: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return a transparent picture on white, or on black if it is itself light."""
        self._note_colours(rgba[..., :3])
        grey = np.asarray(Image.fromarray(np.ascontiguousarray(rgba[..., :3])).convert("L"), np.float32)
        alpha = rgba[..., 3] / np.float32(255)
        visible = alpha > 0
        background = 0 if visible.any() and grey[visible].mean() > 127 and not visible.all() else 255
        return np.rint(grey * alpha + background * (1 - alpha)).astype(np.uint8)

    def _note_colours(self, colours: NDArray[np.uint8]) -> None:
        self._colour |= bool((colours != colours[..., :1]).any())
