"""The split of a class's drawings by writer: some writers' drawings are learned from, the other writers' test that.

A network that has seen ten drawings by somebody reads the next ones by the same person better than those of others.
Only writers that it has never seen tell how it reads people.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from mnist_core.runs.classes.records import class_of_owner
from mnist_core.runs.handwriting.records import Drawings, HandwritingError, HandwritingSet
from mnist_core.text.sentence import sentence

HELD_OUT_SHARE = 1 / 3
"""The share of writers, on average, whose drawings are held out."""


@dataclass(frozen=True)
class WriterSplit:
    """Whose drawings are learned from, and whose test it, by the owners; and how many drawings these are."""

    learned: frozenset[str] = field(repr=False)
    held_out: frozenset[str] = field(repr=False)
    drawings_learned: int
    drawings_held_out: int


def is_split_by_writer(which: HandwritingSet) -> bool:
    """Whether what learns from this set learns from some of its writers only: so it is with the set of a class."""
    return class_of_owner(which.owner) is not None


def split_by_writer(set_owner: str, owners: Sequence[str]) -> WriterSplit:
    """Return the split of drawings with these `owners`, one for each drawing, in the set of `set_owner`.

    The side of a writer follows from the class and the writer alone, so that it stays when others join. Only where all
    would be on the same side, the one nearest to the other side changes to it. Raises `HandwritingError` with fewer
    than two writers.
    """
    shares = {owner: _share(set_owner, owner) for owner in owners}
    if len(shares) < 2:
        raise HandwritingError(
            "A network learns from some writers of the class and is tested on the others, so at least two people must "
            "have drawn. So far it is {who}.",
            who=sentence("one") if shares else sentence("nobody"),
        )
    in_order = sorted(shares, key=lambda owner: (shares[owner], owner))
    held_out = sum(share < HELD_OUT_SHARE for share in shares.values())
    held_out = min(max(held_out, 1), len(in_order) - 1)
    tests, learned = frozenset(in_order[:held_out]), frozenset(in_order[held_out:])
    count = sum(owner in learned for owner in owners)
    return WriterSplit(learned, tests, count, len(owners) - count)


def unseen_writers(owners: Sequence[str], known: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which drawings (n,) are by writers of whom no drawing is `known` (n,) to a network."""
    seen = {owner for owner, learned in zip(owners, known, strict=True) if learned}
    return np.array([owner not in seen for owner in owners], dtype=bool)


def by_unseen_writers(drawings: Drawings, learned: frozenset[bytes] | None) -> NDArray[np.bool_]:
    """Return which drawings (n,) test a network: those by writers of whom it has learned nothing.

    `learned` is as `learned.learned_drawings` returns it; if nobody knows what it has learned, no drawing tests it.
    """
    known = [learned is None or image.tobytes() in learned for image in drawings.images]
    return unseen_writers(drawings.owners, np.array(known, dtype=bool))


def _share(set_owner: str, owner: str) -> float:
    """Return a number from 0 to 1 that depends on the class and the writer, and on nothing else."""
    digest = blake2b(f"{set_owner} {owner}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64
