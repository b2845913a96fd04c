"""The instructor's PIN: what is stored of it, how it is compared, and how often it may be tried."""

from __future__ import annotations

import hashlib
import hmac

import pytest

from mnist_core.errors import UserError
from pages.server import pin
from pages.server.attempt_rate import AttemptRate
from pages.server.pin import EACH, TOGETHER, PinCheck, WrongPin, hash_of, new_pin

RIGHT, WRONG = "048213", "048214"
PHONE, OTHER = "192.168.1.7", "192.168.1.8"


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch):
    monkeypatch.setattr(pin, "_COST", {"n": 2, "r": 8, "p": 1})


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def check(monkeypatch, clock) -> PinCheck:
    monkeypatch.setenv(pin.SETTING, hash_of(RIGHT))
    return PinCheck(AttemptRate(EACH, TOGETHER, clock))


def try_wrong(check: PinCheck, address: str = PHONE) -> str:
    with pytest.raises(WrongPin) as refused:
        check.require(WRONG, address)
    return str(refused.value)


def test_the_right_pin_gives_the_hash_that_is_valid(check):
    assert check.require(RIGHT, PHONE) == pin.valid_hash()
    assert check.require(" 048 213 ", PHONE) == pin.valid_hash()


@pytest.mark.parametrize("typed", ["", "04821", "0482133", "04821x", "٠٤٨٢١٣", "null", "1e5", "<b>", RIGHT + "\0"])
def test_what_is_no_pin_is_refused_and_costs_no_attempt(check, typed):
    for _ in range(3 * EACH[0]):
        with pytest.raises(WrongPin, match="6 digits"):
            check.require(typed, PHONE)
    assert check.require(RIGHT, PHONE)


def test_pins_are_compared_in_constant_time(check, monkeypatch):
    """Both sides of the only comparison are whole hashes, compared by hmac."""
    compared = []
    compare = hmac.compare_digest

    def noted(*sides: bytes) -> bool:
        compared.append(sides)
        return compare(*sides)

    monkeypatch.setattr(hmac, "compare_digest", noted)
    try_wrong(check)
    ((typed, valid),) = compared
    assert len(typed) == len(valid)
    assert valid == pin.valid_hash().encode()


def test_after_some_attempts_an_address_has_to_wait_and_is_told_how_long(check, clock, monkeypatch):
    for _ in range(EACH[0]):
        assert try_wrong(check) == "This is not the PIN. It is printed where the app was started."
    hashed = []
    monkeypatch.setattr(hashlib, "scrypt", lambda *_args, **_options: hashed.append(1))
    with pytest.raises(WrongPin, match=rf"Try again in {EACH[1]:.0f} seconds\."):
        check.require(RIGHT, PHONE)
    clock.now += EACH[1] - 1
    with pytest.raises(WrongPin, match=r"Try again in 1 second\."):
        check.require(RIGHT, PHONE)
    assert not hashed  # waiting costs the server nothing


def test_waiting_is_over_at_the_time_that_was_said(check, clock):
    for _ in range(EACH[0] + 3):
        try_wrong(check)
    clock.now += EACH[1]
    assert check.require(RIGHT, PHONE)


def test_one_address_cannot_keep_the_others_out(check, clock):
    for _ in range(500):
        try_wrong(check)
    assert check.require(RIGHT, OTHER)
    clock.now += EACH[1] * 20  # at its own pace, all the time
    for _ in range(100):
        clock.now += EACH[1]
        try_wrong(check)
    assert check.require(RIGHT, OTHER)


def test_many_addresses_together_are_bounded_too(check, clock):
    tried = sum("not the PIN" in try_wrong(check, f"10.0.{i // 250}.{i % 250}") for i in range(2000))
    assert tried == TOGETHER[0]
    clock.now += 24 * 3600
    day = TOGETHER[0] + 24 * 3600 / TOGETHER[1]
    assert day < 1500  # of a million PINs


def test_a_hash_says_nothing_twice_and_holds_no_pin():
    assert hash_of(RIGHT) != hash_of(RIGHT)
    assert RIGHT not in hash_of(RIGHT, b"\xff" * 16)


def test_new_pins_have_six_digits_and_differ():
    pins = {new_pin() for _ in range(50)}
    assert len(pins) > 40
    assert all(len(it) == pin.DIGITS and it.isdecimal() for it in pins)


@pytest.mark.parametrize("broken", ["x", "123456", "ab-cd", "0" * 32 + "-" + "g" * 128])
def test_a_setting_that_is_no_hash_admits_nobody_and_is_said_at_the_start(monkeypatch, broken):
    monkeypatch.setenv(pin.SETTING, broken)
    assert pin.valid_hash() == ""
    with pytest.raises(UserError, match=pin.SETTING):
        pin.setting()


def test_without_a_pin_nobody_is_admitted(monkeypatch):
    monkeypatch.delenv(pin.SETTING, raising=False)
    with pytest.raises(WrongPin, match="LAN=1"):
        PinCheck().require("000000", PHONE)
