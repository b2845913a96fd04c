"""Creates the project's environment, and updates it when the requirements have changed.

    python scripts/set_up.py .venv requirements.txt [requirements-dev.txt]

`sh scripts/find_python.sh` prints which Python to run this with. The environment records by checksum what is
installed, so that another call takes a few milliseconds and needs no network. If an installation is interrupted, the
next call completes it.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

from scripts.installation_errors import SPACE_FOR_PACKAGES, explain  # noqa: E402
from scripts.interrupted_installation import one_at_a_time, remove_unfinished_packages  # noqa: E402
from scripts.preflight import Problem, require_free_space, require_writable  # noqa: E402

USER_ERROR = 2
INTERRUPTED = 130
COMPLETE = ".complete"
"""The file in the environment that records what is installed: {requirements file: checksum, "python": "3.12"}."""
INCOMPLETE = ".in-the-making"
"""The file that marks an environment that is not complete yet, or is being removed."""

PYTHON = "python"

PROGRESS_LINE = re.compile(r"\s*(Collecting|Downloading|Installing) ([^\s(]+)")


def main(arguments: list[str]) -> int:
    """Set up the environment `arguments[0]` with the requirements in the other arguments; return an exit code."""
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
    """Create `environment` if needed, and install the `requirements` that have changed. Raises `Problem`."""
    wanted = {path.name: checksum(path) for path in requirements}
    if _is_complete(environment, wanted):
        return
    require_writable(environment.parent)
    with one_at_a_time(environment.parent) as lock:
        if _is_complete(environment, wanted):  # the installation that we waited for has completed it
            return
        installed = _record(environment)
        if not _is_usable(environment, installed):
            require_free_space(environment.parent, SPACE_FOR_PACKAGES)
            _create(environment)
            installed = {}
        changed = [path for path in requirements if installed.get(path.name) != wanted[path.name]]
        environment.joinpath(COMPLETE).unlink(missing_ok=True)  # until everything is installed
        remove_unfinished_packages(environment)
        _install(environment, changed, lock)
        environment.joinpath(COMPLETE).write_text(json.dumps(installed | wanted | {PYTHON: _version()}, indent=1))


def checksum(requirements: Path) -> str:
    """Return the sha256 of a requirements file and of the files that it refers to with -r and -c."""
    text = requirements.read_text(encoding="utf-8")
    others = re.findall(r"^-[rc]\s+(\S+)", text, flags=re.MULTILINE)
    parts = [text, *(checksum(requirements.parent / name) for name in others)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _record(environment: Path) -> dict[str, str]:
    """Return what the environment has installed; nothing, if it is missing or was never finished."""
    try:
        record = json.loads(environment.joinpath(COMPLETE).read_text())
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


def _is_complete(environment: Path, wanted: dict[str, str]) -> bool:
    installed = _record(environment)
    return wanted.items() <= installed.items() and _is_usable(environment, installed)


def _is_usable(environment: Path, installed: dict[str, str]) -> bool:
    """Whether packages can be installed into the environment, which may also have been created by hand."""
    python = environment / "bin" / "python"
    if not python.exists() or environment.joinpath(INCOMPLETE).exists():
        return False
    if PYTHON in installed:
        return installed[PYTHON] == _version()
    script = "import sys, pip; print('{}.{}'.format(*sys.version_info))"
    answer = subprocess.run([python, "-c", script], capture_output=True, text=True, check=False)
    return answer.stdout.strip() == _version()


def _version() -> str:
    return "{}.{}".format(*sys.version_info)


def _create(environment: Path) -> None:
    _clear(environment)
    print(f"Making the environment {environment.name} with Python {_version()}.", flush=True)
    python = getattr(sys, "_base_executable", sys.executable)  # we may run in the environment just removed
    made = subprocess.run([python, "-m", "venv", environment], capture_output=True, text=True, check=False)
    if made.returncode:
        lines = (made.stderr + made.stdout).strip().splitlines() or ["no reason given"]
        raise Problem(f"The environment {environment} could not be made: {lines[-1].strip().rstrip('.')}.")
    environment.joinpath(INCOMPLETE).unlink()


def _clear(environment: Path) -> None:
    """Remove an earlier environment. Raises `Problem` for any other folder, which might contain somebody's work."""
    mark = environment / INCOMPLETE
    if environment.exists() and not (mark.exists() or _is_environment(environment)):
        raise Problem(f"{environment} is not a Python environment: move it away, or name another place with VENV=.")
    environment.mkdir(parents=True, exist_ok=True)
    mark.touch()  # before the rest is removed, which takes seconds
    for path in environment.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path != mark:
            path.unlink()


def _is_environment(folder: Path) -> bool:
    return folder.is_dir() and (folder.joinpath("pyvenv.cfg").exists() or not any(folder.iterdir()))


def _install(environment: Path, requirements: list[Path], lock: int) -> None:
    names = " and ".join(path.name for path in requirements)
    print(f"Installing {names}. The first time takes some minutes and 3 GB of disk.", flush=True)
    start = time.monotonic()
    log = environment / "install.log"
    log.unlink(missing_ok=True)
    command = [str(environment / "bin" / "python"), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    command += ["--log", str(log)]  # contains more than pip prints, such as the index's responses
    command += [argument for path in requirements for argument in ("--requirement", str(path))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, pass_fds=[lock]) as pip:
        printed = [_show_progress(line) for line in pip.stdout or ()]
    if pip.returncode:
        raise Problem(explain(log.read_text(errors="replace") if log.exists() else "".join(printed), log))
    print(f"Installed in {time.monotonic() - start:.0f} s.", flush=True)


def _show_progress(line: str) -> str:
    """Show pip's current step on one line if the output is a terminal; return the line that pip printed."""
    step = PROGRESS_LINE.match(line)
    if step and sys.stdout.isatty():
        print(f"\r\033[K  {step[1]} {step[2][:60]}", end="", flush=True)
    elif sys.stdout.isatty() and line.startswith(("Successfully", "ERROR")):
        print("\r\033[K", end="", flush=True)
    return line


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
