"""A number belongs to the bytes it was read from, whenever a film's file is replaced and however."""

from __future__ import annotations

import io
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from emotion_core import (
    confinement,
    frames_process,
    identity,
    job_events,
    jobs,
    places,
    proxies,
    proxy_process,
    scan,
    scan_process,
    work_queue,
    worker,
)
from emotion_core import (
    films as films_module,
)
from emotion_core.decoder import Decoder
from emotion_core.errors import FilmChanged, LibraryError
from emotion_core.labels import REFERENCE_LABELS
from emotion_core.library import Library
from emotion_core.media import content_id
from emotion_core.observation_store import ObservationStore
from emotion_core.settings import ScanSettings
from emotion_core.work_queue import Job
from tests import checkpoints
from tests.films import frame_scores, texture, write_film
from tests.scans import by_cuts

FRAMES = 130
"""At one a second: three parts, of a minute each but for the last."""
SHORT = by_cuts(10, 13)
"""A scene of three frames, of which one is on the grid: the fill adds the others."""
SHORTER = by_cuts(10, 13, 101, 104)
"""Another one, for which frames are added later."""

Way = Callable[[Path, Path], None]


def by_rename(path: Path, other: Path) -> None:
    """As editing tools export: under another name first."""
    beside = path.with_name("export.tmp")
    shutil.copyfile(other, beside)
    beside.replace(path)


def in_place(path: Path, other: Path) -> None:
    """Byte for byte over the old film, whose size it has."""
    with path.open("r+b") as file:
        file.write(other.read_bytes())


def under_its_times(way: Way) -> Way:
    """With the old film's times of access and modification, as `cp -p` and `os.utime` set them."""

    def replaced(path: Path, other: Path) -> None:
        before = path.stat()
        way(path, other)
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
        assert (path.stat().st_size, path.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)

    return replaced


WAYS: dict[str, Way] = {
    "by rename": by_rename,
    "in place": in_place,
    "by rename, times kept": under_its_times(by_rename),
    "in place, times kept": under_its_times(in_place),
}

MOMENTS = {
    # when it is replaced: whose numbers the report holds then, None for nothing and a message
    "before it is hashed": "new",
    "while it is hashed": "new",
    "between hash and probe": "new",
    "after its probe": "new",
    "while it waits in the queue": None,
    "before it is opened": None,
    "once it is opened": None,
    "before its first frame": None,
    "with its first part": None,
    "amid its frames": None,
    "after its last frame": None,
    "while frames are added": None,
    "before it is sealed": "old",
    "after it was sealed": "old",
}
CASES = [
    *((moment, list(WAYS)[number % len(WAYS)]) for number, moment in enumerate(MOMENTS)),
    *(("amid its frames", way) for way in WAYS),
]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two films of the same number of frames and bytes, and not one frame alike."""

    old: Path
    new: Path

    def path_of(self, film_id: str) -> Path:
        return next(path for path in (self.old, self.new) if content_id(path) == film_id)


@pytest.fixture(scope="module")
def pair(films: Path) -> Pair:
    """MP4s, the smaller one filled up with a box that says nothing."""
    folder = films / "identity"
    folder.mkdir()
    paths = [
        write_film(folder / f"{name}.mp4", texture(number, FRAMES, 64, 64), rate=Fraction(1))
        for name, number in (("old", 1), ("new", 2))
    ]
    size = max(path.stat().st_size for path in paths) + 8
    for path in paths:
        more = size - path.stat().st_size
        with path.open("ab") as file:
            file.write(more.to_bytes(4, "big") + b"free" + bytes(more - 8))
    return Pair(*paths)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> ScanSettings:
    """Of a tiny network: what it says of a face is not the matter."""
    folder = checkpoints.vit(tmp_path_factory.mktemp("tiny"), REFERENCE_LABELS)
    return ScanSettings(samples_per_second=Fraction(1, 4), checkpoint=str(folder), engine="torch", batch=4)


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    """One that no worker comes to: the tests do what waits in its queue."""
    monkeypatch.setattr(jobs, "wake", lambda _: None)
    monkeypatch.setattr(proxies, "wake", lambda _: None)
    return Library.open(tmp_path / "home")


@pytest.fixture
def path(pair: Pair, tmp_path: Path) -> Path:
    """The old film, where its user keeps it."""
    return Path(shutil.copyfile(pair.old, tmp_path / "Cut 7.mp4"))


@dataclass(slots=True)
class Events(io.StringIO):
    """What a job's process says, and what is done when it does."""

    hears: Callable[[str], object] = lambda _: None
    said: list[dict[str, Any]] = field(default_factory=list)

    def write(self, line: str) -> int:
        self.said.append(json.loads(line))
        self.hears(self.said[-1]["event"])
        return len(line)

    @property
    def message(self) -> str:
        """Why it ended, if it says so."""
        return job_events.error(self.said)


def queued(library: Library) -> Job:
    """The job that is next."""
    with library.database() as database:
        job = work_queue.take(database)
    assert job is not None
    return job


def done(library: Library, job: Job, hears: Callable[[str], object] = lambda _: None) -> Events:
    """What the process of a job says, which runs here."""
    request = library.home / "jobs" / f"{job.id}.request"
    request.write_text(places.rebased(job.request, library.home))
    events = Events(hears=hears)
    main = proxy_process.main if job.kind == "proxy" else scan_process.main
    main(request, events)
    with library.database() as database:
        work_queue.settle(database, job, "failed" if events.message else "done", events.message)
    return events


def holds(store: ObservationStore, film: Path) -> bool:
    """Whether a finished scan holds the numbers of this film, frame by frame."""
    scores, true = store.read().scores, frame_scores(film)
    return len(scores) == len(true) and np.array_equal(scores.layout, np.stack([one.layout for one in true]))


class Once:
    """What is done at one moment, and never again."""

    def __init__(self, moment: str, deed: Callable[[], object]) -> None:
        self.moment, self.deed, self.over = moment, deed, False

    def __call__(self, moment: str) -> None:
        if moment == self.moment and not self.over:
            self.over = True
            self.deed()


def hooked(monkeypatch: pytest.MonkeyPatch, once: Once) -> None:
    """Let `once` know of the moments that no event tells."""

    def around(owner: Any, name: str, before: str = "", after: str = "") -> None:
        real = getattr(owner, name)

        def heard(*given: Any, **named: Any) -> Any:
            once(before)
            answer = real(*given, **named)
            once(after)
            return answer

        monkeypatch.setattr(owner, name, heard)

    around(identity, "_settle", "while it is hashed")
    around(films_module, "probe", "between hash and probe", "after its probe")
    around(Decoder, "__init__", "before it is opened", "once it is opened")
    around(scan, "places", "while frames are added")
    around(ObservationStore, "seal", "before it is sealed")
    around(ObservationStore, "all_read", "after its last frame")
    real_write = ObservationStore.write

    def write(store: ObservationStore, number: int, segment: Any) -> None:
        once({0: "with its first part", 1: "amid its frames"}.get(number, ""))
        real_write(store, number, segment)

    monkeypatch.setattr(ObservationStore, "write", write)


@pytest.mark.parametrize(("moment", "way"), CASES)
def test_a_film_that_is_replaced(
    library: Library,
    path: Path,
    pair: Pair,
    settings: ScanSettings,
    monkeypatch: pytest.MonkeyPatch,
    moment: str,
    way: str,
) -> None:
    """At whatever moment, it ends with numbers of the bytes they are filed under, or with nothing and a message."""
    once = Once(moment, lambda: WAYS[way](path, pair.new))
    once("before it is hashed")
    hooked(monkeypatch, once)
    film = library.refer_to(path)
    scan_id = jobs.start(library, film.id, settings, SHORT)
    once("while it waits in the queue")
    heard = {"model": "before its first frame", "done": "after it was sealed"}
    events = done(library, queued(library), lambda event: once(heard.get(event, "")))
    assert once.over
    store, whose = library.store(scan_id), MOMENTS[moment]
    if whose is None:
        assert not store.sealed
        assert store.segments == 0
        assert "Cut 7.mp4" in events.message
        assert "pen the film again" in events.message
    else:
        assert events.message == ""
        assert film.id == content_id(pair.new if whose == "new" else pair.old)
        assert holds(store, pair.path_of(film.id))


def test_what_leaves_the_bytes_alone(library: Library, path: Path, pair: Pair, settings: ScanSettings) -> None:
    """Another mode, name, link, time or copy of the same bytes is no other film: it is hashed again, and goes on."""
    film = library.refer_to(path)
    scan_id = jobs.start(library, film.id, settings, SHORT)
    path.chmod(0o640)

    def moved(event: str) -> None:
        if event == "model":
            path.rename(path.with_name("away.mp4"))
            path.with_name("link.mp4").hardlink_to(path.with_name("away.mp4"))
            path.with_name("away.mp4").rename(path)

    events = done(library, queued(library), moved)
    assert events.message == ""
    assert holds(library.store(scan_id), pair.old)
    by_rename(path, pair.old)
    os.utime(path, (0, 0))
    assert not library.film(film.id).unchanged
    assert library.original(film.id) == path
    assert library.film(film.id).unchanged


def test_a_film_that_is_still_written(library: Library, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that grows whenever it is read is refused with what to wait for, and none of it is kept."""

    def grow(_: object) -> None:
        with path.open("ab") as file:
            file.write(b"more")

    monkeypatch.setattr(identity, "_settle", grow)
    monkeypatch.setattr(identity, "PAUSE", 0.0)
    with pytest.raises(FilmChanged, match=r"Cut 7.mp4 is still being written.*[Ww]ait until its export"):
        library.refer_to(path)
    assert library.films() == []


def test_in_its_own_process(library: Library, path: Path, pair: Pair, settings: ScanSettings) -> None:
    """A film that was replaced while it waited is refused by the worker's process, confined as it is, in one message;
    opened again, it is the film that it is now.
    """
    film = library.refer_to(path)
    scan_id = jobs.start(library, film.id, settings, SHORT)
    WAYS["by rename, times kept"](path, pair.new)
    worker.main(library.home, 0.0)
    status = jobs.status(library, scan_id)
    assert (status.state, status.message.startswith("Cut 7.mp4 has changed since it was added")) == ("failed", True)
    assert library.store(scan_id).segments == 0
    with pytest.raises(LibraryError, match="has changed"):
        jobs._held(library, replace(film, modified_ns=0))
    now = library.refer_to(path)
    assert now.id == content_id(pair.new) != film.id


@pytest.mark.parametrize("way", WAYS)
def test_frames_added_later(
    library: Library, path: Path, pair: Pair, settings: ScanSettings, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    """None are added of another film, be it replaced before or meanwhile; the analysis stays as it was."""
    film = library.refer_to(path)
    scan_id = jobs.start(library, film.id, settings, SHORT)
    done(library, queued(library))
    store = library.store(scan_id)
    before = store.state
    once = Once("while frames are added", lambda: WAYS[way](path, pair.new))
    assert jobs.top_up(library, scan_id, SHORTER)
    hooked(monkeypatch, once)
    assert "Cut 7.mp4" in done(library, queued(library)).message
    assert once.over
    assert store.state == before
    WAYS[way](path, pair.old)  # nothing was learnt of that
    assert library.original(film.id) == path
    assert jobs.top_up(library, scan_id, SHORTER)
    WAYS[way](path, pair.new)
    assert "has changed since" in done(library, queued(library)).message
    assert store.state == before
    assert holds(store, pair.old)


@pytest.mark.parametrize(
    ("moment", "way"),
    [
        ("queued", "by rename, times kept"),
        ("queued", "in place, times kept"),
        ("progress", "by rename"),
        ("progress", "in place, times kept"),
    ],
)
def test_a_copy_for_browsers(
    library: Library, path: Path, pair: Pair, monkeypatch: pytest.MonkeyPatch, moment: str, way: str
) -> None:
    """None is made of another film than the one it is for."""
    monkeypatch.setattr(proxy_process, "NICE", 0)
    monkeypatch.setattr("emotion_core.progress.EVERY", 0.0)
    film = library.refer_to(path)
    once = Once(moment, lambda: WAYS[way](path, pair.new))
    proxies._ask(library, film)
    once("queued")
    assert "Cut 7.mp4" in done(library, queued(library), once).message
    assert once.over
    assert not list((library.home / "films" / film.id).glob("proxy*"))


def test_what_browsers_play(library: Library, path: Path, pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether they play a film is not kept of what was found out about another one, and that one is not played."""
    film = library.refer_to(path)
    real = proxies.isolated.play_tracks

    def looked(*given: Any) -> Any:
        found = real(*given)
        WAYS["in place, times kept"](path, pair.new)
        return found

    monkeypatch.setattr(proxies.isolated, "play_tracks", looked)
    assert proxies.status(library, film).state == "failed"
    assert not list((library.home / "films").rglob("playable*"))
    assert library.original(film.id) is None


@pytest.mark.parametrize("way", WAYS)
def test_frames_saved_as_pictures(
    path: Path, pair: Pair, settings: ScanSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    """Those that were saved are the film's; once it is replaced there are no more, and a message."""
    monkeypatch.setattr(confinement, "work", lambda *_, **__: 0)  # which would hold for all tests after this one
    monkeypatch.setattr(confinement, "temporary_folder", list)
    once = Once("saved", lambda: WAYS[way](path, pair.new))
    real = frames_process._write

    def write(*given: Any) -> None:
        real(*given)
        once("saved")

    monkeypatch.setattr(frames_process, "_write", write)
    asked = frames_process.Asked(
        film=str(path), out=str(tmp_path / "out"), every=5, whole_frame=True, checkpoint=settings.checkpoint,
        engine="torch",
    )  # fmt: skip
    with pytest.raises(FilmChanged, match=r"Cut 7.mp4 was changed or replaced while it was read"):
        frames_process.main(asked)
    assert [picture.name for picture in (tmp_path / "out").iterdir()] == ["frame_0000000.jpg"]
