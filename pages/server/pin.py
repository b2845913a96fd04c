"""The instructor's PIN, of which the server knows a hash only: `make run LAN=1` makes it and prints it once."""

from __future__ import annotations

import os

SETTING = "MNIST_PIN_HASH"


def valid_hash() -> str:
    """Return the hash of the PIN that is valid now; "" if the server was started without one."""
    return os.environ.get(SETTING, "")
