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
from starlette.applications import Starlette
from starlette.testclient import TestClient

from emotion_core.decoding import Decoder, isolated
from emotion_core.errors import FilmChanged, LibraryError
from emotion_core.jobs import scans, supervisor, worker
from emotion_core.labels import REFERENCE_LABELS
from emotion_core.library import Film, Job, Library, films as films_module, job_table
from emotion_core.maintenance import check, repair
from emotion_core.media import content_id, identity
from emotion_core.observations import ObservationStore
from emotion_core.playback import proxies
from emotion_core.processes import frames, proxy, scan as scan_process
from emotion_core.sandbox import confinement, scratch
from emotion_core.scan import SaveFramesRequest, completion, scan
from emotion_core.settings import ReportSettings, ScanSettings
from emotion_core.storage import stored_paths
from emotion_core.system.events import error_message
from emotion_core.web import Guard, all_routes, signed_link
from tests.support import checkpoints, damaged_files
from tests.support.films import Part, frame_scores, texture, write_film, write_parts
from tests.support.scans import by_cuts

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
    *(("while it waits in the queue", way) for way in WAYS),
]
CASES = sorted(set(CASES), key=CASES.index)


@pytest.fixture(autouse=True)
def reader(request: pytest.FixtureRequest) -> None:
    """Films are looked at in the test's process, but where a test waits for the scan to open the film's decoder."""
    if "it is opened" not in request.node.name:
        request.getfixturevalue("read_in_process")


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
    """A library without a worker: the tests do the jobs of its queue."""
    monkeypatch.setattr(supervisor, "ensure_worker", lambda _: None)
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
        return error_message(self.said)


def queued(library: Library) -> Job:
    """The job that is next."""
    with library.database() as database:
        job = job_table.take_next(database)
    assert job is not None
    return job


def run_job(library: Library, job: Job, hears: Callable[[str], object] = lambda _: None) -> Events:
    """What the process of a job says, which runs here."""
    request = library.home / "jobs" / f"{job.id}.request"
    request.write_text(stored_paths.rebase_request(job.request, library.home))
    events = Events(hears=hears)
    main = proxy.main if job.kind == "proxy" else scan_process.main
    main(request, events)
    with library.database() as database:
        job_table.finish(database, job, "failed" if events.message else "done", events.message)
    return events


def holds(store: ObservationStore, film: Path) -> bool:
    """Whether a finished scan holds the numbers of this film, frame by frame."""
    scores, true = store.read().scores, frame_scores(film)
    return len(scores) == len(true) and np.array_equal(scores.layout, np.stack([sample.layout for sample in true]))


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

        def heard(*arguments: Any, **named: Any) -> Any:
            once(before)
            answer = real(*arguments, **named)
            once(after)
            return answer

        monkeypatch.setattr(owner, name, heard)

    around(identity, "_settle", "while it is hashed")
    around(films_module, "probe", "between hash and probe", "after its probe")
    around(Decoder, "__init__", "before it is opened", "once it is opened")
    around(completion, "frame_places", "while frames are added")
    around(ObservationStore, "seal", "before it is sealed")
    around(ObservationStore, "mark_film_read", "after its last frame")
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
    """At any moment, the scan ends with numbers of the bytes they are filed under, or with none and a message."""
    once = Once(moment, lambda: WAYS[way](path, pair.new))
    once("before it is hashed")
    hooked(monkeypatch, once)
    film = library.refer_to(path)
    scan_id = scans.start(library, film.id, settings, SHORT)
    once("while it waits in the queue")
    heard = {"media": "before its first frame", "done": "after it was sealed"}
    events = run_job(library, queued(library), lambda event: once(heard.get(event, "")))
    assert once.over
    store, whose = library.store(scan_id), MOMENTS[moment]
    if whose is None:
        assert not store.sealed
        assert store.segment_count == 0
        assert "Cut 7.mp4" in events.message
        assert "pen the film again" in events.message
    else:
        assert events.message == ""
        assert film.id == content_id(pair.new if whose == "new" else pair.old)
        assert holds(store, pair.path_of(film.id))


def test_what_leaves_the_bytes_alone(library: Library, path: Path, pair: Pair, settings: ScanSettings) -> None:
    """Another mode, name, link, time or copy of the same bytes is no other film: it is hashed again, and goes on."""
    film = library.refer_to(path)
    scan_id = scans.start(library, film.id, settings, SHORT)
    path.chmod(0o640)

    def moved(event: str) -> None:
        if event == "media":
            path.rename(path.with_name("away.mp4"))
            path.with_name("link.mp4").hardlink_to(path.with_name("away.mp4"))
            path.with_name("away.mp4").rename(path)

    events = run_job(library, queued(library), moved)
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
    opened again, it is the film that it is now. Of one that only had another mode its row learns that.
    """
    film = library.refer_to(path)
    scan_id = scans.start(library, film.id, settings, SHORT)
    path.chmod(0o640)
    worker.main(library.home, 0.0)
    assert scans.status(library, scan_id).state == "done"
    assert library.film(film.id).file == identity.identity_at(path) != film.file
    scan_id = scans.start(library, film.id, replace(settings, batch=3), SHORT)
    WAYS["by rename, times kept"](path, pair.new)
    worker.main(library.home, 0.0)
    status = scans.status(library, scan_id)
    assert (status.state, status.message.startswith("Cut 7.mp4 has changed since it was added")) == ("failed", True)
    assert library.store(scan_id).segment_count == 0
    with pytest.raises(LibraryError, match="has changed"):
        scans._verify_file(library, replace(film, modified_ns=0))
    now = library.refer_to(path)
    assert now.id == content_id(pair.new) != film.id


@pytest.mark.parametrize("way", WAYS)
def test_frames_added_later(
    library: Library, path: Path, pair: Pair, settings: ScanSettings, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    """None are added of another film, be it replaced before or meanwhile; the analysis stays as it was."""
    film = library.refer_to(path)
    scan_id = scans.start(library, film.id, settings, SHORT)
    run_job(library, queued(library))
    store = library.store(scan_id)
    before = store.seal_hash
    once = Once("while frames are added", lambda: WAYS[way](path, pair.new))
    assert scans.backfill(library, scan_id, SHORTER)
    hooked(monkeypatch, once)
    assert "Cut 7.mp4" in run_job(library, queued(library)).message
    assert once.over
    assert store.seal_hash == before
    WAYS[way](path, pair.old)  # nothing was learnt of that
    assert library.original(film.id) == path
    assert scans.backfill(library, scan_id, SHORTER)
    WAYS[way](path, pair.new)
    assert "has changed since" in run_job(library, queued(library)).message
    assert store.seal_hash == before
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
    monkeypatch.setattr(proxy, "NICE", 0)
    monkeypatch.setattr("emotion_core.system.progress.EVERY", 0.0)
    film = library.refer_to(path)
    once = Once(moment, lambda: WAYS[way](path, pair.new))
    proxies._enqueue(library, film)
    once("queued")
    assert "Cut 7.mp4" in run_job(library, queued(library), once).message
    assert once.over
    assert not list((library.home / "films" / film.id).glob("proxy*"))


def test_what_browsers_play(library: Library, path: Path, pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether they play a film is not kept of what was found out about another one, and that one is not played."""
    film = library.refer_to(path)
    real = isolated.playback_facts

    def looked(*arguments: Any) -> Any:
        support = real(*arguments)
        WAYS["in place, times kept"](path, pair.new)
        return support

    monkeypatch.setattr(isolated, "playback_facts", looked)
    assert proxies.status(library, film).state == "failed"
    assert not list((library.home / "films").rglob("playable*"))
    assert library.original(film.id) is None


@pytest.mark.parametrize("way", WAYS)
def test_frames_saved_as_pictures(
    path: Path, pair: Pair, settings: ScanSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    """Those that were saved are the film's; once it is replaced there are no more, and a message."""
    # A confined process stays so, for all later tests.
    monkeypatch.setattr(confinement, "confine_worker", lambda *_, **__: 0)
    monkeypatch.setattr(scratch, "use_temporary_folder", list)
    once = Once("saved", lambda: WAYS[way](path, pair.new))
    real = frames._write

    def write(*arguments: Any) -> None:
        real(*arguments)
        once("saved")

    monkeypatch.setattr(frames, "_write", write)
    request = SaveFramesRequest(
        film=str(path), out=str(tmp_path / "out"), every=5, whole_frame=True, checkpoint=settings.checkpoint,
        engine="torch",
    )  # fmt: skip
    with pytest.raises(FilmChanged, match=r"Cut 7.mp4 was changed or replaced while it was read"):
        frames.main(request)
    assert [picture.name for picture in (tmp_path / "out").iterdir()] == ["frame_0000000.jpg"]


def misfiled(library: Library, film: Film, other: Path, settings: ScanSettings) -> str:
    """A finished analysis of `film` with the numbers of the film at `other`, as earlier versions could file them."""
    scan_id = scans.start(library, film.id, settings, SHORT)
    with library.database() as database:
        job_table.finish(database, queued(library), "done")
        database.execute("UPDATE jobs SET state = 'done'")
    scan(other, film.id, library.store(scan_id), settings, SHORT, lambda *_: None)
    return scan_id


def kinds(library: Library, *, hashes: bool = True) -> list[str]:
    return [finding.kind for finding in check.find(library, hashes=hashes)]


def test_the_check_finds_numbers_of_another_film(
    library: Library, path: Path, pair: Pair, settings: ScanSettings
) -> None:
    """Where a few frames, read again, give other numbers, a repair moves the scan away and reads the film again."""
    film = library.refer_to(path)
    scan_id = misfiled(library, film, pair.new, settings)
    library.analysis(film.id)
    assert kinds(library, hashes=False) == []
    (issue,) = check.find(library, hashes=True)
    assert (issue.kind, issue.subject) == ("other film", scan_id)
    assert "an analysis of “Cut 7.mp4” are not its film's" in issue.what
    repair.repair(library, [issue])
    assert kinds(library) == []
    assert (library.home / "set-aside" / f"scans-{scan_id}" / "sealed.json").exists()
    job = queued(library)
    assert job.scan_id == scan_id
    assert run_job(library, job).message == ""
    assert holds(library.store(scan_id), pair.old)
    assert kinds(library) == []


def test_the_check_finds_what_took_a_films_place(
    library: Library, path: Path, pair: Pair, settings: ScanSettings
) -> None:
    """Numbers of the film that lies in another one's place, and lay there when it was read, are moved away; those that
    were read before it was replaced are left alone.
    """
    film = library.refer_to(path)
    honest = scans.start(library, film.id, settings, SHORT)
    run_job(library, queued(library))
    scan_id = misfiled(library, film, pair.new, replace(settings, batch=3))
    os.utime(library.store(honest).folder / "scan.json", (1, 1))
    by_rename(path, pair.new)
    assert kinds(library) == []  # the analysis may be of what was there before
    scanned = library.store(scan_id).folder / "scan.json"
    os.utime(scanned, ns=(path.stat().st_ctime_ns + 1,) * 2)
    issues = check.find(library, hashes=True)
    assert [(issue.kind, issue.subject) for issue in issues] == [("other film", scan_id)]
    repair.repair(library, issues)
    assert kinds(library) == []
    os.utime(path, ns=(0, film.modified_ns))
    assert kinds(library, hashes=False) == []
    assert kinds(library) == ["bytes"]  # nothing but its hash tells that it is another one
    assert library.scan_ids(film.id) == [honest]
    assert holds(library.store(honest), pair.old)


ODD: dict[str, Callable[[Path], Path]] = {
    "a clock that wraps": lambda folder: write_film(
        folder / "a.ts", texture(1, 200), container_options={"output_ts_offset": f"{2**33 / 90_000 - 5:.3f}"}
    ),
    "no times of shown frames": lambda folder: write_film(folder / "a.avi", texture(1, 200), b_frames=3),
    "cut short": lambda folder: damaged_files.cut_short(folder / "a.mp4"),
    "scratched": lambda folder: damaged_files.scratched(folder / "a.mp4"),
    "another shape": lambda folder: write_parts(
        folder / "a.ts", Part(pictures=texture(1, 100)), Part(pictures=texture(2, 100, 320, 192))
    ),
}


@pytest.mark.parametrize("form", ODD)
def test_odd_and_damaged_films_are_no_other_films(settings: ScanSettings, tmp_path: Path, form: str) -> None:
    """A film whose stream is damaged, or whose frames are found again in roundabout ways, is held for itself."""
    path, store = ODD[form](tmp_path), ObservationStore(tmp_path / "store")
    film_id, file = identity.hash_film(path)
    scan(path, film_id, store, settings, ReportSettings(), lambda *_: None, file=file)
    assert isolated.matches_scan(path, film_id, file, store.folder, path.name) is not False


LENGTHS = {"longer": 140, "shorter": 120}


@pytest.mark.parametrize("length", LENGTHS)
def test_a_film_that_goes_on_is_another(settings: ScanSettings, tmp_path: Path, length: str) -> None:
    """Numbers of a film that is the same up to where one of the two ends are not of the other one."""
    path, store = write_film(tmp_path / "one.mp4", texture(1, 130)), ObservationStore(tmp_path / "store")
    film_id, file = identity.hash_film(path)
    scan(path, film_id, store, settings, ReportSettings(), lambda *_: None, file=file)
    assert isolated.matches_scan(path, film_id, file, store.folder, "one.mp4")
    other = write_film(tmp_path / "other.mp4", texture(1, LENGTHS[length]))
    other_id, file = identity.hash_film(other)
    assert isolated.matches_scan(other, other_id, file, store.folder, "other.mp4") is False


def test_the_player_plays_the_film_alone(library: Library, path: Path, pair: Pair) -> None:
    """What took its place under its size and time is not served as it; its own bytes under other facts are."""
    film = library.refer_to(path)
    asking = TestClient(Starlette(routes=all_routes(Guard(library.home, lambda _: True))))
    address = signed_link(library.home, film.id, "original")
    path.chmod(0o640)
    assert asking.get(address).content == pair.old.read_bytes()
    WAYS["in place, times kept"](path, pair.new)
    assert asking.get(address).status_code == 410
