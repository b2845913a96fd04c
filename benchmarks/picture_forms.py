"""Pictures of digits in the forms that people bring, made by chance: painted, photographed, framed, several in one.

The digits are written along lines of our own, each time a little differently. Everything comes from one generator of
random numbers, so that the same seed makes the same pictures.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

Random = np.random.Generator
Stroke = NDArray[np.float64]
"""Points (n, 2) of the pen's way, x to the right and y down, in a box from 0 to 1."""

Ink = NDArray[np.float32]
"""(H, W), 0 paper to 1 full ink."""

_LINES = {  # in hundredths; strokes of a digit that do not touch are apart on purpose
    "0": ["50,5 25,15 15,50 25,85 50,95 75,85 85,50 75,15 50,5"],
    "1": ["50,4 50,96", "28,30 54,5 53,95"],
    "2": ["20,25 35,8 60,6 75,22 70,42 45,70 20,94 50,92 84,93"],
    "3": ["22,12 50,5 75,18 70,36 48,48 75,58 80,78 55,95 20,88"],
    "4": ["62,95 62,6 15,65 88,65", "25,5 20,55 85,58|66,25 64,95"],
    "5": ["78,6 28,7 25,45 55,40 78,58 75,82 50,95 20,88", "30,12 26,46 55,40 78,58 75,82 50,95 20,88|42,5 82,4"],
    "6": ["68,6 38,30 22,62 32,90 60,95 78,75 66,54 40,56 26,70"],
    "7": ["15,8 50,7 85,8 60,50 45,95", "15,8 50,7 85,8 60,50 45,95|35,50 78,49"],
    "8": ["50,48 26,34 30,12 52,5 74,14 72,34 50,48 22,66 26,88 50,96 76,86 76,64 50,48"],
    "9": ["76,30 58,48 32,42 26,20 48,5 72,12 76,30 72,60 60,95"],
}


class Made(NamedTuple):
    """A picture file, and the digits in it as one reads them."""

    file: bytes
    digits: str


Writer = Callable[[str, Random], Sequence[Stroke]]
"""Writes one digit: its strokes in a box from 0 to 1."""


def written(digit: str, random: Random) -> list[Stroke]:
    """Return the strokes of a digit, in a hand that differs each time."""
    lines = _LINES[digit][random.integers(len(_LINES[digit]))]
    slant, width = random.uniform(-0.15, 0.2), random.uniform(0.75, 1.05)
    strokes = []
    for line in lines.split("|"):
        points = np.array([[float(part) / 100 for part in point.split(",")] for point in line.split()])
        points = points + random.normal(0, 0.012, points.shape)
        points = _rounded(points) if len(points) > 3 else points
        points[:, 0] = 0.5 + (points[:, 0] - 0.5) * width + slant * (0.5 - points[:, 1])
        strokes.append(points)
    return strokes


def _rounded(points: Stroke) -> Stroke:
    """Return a way with rounded corners: 60 points along it, averaged over five."""
    along = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    fine = np.linspace(0, along[-1], 60)
    ways = np.stack([np.interp(fine, along, points[:, axis]) for axis in (0, 1)], axis=1)
    padded = np.concatenate([ways[:1].repeat(2, axis=0), ways, ways[-1:].repeat(2, axis=0)])
    return np.stack([np.convolve(padded[:, axis], np.ones(5) / 5, mode="valid") for axis in (0, 1)], axis=1)


class Page:
    """A blank page of that many pixels, on which digits are written one after the other."""

    def __init__(self, width: int, height: int, writer: Writer, random: Random, soft: bool = True) -> None:
        self.width, self.height, self._writer, self._random = width, height, writer, random
        self._fine = 2 if soft and max(width, height) > 600 else 4 if soft else 1
        self._image = Image.new("L", (width * self._fine, height * self._fine))
        self.digits = ""

    def write(self, digit: str, left: float, top: float, size: float, pen: float, degrees: float = 0) -> None:
        """Write a digit into a box of `size` pixels' height and 0.7 of it in width, turned about its middle."""
        draw = ImageDraw.Draw(self._image)
        angle = np.deg2rad(degrees)
        turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
        for stroke in self._writer(digit, self._random):
            middle = np.array([left + 0.35 * size, top + 0.5 * size])
            points = self._fine * (middle + (stroke - 0.5) * (0.7 * size, size) @ turn)
            self._line(draw, [(float(x), float(y)) for x, y in points], pen * self._fine)
        self.digits += digit

    def _line(self, draw: ImageDraw.ImageDraw, points: list[tuple[float, float]], pen: float) -> None:
        draw.line(points, fill=255, width=max(1, round(pen)), joint="curve")
        if pen > 3:
            for x, y in points:
                draw.ellipse((x - pen / 2, y - pen / 2, x + pen / 2, y + pen / 2), fill=255)

    @property
    def ink(self) -> Ink:
        """Where ink is."""
        image = self._image.reduce(self._fine) if self._fine > 1 else self._image
        return np.asarray(image, dtype=np.float32) / np.float32(255)


class Maker:
    """Makes pictures of one form after the other; `writer` may bring another hand."""

    def __init__(self, seed: int, writer: Writer = written) -> None:
        self.random, self._writer = np.random.default_rng(seed), writer

    def page(self, width: int, height: int, soft: bool = True) -> Page:
        """Return a blank page."""
        return Page(width, height, self._writer, self.random, soft)

    def digit(self) -> str:
        """Return any digit."""
        return str(self.random.integers(10))

    def one(self, width: int, height: int, part: tuple[float, float], pen: tuple[float, float]) -> Page:
        """Return a page with one digit anywhere on it: its height and its pen are parts of the page's and its own."""
        page, random = self.page(width, height), self.random
        size = random.uniform(*part) * height
        left = random.uniform(0.06 * width, max(0.07 * width, 0.94 * width - 0.7 * size))
        top = random.uniform(0.06, 0.94 - size / height) * height
        page.write(self.digit(), left, top, size, max(1, random.uniform(*pen) * size), random.uniform(-6, 6))
        return page


def png(pixels: NDArray[np.floating]) -> bytes:
    """Return grey (H, W) or colours (H, W, 3 or 4) from 0 to 255 as a PNG file."""
    return _saved(pixels, "PNG")


def jpeg(pixels: NDArray[np.floating], random: Random) -> bytes:
    """Return the same as a JPEG of any usual quality."""
    return _saved(pixels, "JPEG", quality=int(random.integers(55, 96)))


def _saved(pixels: NDArray[np.floating], kind: str, **options: int) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(np.clip(np.rint(pixels), 0, 255).astype(np.uint8)).save(buffer, kind, **options)
    return buffer.getvalue()


def photographed(ink: Ink, random: Random, paper: float = 210, darkness: float = 0.7) -> NDArray[np.float32]:
    """Return ink as a camera sees it: under a lamp at one side, a little blurred, with noise; (H, W), 0 to 255."""
    height, width = ink.shape
    soft = Image.fromarray((ink * 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(random.uniform(0.6, 2)))
    down, across = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j].astype(np.float32)
    angle = random.uniform(0, 2 * np.pi)
    light = 1 - random.uniform(0.05, 0.4) * (0.5 + (np.cos(angle) * (across - 0.5) + np.sin(angle) * (down - 0.5)))
    seen = paper * light * (1 - darkness * np.asarray(soft, dtype=np.float32) / 255)
    return seen + random.normal(0, random.uniform(1, 7), ink.shape).astype(np.float32)


PHOTO = (900, 1200)


def painted_thin(maker: Maker) -> Made:
    """A pen of one or two pixels, without soft edges."""
    side = int(maker.random.choice([28, 32, 48, 64, 100, 200, 400, 640]))
    page = maker.page(side, side, soft=False)
    size = maker.random.uniform(0.55, 0.85) * side
    left, top = maker.random.uniform(0.1, 0.9 - 0.7 * size / side) * side, maker.random.uniform(0.06, 0.1) * side
    page.write(maker.digit(), left, top, size, int(maker.random.integers(1, 3)))
    return Made(png(255 * (1 - page.ink)), page.digits)


def painted_thick(maker: Maker) -> Made:
    """A brush of a sixth of the digit or more, that nearly fills the picture."""
    side = int(maker.random.choice([28, 64, 140, 400]))
    page = maker.page(side, side)
    page.write(maker.digit(), 0.24 * side, 0.14 * side, 0.72 * side, maker.random.uniform(0.13, 0.2) * side)
    return Made(png(255 * (1 - page.ink)), page.digits)


def light_on_dark(maker: Maker) -> Made:
    """Light ink on a dark ground."""
    page = maker.one(400, 400, (0.3, 0.85), (0.02, 0.12))
    ground = maker.random.uniform(0, 60)
    return Made(png(ground + (255 - ground) * page.ink), page.digits)


def coloured(maker: Maker) -> Made:
    """Ink of any dark colour on paper of any light one."""
    page = maker.one(500, 400, (0.3, 0.8), (0.02, 0.1))
    inks = ((30, 60, 190), (200, 30, 40), (20, 120, 60), (120, 40, 140), (230, 90, 20), (60, 60, 60))
    papers = ((255, 255, 255), (255, 245, 180), (190, 225, 255), (200, 240, 200), (255, 205, 215))
    ink, paper = np.array(inks[maker.random.integers(6)]), np.array(papers[maker.random.integers(5)])
    return Made(jpeg(paper + (ink - paper) * page.ink[:, :, None], maker.random), page.digits)


def photo_of_a_pen(maker: Maker) -> Made:
    """A photo of paper with a pen's digit of a tenth of its height or more."""
    page = maker.one(*PHOTO, (0.1, 0.6), (0.03, 0.08))
    return Made(jpeg(photographed(page.ink, maker.random), maker.random), page.digits)


def photo_of_a_pencil(maker: Maker) -> Made:
    """A photo of grey pencil."""
    page = maker.one(*PHOTO, (0.2, 0.6), (0.025, 0.05))
    return Made(
        jpeg(photographed(page.ink, maker.random, darkness=maker.random.uniform(0.22, 0.4)), maker.random), page.digits
    )


def photo_of_chalk(maker: Maker) -> Made:
    """A photo of chalk on a board."""
    page = maker.one(*PHOTO, (0.2, 0.6), (0.03, 0.08))
    return Made(jpeg(photographed(page.ink, maker.random, paper=55, darkness=-2.4), maker.random), page.digits)


def shadow_of_a_hand(maker: Maker) -> Made:
    """A photo with a shadow that has a soft edge, over a part of the paper."""
    page, random = maker.one(*PHOTO, (0.2, 0.6), (0.03, 0.08)), maker.random
    width, height = PHOTO
    shade = Image.new("L", PHOTO)
    corner = random.choice([0, width]), random.choice([0, height])
    reach = random.uniform(0.4, 0.9, 2) * PHOTO
    ImageDraw.Draw(shade).ellipse(
        (corner[0] - reach[0], corner[1] - reach[1], corner[0] + reach[0], corner[1] + reach[1]), fill=255
    )
    soft = np.asarray(shade.filter(ImageFilter.GaussianBlur(random.uniform(12, 40))), dtype=np.float32) / 255
    seen = photographed(page.ink, random) * (1 - random.uniform(0.2, 0.45) * soft)
    return Made(jpeg(seen, random), page.digits)


def ruled(maker: Maker) -> Made:
    """A photo of lined or squared paper."""
    page, random = maker.one(*PHOTO, (0.2, 0.6), (0.04, 0.08)), maker.random
    width, height = PHOTO
    lines, step = Image.new("L", PHOTO), random.uniform(40, 90)
    draw = ImageDraw.Draw(lines)
    thickness, slope = int(random.integers(1, 4)), np.tan(np.deg2rad(random.uniform(-3, 3)))
    for y in np.arange(-height, 2 * height, step):
        draw.line((0, y, width, y + slope * width), fill=255, width=thickness)
    if random.random() < 0.5:
        for x in np.arange(-width, 2 * width, step):
            draw.line((x, 0, x - slope * height, height), fill=255, width=thickness)
    seen = photographed(page.ink, random) * (1 - random.uniform(0.1, 0.35) * np.asarray(lines, dtype=np.float32) / 255)
    return Made(jpeg(seen, random), page.digits)


def on_a_table(maker: Maker) -> Made:
    """A photo of a sheet that lies on a dark table, seen at one to four of its sides."""
    random = maker.random
    page = maker.one(700, 900, (0.25, 0.6), (0.03, 0.08))
    sheet = Image.fromarray(np.clip(photographed(page.ink, random), 0, 255).astype(np.uint8))
    table = np.full((1200, 1000), random.uniform(20, 90)) + random.normal(0, random.uniform(1, 6), (1200, 1000))
    picture = Image.fromarray(np.clip(table, 0, 255).astype(np.uint8))
    turned = sheet.convert("LA").rotate(random.uniform(-6, 6), expand=True, resample=Image.Resampling.BICUBIC)
    left = int(random.choice([-20, 60, 120, 1020 - turned.width]))
    top = int(random.choice([-20, 80, 160, 1220 - turned.height]))
    picture.paste(turned.getchannel("L"), (left, top), turned.getchannel("A"))
    return Made(jpeg(np.asarray(picture), random), page.digits)


def strip_at_the_edge(maker: Maker) -> Made:
    """A dark strip along an edge of the picture."""
    page, random = maker.one(500, 500, (0.3, 0.7), (0.03, 0.09)), maker.random
    ink = page.ink.copy()
    wide = int(random.integers(3, 25))
    np.rot90(ink, int(random.integers(4)))[:, :wide] = random.uniform(0.6, 1)
    return Made(png(255 * (1 - ink)), page.digits)


def specks(maker: Maker) -> Made:
    """Dirt beside the digit."""
    random = maker.random
    page = maker.page(500, 400)
    page.write(maker.digit(), random.uniform(130, 220), random.uniform(40, 90), 260, random.uniform(8, 26))
    image = Image.fromarray((255 * (1 - page.ink)).astype(np.uint8))
    for _ in range(random.integers(1, 5)):
        x, y, size = random.uniform(5, 90), random.uniform(5, 380), random.uniform(2, 12)
        ImageDraw.Draw(image).ellipse((x, y, x + size, y + size), fill=0)
    return Made(png(np.asarray(image)), page.digits)


def printed_frame(maker: Maker) -> Made:
    """A digit in a printed frame, round or square."""
    random = maker.random
    page = maker.page(400, 400)
    size = random.uniform(120, 200)
    left, top = random.uniform(100, 290 - 0.7 * size), random.uniform(90, 310 - size)
    page.write(maker.digit(), left, top, size, random.uniform(5, 16), random.uniform(-5, 5))
    image = Image.fromarray((255 * (1 - page.ink)).astype(np.uint8))
    draw = ImageDraw.Draw(image)
    shape = draw.ellipse if random.random() < 0.4 else draw.rectangle
    margin = random.uniform(10, 40)
    shape((margin, margin, 400 - margin, 400 - margin), outline=0, width=int(random.integers(1, 9)))
    return Made(png(np.asarray(image.rotate(random.uniform(-4, 4), fillcolor=255))), page.digits)


def black_card(maker: Maker) -> Made:
    """A black card with a white digit, on white paper."""
    random = maker.random
    page = maker.one(180, 200, (0.5, 0.8), (0.05, 0.1))
    picture = np.full((360, 480), 255.0)
    left, top = random.integers(20, 280), random.integers(20, 140)
    picture[top : top + 200, left : left + 180] = 20 + 235 * page.ink
    return Made(png(picture), page.digits)


def several(maker: Maker) -> Made:
    """Two to five digits in a row, close to wide, of about one size or of different ones."""
    random = maker.random
    page = maker.page(1000, 320)
    count, gap, size = int(random.integers(2, 6)), random.uniform(0.05, 0.5), random.uniform(100, 180)
    left, pen = 20.0, random.uniform(0.03, 0.1) * size
    for _ in range(count):
        own = size * random.uniform(0.75, 1)
        page.write(maker.digit(), left, 40 + random.uniform(0, 0.2) * size, own, pen)
        left += (0.7 + gap) * own
    return Made(png(255 * (1 - page.ink)), page.digits)


def two_lines(maker: Maker) -> Made:
    """Two lines of digits."""
    random = maker.random
    page = maker.page(640, 560)
    size, pen = random.uniform(110, 170), random.uniform(5, 14)
    for top in (30, 30 + size * random.uniform(1.2, 1.6)):
        for i in range(random.integers(1, 4)):
            page.write(maker.digit(), 30 + i * size * 1.05, top + random.uniform(-8, 8), size, pen)
    return Made(jpeg(photographed(page.ink, random), random), page.digits)


def dashed(maker: Maker) -> Made:
    """A pencil that leaves gaps."""
    random = maker.random
    page = maker.one(600, 600, (0.4, 0.7), (0.03, 0.05))
    gaps = np.asarray(Image.fromarray((random.random((100, 100)) < 0.06).astype(np.uint8) * 255).resize((600, 600)))
    return Made(jpeg(photographed(page.ink * (gaps < 128), random), random), page.digits)


FORMS: dict[str, Callable[[Maker], Made]] = {
    "painted with one or two pixels": painted_thin,
    "painted with a thick brush": painted_thick,
    "light on dark": light_on_dark,
    "coloured ink and paper": coloured,
    "photo of a pen": photo_of_a_pen,
    "photo of a pencil": photo_of_a_pencil,
    "photo of chalk": photo_of_chalk,
    "broken strokes": dashed,
    "shadow of a hand": shadow_of_a_hand,
    "lined or squared paper": ruled,
    "sheet on a dark table": on_a_table,
    "dark strip at an edge": strip_at_the_edge,
    "specks of dirt": specks,
    "printed frame": printed_frame,
    "black card on white paper": black_card,
    "two to five digits": several,
    "two lines of digits": two_lines,
}
