"""Programs that tests need and that come as packages of the system: found, or installed where that asks nobody.

As root, or with sudo that asks no password, and with apt; elsewhere somebody has to install them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

LOG = Path(sys.prefix) / "system-packages.log"
PLACES = ("/usr/sbin", "/usr/local/sbin", "/opt/homebrew/bin")
"""Where programs are that are on the PATH of administrators only."""
INSTALL = """
set -e
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
    trap "rm -f $policy" EXIT
    printf '#!/bin/sh\\nexit 101\\n' > $policy
    chmod 755 $policy
fi
export DEBIAN_FRONTEND=noninteractive
apt-get --quiet update
apt-get --quiet --yes install --no-install-recommends "$1"
"""
"""Installs a package without starting the service that comes with it (Debian: /usr/sbin/policy-rc.d, exit code 101)."""


def find_or_install(program: str, package: str) -> str | None:
    """Return the path of a program, if need be after its package was installed; None if it cannot be had."""
    found = find(program)
    if found is None and install(package):
        found = find(program)
    return found


def find(program: str) -> str | None:
    """Return the path of a program on this machine, or None."""
    return shutil.which(program, path=os.pathsep.join([os.environ.get("PATH", ""), *PLACES]))


def install(package: str) -> bool:
    """Install a package of the system, if that needs neither a password nor another package manager than apt."""
    administrator = [] if os.geteuid() == 0 else ["sudo", "--non-interactive"]
    if not shutil.which("apt-get") or (administrator and not succeeds([*administrator, "true"])):
        return False
    print(f"Installing {package} for the tests. This may take a minute.", file=sys.stderr, flush=True)
    return succeeds([*administrator, "sh", "-c", INSTALL, "install", package])


def succeeds(command: list[str]) -> bool:
    """Run a command; what it prints, which may be long, goes into the log."""
    with LOG.open("a") as log:
        try:
            done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, check=False)
        except OSError as error:
            log.write(f"{error}\n")
            return False
    return done.returncode == 0
