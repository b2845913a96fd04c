"""Make the project's environment, and bring it up to date when the requirements have changed.

    python scripts/set_up.py .venv requirements.txt [requirements-dev.txt]

`sh scripts/find_python.sh` says which Python to run this with. What is installed already is recorded in the
environment itself, by checksum, so that a further call takes a few milliseconds and needs no network.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

from scripts.preflight import MEGABYTE, Problem, require_room, require_writable  # noqa: E402

USER_ERROR = 2
INTERRUPTED = 130
ROOM_FOR_PACKAGES = 4000 * MEGABYTE
COMPLETE = ".complete"
"""The file in the environment that says what is installed: {requirements file: checksum, "python": "3.12"}."""

PYTHON = "python"

LINES_THAT_SHOW_PROGRESS = re.compile(r"\s*(Collecting|Downloading|Installing) ([^\s(]+)")


def main(arguments: list[str]) -> int:
    """Set up the environment named first, with the requirements named after it; return an exit code."""
    environment, requirements = PROJECT / arguments[0], [PROJECT / name for name in arguments[1:]]
    try:
        set_up(environment, requirements)
    except Problem as problem:
        print(problem, file=sys.stderr)
        return USER_ERROR
    except KeyboardInterrupt:
        print("\nStopped. Type the same command again to go on.", file=sys.stderr)
        return INTERRUPTED
    return 0


def set_up(environment: Path, requirements: list[Path]) -> None:
    """Make `environment` if need be and install what has changed in `requirements`. Raises `Problem`."""
    installed = _record(environment)
    wanted = {path.name: checksum(path) for path in requirements}
    usable = _is_usable(environment, installed)
    if usable and wanted.items() <= installed.items():
        return
    require_writable(environment.parent)
    if not usable:
        require_room(environment.parent, ROOM_FOR_PACKAGES)
        _make(environment)
        installed = {}
    changed = [path for path in requirements if installed.get(path.name) != wanted[path.name]]
    _install(environment, changed)
    environment.joinpath(COMPLETE).write_text(json.dumps(installed | wanted | {PYTHON: _version()}, indent=1))


def checksum(requirements: Path) -> str:
    """Return the sha256 of a requirements file and of the files that it refers to with -r and -c."""
    text = requirements.read_text(encoding="utf-8")
    others = re.findall(r"^-[rc]\s+(\S+)", text, flags=re.MULTILINE)
    parts = [text, *(checksum(requirements.parent / name) for name in others)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def explain(log: Iterable[str], path: Path) -> str:
    """Return what a failed installation's output says, as one sentence that tells what to do."""
    text = "\n".join(log)
    if "No space left on device" in text:
        return f"The disk is full: make room for {ROOM_FOR_PACKAGES / MEGABYTE:,.0f} MB, then try again."
    if re.search(r"NewConnectionError|NameResolutionError|name resolution|ConnectTimeout|ReadTimeout|ProxyError", text):
        return f"The package index cannot be reached: check the network connection, then try again (details: {path})."
    missing = re.search(r"(?:No matching distribution found for|Cannot install) (\S+)", text)
    if missing:
        return (
            f"There is no {missing[1]} for this Python and machine: use 64-bit Linux, a Mac with Apple silicon "
            f"or WSL, with Python 3.11, 3.12 or 3.13 (details: {path})."
        )
    errors = [line.strip() for line in text.splitlines() if line.startswith("ERROR:")]
    reason = errors[-1].removeprefix("ERROR: ").rstrip(".") if errors else "pip stopped"
    return f"The requirements could not be installed ({reason}): read {path}, then try again."


def _record(environment: Path) -> dict[str, str]:
    """Return what the environment has installed; nothing, if it is missing or was never finished."""
    try:
        record = json.loads(environment.joinpath(COMPLETE).read_text())
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


def _is_usable(environment: Path, installed: dict[str, str]) -> bool:
    """Tell whether packages can be installed into it; one that was made by hand is asked, and welcome."""
    python = environment / "bin" / "python"
    if not python.exists():
        return False
    if PYTHON in installed:
        return installed[PYTHON] == _version()
    question = "import sys, pip; print('{}.{}'.format(*sys.version_info))"
    answer = subprocess.run([python, "-c", question], capture_output=True, text=True, check=False)
    return answer.stdout.strip() == _version()


def _version() -> str:
    return "{}.{}".format(*sys.version_info)


def _make(environment: Path) -> None:
    _remove(environment)
    print(f"Making the environment {environment.name} with Python {_version()}.", flush=True)
    python = getattr(sys, "_base_executable", sys.executable)  # we may run in the environment just removed
    made = subprocess.run([python, "-m", "venv", environment], capture_output=True, text=True, check=False)
    if made.returncode:
        lines = (made.stderr + made.stdout).strip().splitlines() or ["no reason given"]
        raise Problem(f"The environment {environment} could not be made: {lines[-1].strip().rstrip('.')}.")


def _remove(environment: Path) -> None:
    """Remove an earlier environment. Raises `Problem` for anything else, which might be somebody's work."""
    if not environment.exists():
        return
    if not environment.is_dir() or (any(environment.iterdir()) and not environment.joinpath("pyvenv.cfg").exists()):
        raise Problem(f"{environment} is no Python environment: move it away, or name another place with VENV=.")
    shutil.rmtree(environment)


def _install(environment: Path, requirements: list[Path]) -> None:
    names = " and ".join(path.name for path in requirements)
    print(f"Installing {names}. The first time takes some minutes and 3 GB of disk.", flush=True)
    start = time.monotonic()
    command = [str(environment / "bin" / "python"), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    command += [argument for path in requirements for argument in ("--requirement", str(path))]
    log = environment / "install.log"
    lines = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as pip:
        for line in pip.stdout or ():
            lines.append(line)
            _show_progress(line)
    log.write_text("".join(lines))
    if pip.returncode:
        raise Problem(explain(lines, log))
    print(f"Installed in {time.monotonic() - start:.0f} s.", flush=True)


def _show_progress(line: str) -> None:
    """Show pip's last step on one line of a terminal, and nothing elsewhere."""
    step = LINES_THAT_SHOW_PROGRESS.match(line)
    if step and sys.stdout.isatty():
        print(f"\r\033[K  {step[1]} {step[2][:60]}", end="", flush=True)
    elif sys.stdout.isatty() and line.startswith(("Successfully", "ERROR")):
        print("\r\033[K", end="", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
