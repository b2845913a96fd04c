"""A port for a server of one's own, on this machine."""

from __future__ import annotations

import random
import socket

from scripts.preflight import LOOPBACK

GIVEN_TO_NO_CLIENT = range(10_000, 32_768)
"""Systems give connections that go out a port from 32768 on, also between our choice and the server's start."""


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody uses, and that no connection is given by chance."""
    while True:
        port = random.SystemRandom().choice(GIVEN_TO_NO_CLIENT)
        with socket.socket() as probe:
            try:
                probe.bind((LOOPBACK, port))
            except OSError:
                continue
        return port
