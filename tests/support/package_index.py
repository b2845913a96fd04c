"""A package index as pip asks it, or what stands in its place: on this machine alone, with a package of a few bytes."""

from __future__ import annotations

import io
import ssl
import tarfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

WHEEL = "digits_sample-1.0-py3-none-any.whl"


class PackageIndex(BaseHTTPRequestHandler):
    """Knows one package, digits-sample 1.0."""

    def do_GET(self) -> None:
        if self.path == "/digits-sample/":
            self._answer("text/html", f'<a href="/{WHEEL}">{WHEEL}</a>'.encode())
        elif self.path == f"/{WHEEL}":
            self._answer("application/octet-stream", wheel("digits_sample"))
        else:
            self.send_error(404)

    def _answer(self, kind: str, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class ForbiddingIndex(PackageIndex):
    """Refuses whoever asks."""

    def do_GET(self) -> None:
        self.send_error(403)


class SilentIndex(PackageIndex):
    """Takes every question and hangs up."""

    def do_GET(self) -> None:
        self.close_connection = True


class ProxyWithPassword(PackageIndex):
    """Lets nobody through who does not say a password."""

    def do_CONNECT(self) -> None:
        self.send_error(407)


@contextmanager
def serving(answers: type[PackageIndex], certificate: Path | None = None) -> Iterator[int]:
    """Let a server answer until the end of the `with`, by TLS if it has a certificate; yield its port."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), answers)
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate / "certificate.pem", certificate / "key.pem")
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def wheel(name: str) -> bytes:
    """Return a package of one empty module, version 1.0, as a wheel."""
    about = f"{name}-1.0.dist-info"
    files = {
        f"{name}.py": "",
        f"{about}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
        f"{about}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{file},,\n" for file in [*files, f"{about}/RECORD"])
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for file, text in (files | {f"{about}/RECORD": record}).items():
            archive.writestr(file, text)
    return packed.getvalue()


def source_that_waits(path: Path, name: str, gate: Path) -> None:
    """Write a source package whose building says that it has begun and then waits until `gate` is there."""
    backend = f"""
import base64, pathlib, time

def build_wheel(folder, config_settings=None, metadata_directory=None):
    gate = pathlib.Path({str(gate)!r})
    gate.with_name("begun").touch()
    while not gate.exists():
        time.sleep(0.02)
    pathlib.Path(folder, "{name}-1.0-py3-none-any.whl").write_bytes({wheel(name)!r})
    return "{name}-1.0-py3-none-any.whl"
"""
    files = {
        "pyproject.toml": '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n',
        "backend.py": backend,
        "PKG-INFO": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
    }
    with tarfile.open(path / f"{name}-1.0.tar.gz", "w:gz") as archive:
        for file, text in files.items():
            about = tarfile.TarInfo(f"{name}-1.0/{file}")
            about.size = len(text.encode())
            archive.addfile(about, io.BytesIO(text.encode()))
