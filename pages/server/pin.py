"""The instructor's PIN, of which the server knows a hash only: `make run LAN=1` makes it and prints it once.

Six digits are few: what protects them is that they can be tried some 1,500 times a day, by all visitors together. The
hash (scrypt, RFC 7914) is slow, so that whoever reads it in the environment of the process needs hours for all PINs.
"""

from __future__ import annotations

import hashlib
import hmac
import math
import os
import re
import secrets

from mnist_core.errors import UserError
from mnist_core.text.sentence import plural_sentence, sentence
from pages.server.attempt_rate import AttemptRate

SETTING = "MNIST_PIN_HASH"
DIGITS = 6
EACH = (5, 120.0)
"""Attempts of one address at once, and the seconds for each further one."""
TOGETHER = (30, 60.0)
"""The same for all addresses together: one address alone, at its own pace, leaves half of them to others."""
_SALT_BYTES = 16
_COST = {"n": 2**14, "r": 8, "p": 1}  # 16 MB and some 50 ms


class WrongPin(UserError):
    """A PIN is not the right one, or must not be tried now."""


def new_pin() -> str:
    """Return a random PIN of `DIGITS` decimal digits."""
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"


def hash_of(pin: str, salt: bytes | None = None) -> str:
    """Return a PIN's hash: the salt, by default a random one, and the digest, each in hex, with a "-" between."""
    salt = salt or secrets.token_bytes(_SALT_BYTES)
    return f"{salt.hex()}-{hashlib.scrypt(pin.encode(), salt=salt, **_COST).hex()}"


def setting() -> str:
    """Return MNIST_PIN_HASH; "" if it is not set. Raises `UserError` if it is not the form of `hash_of`."""
    text = os.environ.get(SETTING, "").strip()
    if text and not re.fullmatch(r"[0-9a-f]{32}-[0-9a-f]{128}", text):
        raise UserError(f"{SETTING} is not the hash of a PIN. Leave it out: make run LAN=1 makes a PIN and sets it.")
    return text


def valid_hash() -> str:
    """Return the hash of the PIN that is valid now; "" if there is none, or its setting is not valid."""
    try:
        return setting()
    except UserError:  # said when the server starts
        return ""


class PinCheck:
    """Compares what people type with the PIN, as often as the limits allow."""

    def __init__(self, rate: AttemptRate | None = None) -> None:
        self._rate = rate or AttemptRate(EACH, TOGETHER)

    def require(self, typed: str, address: str) -> str:
        """Return the hash of the PIN if it was typed. Raises `WrongPin` if it was not, or says how long to wait.

        Where one has to wait nothing is hashed: strangers cannot keep the processor busy.
        """
        valid = valid_hash()
        if not valid:
            text = sentence("This server was started without a PIN. Start it with make run LAN=1, which prints one.")
            raise WrongPin(text)
        digits = re.sub(r"\s", "", typed)
        if not re.fullmatch(f"[0-9]{{{DIGITS}}}", digits):
            raise WrongPin(sentence("The PIN has {count} digits. It is where the app was started.", count=DIGITS))
        if seconds := self._rate.attempt(address):
            raise WrongPin(_wait(math.ceil(seconds)))
        salt = bytes.fromhex(valid.partition("-")[0])
        if not hmac.compare_digest(hash_of(digits, salt).encode(), valid.encode()):
            raise WrongPin(sentence("This is not the PIN. It is printed where the app was started."))
        return valid


def _wait(seconds: int) -> str:
    return plural_sentence(
        "There were too many attempts. Try again in {number} second.",
        "There were too many attempts. Try again in {number} seconds.",
        seconds,
    )


CHECK = PinCheck()
"""The one that all visits share: the limits are for them together."""
