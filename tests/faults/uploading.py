"""A film on its way into the real app: sent in pieces, taken in, analysed."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from hashlib import sha256
from itertools import islice, pairwise
from pathlib import Path

import psutil

from emotion_core.errors import UploadGone
from emotion_core.incoming import Upload, upload_store
from emotion_core.library import Library
from emotion_core.maintenance import check
from emotion_core.media import content_id
from emotion_core.settings import to_json
from tests.support import truth_film
from tests.support.app_server import App
from tests.support.films import write_film
from tests.support.upload_client import Client, padded

from .acts import Verdict
from .app import SETTINGS
from .under_way import PATIENCE, UnderWay, until

STEPS = ("sending", "hashing", "probing", "moving", "enqueueing", "answering", "analysing", "analysed")
"""What a film goes through, told apart by what lies on the disk: its bytes come; all are here; their hash is written
down; they are where films lie; the film's row is there; so is its job; what became of it is; the job is done."""

LENGTH, PIECE, BLOCK = 6_000_000, 1_500_000, 50_000
"""Bytes of the film, of a request, and of what is handed to the network at once."""
PAUSE = 0.01
"""Seconds between two blocks: so slow that kills fall between them."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A stretch of an upload into which kills fall."""

    step: str
    weight: float
    """How many of the kills, beside the other stretches' weights."""
    first: int = 0
    """Of `sending`: the byte with which the stretch begins; it ends with the film."""


WHOLE = (
    Drawn("sending", 0.5), Drawn("hashing", 0.02), Drawn("probing", 0.02), Drawn("moving", 0.02),
    Drawn("enqueueing", 0.02), Drawn("answering", 0.02), Drawn("analysing", 0.4),
)  # fmt: skip
"""From the first byte to the end of the analysis."""
TAKING_IN = (
    Drawn("sending", 1, LENGTH - PIECE), Drawn("hashing", 1), Drawn("probing", 1), Drawn("moving", 1),
    Drawn("enqueueing", 1), Drawn("answering", 1),
)  # fmt: skip
"""The last piece, and what it brings about before it is answered."""


@dataclass(frozen=True, slots=True)
class Undisturbed:
    """Outcome of an undisturbed upload."""

    csv: bytes
    seconds: Mapping[str, float]
    """How long each step took."""


class Uploading:
    """A film of some megabytes is sent by tus to the app; killed, the app is started again on the same port."""

    victims: tuple[tuple[str, ...], ...] = (
        ("app",),
        ("app", "worker"),
        ("app", "scan"),
        ("app", "worker", "scan"),
    )

    def __init__(self, folder: Path, content: bytes, truth: Undisturbed, stretch: Sequence[Drawn]) -> None:
        self._work, self._content, self._truth, self._stretch = UnderWay(Library.open(folder)), content, truth, stretch
        self._app = App(folder)
        self._client = Client(self._app.address, folder)
        self._path = ""
        self._handed = self._confirmed = 0
        """Bytes that were handed to the network, and of these the ones that the app said it has."""
        self._sender = ThreadPoolExecutor(1)
        self._sending: Future[None] | None = None
        self._killed: tuple[str, ...] = ()
        self._stood = ""
        self._lost = 0

    @classmethod
    def content(cls, folder: Path) -> bytes:
        """The film that all of these send."""
        pictures = islice(truth_film.pictures(), 60)
        film = write_film(folder / "sent.mp4", pictures, rate=Fraction(4), keyframe_every=40)
        return padded(film.read_bytes(), LENGTH, bytes(range(251)))

    @classmethod
    def truth(cls, folder: Path, content: bytes) -> Undisturbed:
        """What comes of it without a kill."""
        act, began = cls(folder, content, Undisturbed(b"", {}), WHOLE), {}
        try:
            act.begin()
            for step in STEPS:
                until(partial(act._is_at, step), 0.001 if step != "analysed" else 0.05)
                began[step] = time.monotonic()
            assert act.finish().kept
            seconds = {step: began[after] - began[step] for step, after in pairwise(STEPS)}
            return Undisturbed(act._work.csv(), seconds)
        finally:
            act.clear()

    def begin(self) -> None:
        self._app.start()
        self._path = self._client.announce(LENGTH, settings=json.dumps(to_json(SETTINGS)))
        self._sending = self._sender.submit(self._send)

    def wait(self, part: float) -> None:
        drawn, share = self._at(part)
        if drawn.step == "sending":
            until(lambda: self._handed >= drawn.first + share * (LENGTH - drawn.first), 0.001)
            return
        until(lambda: self._is_at(drawn.step), 0.0005)
        time.sleep(share * self._truth.seconds[drawn.step])

    def kill(self, victims: tuple[str, ...]) -> None:
        self._app.kill()  # first: what the others' processes are is soon found out, but not at once
        assert self._sending is not None
        self._sending.result(PATIENCE)
        self._stood = self._step()
        reached = self._work.frames() if self._work.scans() else 0
        others = {"worker": self._work.worker, "scan": self._work.scan}
        hit = {name: process for name in victims if name in others and (process := others[name]()) is not None}
        for process in hit.values():
            process.kill()
        psutil.wait_procs(list(hit.values()), timeout=10)
        self._killed = ("app", *hit)
        self._lost = max(0, reached - self._work.stored()) if "scan" in hit else 0

    def finish(self) -> Verdict:
        if self._killed:
            self._app.start()
        confirmed, handed, stands = self._confirmed, self._handed, self._resume()
        again = max(0, handed - stands)
        until(lambda: self._is_at("analysed"))
        status = self._work.status()
        identical = status.state == "done" and self._work.csv() == self._truth.csv
        return Verdict(
            killed=self._killed,
            kept=self._is_kept(),
            identical=identical,
            little=stands >= confirmed,
            frames=self._lost,
            sent=again,
            note=f"while {self._stood}: {handed - confirmed} bytes in flight, {confirmed} confirmed, of these "
            f"{max(0, confirmed - stands)} sent again {status.message}".rstrip(),
        )

    def clear(self) -> None:
        self._app.end()
        self._work.clear()
        self._sender.shutdown()

    def _at(self, part: float) -> tuple[Drawn, float]:
        """The stretch in which `part` of them all lies, and how far into it."""
        rest = part * sum(drawn.weight for drawn in self._stretch)
        for drawn in self._stretch:
            if rest < drawn.weight:
                return drawn, rest / drawn.weight
            rest -= drawn.weight
        return self._stretch[-1], 1.0

    def _send(self, *, pause: float = PAUSE) -> None:
        """Piece by piece from what is confirmed on, until all is or the app goes away."""
        while self._confirmed < LENGTH:
            first, end = self._confirmed, min(self._confirmed + PIECE, LENGTH)
            blocks = self._blocks(first, end, pause)
            try:
                status, headers, body = self._client.send(self._path, first, blocks, end - first)
            except (OSError, http.client.HTTPException):
                return
            assert status == 204, (status, body)
            self._confirmed = int(headers["Upload-Offset"])

    def _blocks(self, first: int, end: int, pause: float) -> Iterator[bytes]:
        for start in range(first, end, BLOCK):
            block = self._content[start : min(start + BLOCK, end)]
            self._handed = start + len(block)
            yield block
            time.sleep(pause)

    def _resume(self) -> int:
        """Ask how much is there and send the rest; how much it was."""
        while True:
            status, headers, body = self._client.ask("HEAD", self._path)
            if status == 423:  # it is being taken in
                time.sleep(0.2)
                continue
            assert status == 200, (status, body)
            stands = self._confirmed = int(headers["Upload-Offset"])
            self._send(pause=0)
            return stands

    def _upload(self) -> Upload:
        upload_id = self._path.rpartition("/")[2]
        while True:
            try:
                return upload_store.read(self._work.library.home, upload_id)
            except UploadGone:  # its bytes are just being moved
                time.sleep(0.001)

    def _is_at(self, step: str) -> bool:
        """Or beyond it."""
        return STEPS.index(self._step()) >= STEPS.index(step)

    def _step(self) -> str:
        upload = self._upload()
        if not upload.is_complete:
            return "sending"
        if upload.outcome is not None:
            return "analysing" if self._work.scans() and self._work.active() else "analysed"
        if not upload.content_id:
            return "hashing"
        if upload_store.part_path(self._work.library.home, upload.id).exists():
            return "probing"
        if not self._work.library.films():
            return "moving"
        return "answering" if self._work.scans() else "enqueueing"

    def _is_kept(self) -> bool:
        """One film with each byte as it was sent, and nothing left of its way in but what became of it."""
        library, sent = self._work.library, sha256(self._content).hexdigest()
        films, upload = library.films(), self._upload()
        leftover = {path.name for path in (library.home / "incoming").rglob("*") if path.is_file()}
        return (
            [film.id for film in films] == [sent]
            and content_id(films[0].path) == sent
            and upload.outcome is not None
            and upload.outcome.film_id == sent
            and leftover <= {"upload.json", "lock", "announce.lock"}
            and check.find(library, hashes=True) == []
        )
