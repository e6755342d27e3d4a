"""People who use the app, as many browsers would: `python -m tests.benchmarks.visitor ADDRESS HOME FILM SECONDS
CLIENTS PAUSE`.

Each visitor fetches the page's files, opens the library and a film's page over Streamlit's socket, listens to how
analyses go, asks for parts of the film, lists, announces, sends and removes an upload, and begins again; between two
requests it waits for PAUSE seconds on average. Prints one JSON list a request: kind, seconds, and what went wrong.
"""

from __future__ import annotations

import contextlib
import json
import random
import re
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from websockets.sync.client import connect
from websockets.typing import Origin

from emotion_core.web import progress_socket, signed_link, tokens
from tests.support import page_client
from tests.support.upload_client import Client

PATIENCE = 30.0
"""Seconds after which a request has failed."""
PART = 256 * 1024
"""Bytes that a player asks for at once, and of a piece of an upload."""
_SCRIPT = re.compile(rb'(?:src|href)="\./(static/[^"]+)"')

_Answer = TypeVar("_Answer")
Request = tuple[str, float, str]
"""Kind, seconds, and what went wrong; empty if nothing did."""


class Visitor:
    """One of them."""

    def __init__(self, address: str, home: Path, film_id: str, pause: float, seed: int) -> None:
        self._address, self._home, self._film, self._pause = address, home, film_id, pause
        self._client = Client(address, home, patience=PATIENCE)
        self._random = random.Random(seed)
        self.requests: list[Request] = []

    def visit(self, until: float) -> None:
        """Again and again until then."""
        coming = min(10 * self._pause, (until - time.monotonic()) / 4)
        time.sleep(self._random.uniform(0, coming))  # people do not come within the same second
        while time.monotonic() < until:
            self._round(until)

    def _round(self, until: float) -> None:
        html = self._timed("html", lambda: self._get("/"))
        for file in self._random.sample(sorted(set(_SCRIPT.findall(html or b""))), 1):
            self._timed("static", lambda: self._get(f"/{file.decode()}"))  # noqa: B023 - it is called at once
        with contextlib.ExitStack() as stays:
            pages = (("library page", "", ""), ("film page", "film", f"film={self._film}"))
            for kind, page, query in pages[:: self._random.choice((1, -1))]:
                opened = page_client.staying(self._address, patience=PATIENCE, page=page, query=query)
                self._timed(kind, lambda: stays.enter_context(opened))  # noqa: B023
                self._timed("listen", lambda: self._listen(stays))
                if time.monotonic() > until:
                    return
                self._timed("health", lambda: self._get("/_stcore/health"))
                self._play() if page else self._send()

    def _play(self) -> None:
        address = signed_link(self._home, self._film, "original")
        self._timed("frames", lambda: self._get(signed_link(self._home, self._film, "frames")))
        for _ in range(3):
            first = self._random.randrange(0, 500_000)
            headers = {"Range": f"bytes={first}-{first + PART}"}
            self._timed("range", lambda: self._get(address, headers, 206))  # noqa: B023

    def _send(self) -> None:
        self._timed("list", self._client.listed)
        path = self._timed("announce", lambda: self._client.announce(3 * PART))
        if path is not None:
            for offset in (0, PART):
                self._timed("append", lambda: self._append(path, offset))  # noqa: B023
            self._timed("delete", lambda: self._expect(self._client.ask("DELETE", path), 204))

    def _append(self, path: str, offset: int) -> bytes:
        return self._expect(self._client.send(path, offset, self._random.randbytes(PART), PART), 204)

    def _listen(self, stays: contextlib.ExitStack) -> None:
        where = f"{self._address.replace('http', 'ws', 1)}{progress_socket.PATH}/{tokens.sign(self._home, 'analyses')}"
        stays.enter_context(connect(where, origin=Origin(self._address), open_timeout=PATIENCE)).recv(PATIENCE)

    def _get(self, path: str, headers: dict[str, str] | None = None, status: int = 200) -> bytes:
        return self._expect(self._client.ask("GET", path, headers), status)

    def _expect(self, answer: tuple[int, object, bytes], status: int) -> bytes:
        if answer[0] != status:
            raise ValueError(f"{answer[0]} {answer[2][:200]!r}")
        return answer[2]

    def _timed(self, kind: str, work: Callable[[], _Answer]) -> _Answer | None:
        """None where it failed. Waits for a while afterwards, as a person does."""
        started_at, response, wrong = time.monotonic(), None, ""
        try:
            response = work()
        except Exception as error:
            wrong = f"{type(error).__name__}: {error}"
        self.requests.append((kind, time.monotonic() - started_at, wrong))
        time.sleep(self._random.uniform(0.5, 1.5) * self._pause)
        return response


def main() -> None:
    """See the module."""
    address, home, film_id, seconds, clients, pause = sys.argv[1:]
    visitors = [Visitor(address, Path(home), film_id, float(pause), seed) for seed in range(int(clients))]
    until = time.monotonic() + float(seconds)
    with ThreadPoolExecutor(len(visitors)) as threads:
        list(threads.map(lambda visitor: visitor.visit(until), visitors))
    for visitor in visitors:
        for request in visitor.requests:
            print(json.dumps(request))


if __name__ == "__main__":
    main()
