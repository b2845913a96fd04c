"""Invite: how students come into the class, to be shown by a projector, and who has come."""

from __future__ import annotations

from pathlib import Path

import segno
import streamlit as st

from mnist_core.runs import Classroom
from mnist_core.text.escape import for_html
from pages.classroom import addresses
from pages.classroom.pin_field import show_leaving
from pages.classroom.students_joined.students_joined import show_students_joined
from pages.shared.messages import show_warning
from pages.visit.language import _

_QUIET_ZONE = 4
"""Modules of white around a QR code (ISO/IEC 18004), without which it is not found on a dark page."""
_LONGEST_PICTURE = 100_000
"""Characters; that of a long address has 5,000."""


def show_invite(open_class: Classroom) -> None:
    """Draw the QR code with the address and the code of the class, and the students who have joined."""
    st.html(Path(__file__).with_name("invite.css"))
    address = addresses.reachable(addresses.page_origin())
    if address is None:
        _say_unreachable()
    else:
        st.html(invitation(address, open_class.code))
    show_students_joined()
    show_leaving()


def invitation(address: str, code: str) -> str:
    """Return the HTML of the QR code and of what to type, large enough for the back row."""
    target = addresses.with_code(address, code)
    picture = segno.make(target, error="m", micro=False).svg_data_uri(border=_QUIET_ZONE, light="#fff")
    description = _("QR code of {address}", address=target)
    scan, code_label = _("Scan this with the camera of your phone, or type:"), _("Code of the class")
    return (
        f'<div class="invitation"><img src="{for_html(picture, _LONGEST_PICTURE)}" alt="{for_html(description)}">'
        f'<div><p>{for_html(scan)}</p><p class="address">{for_html(addresses.of_class(address))}</p>'
        f'<p>{for_html(code_label)}</p><p class="code">{for_html(code)}</p></div></div>'
    )


def _say_unreachable() -> None:
    tried = addresses.possible()
    if not tried:
        text = _(
            "Phones cannot reach this app: it answers on this machine only. "
            "Stop it, and start it with make run LAN=1; classes and runs stay."
        )
    else:
        text = _(
            "Phones cannot reach this app: it does not answer at {addresses}. Is this machine still on the same "
            "network? Stop the app, and start it again with make run LAN=1; classes and runs stay.",
            addresses=", ".join(tried),
        )
    show_warning(text, icon=":material/wifi_off:")
