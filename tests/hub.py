"""A model hub on this machine, as far as the hub's client asks it."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

COMMIT = "c0ffee" * 6 + "abcd"


@dataclass(slots=True)
class Hub:
    """What it holds, what it was asked, and how far it goes."""

    repositories: Mapping[str, Mapping[str, bytes]]
    """By id: file name -> content."""
    url: str = ""
    asked: list[tuple[str, str]] = field(default_factory=list)
    """(method, path) of each request."""
    agents: set[str] = field(default_factory=set)
    """What who asked said of itself."""
    pause_after: int | None = None
    """Bytes of a file after which it waits for `go_on`."""
    go_on: threading.Event = field(default_factory=threading.Event)
    broken: bool = False
    """Whether it answers everything with an error of its own."""


@contextmanager
def running(hub: Hub) -> Iterator[Hub]:
    """`hub` at `hub.url` on 127.0.0.1 until the block ends."""

    class Answer(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: Any) -> None:
            pass

        def do_HEAD(self) -> None:
            self._answer(body=False)

        def do_GET(self) -> None:
            self._answer(body=True)

        def _answer(self, *, body: bool) -> None:
            path = self.path.partition("?")[0]
            hub.asked.append((self.command, path))
            hub.agents.add(self.headers.get("User-Agent", ""))
            if hub.broken:
                self._send(500, b"{}", {}, body=body)
                return
            for name, files in hub.repositories.items():
                if path == f"/api/models/{name}":
                    self._send(200, _described(name, files), {"Content-Type": "application/json"}, body=body)
                    return
                file = path.removeprefix(f"/{name}/resolve/main/")
                if file in files:
                    self._file(files[file], body=body)
                    return
            self._send(404, b'{"error": "Repository not found"}', {"X-Error-Code": "RepoNotFound"}, body=body)

        def _file(self, content: bytes, *, body: bool) -> None:
            tag = hashlib.sha256(content).hexdigest()
            self._send(200, content, {"ETag": f'"{tag}"', "X-Repo-Commit": COMMIT}, body=body)

        def _send(self, status: int, content: bytes, headers: dict[str, str], *, body: bool) -> None:
            self.send_response(status)
            for key, value in {"Content-Length": str(len(content)), **headers}.items():
                self.send_header(key, value)
            self.end_headers()
            if not body:
                return
            first = content if hub.pause_after is None else content[: hub.pause_after]
            try:
                self.wfile.write(first)
                if len(first) < len(content):
                    self.wfile.flush()
                    hub.go_on.wait(60)
                    self.wfile.write(content[len(first) :])
            except ConnectionError:  # who asked has gone
                self.close_connection = True

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    server.daemon_threads = True
    hub.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        hub.go_on.set()
        server.shutdown()
        server.server_close()
        thread.join(10)


def _described(name: str, files: Mapping[str, bytes]) -> bytes:
    siblings = [
        {"rfilename": file, "size": len(content), "blobId": hashlib.sha1(content).hexdigest()}
        for file, content in files.items()
    ]
    return json.dumps({"id": name, "modelId": name, "sha": COMMIT, "siblings": siblings, "tags": []}).encode()
