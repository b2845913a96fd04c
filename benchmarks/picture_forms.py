"""The forms of pictures that people bring, as generators of synthetic ones: painted, photographed, framed and more."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from benchmarks.synthetic_digits import PictureGenerator, SyntheticPicture, jpeg, photographed, png

PHOTO = (900, 1200)


def painted_thin(generator: PictureGenerator) -> SyntheticPicture:
    """Return a drawing with a pen of one or two pixels, without soft edges."""
    side = int(generator.random.choice([28, 32, 48, 64, 100, 200, 400, 640]))
    page = generator.page(side, side, soft=False)
    size = generator.random.uniform(0.55, 0.85) * side
    left = generator.random.uniform(0.1, 0.9 - 0.7 * size / side) * side
    top = generator.random.uniform(0.06, 0.1) * side
    page.write(generator.digit(), left, top, size, int(generator.random.integers(1, 3)))
    return SyntheticPicture(png(255 * (1 - page.ink)), page.digits)


def painted_thick(generator: PictureGenerator) -> SyntheticPicture:
    """Return a drawing with a thick brush, a sixth of the digit or more, that nearly fills the picture."""
    side = int(generator.random.choice([28, 64, 140, 400]))
    page = generator.page(side, side)
    page.write(generator.digit(), 0.24 * side, 0.14 * side, 0.72 * side, generator.random.uniform(0.13, 0.2) * side)
    return SyntheticPicture(png(255 * (1 - page.ink)), page.digits)


def light_on_dark(generator: PictureGenerator) -> SyntheticPicture:
    """Return a drawing with light ink on a dark background."""
    page = generator.page_with_digit(400, 400, (0.3, 0.85), (0.02, 0.12))
    background = generator.random.uniform(0, 60)
    return SyntheticPicture(png(background + (255 - background) * page.ink), page.digits)


def coloured(generator: PictureGenerator) -> SyntheticPicture:
    """Return a drawing with dark coloured ink on light coloured paper."""
    page = generator.page_with_digit(500, 400, (0.3, 0.8), (0.02, 0.1))
    inks = ((30, 60, 190), (200, 30, 40), (20, 120, 60), (120, 40, 140), (230, 90, 20), (60, 60, 60))
    papers = ((255, 255, 255), (255, 245, 180), (190, 225, 255), (200, 240, 200), (255, 205, 215))
    ink, paper = np.array(inks[generator.random.integers(6)]), np.array(papers[generator.random.integers(5)])
    return SyntheticPicture(jpeg(paper + (ink - paper) * page.ink[:, :, None], generator.random), page.digits)


def photo_of_a_pen(generator: PictureGenerator) -> SyntheticPicture:
    """Return a photo of a digit in pen, at least a tenth of the picture high."""
    page = generator.page_with_digit(*PHOTO, (0.1, 0.6), (0.03, 0.08))
    return SyntheticPicture(jpeg(photographed(page.ink, generator.random), generator.random), page.digits)


def photo_of_a_pencil(generator: PictureGenerator) -> SyntheticPicture:
    """Return a photo of a digit in grey pencil."""
    page = generator.page_with_digit(*PHOTO, (0.2, 0.6), (0.025, 0.05))
    seen = photographed(page.ink, generator.random, darkness=generator.random.uniform(0.22, 0.4))
    return SyntheticPicture(jpeg(seen, generator.random), page.digits)


def photo_of_chalk(generator: PictureGenerator) -> SyntheticPicture:
    """Return a photo of a digit in chalk on a board."""
    page = generator.page_with_digit(*PHOTO, (0.2, 0.6), (0.03, 0.08))
    seen = photographed(page.ink, generator.random, paper=55, darkness=-2.4)
    return SyntheticPicture(jpeg(seen, generator.random), page.digits)


def shadow_of_a_hand(generator: PictureGenerator) -> SyntheticPicture:
    """Return a photo with a shadow with a soft edge over a part of the paper."""
    page, random = generator.page_with_digit(*PHOTO, (0.2, 0.6), (0.03, 0.08)), generator.random
    width, height = PHOTO
    shade = Image.new("L", PHOTO)
    corner = random.choice([0, width]), random.choice([0, height])
    reach = random.uniform(0.4, 0.9, 2) * PHOTO
    ImageDraw.Draw(shade).ellipse(
        (corner[0] - reach[0], corner[1] - reach[1], corner[0] + reach[0], corner[1] + reach[1]), fill=255
    )
    soft = np.asarray(shade.filter(ImageFilter.GaussianBlur(random.uniform(12, 40))), dtype=np.float32) / 255
    seen = photographed(page.ink, random) * (1 - random.uniform(0.2, 0.45) * soft)
    return SyntheticPicture(jpeg(seen, random), page.digits)


def ruled(generator: PictureGenerator) -> SyntheticPicture:
    """Return a photo of lined or squared paper."""
    page, random = generator.page_with_digit(*PHOTO, (0.2, 0.6), (0.04, 0.08)), generator.random
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
    return SyntheticPicture(jpeg(seen, random), page.digits)


def on_a_table(generator: PictureGenerator) -> SyntheticPicture:
    """Return a photo of a sheet on a dark table that is visible on one to four sides."""
    random = generator.random
    page = generator.page_with_digit(700, 900, (0.25, 0.6), (0.03, 0.08))
    sheet = Image.fromarray(np.clip(photographed(page.ink, random), 0, 255).astype(np.uint8))
    table = np.full((1200, 1000), random.uniform(20, 90)) + random.normal(0, random.uniform(1, 6), (1200, 1000))
    picture = Image.fromarray(np.clip(table, 0, 255).astype(np.uint8))
    turned = sheet.convert("LA").rotate(random.uniform(-6, 6), expand=True, resample=Image.Resampling.BICUBIC)
    left = int(random.choice([-20, 60, 120, 1020 - turned.width]))
    top = int(random.choice([-20, 80, 160, 1220 - turned.height]))
    picture.paste(turned.getchannel("L"), (left, top), turned.getchannel("A"))
    return SyntheticPicture(jpeg(np.asarray(picture), random), page.digits)


def strip_at_the_edge(generator: PictureGenerator) -> SyntheticPicture:
    """Return a drawing with a dark strip along an edge of the picture."""
    page, random = generator.page_with_digit(500, 500, (0.3, 0.7), (0.03, 0.09)), generator.random
    ink = page.ink.copy()
    wide = int(random.integers(3, 25))
    np.rot90(ink, int(random.integers(4)))[:, :wide] = random.uniform(0.6, 1)
    return SyntheticPicture(png(255 * (1 - ink)), page.digits)


def specks(generator: PictureGenerator) -> SyntheticPicture:
    """Return a drawing with dirt beside the digit."""
    random = generator.random
    page = generator.page(500, 400)
    page.write(generator.digit(), random.uniform(130, 220), random.uniform(40, 90), 260, random.uniform(8, 26))
    image = Image.fromarray((255 * (1 - page.ink)).astype(np.uint8))
    for _ in range(random.integers(1, 5)):
        x, y, size = random.uniform(5, 90), random.uniform(5, 380), random.uniform(2, 12)
        ImageDraw.Draw(image).ellipse((x, y, x + size, y + size), fill=0)
    return SyntheticPicture(png(np.asarray(image)), page.digits)


def printed_frame(generator: PictureGenerator) -> SyntheticPicture:
    """Return a digit in a printed frame, round or square."""
    random = generator.random
    page = generator.page(400, 400)
    size = random.uniform(120, 200)
    left, top = random.uniform(100, 290 - 0.7 * size), random.uniform(90, 310 - size)
    page.write(generator.digit(), left, top, size, random.uniform(5, 16), random.uniform(-5, 5))
    image = Image.fromarray((255 * (1 - page.ink)).astype(np.uint8))
    draw = ImageDraw.Draw(image)
    shape = draw.ellipse if random.random() < 0.4 else draw.rectangle
    margin = random.uniform(10, 40)
    shape((margin, margin, 400 - margin, 400 - margin), outline=0, width=int(random.integers(1, 9)))
    return SyntheticPicture(png(np.asarray(image.rotate(random.uniform(-4, 4), fillcolor=255))), page.digits)


def black_card(generator: PictureGenerator) -> SyntheticPicture:
    """Return a black card with a white digit on white paper."""
    random = generator.random
    page = generator.page_with_digit(180, 200, (0.5, 0.8), (0.05, 0.1))
    picture = np.full((360, 480), 255.0)
    left, top = random.integers(20, 280), random.integers(20, 140)
    picture[top : top + 200, left : left + 180] = 20 + 235 * page.ink
    return SyntheticPicture(png(picture), page.digits)


def several(generator: PictureGenerator) -> SyntheticPicture:
    """Return two to five digits in a row, narrowly or widely spaced, of similar or different sizes."""
    random = generator.random
    page = generator.page(1000, 320)
    count, gap, size = int(random.integers(2, 6)), random.uniform(0.05, 0.5), random.uniform(100, 180)
    left, pen = 20.0, random.uniform(0.03, 0.1) * size
    for _ in range(count):
        own = size * random.uniform(0.75, 1)
        page.write(generator.digit(), left, 40 + random.uniform(0, 0.2) * size, own, pen)
        left += (0.7 + gap) * own
    return SyntheticPicture(png(255 * (1 - page.ink)), page.digits)


def two_lines(generator: PictureGenerator) -> SyntheticPicture:
    """Return a photo of two lines of digits."""
    random = generator.random
    page = generator.page(640, 560)
    size, pen = random.uniform(110, 170), random.uniform(5, 14)
    for top in (30, 30 + size * random.uniform(1.2, 1.6)):
        for i in range(random.integers(1, 4)):
            page.write(generator.digit(), 30 + i * size * 1.05, top + random.uniform(-8, 8), size, pen)
    return SyntheticPicture(jpeg(photographed(page.ink, random), random), page.digits)


def dashed(generator: PictureGenerator) -> SyntheticPicture:
    """Return a photo of a digit whose strokes have gaps."""
    random = generator.random
    page = generator.page_with_digit(600, 600, (0.4, 0.7), (0.03, 0.05))
    gaps = np.asarray(Image.fromarray((random.random((100, 100)) < 0.06).astype(np.uint8) * 255).resize((600, 600)))
    return SyntheticPicture(jpeg(photographed(page.ink * (gaps < 128), random), random), page.digits)


FORMS: dict[str, Callable[[PictureGenerator], SyntheticPicture]] = {
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
