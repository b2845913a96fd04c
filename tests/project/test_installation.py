"""The environment: nothing is installed twice, what is in the way is said, and interrupted installations go on."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from contextlib import ExitStack
from pathlib import Path

import pytest

from scripts import set_up
from scripts.installation_errors import explain
from scripts.ports import free_port
from scripts.preflight import Problem
from scripts.running_app import wait_until
from tests.support.package_index import (
    ForbiddingIndex,
    PackageIndex,
    ProxyWithPassword,
    SilentIndex,
    serving,
    source_that_waits,
    wheel,
)
from tests.support.programs import make_certificate, write_program

pytestmark = pytest.mark.slow

PROJECT = Path(__file__).parents[2]
LIMIT_SECONDS = 120
THIS_PYTHON = "{}.{}".format(*sys.version_info)


@pytest.fixture
def requirements(tmp_path: Path) -> Path:
    """A file that asks for one small package."""
    file = tmp_path / "requirements.txt"
    file.write_text("digits-sample==1.0\n")
    return file


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    """An environment without packages, whose Python is the one of the tests."""
    folder = tmp_path / "environment"
    write_program(folder / "bin" / "python", f'exec "{sys.executable}" "$@"')
    folder.joinpath("pyvenv.cfg").touch()
    folder.joinpath(".complete").write_text(json.dumps({"python": THIS_PYTHON}))
    return folder


def record(environment: Path) -> dict[str, str]:
    return json.loads(environment.joinpath(".complete").read_text())


# -- when is something installed -----------------------------------------------------------------


def test_complete_environment_is_left_alone(environment: Path, requirements: Path):
    complete = {"requirements.txt": set_up.checksum(requirements), "python": THIS_PYTHON}
    environment.joinpath(".complete").write_text(json.dumps(complete))
    before = sorted(environment.rglob("*"))
    set_up.set_up(environment, [requirements])
    assert sorted(environment.rglob("*")) == before


def test_folder_that_is_no_environment_is_never_removed(tmp_path: Path, requirements: Path):
    with pytest.raises(Problem, match="is not a Python environment"):
        set_up.set_up(tmp_path, [requirements])
    assert requirements.exists()


def test_checksum_follows_the_files_that_requirements_refer_to(tmp_path: Path):
    for name in ("requirements.txt", "constraints.txt"):
        shutil.copy(PROJECT / name, tmp_path)
    before = set_up.checksum(tmp_path / "requirements.txt")
    with tmp_path.joinpath("constraints.txt").open("a") as constraints:
        constraints.write("another==1.0\n")
    assert set_up.checksum(tmp_path / "requirements.txt") != before


# -- what is in the way --------------------------------------------------------------------------


@pytest.fixture
def pip_asks(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Let pip do all but install, with no settings of this machine; what it shall ask is set in addition."""
    for name in [name for name in os.environ if name.upper().endswith("_PROXY") or name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
    for name in ("PIP_DRY_RUN", "PIP_IGNORE_INSTALLED", "PIP_NO_CACHE_DIR"):
        monkeypatch.setenv(name, "1")
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_RETRIES", "0")
    return monkeypatch


def what_is_said(environment: Path, requirements: Path) -> str:
    with pytest.raises(Problem) as problem:
        set_up.set_up(environment, [requirements])
    assert not environment.joinpath(".complete").exists()
    return str(problem.value)


def test_certificate_that_a_proxy_put_in_place_of_another(
    environment: Path, requirements: Path, pip_asks: pytest.MonkeyPatch, tmp_path: Path
):
    """And who does what is said has it installed."""
    make_certificate(tmp_path, "localhost")
    with serving(PackageIndex, certificate=tmp_path) as port:
        pip_asks.setenv("PIP_INDEX_URL", f"https://localhost:{port}/")
        said = what_is_said(environment, requirements)
        assert said.startswith("The package index shows a certificate that pip does not trust")
        assert "PIP_CERT=/" in said
        pip_asks.setenv("PIP_CERT", str(tmp_path / "certificate.pem"))
        set_up.set_up(environment, [requirements])
    assert "requirements.txt" in record(environment)


def test_proxy_that_asks_for_a_password(environment: Path, requirements: Path, pip_asks: pytest.MonkeyPatch):
    with serving(ProxyWithPassword) as port:
        pip_asks.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
        pip_asks.setenv("PIP_INDEX_URL", "https://packages.example.org/")
        said = what_is_said(environment, requirements)
    assert said.startswith("The proxy does not let pip through (407 Proxy Authentication Required): check its address")


def test_proxy_that_is_not_there(environment: Path, requirements: Path, pip_asks: pytest.MonkeyPatch):
    pip_asks.setenv("HTTPS_PROXY", f"http://127.0.0.1:{free_port()}")
    pip_asks.setenv("PIP_INDEX_URL", "https://packages.example.org/")
    assert what_is_said(environment, requirements).startswith("The proxy does not let pip through (Connection refused)")


@pytest.mark.parametrize(
    ("index", "package", "sentence"),
    [
        (None, "digits-sample==1.0", "The package index cannot be reached: check the network connection"),
        (SilentIndex, "digits-sample==1.0", "The package index cannot be reached: check the network connection"),
        (
            ForbiddingIndex,
            "digits-sample==1.0",
            "The package index answers “403 Client Error: Forbidden”: check its a",
        ),
        (PackageIndex, "digits-other==1.0", "The package index answers “404 Client Error: Not Found”: check its addr"),
        (PackageIndex, "digits-sample==2.0", "There is no digits-sample==2.0 for this Python and machine: use 64-bit"),
    ],
    ids=["nobody listens", "hangs up", "refuses", "does not know the package", "knows other versions"],
)
def test_package_index_that_does_not_give_what_is_asked(
    environment: Path,
    requirements: Path,
    pip_asks: pytest.MonkeyPatch,
    index: type[PackageIndex] | None,
    package: str,
    sentence: str,
):
    requirements.write_text(package)
    with ExitStack() as until_answered:
        port = until_answered.enter_context(serving(index)) if index else free_port()
        pip_asks.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{port}/")
        assert what_is_said(environment, requirements).startswith(sentence)


UNREACHABLE = "The package index cannot be reached: check the network connection"


@pytest.mark.parametrize(
    ("log", "sentence"),
    [
        ("Could not fetch URL http://h/x/: connection error: ('Connection aborted.') - skipping", UNREACHABLE),
        ("Could not fetch URL http://h/x/: timed out - skipping", UNREACHABLE),
        ("pip._vendor.urllib3.exceptions.ReadTimeoutError: HTTPSConnectionPool(host='h', port=443)", UNREACHABLE),
        (
            "pip._vendor.urllib3.exceptions.ProtocolError: ('Connection broken: IncompleteRead(9 bytes read)')",
            UNREACHABLE,
        ),
        (
            "Max retries exceeded with url: /x.whl (Caused by NameResolutionError(\"Failed to resolve 'h'\"))",
            UNREACHABLE,
        ),
        ("Max retries exceeded with url: /x.whl (Caused by NewConnectionError('Network is unreachable'))", UNREACHABLE),
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "The disk is full"),
        (
            "WARNING: Retrying after connection broken by 'ReadTimeoutError': /simple/streamlit/\n"
            "ERROR: Could not find a version that satisfies the requirement x==2 (from versions: 0.1, 1)\n"
            "ERROR: No matching distribution found for x==2",
            "There is no x==2 for this Python and machine",
        ),
        (
            "Skipping link: none of the wheel's tags\nERROR: No matching distribution found for x",
            "There is no x for this",
        ),
        (
            "ERROR: Something else happened.",
            r"The requirements could not be installed \(Something else happened\): read",
        ),
        ("", r"The requirements could not be installed \(pip stopped\): read install.log"),
    ],
    ids=[
        *("aborted", "timed out", "late", "broken off", "no such name", "no network"),
        *("full disk", "a hitch before", "no such machine", "anything else", "nothing"),
    ],
)
def test_what_pip_logged_is_told_apart(log: str, sentence: str):
    with pytest.raises(Problem, match=sentence):
        raise Problem(explain(log, Path("install.log")))


# -- interruptions -------------------------------------------------------------------------------


def test_installation_that_is_killed_is_completed_by_the_next(requirements: Path, tmp_path: Path):
    """pip outlives the one who started it, so the next waits for it, and begins where it ended."""
    gate, environment = tmp_path / "gate", tmp_path / "environment"
    source_that_waits(tmp_path, "digits_sample", gate)
    # Not from pip's cache: a run of the tests with the same folder may have built the package before.
    own = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(tmp_path), "PIP_CACHE_DIR": str(tmp_path / "cache")}
    environ = os.environ | own | {"PIP_CONFIG_FILE": os.devnull}
    command = [sys.executable, "-u", str(PROJECT / "scripts" / "set_up.py"), str(environment), str(requirements)]
    first = subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL)
    try:
        wait_until(gate.with_name("begun").exists, "pip builds the package", LIMIT_SECONDS)
    finally:
        first.kill()
        first.wait()
    assert not environment.joinpath(".complete").exists()
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, text=True) as second:
        assert second.stdout is not None
        assert second.stdout.readline().startswith("Another installation is still running here: waiting until it ends")
        gate.touch()
        said, _ = second.communicate()
    assert second.returncode == 0
    assert "Making the environment" not in said
    assert subprocess.run([environment / "bin" / "python", "-c", "import digits_sample"], check=False).returncode == 0
    assert record(environment)["requirements.txt"] == set_up.checksum(requirements)


def test_environment_whose_making_was_interrupted_is_made_again(
    tmp_path: Path, requirements: Path, monkeypatch: pytest.MonkeyPatch
):
    """Its Python is there and knows pip by name, of which most is still missing."""
    environment = tmp_path / "environment"
    python = f"printf '#!/bin/sh\\necho {THIS_PYTHON}' > $3/bin/python; chmod +x $3/bin/python"
    half = f"mkdir -p $3/bin $3/lib/half-of-pip; {python}"
    for rest in (half, "mkdir -p $3/bin"):
        killed = write_program(tmp_path / "python", f"{rest}; kill -9 $$")
        monkeypatch.setattr(sys, "_base_executable", str(killed))
        with pytest.raises(Problem, match="could not be made"):
            set_up.set_up(environment, [requirements])
    assert not environment.joinpath("lib").exists()


def test_environment_that_was_being_changed_is_not_taken_for_what_it_was(environment: Path, requirements: Path):
    """Even if the requirements are again those of before."""
    complete = {"requirements.txt": set_up.checksum(requirements), "python": THIS_PYTHON}
    environment.joinpath(".complete").write_text(json.dumps(complete))
    before = requirements.read_text()
    write_program(environment / "bin" / "python", f"echo {THIS_PYTHON}; exit 1")
    for text in ("digits-sample==2.0\n", before):
        requirements.write_text(text)
        with pytest.raises(Problem, match="could not be installed"):
            set_up.set_up(environment, [requirements])


@pytest.mark.parametrize("missing", ["digits_sample.py", "digits_sample-1.0.dist-info/RECORD"])
def test_package_of_which_something_is_missing_counts_as_not_installed(
    environment: Path, requirements: Path, missing: str
):
    """As pip leaves it when it is killed: with the metadata by which it knows what is installed."""
    packages = environment / "lib" / "python3.12" / "site-packages"
    for name in ("digits_sample", "digits_other"):
        zipfile.ZipFile(io.BytesIO(wheel(name))).extractall(packages)
    packages.joinpath(missing).unlink()
    write_program(environment / "bin" / "python", "exit 1")
    with pytest.raises(Problem, match="could not be installed"):
        set_up.set_up(environment, [requirements])
    assert [path.name for path in packages.glob("*.dist-info")] == ["digits_other-1.0.dist-info"]
