"""Finds a free port on this machine."""

from __future__ import annotations

import random
import socket

from scripts.preflight import LOOPBACK

NOT_EPHEMERAL = range(10_000, 32_768)
"""Outgoing connections get ephemeral ports, from 32768 on, which could be taken before our server starts."""


def free_port() -> int:
    """Return a port of 127.0.0.1 that is free and is not given to outgoing connections."""
    while True:
        port = random.SystemRandom().choice(NOT_EPHEMERAL)
        with socket.socket() as probe:
            try:
                probe.bind((LOOPBACK, port))
            except OSError:
                continue
        return port
