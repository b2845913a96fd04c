"""What can be done to the test images to see how much of it a network bears, from nothing to beyond recognition.

Another one is a function of images, strength and number, and an entry of `DISTURBANCES`. The kinds follow Hendrycks and
Dietterich, "Benchmarking Neural Network Robustness to Common Corruptions and Perturbations" (2019), and Mu and Gilmer,
"MNIST-C" (2019).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mnist_core.data import IMAGE_SIZE
from mnist_core.evaluation.resampling import Images, rotated, scaled, shifted
from mnist_core.text.sentence import marked, sentence

Apply = Callable[[Images, float, int], Images]
"""Disturbs images (n, 28, 28), 0 to 1, by a strength. The number of the first image among all images decides what is
random, so that a stronger disturbance of the same image differs in nothing else."""
SEED = 28


@dataclass(frozen=True)
class Disturbance:
    """A kind of disturbance.

    `strengths` rise and contain 0, at which an image stays as it is; below 0 it is disturbed the other way. `axis` says
    what they measure. `positive` and `negative` are a strength in words, where `{strength}` stands for its
    absolute value times `shown_times`.
    """

    name: str
    title: str
    axis: str
    strengths: tuple[float, ...]
    apply: Apply
    positive: str
    negative: str = ""
    shown_times: float = 1.0

    def disturb(self, images: Images, strength: float, first: int = 0) -> Images:
        """Return images (n, 28, 28) float32, 0 to 1, disturbed; the first of them has the number `first`."""
        return self.apply(images, strength, first) if strength else images

    def in_words(self, strength: float) -> str:
        """Return a strength as people read it: "a turn of 20° clockwise"; "no change" for 0."""
        if not strength:
            return sentence("no change")
        words = self.negative if strength < 0 else self.positive
        size = f"{abs(strength) * self.shown_times:.2g}"
        return sentence(words, strength=size)


def _noisy(images: Images, strength: float, first: int) -> Images:
    noise = np.random.default_rng([SEED, first]).standard_normal(images.shape, np.float32)
    return np.clip(images + np.float32(strength) * noise, 0, 1)


def _turned(images: Images, strength: float, _first: int) -> Images:
    return rotated(images, strength)


def _moved(images: Images, strength: float, first: int) -> Images:
    """Move every fourth image up, the next to the right, then down, then to the left."""
    result = np.empty_like(images)
    for way, (down, right) in enumerate(((-1, 0), (0, 1), (1, 0), (0, -1))):
        own = slice((way - first) % 4, None, 4)
        result[own] = shifted(images[own], strength * down, strength * right)
    return result


def _resized(images: Images, strength: float, _first: int) -> Images:
    return scaled(images, 1 + strength)


def _thickened(images: Images, strength: float, _first: int) -> Images:
    """Move each edge of the strokes by half of the strength outwards, or inwards for one below 0."""
    return -_grown(-images, -strength / 2, -1.0) if strength < 0 else _grown(images, strength / 2, 0.0)


def _grown(images: Images, pixels: float, outside: float) -> Images:
    """Grow what is bright by so many pixels; between whole ones, by interpolation."""
    whole = math.floor(pixels)
    for number in range(whole):
        images = _dilated(images, outside, corners=number % 2 == 1)
    share = np.float32(pixels - whole)
    return (1 - share) * images + share * _dilated(images, outside, corners=whole % 2 == 1) if share else images


def _dilated(images: Images, outside: float, corners: bool) -> Images:
    """Return the maximum of each pixel and its four or eight neighbours: taken in turns, a disc grows to an octagon."""
    padded = np.pad(images, ((0, 0), (1, 1), (1, 1)), constant_values=outside)
    rows = np.maximum.reduce([padded[:, :, :-2], padded[:, :, 1:-1], padded[:, :, 2:]])
    columns = rows if corners else padded[:, :, 1:-1]
    return np.maximum.reduce([rows[:, 1:-1], columns[:, :-2], columns[:, 2:]])


def _blurred(images: Images, strength: float, _first: int) -> Images:
    """Convolve with a Gaussian in both directions; what leaves the image is lost."""
    distance = np.subtract.outer(np.arange(IMAGE_SIZE), np.arange(IMAGE_SIZE))
    reach = int(4 * strength + 0.5)
    weights = np.exp(-0.5 * (distance / strength) ** 2) * (np.abs(distance) <= reach)
    whole = np.exp(-0.5 * (np.arange(-reach, reach + 1) / strength) ** 2).sum()
    kernel = (weights / whole).astype(np.float32)
    return kernel @ images @ kernel


def _covered(images: Images, strength: float, first: int) -> Images:
    """Blacken a square of this side, whose centre is anywhere in the middle 20 × 20 pixels."""
    centres = np.random.default_rng([SEED, first]).uniform(4, 24, (len(images), 2))
    places = np.arange(IMAGE_SIZE) + 0.5
    rows, columns = (np.abs(places - centre[:, None]) <= strength / 2 for centre in centres.T)
    return np.where(rows[:, :, None] & columns[:, None, :], np.float32(0), images)


def _paled(images: Images, strength: float, _first: int) -> Images:
    return np.float32(1 - strength) * images


def _steps(low: float, high: float, step: float) -> tuple[float, ...]:
    return tuple(round(low + step * number, 6) for number in range(round((high - low) / step) + 1))


DISTURBANCES = (
    Disturbance(
        "noise",
        marked("Noise"),
        marked("Standard deviation of the noise, of white"),
        _steps(0, 0.8, 0.1),
        _noisy,
        marked("noise of {strength} % of white"),
        shown_times=100,
    ),
    Disturbance(
        "rotation",
        marked("Rotation"),
        marked("Rotation in degrees, clockwise above 0"),
        _steps(-90, 90, 10),
        _turned,
        marked("a turn of {strength}° clockwise"),
        marked("a turn of {strength}° anticlockwise"),
    ),
    Disturbance(
        "shift",
        marked("Shift"),
        marked("Shift in pixels, in one of four directions"),
        _steps(0, 8, 1),
        _moved,
        marked("a shift of {strength} pixels"),
    ),
    Disturbance(
        "scale",
        marked("Scale"),
        marked("Change of size"),
        _steps(-0.6, 0.6, 0.1),
        _resized,
        marked("a size {strength} % larger"),
        marked("a size {strength} % smaller"),
        shown_times=100,
    ),
    Disturbance(
        "thickness",
        marked("Thickness"),
        marked("Change of the width of strokes, in pixels"),
        _steps(-2, 4, 0.5),
        _thickened,
        marked("strokes {strength} pixels wider"),
        marked("strokes {strength} pixels thinner"),
    ),
    Disturbance(
        "blur",
        marked("Blur"),
        marked("Standard deviation of the Gaussian, in pixels"),
        _steps(0, 3, 0.5),
        _blurred,
        marked("a blur of {strength} pixels"),
    ),
    Disturbance(
        "occlusion",
        marked("Occlusion"),
        marked("Side of a black square, in pixels"),
        _steps(0, 20, 2),
        _covered,
        marked("a black square {strength} pixels wide"),
    ),
    Disturbance(
        "contrast",
        marked("Contrast"),
        marked("Brightness that is lost"),
        _steps(0, 0.9, 0.1),
        _paled,
        marked("{strength} % of the brightness lost"),
        shown_times=100,
    ),
)
"""The kinds of disturbance, in the order in which pages list them."""
