"""An SFTP server of the tests' own on loopback, which lets one key in: paramiko's, on a folder."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import paramiko  # type: ignore[import-untyped]


class _Login(paramiko.ServerInterface):  # type: ignore[misc]
    def __init__(self, key: paramiko.PKey) -> None:
        self._key = key

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        return int(paramiko.AUTH_SUCCESSFUL if key == self._key else paramiko.AUTH_FAILED)

    def get_allowed_auths(self, username: str) -> str:
        return "publickey"

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return int(paramiko.OPEN_SUCCEEDED)


class _Handle(paramiko.SFTPHandle):  # type: ignore[misc]
    def __init__(self, file: Any, flags: int) -> None:
        super().__init__(flags)
        self.readfile = self.writefile = file

    def stat(self) -> paramiko.SFTPAttributes:
        return paramiko.SFTPAttributes.from_stat(os.fstat(self.readfile.fileno()))


class _Folder(paramiko.SFTPServerInterface):  # type: ignore[misc]
    """Files of this machine by their paths."""

    def list_folder(self, path: str) -> list[paramiko.SFTPAttributes] | int:
        with _answered() as answer:
            return [paramiko.SFTPAttributes.from_stat(file.stat(), file.name) for file in Path(path).iterdir()]
        return answer[0]

    def stat(self, path: str) -> paramiko.SFTPAttributes | int:
        with _answered() as answer:
            return paramiko.SFTPAttributes.from_stat(Path(path).stat())
        return answer[0]

    lstat = stat

    def open(self, path: str, flags: int, attr: object) -> _Handle | int:
        with _answered() as answer:
            file = os.fdopen(os.open(path, flags, 0o644), "wb" if flags & os.O_WRONLY else "rb")
            return _Handle(file, flags)
        return answer[0]

    def remove(self, path: str) -> int:
        with _answered() as answer:
            Path(path).unlink()
        return answer[0]

    def posix_rename(self, old: str, new: str) -> int:
        with _answered() as answer:
            Path(old).replace(new)
        return answer[0]

    def mkdir(self, path: str, attr: object) -> int:
        with _answered() as answer:
            Path(path).mkdir()
        return answer[0]

    def rmdir(self, path: str) -> int:
        with _answered() as answer:
            Path(path).rmdir()
        return answer[0]


@contextlib.contextmanager
def _answered() -> Iterator[list[int]]:
    """An error of the system as SFTP's number."""
    answer = [paramiko.SFTP_OK]
    try:
        yield answer
    except OSError as error:
        answer[0] = paramiko.SFTPServer.convert_errno(error.errno or 0)


@dataclass
class SftpServer:
    """The server; `key` is the file of the key that it lets in."""

    port: int
    key: Path
    host_key: paramiko.PKey
    connections: list[paramiko.Transport] = field(default_factory=list)

    @property
    def known_host(self) -> str:
        """The line of known_hosts."""
        return f"[127.0.0.1]:{self.port} {self.host_key.get_name()} {self.host_key.get_base64()}\n"

    def lose_connections(self) -> None:
        for transport in self.connections:
            transport.close()


@contextlib.contextmanager
def sftp_server(folder: Path) -> Iterator[SftpServer]:
    """A server that runs; its keys are made in `folder`."""
    key = paramiko.ECDSAKey.generate()
    key.write_private_key_file(str(folder / "key"))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        made = SftpServer(listening.getsockname()[1], folder / "key", paramiko.ECDSAKey.generate())

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = listening.accept()
                    transport = paramiko.Transport(connection)
                    transport.add_server_key(made.host_key)
                    transport.set_subsystem_handler("sftp", paramiko.SFTPServer, _Folder)
                    made.connections.append(transport)
                    with contextlib.suppress(paramiko.SSHException, EOFError):
                        transport.start_server(server=_Login(key))

        threading.Thread(target=serve, daemon=True).start()
        try:
            yield made
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            made.lose_connections()
