"""Rows of the store that this program cannot read: a newer version has written them, or they are damaged.

They are shown as damaged and can be deleted. The rest of the store is not affected.
"""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from mnist_core.text.sentence import Sentence, sentence

REASON_LENGTH = 200


def why_unreadable(what: Sentence, error: Exception) -> Sentence:
    """Return a sentence for people that begins with `what`, such as "The settings of this run"."""
    reason = " ".join(str(error).split())[:REASON_LENGTH].rstrip(".") or type(error).__name__
    return sentence(
        "{what} cannot be read by this program ({reason}). Either a newer version has written it, or the run store is "
        "damaged.",
        what=what,
        reason=reason,
    )


def require_numbers(row: sa.RowMapping, names: Iterable[str]) -> None:
    """Raise `ValueError` if one of these columns is neither a number nor null: SQLite accepts any value."""
    for name in names:
        if row[name] is not None and not isinstance(row[name], (int, float)):
            raise ValueError(f"{name} is {row[name]!r}, which is not a number")
