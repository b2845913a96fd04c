"""Inputs of people who mean harm to a class: no traceback, nothing but clean text in the store.

HOSTILE_INPUTS=10000 tries so many; by default 2,000.
"""

from __future__ import annotations

import os
import random
import re
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import quote, urljoin, urlsplit

import numpy as np
import pytest

from mnist_core.errors import UserError
from mnist_core.runs import ClassError, Classroom, ClassStore, HandwritingStore, RunStore
from mnist_core.runs.handwriting.npz_file import to_npz
from mnist_core.text.escape import for_html, for_markdown
from tests.support.hostile_texts import HOSTILE_TEXTS
from tests.support.route_client import get_route, post_route
from tests.support.visits import ME

pytestmark = pytest.mark.slow

PIXELS = 140 * 140
"""Of the picture that a canvas sends."""
COUNT = int(os.environ.get("HOSTILE_INPUTS", "2000"))
APP = "http://app.example/class"
NASTY = [
    *HOSTILE_TEXTS.values(),
    "\x00",
    "\ud800",
    "\u202e",
    "\u200b",
    "👩‍👩‍👧",
    "e" + "\u0301" * 300,
    "../",
    "%00",
    "\\",
]
PAGE = {"Origin": "http://localhost", "Cookie": f"mnist_browser={ME}"}


def texts(count: int, seed: int) -> Iterator[str]:
    """Texts of hostile parts and random characters of all planes, up to 20,000 of them."""
    chance = random.Random(seed)  # the same ones in each run of the test
    for number in range(count):
        parts = [chance.choice(NASTY) for _ in range(chance.randint(0, 4))]
        parts += ["".join(chr(chance.randrange(0x110000)) for _ in range(chance.randint(0, 12)))]
        chance.shuffle(parts)
        yield "".join(parts) * (2000 if number % 500 == 0 else 1)


@pytest.fixture
def classroom(store: RunStore) -> Classroom:
    found = ClassStore(store).open()
    ClassStore(store).join(found.id, "8" * 32, "Bob")
    return found


def test_nicknames_are_one_clean_line_or_refused(store, classroom):
    class_store, refused = ClassStore(store), 0
    for text in texts(COUNT // 4, 1):
        try:
            kept = class_store.join(classroom.id, ME, text).nickname
        except ClassError:
            refused += 1
            continue
        assert 0 < len(kept) <= 24
        assert not {unicodedata.category(character) for character in kept} & {"Cc", "Cs", "Zl", "Zp", "Cn"}
        assert not set("<>\"'") & set(for_html(kept))
        assert not re.search(r"(?<!\\)[\[\]<*_`]", for_markdown(kept))
    assert refused < COUNT // 8
    assert len(class_store.students(classroom.id)) == 2


def test_addresses_lead_nowhere_else_or_are_refused(store, classroom):
    class_store, kept = ClassStore(store), 0
    for text in texts(COUNT // 8, 2):
        for address in (text, f"train?name={quote(text, errors='replace')}"):
            try:
                class_store.hand_out(classroom.id, address, text)
            except ClassError:
                continue
            kept += 1
            assert urlsplit(urljoin(APP, class_store.of_id(classroom.id).handout)).netloc == "app.example"
    assert kept > COUNT // 16


def test_codes_that_nobody_was_given_open_nothing(store, classroom):
    for text in texts(COUNT // 10, 3):
        with pytest.raises(ClassError, match="no open class"):
            ClassStore(store).of_code(text)


def test_pictures_are_answered_or_refused(store, unlimited_rate):
    chance = np.random.default_rng(4)
    sizes = [0, 1, PIXELS - 1, PIXELS, PIXELS + 1, 4 * PIXELS]
    for number in range(COUNT // 5):
        body = chance.integers(0, 256, sizes[number % len(sizes)], dtype=np.uint8).tobytes()
        query = f"brush={quote(NASTY[number % len(NASTY)], errors='replace')}" if number % 3 == 0 else "brush=18"
        answered = post_route(
            f"answers/starter/0?{query}&chosen=0&bars=0", body, PAGE | {"Content-Length": str(len(body))}
        )
        assert answered.status in (200, 204, 400, 411, 413, 429)
        assert "Traceback" not in answered.text


def test_files_are_imported_or_refused(store, classroom):
    handwriting, chance = HandwritingStore(store), random.Random(5)
    ClassStore(store).join(classroom.id, ME, "Ada")
    handwriting.keep(classroom.set_id, np.full((28, 28), 9, np.uint8), 3, ME, "Ada")
    good = to_npz(handwriting.drawings(classroom.set_id), "0123456789")
    for _ in range(COUNT // 5):
        data = bytearray(good[: chance.randint(0, len(good))] if chance.random() < 0.3 else good)
        for _ in range(chance.randint(1, 8)):
            if data:
                data[chance.randrange(len(data))] = chance.randrange(256)
        with suppress(UserError):  # anything else would fail the test
            handwriting.import_npz(classroom.set_id, bytes(data), ME, "Ada")
    drawings = handwriting.drawings(classroom.set_id)
    assert set(drawings.labels.tolist()) <= set(range(10))


def test_addresses_of_files_and_news_are_refused_without_a_traceback(store, classroom):
    for number, text in enumerate(texts(100, 6)):
        part = quote(text[:200].replace("/", ""), safe="", errors="replace") or "x"
        path = ("files/handwriting/1?name=", "news/1/units?units=", "files/runs.csv?filter=", "news/1?after=")[
            number % 4
        ]
        assert get_route(path + part).status in (200, 304, 400, 404)


@pytest.fixture
def unlimited_rate(monkeypatch):
    monkeypatch.setattr("pages.shared.drawing.live_route.MOST_PER_SECOND", 10**9)
