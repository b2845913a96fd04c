"""Finds a Chromium for the browser tests, or installs one, and prints its path.

    python scripts/find_chromium.py

In this order: the one that CHROMIUM names, an installed one, one that Playwright downloaded earlier, the system's
package if it can be installed (as root, or with sudo without a password), Playwright's download. Each is started once
as a test, because a file of that name may be a stub or lack libraries.

The headless shell comes first: the same Chromium without windows, in which a page opens with half of the work.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

from scripts import system_packages  # noqa: E402
from scripts.system_packages import LOG  # noqa: E402

USER_ERROR, NONE = 2, 3
HEADLESS_SHELL = "chromium-headless-shell"
NAMES = (HEADLESS_SHELL, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC_APPLICATIONS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
FEATURES_OFF = (
    # Pages of the browser's own for each new window, such as one for its address bar, which no test sees.
    *("WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup", "PreloadTopChromeWebUI"),
    # What Playwright turns off: of two arguments that name features only the last one counts, which is ours.
    *("AimEnabled", "AvoidCorsURLLoaderRestartOnRedirect", "AvoidUnnecessaryBeforeUnloadCheckSync"),
    *("DestroyProfileOnBrowserClose", "HttpsFirstBalancedModeAutoEnable", "HttpsUpgrades", "LensOverlay"),
    *("MediaRouter", "NetworkTimeServiceQuerying", "OptimizationHints", "PaintHolding", "PreconnectToSearch"),
    *("TcpPortRandomizationWin", "ThirdPartyStoragePartitioning", "msEdgeUpdateLaunchServicesPreferredVersion"),
    *("msForceBrowserSignIn",),
)
"""The features of Chromium that tests do without."""
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),  # also runs as root, in a container
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),  # stays on this machine
    f"--disable-features={','.join(FEATURES_OFF)}",
)
"""The arguments with which tests start Chromium."""

SECONDS_TO_START = 60
NO_CHROMIUM = (
    "The browser tests need Chromium, and none could be found or installed: install Chromium or Google Chrome "
    "with your package manager, or give its path with CHROMIUM=/path/to/chromium."
)


def main() -> int:
    """Print the path of a Chromium that starts.

    Returns 2 if the one in CHROMIUM does not start, 3 if there is none; each time with one sentence on what to do.
    """
    named = os.environ.get("CHROMIUM")
    if named and not starts(named):
        print(f"CHROMIUM={named} does not start: give the path of a Chromium or Google Chrome.", file=sys.stderr)
        return USER_ERROR
    path = named or find_chromium() or install_chromium()
    print(path or f"{NO_CHROMIUM} Why none could be installed: {LOG}", file=sys.stdout if path else sys.stderr)
    return 0 if path else NONE


def find_chromium() -> str | None:
    """Return the path of a Chromium on this machine that starts, or None."""
    return next((path for path in _candidates() if starts(path)), None)


def install_chromium() -> str | None:
    """Install Chromium as a package of the system, else by Playwright; return its path, or None."""
    print("Installing Chromium for the browser tests. This may take a minute.", file=sys.stderr, flush=True)
    LOG.unlink(missing_ok=True)
    for install in (_install_package, _download):
        if install() and (path := find_chromium()):
            return path
    return None


def starts(path: str) -> bool:
    """Whether this browser renders a page without a screen."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        page = "data:text/html,<p>it starts</p>"
        command = [path, "--headless", *FLAGS, f"--user-data-dir={profile}", "--dump-dom", page]
        return "it starts" in _output(command, SECONDS_TO_START)


def _candidates() -> Iterator[str]:
    yield from filter(None, map(shutil.which, NAMES))
    yield from (path for path in MAC_APPLICATIONS if Path(path).exists())
    downloaded = _playwright_path()
    if downloaded and Path(downloaded).exists():
        yield downloaded


def _playwright_path() -> str:
    """Return the path of Playwright's own Chromium, whether or not it exists."""
    script = "from playwright.sync_api import sync_playwright\nwith sync_playwright() as playwright: "
    script += "print(playwright.chromium.executable_path)"
    return _output([sys.executable, "-c", script], SECONDS_TO_START).strip()


def _install_package() -> bool:
    return any(map(system_packages.install, (HEADLESS_SHELL, "chromium")))


def _download() -> bool:
    return system_packages.succeeds([sys.executable, "-m", "playwright", "install", "chromium"])


def _output(command: list[str], seconds: float) -> str:
    """Return what a command prints; "" if it fails or takes too long."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=seconds, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout if done.returncode == 0 else ""


if __name__ == "__main__":
    sys.exit(main())
