"""Set-up and start: what would stop the app is said in one sentence, and what it needs is pinned."""

from __future__ import annotations

import ast
import contextlib
import os
import re
import socket
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from playwright.sync_api import Error

from pages.server import pin
from scripts import find_chromium, launch, ports, system_packages
from scripts.ports import free_port
from scripts.preflight import LOOPBACK, Problem, require_free_space, require_port, require_writable
from scripts.running_app import chromium
from tests.support.programs import write_program

PROJECT = Path(__file__).parents[2]
REQUIREMENTS = PROJECT / "requirements.txt"
NOBODY = 65534
LAN_ADDRESS = "192.168.7.20"
OPTIONAL_MODULES = {"distributed", "psycopg", "tensorboard", "torch", "jax"}
"""What is used if it is there: a cluster's scheduler, another database's driver, TensorBoard, rivals in benchmarks."""


# -- what would stop the app ---------------------------------------------------------------------


def test_file_in_the_place_of_a_folder(tmp_path: Path):
    tmp_path.joinpath("var").write_text("")
    with pytest.raises(Problem, match="var is a file, but the app needs a folder of that name: move the file away"):
        require_writable(tmp_path / "var")


def test_folder_without_write_permission():
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o555)
        with as_nobody(), pytest.raises(Problem, match=r"cannot be written to \(Permission denied\)"):
            require_writable(Path(folder))


def test_disk_without_room(tmp_path: Path):
    petabyte = 1024**5
    with pytest.raises(Problem, match=r"has [\d,]+ MB free, but 1,073,741,824 MB are needed: make room"):
        require_free_space(tmp_path, petabyte)


def test_port_for_administrators():
    with as_nobody():
        if bindable(1):
            pytest.skip("this machine lets everybody use every port")
        with pytest.raises(Problem, match="Port 1 is for administrators only"):
            require_port(LOOPBACK, 1)


def test_a_free_port_is_none_that_a_connection_may_be_given_before_the_server_starts():
    assert all(1024 <= free_port() < 32_768 for _ in range(20))


def test_a_port_in_use_is_not_free(monkeypatch: pytest.MonkeyPatch):
    with socket.socket() as other_program:
        other_program.bind((LOOPBACK, free_port()))
        taken = other_program.getsockname()[1]
        monkeypatch.setattr(ports, "NOT_EPHEMERAL", [taken, taken + 1])
        assert {free_port() for _ in range(10)} == {taken + 1}


# -- the local network ---------------------------------------------------------------------------


@pytest.fixture
def on_a_network(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(launch, "local_network_address", lambda: LAN_ADDRESS)
    monkeypatch.setenv("MNIST_DATABASE_URL", f"sqlite:///{tmp_path / 'runs.sqlite'}")


@pytest.mark.usefixtures("on_a_network")
def test_lan_prints_the_address_to_type_and_lets_only_known_names_in(capsys: pytest.CaptureFixture[str]):
    port = free_port()
    command = launch.prepare(port, lan=True, host="digits.example.org")
    assert f"http://{LAN_ADDRESS}:{port}" in capsys.readouterr().out
    assert "--server.address=0.0.0.0" in command
    assert values(command, "--server.allowedHosts") == [LAN_ADDRESS, "localhost", "127.0.0.1", "digits.example.org"]


@pytest.mark.usefixtures("on_a_network")
def test_without_lan_the_app_listens_on_this_machine_only(capsys: pytest.CaptureFixture[str]):
    port = free_port()
    command = launch.prepare(port, lan=False, host="")
    assert f"http://127.0.0.1:{port}" in capsys.readouterr().out
    assert values(command, "--server.address") == ["127.0.0.1"]
    assert values(command, "--server.allowedHosts") == ["127.0.0.1", "localhost"]


@pytest.mark.usefixtures("on_a_network")
@pytest.mark.parametrize("options", [["--lan"], ["--host", "digits.example.org"]])
def test_the_pin_is_printed_once_and_the_server_is_given_its_hash_alone(options, monkeypatch, capsys, tmp_path):
    started: list[tuple[list[str], dict[str, str]]] = []

    def execve(_program: str, command: list[str], environment: dict[str, str]) -> None:
        started.append((command, environment))
        raise SystemExit

    monkeypatch.setattr(os, "execve", execve)
    monkeypatch.setattr(sys, "argv", ["launch.py", "--port", str(free_port()), *options])
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit):
        launch.main()
    ((command, environment),) = started
    (made,) = re.findall(r"PIN, until the app is stopped: (\d{6})$", capsys.readouterr().out, re.MULTILINE)
    assert made not in " ".join(command)
    assert {name for name, value in environment.items() if value == made} == set()
    monkeypatch.setenv(pin.SETTING, environment[pin.SETTING])
    assert pin.PinCheck().require(made, "192.168.1.7") == environment[pin.SETTING]


@pytest.mark.usefixtures("on_a_network")
def test_an_app_that_only_this_machine_reaches_has_no_pin(capsys, monkeypatch):
    monkeypatch.delenv("MNIST_HOST", raising=False)
    assert launch.pin_setting(lan=False, host="") == {}
    assert "PIN" not in capsys.readouterr().out


def test_address_on_the_network_is_one_that_others_can_reach():
    try:
        address = launch.local_network_address()
    except Problem as problem:
        assert "not on a local network" in str(problem)  # noqa: PT017  # a machine without one is no failure
    else:
        assert not address.startswith("127.")
        assert bindable(0, address)


def test_streamlit_alone_starts_as_make_run_does():
    config = tomllib.loads(PROJECT.joinpath(".streamlit/config.toml").read_text())
    command = launch.streamlit_command(LOOPBACK, LOOPBACK, 8501, [])
    assert values(command, "--server.address") == [config["server"]["address"]]
    assert values(command, "--server.port") == [str(config["server"]["port"])]
    assert set(values(command, "--server.allowedHosts")) == set(config["server"]["allowedHosts"])


# -- requirements --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["constraints.txt", *sorted(path.name for path in PROJECT.glob("requirements*.txt"))])
def test_requirements_are_exact_pins(name: str):
    lines = [line.partition("#")[0].strip() for line in PROJECT.joinpath(name).read_text().splitlines()]
    pins = [line for line in lines if line and not line.startswith(("-r ", "-c "))]
    assert pins
    assert [pin for pin in pins if not re.fullmatch(r"[\w.-]+(\[[\w,-]+\])?==\d[\w.+]*", pin)] == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("folders", "files"),
    [
        (("app.py", "pages", "mnist_core"), ("requirements.txt",)),
        (("tests", "scripts", "benchmarks"), ("requirements.txt", "requirements-dev.txt")),
    ],
)
def test_every_package_that_is_imported_is_required(folders: tuple[str, ...], files: tuple[str, ...]):
    required = {name.lower() for file in files for name in required_names(PROJECT / file)}
    modules = set().union(*(imported_modules(path) for folder in folders for path in python_files(PROJECT / folder)))
    providers = packages_distributions()
    provided = {name: {found.lower() for found in providers.get(name, [])} for name in modules - OPTIONAL_MODULES}
    assert {name: found for name, found in provided.items() if not found & required} == {}


# -- Chromium ------------------------------------------------------------------------------------


@pytest.mark.slow
def test_program_that_is_no_browser_is_not_believed(tmp_path: Path):
    assert not find_chromium.starts(str(write_program(tmp_path / "chromium", "echo this needs a snap")))
    assert not find_chromium.starts(str(tmp_path / "missing"))


def test_programs_of_administrators_are_found_by_everybody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    program = write_program(tmp_path / "sbin" / "a-server", "exit")
    monkeypatch.setattr(system_packages, "FURTHER_FOLDERS", (str(program.parent),))
    assert system_packages.find("a-server") == str(program)
    assert system_packages.find("another-server") is None


def test_where_nothing_can_be_installed_a_program_is_not_found(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", "")
    assert system_packages.find_or_install("a-server", "a-server-light") is None


@pytest.mark.slow
def test_a_package_is_installed_without_its_service_and_what_held_it_back_goes(tmp_path: Path):
    """The script itself, with the file that forbids services and apt in other places."""
    policy, told = tmp_path / "policy-rc.d", tmp_path / "told"
    write_program(tmp_path / "bin" / "apt-get", f'{policy} || echo "$? $*" >> {told}')
    script = system_packages.INSTALL.replace("/usr/sbin/policy-rc.d", str(policy))
    environ = {"PATH": f"{tmp_path / 'bin'}:/usr/bin:/bin"}
    subprocess.run(["sh", "-c", script, "install", "nginx-light"], env=environ, check=True)
    assert told.read_text().splitlines()[-1] == "101 --quiet --yes install --no-install-recommends nginx-light"
    assert not policy.exists()


@pytest.mark.slow
def test_what_playwright_turns_off_in_chromium_stays_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    told = tmp_path / "arguments"
    monkeypatch.setenv("CHROMIUM", str(write_program(tmp_path / "chromium", f'printf "%s\\n" "$@" > "{told}"')))
    with pytest.raises(Error, match="Target page, context or browser has been closed"), chromium():
        pass
    features = [set(re.split("[=,]", it)[1:]) for it in told.read_text().split() if "--disable-features=" in it]
    by_playwright, ours = features
    assert by_playwright - ours == set()


@pytest.mark.slow
def test_named_chromium_that_does_not_start_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("CHROMIUM", "/nowhere/chromium")
    assert find_chromium.main() == find_chromium.USER_ERROR
    assert capsys.readouterr().err.startswith("CHROMIUM=/nowhere/chromium does not start: give the path")


def test_no_chromium_to_be_had_is_said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr(find_chromium, "find_chromium", lambda: None)
    monkeypatch.setattr(find_chromium, "install_chromium", lambda: None)
    assert find_chromium.main() == find_chromium.NONE
    assert "install Chromium or Google Chrome" in capsys.readouterr().err


# -- helpers -------------------------------------------------------------------------------------


@contextlib.contextmanager
def as_nobody() -> Iterator[None]:
    """Give up root's rights meanwhile, since permissions do not hold root back; others have none to give up."""
    was_root = os.geteuid() == 0
    if was_root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if was_root:
            os.seteuid(0)


def bindable(port: int, address: str = LOOPBACK) -> bool:
    with socket.socket() as attempt:
        try:
            attempt.bind((address, port))
        except OSError:
            return False
    return True


def values(command: list[str], option: str) -> list[str]:
    return [argument.partition("=")[2] for argument in command if argument.startswith(option + "=")]


def python_files(path: Path) -> list[Path]:
    return [path] if path.is_file() else sorted(path.rglob("*.py"))


def required_names(requirements: Path) -> list[str]:
    return re.findall(r"^([\w.-]+)==", requirements.read_text(), flags=re.MULTILINE)


def imported_modules(path: Path) -> set[str]:
    """Return the names of the packages that a file imports, but for Python's and the project's own."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module)
    own = {"app", "mnist_core", "pages", "scripts", "tests", "benchmarks"}
    return {name.partition(".")[0] for name in names} - own - set(sys.stdlib_module_names)
