"""A PostgreSQL server of the tests' own: in a temporary folder, on loopback, on a free port."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg

USER, PASSWORD = "emotion", "s3cret-of-tests"
_PLACES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
_SETTINGS = (
    "fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=16MB", "max_connections=60",
    "unix_socket_directories=",
)  # fmt: skip
HOW = "These tests need PostgreSQL's server: apt-get install postgresql (Debian, Ubuntu), or its binaries on the PATH."


def _binary(name: str) -> str:
    found = next((str(place / name) for place in _PLACES if (place / name).exists()), shutil.which(name))
    assert found is not None, HOW
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Server:
    """A server in `folder`, which may be killed and started again."""

    folder: Path
    port: int
    addresses: str
    """Where it listens."""
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Of the database of the tests."""
        return self.of("postgres")

    def of(self, name: str) -> str:
        return f"postgresql://{USER}:{PASSWORD}@127.0.0.1:{self.port}/{name}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        own = f"port={self.port}", f"listen_addresses={self.addresses}"
        settings = [word for setting in (*_SETTINGS, *own) for word in ("-c", setting)]
        log = (self.folder / "log").open("ab")
        self.process = subprocess.Popen(
            [*_AS_POSTGRES, _binary("postgres"), "-D", str(self.folder / "data"), *settings], stdout=log, stderr=log
        )
        end = time.monotonic() + 30
        while time.monotonic() < end:
            assert self.process.poll() is None, (self.folder / "log").read_text()
            with contextlib.suppress(psycopg.OperationalError), psycopg.connect(self.url, connect_timeout=2):
                return
            time.sleep(0.05)
        raise AssertionError((self.folder / "log").read_text())

    def kill(self) -> None:
        """End it at once, as a power cut does."""
        assert self.process is not None
        pids = (self.folder / "data" / "postmaster.pid").read_text().split()[:1]
        subprocess.run([*_AS_POSTGRES, "kill", "-KILL", *pids], check=False)
        self.process.wait()
        (self.folder / "data" / "postmaster.pid").unlink(missing_ok=True)
        time.sleep(0.3)  # its children notice

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            pids = (self.folder / "data" / "postmaster.pid").read_text().split()[:1]
            subprocess.run([*_AS_POSTGRES, "kill", "-INT", *pids], check=False)
            self.process.wait()

    def create(self, name: str) -> str:
        """The URL of a new, empty database."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        return self.of(name)


_AS_POSTGRES = ["runuser", "-u", "postgres", "--"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
"""It refuses to run as root."""


@contextlib.contextmanager
def server(*addresses: str) -> Iterator[Server]:
    """A new server that runs; it listens on loopback, and at other `addresses` of this machine for their network."""
    with tempfile.TemporaryDirectory(prefix="postgres") as name:
        folder = Path(name)
        password = folder / "password"
        password.write_text(PASSWORD)
        if _AS_POSTGRES:
            folder.chmod(0o755)
            for place in (folder, password):
                shutil.chown(place, "postgres", "postgres")
        made = subprocess.run(
            [
                *_AS_POSTGRES, _binary("initdb"), "-D", str(folder / "data"), "-U", USER, "--pwfile", str(password),
                "-A", "scram-sha-256", "--no-sync", "-E", "UTF8", "--locale", "C",
            ],
            capture_output=True, text=True, check=False, cwd=folder,
        )  # fmt: skip
        assert made.returncode == 0, made.stderr
        with (folder / "data" / "pg_hba.conf").open("a") as rules:
            rules.writelines(f"host all all {address}/24 scram-sha-256\n" for address in addresses)
        running = Server(folder, free_port(), ",".join(("127.0.0.1", *addresses)))
        running.start()
        try:
            yield running
        finally:
            running.stop()
