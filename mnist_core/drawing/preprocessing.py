"""From canvas to 28×28: makes a drawn digit look like the digits that the network was trained on.

MNIST's digits were fitted into a box of 20×20 pixels, and their centre of mass was put into the middle
of 28×28 pixels (Y. LeCun, C. Cortes, C. J. C. Burges, "The MNIST database of handwritten digits"). Their strokes
are all about equally wide. `to_mnist` does the same to a drawing, whatever its place, size, pen or colours.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from PIL import Image

from mnist_core.data import IMAGE_SIZE
from mnist_core.errors import UserError

Ink = NDArray[np.uint8]
"""(H, W), 0 paper to 255 full ink."""

DIGIT_SIZE = 20
"""Longest side of a digit in MNIST, in pixels (LeCun et al., as above)."""

CENTRE = IMAGE_SIZE // 2
"""Row and column of the centre of mass in MNIST; measured: 14.0 on average, counting pixels from 0."""

STROKE_WIDTH = 2.2
"""Width in pixels to which strokes are brought. The typical one in MNIST: 2·area/perimeter of its binarised
digits has the quartiles 2.1, 2.4 and 2.9."""

INK_LEVEL = 127
"""A pixel above this is ink: half of 255."""

EDGE_LEVEL = 32 / 255
"""Fainter edges than this do not count as part of the digit when it is fitted into its box."""

LARGEST_DOT = 5
"""A dot becomes this many pixels wide, not 20: a network must not be shown a speck as a huge blot. No stroke becomes
wider, so that none has to be thinned by more than (5 - 2.2) / 2 pixels at each edge, or widened by more than 1.1."""

LARGEST_ENLARGEMENT = 1.35
"""A digit that thinning made smaller is enlarged again by this at most; it keeps dots from growing back."""

FINE = 4
"""Strokes are widened on a grid this many times finer than 28×28, for edges exact to a fraction of a pixel."""

DIGIT_INK = (28, 180)
"""Sums over the 28×28 between which digits lie. Measured after `to_mnist`: 30 to 156 for 5,000 of MNIST's, 38 to 180
for all but one of 3,000 drawn with pens of 8 to 28 px; dots have 5, a scribble of twenty lines 200."""

LARGEST_IMAGE = 50_000_000
"""Pixels; bounds memory and time (about one second)."""


class DrawingError(UserError):
    """Pixels that are not a picture that can be read; the text says what was expected."""


class NothingDrawn(DrawingError):
    """A picture without any ink."""


class Box(NamedTuple):
    """The smallest rectangle around some pixels; `bottom` and `right` are exclusive."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def longest_side(self) -> int:
        """The larger of height and width, in pixels."""
        return max(self.bottom - self.top, self.right - self.left)


def to_mnist(pixels: NDArray[np.uint8], pen: float | None = None) -> NDArray[np.float32]:
    """Fit a drawing into MNIST's frame: (28, 28) float32 in [0, 1], ink 1 on 0.

    `pixels` is uint8, grey (H, W) or RGBA (H, W, 4), of any size; the ink may be light on dark or dark on light.
    `pen` is the width of the strokes in pixels; None estimates it from the picture.
    Raises `NothingDrawn` if there is no ink, and `DrawingError` for anything that is no such picture or pen.
    """
    return fit(checked_ink(pixels, pen), pen)


def checked_ink(pixels: NDArray[np.uint8], pen: float | None = None) -> Ink:
    """Return a drawing as ink on paper (H, W), see `ink_on_paper`. Raises `DrawingError` as `to_mnist` does."""
    _check(pixels, pen)
    return ink_on_paper(pixels)


def fit(ink: Ink, pen: float | None = None) -> NDArray[np.float32]:
    """Fit ink (H, W), 0 paper to 255 full ink, into MNIST's frame: (28, 28) float32 in [0, 1].

    `pen` as for `to_mnist`. Raises `NothingDrawn` if nothing is above half of full ink.
    """
    box = _box_of(ink > INK_LEVEL)
    if box is None:
        raise NothingDrawn("There is nothing to read yet. Draw a digit, as large as you like.")
    width = min(pen or pen_width(ink, box), box.longest_side)
    scale = _scale(box.longest_side, width)
    mask = _enlarge(_crop(ink, box, margin=math.ceil(3 / scale)), scale * FINE, width)
    change = (STROKE_WIDTH - scale * width) / 2
    return _centre(_fit_size(_move_edges(mask, change * FINE)))


def shrink(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Resize a picture as it is, without fitting or centring, to (28, 28) float32 in [0, 1], by averaging areas.

    This is the naive way, for comparison with `to_mnist`. Takes the same pictures, and raises for the same.
    """
    return _resized(pixels, Image.Resampling.BOX)


def sample(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Take 28 × 28 evenly spaced pixels of a picture and leave out the others: (28, 28) float32 in [0, 1].

    The raw picture, as far as a network with 784 inputs can be given it. Otherwise like `shrink`.
    """
    return _resized(pixels, Image.Resampling.NEAREST)


def _resized(pixels: NDArray[np.uint8], resampling: Image.Resampling) -> NDArray[np.float32]:
    _check(pixels, pen=None)
    ink = Image.fromarray(ink_on_paper(pixels)).resize((IMAGE_SIZE, IMAGE_SIZE), resampling)
    return np.asarray(ink, dtype=np.float32) / np.float32(255)


def has_ink_of_a_digit(image: NDArray[np.float32]) -> bool:
    """Whether a result of `to_mnist` has about as much ink as digits have; a dot has less, a scribble more."""
    least, most = DIGIT_INK
    return least <= float(image.sum()) <= most


def ink_on_paper(pixels: NDArray[np.uint8]) -> Ink:
    """Return the picture as ink on paper: (H, W) uint8, 0 where it looks like its border, 255 for most contrast.

    The paper is the median of the border, since a digit seldom covers half of that. The ink is whatever
    differs from it more, the darker or the lighter pixels.
    """
    grey = _grey(pixels)
    border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    paper = int(np.median(border))
    darkest, lightest = int(grey.min()), int(grey.max())
    contrast = np.zeros(256)
    if paper - darkest > lightest - paper:
        contrast[:paper] = (paper - np.arange(paper)) / paper
    else:
        contrast[paper + 1 :] = (np.arange(paper + 1, 256) - paper) / (255 - paper or 1)
    return np.rint(contrast * 255).astype(np.uint8)[grey]


def pen_width(ink: Ink, box: Box | None = None) -> float:
    """Estimate the width of the strokes in pixels as 2·area/perimeter, at least 1.

    A stroke of length L and width w has the area L·w and, when L is much larger than w, the perimeter 2·L; for short
    strokes the estimate is somewhat small, for a dot half its width.
    The perimeter is the sum of the gradient's length over the binary picture (the coarea formula),
    by central differences, which unlike forward ones measure diagonal edges right.
    """
    box = box or Box(0, 0, *ink.shape)
    mask = _crop(ink, box, margin=2) > INK_LEVEL
    across = mask[1:-1, 2:] ^ mask[1:-1, :-2]
    down = mask[2:, 1:-1] ^ mask[:-2, 1:-1]
    both = np.count_nonzero(across & down)
    one = np.count_nonzero(across ^ down)
    perimeter = (one + math.sqrt(2) * both) / 2
    return max(1.0, float(2 * np.count_nonzero(mask) / perimeter)) if perimeter else 1.0


def _check(pixels: NDArray[np.uint8], pen: float | None) -> None:
    expected = "Expected a picture of bytes (uint8), grey (height, width) or RGBA (height, width, 4)"
    if not isinstance(pixels, np.ndarray) or pixels.dtype != np.uint8:
        raise DrawingError(f"{expected}, not {getattr(pixels, 'dtype', type(pixels).__name__)}.")
    if pixels.ndim not in (2, 3) or (pixels.ndim == 3 and pixels.shape[2] != 4):
        raise DrawingError(f"{expected}, not an array of shape {pixels.shape}.")
    if pixels.size == 0:
        raise NothingDrawn("The picture has no pixels. Draw a digit, or choose another picture.")
    if pixels.shape[0] * pixels.shape[1] > LARGEST_IMAGE:
        raise DrawingError(f"The picture has more than {LARGEST_IMAGE // 10**6} million pixels. Make it smaller first.")
    if pen is not None and not (isinstance(pen, (int, float, np.number)) and 0 < pen < math.inf):
        raise DrawingError(f"The width of the pen must be a number of pixels above 0, not {pen!r}.")


def _grey(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the brightness (H, W), 0 black to 255 white, of a grey or RGBA picture."""
    if pixels.ndim == 2:
        return pixels
    brightness = np.asarray(Image.fromarray(np.ascontiguousarray(pixels)).convert("L"))
    alpha = pixels[:, :, 3]
    return brightness if alpha.min() == 255 else _fill_transparent(brightness, alpha)


def _fill_transparent(brightness: NDArray[np.uint8], alpha: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Give a picture with transparent parts a paper: a brightness (H, W) without them.

    Strokes of one colour on a transparent canvas (of whatever colour) are where the picture is opaque. A picture
    that has light and dark in itself brings its own paper, which then goes on under the transparent parts.
    """
    visible = brightness[alpha > INK_LEVEL]
    if visible.size == 0 or int(visible.max()) - int(visible.min()) <= INK_LEVEL:
        return alpha
    opacity = alpha.astype(np.float32) / 255
    return np.rint(brightness * opacity + np.median(visible) * (1 - opacity)).astype(np.uint8)


def _box_of(mask: NDArray[np.bool_]) -> Box | None:
    """Return the smallest box around the true pixels, or None if there are none."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if rows.size == 0:
        return None
    return Box(int(rows[0]), int(columns[0]), int(rows[-1]) + 1, int(columns[-1]) + 1)


def _scale(longest_side: int, pen: float) -> float:
    """Return pixels of the 28×28 per pixel of the drawing, such that the digit fits after its strokes are changed.

    The line in the middle of the stroke (one pen shorter than the digit) gets the 20 pixels less one stroke.
    """
    dot = LARGEST_DOT / pen
    core = longest_side - pen
    return min((DIGIT_SIZE - STROKE_WIDTH) / core, dot) if core > 0 else dot


def _crop(ink: Ink, box: Box, margin: int) -> Ink:
    """Cut the box with a margin of that many pixels all round out of the picture, and of blank paper beyond it."""
    top, left = max(0, box.top - margin), max(0, box.left - margin)
    part = ink[top : box.bottom + margin, left : box.right + margin]
    above, before = top - (box.top - margin), left - (box.left - margin)
    height, width = box.bottom - box.top + 2 * margin, box.right - box.left + 2 * margin
    below, after = height - above - part.shape[0], width - before - part.shape[1]
    return np.pad(part, ((above, below), (before, after)))


def _enlarge(ink: Ink, scale: float, pen: float) -> NDArray[np.bool_]:
    """Resize the ink by `scale` (usually below 1) and return where it is."""
    height, width = (math.ceil(side * scale) for side in ink.shape)
    if scale * pen >= 1:
        mask = np.asarray(Image.fromarray(ink).resize((width, height), Image.Resampling.BILINEAR)) > INK_LEVEL
        if mask.any():  # specks of noise may fade away altogether
            return mask
    # Averaged, a stroke thinner than one pixel of the grid would fade away: each of its pixels marks the grid instead.
    mask = np.zeros((height, width), dtype=bool)
    rows, columns = np.nonzero(ink > INK_LEVEL)
    mask[(rows * scale).astype(np.intp), (columns * scale).astype(np.intp)] = True
    return mask


def _move_edges(mask: NDArray[np.bool_], change: float) -> NDArray[np.float32]:
    """Grow (`change` > 0) or shrink the ink by that many pixels at each edge; the new edges are one pixel soft.

    Returns float32 in [0, 1]. Ink that shrinking would wipe out altogether stays as it is.
    """
    reach = math.ceil(abs(change)) + 1
    inside, outside = _distance(~mask, reach), _distance(mask, reach)
    distance = np.where(mask, 0.5 - inside, outside - 0.5)  # from the edge, which runs between two pixels
    moved = np.clip(change + 0.5 - distance, 0, 1)
    return (moved if moved.max() > EDGE_LEVEL else mask).astype(np.float32)


def _distance(mask: NDArray[np.bool_], reach: int) -> NDArray[np.float32]:
    """Return each pixel's Euclidean distance to the nearest true pixel; beyond `reach`, reach + 1.

    Separable, first along the columns, then along the rows, as in P. Felzenszwalb and D. Huttenlocher, "Distance
    Transforms of Sampled Functions", 2012; truncated, since edges move by a few pixels only.
    """
    far = float((reach + 1) ** 2)
    squared = np.where(mask, np.float32(0), np.float32(far))
    offsets = np.arange(-reach, reach + 1, dtype=np.float32) ** 2
    for axis in (0, 1):
        padding = [(reach, reach) if axis == side else (0, 0) for side in (0, 1)]
        padded = np.pad(squared, padding, constant_values=far)
        squared = (sliding_window_view(padded, len(offsets), axis=axis) + offsets).min(axis=-1)
    return np.sqrt(np.minimum(squared, far))


def _fit_size(ink: NDArray[np.float32]) -> NDArray[np.float32]:
    """Crop to the ink and average over areas, so that the longest side becomes 20 pixels (less for dots)."""
    box = _box_of(ink > EDGE_LEVEL) or Box(0, 0, *ink.shape)  # always the former, since `_move_edges` leaves ink
    crop = ink[box.top : box.bottom, box.left : box.right]
    scale = min(DIGIT_SIZE / box.longest_side, LARGEST_ENLARGEMENT / FINE)
    height, width = (max(1, round(side * scale)) for side in crop.shape)
    resized = Image.fromarray(np.ascontiguousarray(crop)).resize((width, height), Image.Resampling.BOX)
    return np.asarray(resized, dtype=np.float32)


def _centre(digit: NDArray[np.float32]) -> NDArray[np.float32]:
    """Place a digit of at most 28×28 so that its centre of mass is at (14, 14), moved by whole pixels."""
    height, width = digit.shape
    top, left = _start(digit.sum(axis=1)), _start(digit.sum(axis=0))
    frame = np.zeros((IMAGE_SIZE, IMAGE_SIZE), dtype=np.float32)
    frame[top : top + height, left : left + width] = np.clip(digit, 0, 1)
    return frame


def _start(masses: NDArray[np.float32]) -> int:
    """Return where rows (or columns) of these masses begin, for their mean to be at 14; all stay in the frame."""
    mean = float(masses @ np.arange(len(masses))) / float(masses.sum())
    return min(max(round(CENTRE - mean), 0), IMAGE_SIZE - len(masses))
