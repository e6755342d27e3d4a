"""A small client of the upload routes, for a server in another process; and films of any length."""

from __future__ import annotations

import base64
import http.client
import json
import struct
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from emotion_core.web import tokens

VERSION = {"Tus-Resumable": "1.0.0"}
BYTES = {"Content-Type": "application/offset+octet-stream"}


def metadata(**fields: str) -> str:
    """The header Upload-Metadata."""
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in fields.items())


def free_atom(length: int) -> bytes:
    """The head of `length` bytes, head included, that may follow an MP4 file: it is the same film with them."""
    return struct.pack(">I4sQ", 1, b"free", length)


def padded(film: bytes, length: int, filling: bytes) -> bytes:
    """An MP4 film of `length` bytes whose end repeats `filling`."""
    rest = length - len(film)
    return film + free_atom(rest) + (filling * (rest // len(filling) + 1))[: rest - 16]


class Client:
    """Sends requests as a page of the app would."""

    def __init__(self, address: str, home: Path, *, patience: float = 600) -> None:
        """`patience`: seconds in which an answer, or its next byte, must come; OSError otherwise."""
        self.host, self.patience = urlsplit(address).netloc, patience
        self.headers = {**VERSION, "Authorization": f"Bearer {tokens.sign(home, 'upload')}"}

    def ask(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str] | None = None,
        body: bytes | Iterable[bytes] | None = None,
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        """Status, headers, body of the answer."""
        connection = http.client.HTTPConnection(self.host, timeout=self.patience)
        try:
            connection.request(method, path, body=body, headers={**self.headers, **(headers or {})})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def announce(self, length: int, name: str = "Film.mp4", **more: str) -> str:
        """The path of a new upload, of which the header Upload-Metadata says `more`."""
        told = {"Upload-Length": str(length), "Upload-Metadata": metadata(filename=name, **more)}
        status, headers, body = self.ask("POST", "/api/uploads", told)
        assert status == 201, (status, body)
        return str(headers["Location"])

    def offset(self, path: str) -> int:
        status, headers, _ = self.ask("HEAD", path)
        assert status == 200, status
        return int(headers["Upload-Offset"])

    def send(
        self, path: str, offset: int, body: bytes | Iterable[bytes], length: int
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        """A PATCH with `length` bytes."""
        headers = {**BYTES, "Upload-Offset": str(offset), "Content-Length": str(length)}
        return self.ask("PATCH", path, headers, body)

    def begun(self, path: str, offset: int, body: bytes, length: int) -> http.client.HTTPConnection:
        """A PATCH that announces `length` bytes, of which only `body` was sent; still open."""
        connection = http.client.HTTPConnection(self.host, timeout=60)
        connection.putrequest("PATCH", path)
        headers = {**self.headers, **BYTES, "Upload-Offset": str(offset), "Content-Length": str(length)}
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders(body)
        return connection

    def listed(self) -> list[dict[str, object]]:
        status, _, body = self.ask("GET", "/api/uploads")
        assert status == 200, body
        uploads: list[dict[str, object]] = json.loads(body)
        return uploads
