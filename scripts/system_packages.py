"""Finds programs that tests need, or installs them as packages of the system if that needs no interaction.

This works with apt, as root or with sudo without a password. Elsewhere, somebody has to install them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

LOG = Path(sys.prefix) / "system-packages.log"
FURTHER_FOLDERS = ("/usr/sbin", "/usr/local/sbin", "/opt/homebrew/bin")
"""Folders of programs that only administrators have on their PATH."""
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
    """Return the path of a program, after installing its package if needed; None if that is not possible."""
    path = find(program)
    if path is None and install(package):
        path = find(program)
    return path


def find(program: str) -> str | None:
    """Return the path of a program on this machine, or None."""
    return shutil.which(program, path=os.pathsep.join([os.environ.get("PATH", ""), *FURTHER_FOLDERS]))


def install(package: str) -> bool:
    """Install a package with apt if that needs no password; return whether it has worked."""
    administrator = [] if os.geteuid() == 0 else ["sudo", "--non-interactive"]
    if not shutil.which("apt-get") or (administrator and not succeeds([*administrator, "true"])):
        return False
    print(f"Installing {package} for the tests. This may take a minute.", file=sys.stderr, flush=True)
    return succeeds([*administrator, "sh", "-c", INSTALL, "install", package])


def succeeds(command: list[str]) -> bool:
    """Run a command and append its output to the log; return whether it has succeeded."""
    with LOG.open("a") as log:
        try:
            done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, check=False)
        except OSError as error:
            log.write(f"{error}\n")
            return False
    return done.returncode == 0
