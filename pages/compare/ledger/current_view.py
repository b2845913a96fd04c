"""The state of the Runs page: kept for the visit, in its widgets, and in the address, so that a link shows the same."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from mnist_core.ledger import ADDRESS, ViewState
from mnist_core.ledger.view_state import owner_tag
from pages.shared.messages import show_warning
from pages.visit import session

_KEPT, _WRITTEN, _REPLACED = "ledger_view", "ledger_address", "ledger_replaced_addresses"
_LINKS = "ledger_links"


def read_address() -> None:
    """Apply the view in the address, once, and report its invalid parts. To be called before any widget is drawn.

    An address that `change` has replaced asks for nothing until the browser has the new one: a press may come before.
    Whoever has come to it by a link from another page, *Back* or *Forward* means it again.
    """
    asked, written = session.view_in_address(ADDRESS), session.get(_WRITTEN, None)
    if asked == written or session.arrived():
        session.put(_REPLACED, [])
    if not asked or asked == written or asked in session.get(_REPLACED, []):
        return
    view, problems = ViewState.from_query(asked)
    session.put(_KEPT, view)
    session.put(_WRITTEN, asked)
    session.put("ledger_guest", view.of)
    session.put(_LINKS, session.get(_LINKS, 0) + 1)
    if problems:
        show_warning(f"{' '.join(problems)} The rest of the link is shown.", ":material/link_off:")


def key(name: str) -> str:
    """Return the key of the widget that is about this part of the view, to be drawn with `current` as its default.

    The view is the default in every rerun, and is never put into the widget's state: a widget in a popover is created
    in the browser only when the popover is opened, with the default of the latest rerun. The widgets of another link
    have other keys, so they begin with the view in that link.
    """
    return f"ledger_{name}_{session.get(_LINKS, 0)}"


def current() -> ViewState:
    """Return the current view; at first, it shows this browser's own runs."""
    view: ViewState = session.get(_KEPT, ViewState())
    return view if view.of else replace(view, of=owner_tag(session.owner()))


def change(**parts: Any) -> ViewState:
    """Change parts of the view, here and in the address; return all of it."""
    view = replace(current(), **parts)
    session.put(_KEPT, view)
    chosen = view.to_query()
    replaced = session.view_in_address(ADDRESS)
    if replaced not in (chosen, *session.get(_REPLACED, [])):
        session.put(_REPLACED, [*session.get(_REPLACED, []), replaced])
    session.put(_WRITTEN, chosen)
    session.put_view_in_address(ADDRESS, chosen)
    return view


def mine() -> bool:
    """Whether this browser's own runs are chosen."""
    return current().of == owner_tag(session.owner())
