"""A model hub on this machine, as far as the hub's client asks it."""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
import safetensors.numpy as safetensors

from emotion_core.expression.checkpoints import EMBEDDED_FOLDER, FILES, REFERENCE

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
    """User agents of the requests."""
    pause_after: int | None = None
    """Bytes of a file after which it waits for `go_on`."""
    go_on: threading.Event = field(default_factory=threading.Event)
    broken: bool = False
    """Whether it answers every request with an error."""
    sent: MutableMapping[str, bytes] = field(default_factory=dict)
    """By file name: what comes in place of the content it describes."""
    cut_after: int | None = None
    """Bytes of a file after which the connection breaks, once for each file."""
    continued: list[str] = field(default_factory=list)
    """Files of which a part was asked for."""
    tells_hashes: bool = True
    """Whether its descriptions of files have hashes, as the real one's do."""
    commit: str = COMMIT
    """Of its main branch."""


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
                    described = _described(name, hub.commit, files, hub.tells_hashes)
                    self._send(200, described, {"Content-Type": "application/json"}, body=body)
                    return
                file = path.removeprefix(f"/{name}/resolve/{hub.commit}/")
                if file in files:
                    self._file(file, files[file], body=body)
                    return
            self._send(404, b'{"error": "Repository not found"}', {"X-Error-Code": "RepoNotFound"}, body=body)

        def _file(self, name: str, content: bytes, *, body: bool) -> None:
            tag = _sha256(content) if _large(name) else _git(content)
            headers = {"ETag": f'"{tag}"', "X-Repo-Commit": hub.commit}
            if _large(name):  # the real hub offers its other protocol so
                headers |= {"X-Xet-Hash": "ab" * 32, "X-Xet-Refresh-Route": f"{hub.url}/xet"}
            content = hub.sent.get(name, content)
            part = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
            if part and body:
                hub.continued.append(name)
                start = int(part[1])
                headers["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
                self._send(206, content[start:], headers, body=body)
            elif body and hub.cut_after is not None and hub.cut_after < len(content):
                self._send(200, content, headers, body=False)
                self.wfile.write(content[: hub.cut_after])
                self.close_connection = True
            else:
                self._send(200, content, headers, body=body)

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


def _large(file: str) -> bool:
    """Whether a file lies in the store of large files, where its SHA-256 is its name, or in git."""
    return file.endswith((".safetensors", ".bin"))


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _git(content: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


def _described(name: str, commit: str, files: Mapping[str, bytes], hashes: bool) -> bytes:
    siblings: list[dict[str, Any]] = []
    for file, content in files.items():
        sibling: dict[str, Any] = {"rfilename": file, "size": len(content)}
        if hashes:
            pointer = f"version 1\noid sha256:{_sha256(content)}\nsize {len(content)}\n".encode()
            sibling["blobId"] = _git(pointer if _large(file) else content)
            if _large(file):
                sibling["lfs"] = {"size": len(content), "sha256": _sha256(content), "pointerSize": len(pointer)}
        siblings.append(sibling)
    return json.dumps({"id": name, "modelId": name, "sha": commit, "siblings": siblings, "tags": []}).encode()


def _in_full_precision(content: bytes) -> bytes:
    """Weights in fp32: the hub's client asks for the rest of a file only beyond its first 10 MB; halves have fewer."""
    tensors = {name: np.asarray(value, dtype=np.float32) for name, value in safetensors.load(content).items()}
    return safetensors.save(tensors, metadata={"format": "pt"})


_EMBEDDED = {name: (EMBEDDED_FOLDER / name).read_bytes() for name in FILES}
CHECKPOINT = _EMBEDDED | {"model.safetensors": _in_full_precision(_EMBEDDED["model.safetensors"])}


ANIMALS = json.dumps({"model_type": "vit", "id2label": {"0": "cat", "1": "dog"}}).encode()


REPOSITORIES = {
    REFERENCE: {**CHECKPOINT, "README.md": b"card", "pytorch_model.bin": b"pickled", "training_args.bin": b"x"},
    "old/pickled": {"config.json": b"{}", "preprocessor_config.json": b"{}", "pytorch_model.bin": b"pickled"},
    "some/animals": {**CHECKPOINT, "config.json": ANIMALS},
    "bare/weights": {"model.safetensors": CHECKPOINT["model.safetensors"]},
}
