"""Starts the app: checks the port and the disk, prints the address, and runs Streamlit.

    python scripts/launch.py [--port 8501] [--lan] [--host NAME]

`make run` and `python -m mnist_core serve` use this script.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import re
import socket
import sys
from pathlib import Path
from typing import NoReturn

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

from pages.server import pin  # noqa: E402
from scripts.preflight import (  # noqa: E402
    EVERY_ADDRESS,
    LOOPBACK,
    MEGABYTE,
    Problem,
    require_free_space,
    require_port,
    require_writable,
)

USER_ERROR = 2
SPACE_FOR_RUNS = 200 * MEGABYTE


def main() -> NoReturn:
    """Replace this process with Streamlit's server, or print what prevents it and exit with 2."""
    options = _parser().parse_args()
    try:
        command = prepare(_port(options.port), options.lan, options.host)
    except Problem as problem:
        print(problem, file=sys.stderr)
        sys.exit(USER_ERROR)
    os.chdir(PROJECT)  # Streamlit looks for .streamlit/config.toml here
    environment = os.environ | pin_setting(options.lan, options.host)
    sys.stdout.flush()
    os.execve(sys.executable, command, environment)


def prepare(port: int, lan: bool, host: str) -> list[str]:
    """Check that the app can start, print its address, and return the command that starts it.

    Raises `Problem`.
    """
    if importlib.util.find_spec("streamlit") is None:
        raise Problem(f"{sys.executable} lacks what the app needs: start it with make run, which installs that.")
    names = [_checked_name(name) for name in host.split(",") if name]
    listen = EVERY_ADDRESS if lan else LOOPBACK
    require_port(listen, port)
    if not os.environ.get("MNIST_DATABASE_URL"):  # otherwise, the runs are stored elsewhere
        require_writable(PROJECT / "var")
        require_free_space(PROJECT / "var", SPACE_FOR_RUNS)
    address = local_network_address() if lan else LOOPBACK
    _announce(address, port, lan)
    return streamlit_command(listen, address, port, names)


def pin_setting(lan: bool, host: str) -> dict[str, str]:
    """Print a new PIN for instructors, and return the variable with its hash, which is all that the server knows.

    Whoever opens an app that only this machine reaches is at the server and needs none.
    """
    if not lan and not host and not os.environ.get("MNIST_HOST"):
        return {}
    made = pin.new_pin()
    print(f"To hold a class, open /class at this address. The instructor's PIN, until the app is stopped: {made}")
    return {pin.SETTING: pin.hash_of(made)}


def streamlit_command(listen: str, address: str, port: int, names: list[str]) -> list[str]:
    """Return the command for a server that listens on `listen` and that browsers reach at `address` or a name."""
    settings = {"server.address": listen, "server.port": port, "browser.serverAddress": address}
    allowed = dict.fromkeys([address, "localhost", LOOPBACK, *names])  # an ordered set
    return [
        *(sys.executable, "-m", "streamlit", "run"),
        *(f"--{name}={value}" for name, value in settings.items()),
        *(f"--server.allowedHosts={name}" for name in allowed),
        str(PROJECT / "app.py"),
    ]


def local_network_address() -> str:
    """Return this machine's IPv4 address on the local network. Raises `Problem` if it has none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing, but selects the address on the network
            address = str(probe.getsockname()[0])
        except OSError:
            address = LOOPBACK
    if address.startswith("127."):
        raise Problem("This machine is not on a local network: connect it to one, or leave out LAN=1.")
    return address


def _announce(address: str, port: int, lan: bool) -> None:
    if lan:
        print(f"The app is starting. Other machines on this network reach it at http://{address}:{port}")
        print("Whoever is on the network can use it. Press Ctrl-C to stop it.")
    else:
        print(f"The app is starting at http://{address}:{port} - press Ctrl-C to stop it.")


def _checked_name(text: str) -> str:
    name = text.strip()
    if not re.fullmatch(r"(\*\.)?[\w-]+(\.[\w-]+)*", name):
        raise Problem(f"HOST={name} is not the name of a host: give one like digits.example.org, and no port.")
    return name


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Start the app.")
    parser.add_argument("--port", default="8501", help="default 8501")
    parser.add_argument("--lan", action="store_true", help="accept connections from the local network")
    parser.add_argument("--host", default="", help="further names, with commas between, under which the app is reached")
    return parser


def _port(text: str) -> int:
    if not text.isdecimal():
        raise Problem(f"PORT={text} is not a number: give one from 1024 to 65535, such as PORT=8501.")
    return int(text)


if __name__ == "__main__":
    main()
