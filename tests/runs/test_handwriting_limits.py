"""How many drawings a set holds, from whom, and when what was deleted goes for good."""

from __future__ import annotations

from contextlib import nullcontext

import numpy as np
import pytest

from mnist_core.data import DIGITS
from mnist_core.runs import HandwritingError, HandwritingStore, Requester, RunStore
from mnist_core.runs.schema import drawings, handwriting_sets
from tests.support.databases import count_of
from tests.support.visits import ME, SOMEBODY_ELSE

STRANGER = "c" * 32
IMAGES = np.random.default_rng(0).integers(0, 256, (8, 28, 28), dtype=np.uint8)


@pytest.fixture
def handwriting(store) -> HandwritingStore:
    return HandwritingStore(store)


@pytest.fixture
def mine(handwriting) -> int:
    return handwriting.create("Ada's handwriting", DIGITS, ME, "Ada")


def add(store: RunStore, set_id: int, owner: str, count: int) -> None:
    """So many drawings of a byte each, whatever the limits say."""
    row = {"set_id": set_id, "owner": owner, "nickname": "", "label": 0, "image": b"-", "created_at": 0.0}
    with store.writing() as connection:
        connection.execute(drawings.insert(), [row] * count)


# -- how many -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("there", "owner", "words"),
    [
        ({ME: 9_999}, ME, "A set holds at most 10,000 drawings"),
        ({ME: 9_999}, SOMEBODY_ELSE, "A set holds at most 10,000 drawings"),
        (
            {SOMEBODY_ELSE: 199},
            SOMEBODY_ELSE,
            "You may have 200 drawings in somebody else's set; with these you would have 201",
        ),
        ({ME: 1_000, STRANGER: 7_999}, SOMEBODY_ELSE, "holds 8,000 drawings by people other than its owner"),
    ],
)
def test_a_set_takes_so_many_drawings_and_no_more(handwriting, mine, store, there, owner, words):
    for drawer, count in there.items():
        add(store, mine, drawer, count)
    last = handwriting.keep(mine, IMAGES[0], 1, owner, "")
    with pytest.raises(HandwritingError, match=words):
        handwriting.keep(mine, IMAGES[1], 1, owner, "")
    assert handwriting.keep(mine, IMAGES[0], 2, owner, "") == last, "what is there already may be corrected"
    handwriting.remove([last], Requester(owner))
    handwriting.keep(mine, IMAGES[1], 1, owner, "")
    with pytest.raises(HandwritingError, match=r"at most 10,000|would have 201|holds 8,000"):
        handwriting.put_back([last], Requester(owner))


def test_who_began_a_set_fills_it_however_much_others_have_added(handwriting, mine, store):
    add(store, mine, STRANGER, 8_000)
    add(store, mine, ME, 300)
    handwriting.keep(mine, IMAGES[0], 1, ME, "Ada")


def test_whoever_puts_drawings_back_each_drawer_keeps_to_their_share(handwriting, mine, store):
    theirs = [handwriting.keep(mine, IMAGES[index], 0, SOMEBODY_ELSE, "Bob") for index in range(2)]
    own = handwriting.keep(mine, IMAGES[2], 0, ME, "Ada")
    handwriting.remove([*theirs, own], Requester(ME))
    add(store, mine, SOMEBODY_ELSE, 199)
    with pytest.raises(HandwritingError, match="201"):
        handwriting.put_back([*theirs, own], Requester(ME))
    handwriting.put_back([theirs[0], own], Requester(ME))
    assert handwriting.sets()[0].count == 201


def test_one_person_begins_fifty_sets(handwriting):
    numbers = [handwriting.create(f"set {number}", DIGITS, ME, "") for number in range(50)]
    with pytest.raises(HandwritingError, match="You have 50 sets, and one person may have no more"):
        handwriting.create("one too many", DIGITS, ME, "")
    handwriting.create("theirs", DIGITS, SOMEBODY_ELSE, "")
    handwriting.delete(numbers[0], Requester(ME))
    handwriting.create("in its place", DIGITS, ME, "")


def test_names_are_kept_up_to_60_characters_and_are_free_again_after_a_deletion(handwriting):
    number = handwriting.create("n" * 100, DIGITS, ME, "")
    assert handwriting.sets()[0].name == "n" * 59 + "…"
    with pytest.raises(HandwritingError, match="already a set of that name"):
        handwriting.create("n" * 100, DIGITS, ME, "")
    handwriting.delete(number, Requester(ME))
    handwriting.create("n" * 100, DIGITS, ME, "")


# -- gone for good ------------------------------------------------------------------------------


@pytest.mark.parametrize("next_deletion", ["of a drawing", "of a set"])
@pytest.mark.parametrize(("hours", "left"), [(23, (3, 3)), (25, (2, 1))])
def test_what_was_deleted_goes_for_good_with_the_next_deletion_after_a_day(
    handwriting, mine, store, set_clock, next_deletion, hours, left
):
    deleted, spare = (handwriting.create(name, DIGITS, SOMEBODY_ELSE, "") for name in ("Deleted", "Spare"))
    handwriting.keep(deleted, IMAGES[0], 0, SOMEBODY_ELSE, "")
    removed, kept = (handwriting.keep(mine, IMAGES[index], index, ME, "") for index in (1, 2))
    handwriting.delete(deleted, Requester(SOMEBODY_ELSE))
    handwriting.remove([removed], Requester(ME))
    set_clock(hours * 3600)
    if next_deletion == "of a set":
        handwriting.delete(spare, Requester(SOMEBODY_ELSE))
    else:
        handwriting.remove([kept], Requester(ME))
    assert (count_of(store, handwriting_sets), count_of(store, drawings)) == left
    with nullcontext() if hours < 24 else pytest.raises(HandwritingError, match="no longer exists"):
        handwriting.put_back([removed], Requester(ME))
    with nullcontext() if hours < 24 else pytest.raises(HandwritingError, match="no longer exists"):
        handwriting.restore(deleted, Requester(SOMEBODY_ELSE))


# -- how they are listed ------------------------------------------------------------------------


def test_sets_are_listed_by_name_with_the_drawings_that_are_there(handwriting, mine):
    other = handwriting.create("A first one", ("a", "b"), SOMEBODY_ELSE, "Bob")
    ids = [handwriting.keep(mine, image, 0, ME, "Ada") for image in IMAGES[:3]]
    handwriting.remove(ids[:1], Requester(ME))
    assert [(it.id, it.name, it.count, it.owner, it.nickname) for it in handwriting.sets()] == [
        (other, "A first one", 0, SOMEBODY_ELSE, "Bob"),
        (mine, "Ada's handwriting", 2, ME, "Ada"),
    ]
    assert [(it.id, it.class_names) for it in handwriting.sets(("a", "b"))] == [(other, ("a", "b"))]
