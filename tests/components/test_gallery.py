"""The grid of digits: its sprite has the same pixels, its texts are escaped and are all there."""

import base64
import io
import re
from html.parser import HTMLParser

import numpy as np
import pytest
from PIL import Image

from mnist_core.data import load_dataset
from pages.components.gallery import gallery_columns
from pages.components.gallery.gallery import grid_html, number_grid_html, sheet_shape, sprite_sheet
from pages.components.gallery.gallery_columns import Layout
from pages.shared.probability_table import table_html


def images(count):
    return load_dataset().test_images[:count]


class Pictures(HTMLParser):
    """What a screen reader would find: the text alternatives of the pictures, and where they lie in the sheet."""

    def __init__(self, html):
        super().__init__()
        self.labels, self.positions, self.tags = [], [], set()
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        values = dict(attributes)
        if values.get("role") == "img":
            self.labels.append(values["aria-label"])
            self.positions.append(tuple(map(float, re.findall(r"(-?[\d.]+)%", values["style"]))))


def decoded(html_or_png):
    """The pixels of a PNG, or of the one inside of HTML."""
    if isinstance(html_or_png, str):
        html_or_png = base64.b64decode(re.findall(r"base64,([^)\"]+)", html_or_png)[0])
    return np.asarray(Image.open(io.BytesIO(html_or_png)))


@pytest.mark.parametrize("count", [1, 2, 3, 10, 217])
def test_the_sheet_holds_every_image_pixel_by_pixel(count):
    across, down = sheet_shape(count)
    sheet = decoded(sprite_sheet(images(count)))
    assert sheet.shape == (28 * down, 28 * across)
    for index, image in enumerate(images(count)):
        row, column = divmod(index, across)
        np.testing.assert_array_equal(sheet[28 * row : 28 * row + 28, 28 * column : 28 * column + 28], image)


@pytest.mark.parametrize("count", [1, 2, 10, 217])
def test_each_cell_shows_its_own_image(count):
    html = grid_html(images(count), [""] * count, [str(index) for index in range(count)], Layout(56, cell=64))
    across, down = sheet_shape(count)
    sheet = decoded(html)
    pictures = Pictures(html)
    assert pictures.labels == [str(index) for index in range(count)]
    for image, (x, y) in zip(images(count), pictures.positions, strict=True):
        # In CSS, a position of p % of an n times larger background shifts it by p % of (n - 1) boxes.
        column, row = round(x / 100 * (across - 1)), round(y / 100 * (down - 1))
        np.testing.assert_array_equal(sheet[28 * row :, 28 * column :][:28, :28], image)


def test_five_digits_are_placed_on_a_sheet_of_three_by_two():
    html = grid_html(images(5), [""] * 5, list("abcde"), Layout(56, cell=64))
    assert "--sheet-size:300% 200%" in html
    assert Pictures(html).positions == [(0, 0), (50, 0), (100, 0), (0, 100), (50, 100)]


def test_columns_are_as_many_as_fit_or_just_so_many():
    assert "--digit:56px;--columns:auto-fill, minmax(min(64px, 100%), 1fr);" in grid_html(
        images(1), [""], ["a"], Layout(56, cell=64)
    )
    assert "--digit:48px;--columns:12, minmax(0, 60px);" in grid_html(
        images(1), [""], ["a"], Layout(48, cell=60, columns=12)
    )


def test_captions_stand_below_in_lines_of_their_own_and_are_not_read_out_twice():
    html = grid_html(images(2), ["4 read as 9\n98.1 %", ""], ["a", "b"], Layout(56, cell=64))
    assert re.findall(r"<small[^>]*>[^<]*</small>", html) == ['<small aria-hidden="true">4 read as 9\n98.1 %</small>']


def test_an_empty_gallery_is_an_empty_list():
    assert Pictures(grid_html(images(0), [], [], Layout(56, cell=64))).labels == []


def test_texts_are_escaped():
    evil = '"><script>alert(1)</script>'
    html = grid_html(images(1), [evil], [evil], Layout(56, cell=64))
    assert Pictures(html).labels == [evil]
    assert "script" not in Pictures(html).tags
    table = table_html(images(1), [0], np.array([[0.4, 0.6]]), [evil, "b"])
    assert "script" not in Pictures(table).tags


def test_texts_must_be_as_many_as_images():
    with pytest.raises(ValueError, match="shorter"):
        grid_html(images(3), ["a"] * 2, ["a"] * 3, Layout(56, cell=64))


def test_two_hundred_digits_are_a_small_page():
    html = grid_html(
        images(200), ["4 read as 9\n98.1 %"] * 200, ["Test image 4, read as 9"] * 200, gallery_columns.MISPREDICTIONS
    )
    assert len(html) < 100_000


def test_the_number_grid_has_every_pixel_in_its_place():
    image = images(1)[0]
    html = number_grid_html(image)
    numbers = [int(value) for value in re.findall(r"<td[^>]*>(\d+)</td>", html)]
    assert (np.array(numbers).reshape(28, 28) == image).all()


@pytest.mark.parametrize(("value", "light_text"), [(0, True), (127, True), (128, False), (255, False)])
def test_numbers_stand_out_from_their_shade_of_grey(value, light_text):
    html = number_grid_html(np.full((28, 28), value, dtype=np.uint8))
    assert f".g{value}{{background:rgb({value},{value},{value})}}" in html
    assert (f'<td class="g{value} dark">' in html) is light_text


def test_the_probability_table_says_what_was_read():
    html = table_html(images(2), [0, 0], np.array([[0.9, 0.1], [0.3, 0.7]]), ["seven", "two"])
    assert re.findall(r'<td class="best">([^<]+)</td>', html) == ["seven", "two (wrong)"]
    assert re.findall(r"([\d.]+ %)</td>", html) == ["90.0 %", "10.0 %", "30.0 %", "70.0 %"]
