"""Films read by ranges in the test's own process, and compared with one pass, byte by byte."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import chain, repeat
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from emotion_core.expression.engines import Engine
from emotion_core.media import hash_film
from emotion_core.observations import EngineIdentity, ObservationStore
from emotion_core.scan import scan
from emotion_core.scan.model_thread import Model
from emotion_core.scan.ranges import RANGE, RangePlan, RangeReader, Reader, Span, join, plan
from emotion_core.settings import ReportSettings, ScanSettings
from tests.support.clips import man, placed
from tests.support.films import Picture, texture
from tests.support.scans import CHECKPOINT

WIDTH, HEIGHT = 320, 180
LENGTH = Fraction(2)
"""Seconds of a range."""
FRAMES = 230
SETTINGS = ScanSettings(engine="torch", batch=4)


def talking(frames: int) -> Iterator[Picture]:
    """A man who talks, there and back: a jump would be a cut."""
    black = np.zeros((HEIGHT, WIDTH, 3), dtype=np.uint8)
    forth = [placed(picture, 60, black) for picture in man(0, 30, HEIGHT)]
    there_and_back = [*forth, *forth[-2:0:-1]]
    yield from (there_and_back[frame % len(there_and_back)] for frame in range(frames))


def with_faces() -> Iterator[Picture]:
    """A man who talks for 4.4 seconds at 25 a second, over two seams, another picture, and the man again to the end."""
    return chain(talking(110), texture(3, 60, WIDTH, HEIGHT), talking(FRAMES - 170))


def held(first: int, last: int) -> Iterator[Picture]:
    """A man who talks, held still from frame `first` up to `last`, of FRAMES."""
    moving = list(talking(FRAMES))
    return chain(moving[:first], repeat(moving[first], last - first), moving[last:])


class BatchEngine:
    """A stand-in for an engine: a face's logits are means of its crop, and hang on the faces in its batch, too. So
    batches must be the same for numbers to be.
    """

    identity = EngineIdentity("torch", "fp32", "torch 0", 1, "named")

    def logits(self, crops: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        rows = np.array([np.resize(crop.reshape(-1, 3).mean(axis=0), len(CHECKPOINT.labels)) for crop in crops])
        return np.asarray(rows / 64 + rows.mean() / 1024, dtype=np.float32)


@dataclass
class Ranged:
    """A film, read by one pass and by ranges."""

    film: Path
    folder: Path
    settings: ScanSettings = SETTINGS
    length: Fraction = LENGTH
    sound: bool = False
    engine: Engine = field(default_factory=BatchEngine)
    events: list[dict[str, Any]] = field(default_factory=list)
    """Of the last join: one a range."""
    opened: int = 0
    """Times that a model was opened."""

    def __post_init__(self) -> None:
        self.content, self.file = hash_film(self.film)

    def opener(self, *_: object) -> Model:
        self.opened += 1
        return Model(CHECKPOINT, self.engine)

    def one_pass(self) -> ObservationStore:
        store = ObservationStore(self.folder / "one")
        scan(
            self.film, self.content, store, self.settings, ReportSettings(), ignore,
            file=self.file, segment_seconds=self.length, opener=self.opener, sound=self.sound,
        )  # fmt: skip
        return store

    def plan(self) -> RangePlan:
        return plan(self.film, self.content, self.settings, file=self.file, segment_seconds=self.length)

    def observe(self, planned: RangePlan, *, film: Callable[[int], Path] | None = None) -> Path:
        """Read all ranges; returns the folder that has a folder of each."""
        results = self.folder / "ranges"
        with RangeReader(self.content, planned, self.settings, ignore, opener=self.opener) as reader:
            for one in planned.ranges:
                path = self.film if film is None else film(one.number)
                reader.observe(path, one.number, results / str(one.number))
        return results

    def join(
        self,
        planned: RangePlan,
        fetch: Callable[[int], Path | None],
        *,
        store: ObservationStore | None = None,
        reader: Reader | None = None,
    ) -> ObservationStore:
        store = store or ObservationStore(self.folder / "joined")
        self.events = []

        def report(event: str, fields: dict[str, Any]) -> None:
            if event == RANGE:
                self.events.append(fields)

        join(
            self.film, self.content, store, planned, self.settings, ReportSettings(), report,
            fetch=fetch, file=self.file, opener=self.opener, sound=self.sound, reader=reader,
        )  # fmt: skip
        return store

    @property
    def reasons(self) -> list[str]:
        """Why each range was read again at the last join; empty where it was taken."""
        return [event["reason"] for event in self.events]


def ignore(event: str, fields: dict[str, Any]) -> None:
    """A report that nobody reads."""


def files_of(store: ObservationStore) -> dict[str, bytes]:
    """Every file of a store."""
    return {
        str(file.relative_to(store.folder)): file.read_bytes()
        for file in sorted(store.folder.rglob("*"))
        if file.is_file()
    }


def assert_same_bytes(one: ObservationStore, other: ObservationStore) -> None:
    """Both stores hold the same files."""
    mine, theirs = files_of(one), files_of(other)
    assert mine.keys() == theirs.keys()
    assert [name for name in mine if mine[name] != theirs[name]] == []


def write_spans(target: Path, content: bytes, spans: Sequence[Span]) -> None:
    """A file as large as `content` that has its bytes within `spans` and zeros elsewhere."""
    with target.open("wb") as file:
        file.truncate(len(content))
        for first, end in spans:
            file.seek(first)
            file.write(content[first:end])
