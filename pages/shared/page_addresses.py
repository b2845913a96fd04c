"""Addresses within the app, such as "train?epochs=3": where they lead, and what they are called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import parse_qsl

from pages.navigation import PLACES


class Target(NamedTuple):
    """A page of the app by its script, its title, and the query of its address."""

    script: str
    title: str
    query: Mapping[str, str]


def target_of(address: str) -> Target | None:
    """Return where an address relative to the app's own leads; None if that is no page of the app."""
    path, _, query = address.partition("?")
    views = {view.url_path: (view.script, view.title) for place in PLACES for view in place.views}
    if path not in views:
        return None
    try:
        return Target(*views[path], dict(parse_qsl(query, max_num_fields=60)))
    except ValueError:
        return None
