"""The video track of a file that is the film, and the choice of another."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import pytest

from emotion_core.analysis import analyse
from emotion_core.decoding import Decoder, isolated, read_playback_facts, unplayable_reason
from emotion_core.errors import ScanError, SettingsError
from emotion_core.expression.checkpoints import locate
from emotion_core.jobs import scans as jobs
from emotion_core.library import Film, Library, Scan
from emotion_core.media import Media, VideoTrack
from emotion_core.media.video_tracks import default_track
from emotion_core.observations import Observations, Segment
from emotion_core.playback import proxies, transcode
from emotion_core.scan import SaveFramesRequest, save_frames
from emotion_core.settings import ReportSettings, ScanSettings, scan_from_json, to_json
from emotion_core.storage import Home
from tests.support.films import Track, texture as pictures, write_film, write_tracks
from tests.support.scans import CHECKPOINT, ENGINE, even_scores

COVER = Track(frames=1, width=320, height=320, codec="mjpeg")
FILM = Track(frames=20, number=2)
LARGE = Track(frames=20, width=320, height=192)
TEASER = Track(frames=4, width=320, height=192)

FILMS: dict[str, tuple[str, tuple[Track, ...], int, int]] = {
    # name: the file, its tracks, the number of the one that is the film, and of how many a note tells
    "alone": ("a.mp4", (FILM,), 1, 0),
    "cover first": ("a.mp4", (COVER, replace(FILM, default=True)), 2, 0),
    "cover first, in Matroska": ("a.mkv", (COVER, replace(FILM, default=True)), 2, 0),
    "cover marked default": ("a.mp4", (replace(COVER, default=True), FILM), 2, 0),
    "cover marked default, in Matroska": ("a.mkv", (replace(COVER, default=True), FILM), 2, 0),
    "cover that says so": ("a.mp4", (FILM, replace(COVER, attached=True)), 1, 0),
    "one frame of film": ("a.mkv", (replace(LARGE, frames=1), FILM), 2, 0),
    "the second is default": ("a.mkv", (LARGE, replace(FILM, default=True)), 2, 2),
    "both are default": ("a.mp4", (replace(FILM, default=True), replace(LARGE, default=True)), 2, 2),
    "none is default": ("a.mkv", (FILM, LARGE), 2, 2),
    "a short one is larger": ("a.mkv", (TEASER, FILM), 2, 2),
    "two programmes": ("a.ts", (FILM, LARGE), 2, 2),
    "nothing but a picture": ("a.mkv", (COVER,), 1, 0),
}


@pytest.mark.parametrize("name", FILMS)
def test_the_film_is_found(name: str, tmp_path: Path) -> None:
    """The track that players show is read to its end, and a note lists the tracks if several are films."""
    file, written, number, track_count = FILMS[name]
    with Decoder(write_tracks(tmp_path / file, *written), "") as decoder:
        assert decoder.media.track == number
        assert (decoder.media.width, decoder.media.height) == (written[number - 1].width, written[number - 1].height)
        assert sum(1 for _ in decoder.frames()) == written[number - 1].frames
        assert len(decoder.media.tracks) == track_count


def described(number: int, **facts: object) -> VideoTrack:
    plain = VideoTrack(
        number=number, codec="h264", width=160, height=96, seconds=Fraction(60), default=False, picture=False
    )
    return replace(plain, **facts)  # type: ignore[arg-type]  # as they are named


CHOICES: list[tuple[Sequence[dict[str, object]], int]] = [
    ([{}, {}], 1),
    ([{"picture": True, "default": True}, {}], 2),
    ([{"picture": True}, {"picture": True, "default": True}], 2),
    ([{"codec": "", "default": True}, {}], 2),
    ([{"width": 320}, {"default": True}], 2),
    ([{}, {"width": 320}], 2),
    ([{"seconds": Fraction(20), "width": 320}, {}], 2),
    ([{"seconds": Fraction(40), "width": 320}, {}], 1),
    ([{"seconds": None}, {"width": 320, "seconds": None}], 2),
    ([{}, {"seconds": Fraction(61)}], 2),
    ([{"default": True}, {"default": True, "width": 320}, {"width": 640}], 2),
]


@pytest.mark.parametrize(("facts", "number"), CHOICES)
def test_the_rule(facts: Sequence[dict[str, object]], number: int) -> None:
    """Order of preference: films before single pictures, decodable, marked, full length, largest, longest, first."""
    assert default_track([described(i, **each) for i, each in enumerate(facts, start=1)]).number == number


@dataclass(frozen=True, slots=True)
class Two:
    """A film with two tracks, of which players show the second."""

    path: Path

    def media(self, track: int | None) -> Media:
        with Decoder(self.path, "content", track=track) as decoder:
            return decoder.media


@pytest.fixture(scope="module")
def two(films: Path) -> Two:
    return Two(write_tracks(films / "two tracks.mp4", replace(FILM, default=True), replace(LARGE, default=True)))


def test_another_can_be_chosen(two: Two, tmp_path: Path) -> None:
    """A number selects the track, in this process and in a child, for the report and for the browser."""
    sizes = {1: (160, 96), 2: (320, 192), None: (320, 192)}
    for number, size in sizes.items():
        media = two.media(number)
        assert (media.width, media.height) == size
        assert isolated.probe(two.path, "content", "Two.mp4", number) == media
        copy = tmp_path / f"{number}.mp4"
        transcode.write(two.path, "content", copy, lambda *_: None, track=number)
        with Decoder(copy, "") as decoder:
            assert (decoder.media.width, decoder.media.height) == size
        scores = even_scores(20, media.rate, media.time_base)
        observed = Observations(media, ScanSettings(track=number), CHECKPOINT, ENGINE, scores, (), (), ())
        notes = [note for note in analyse(observed, ReportSettings()).notes if "video tracks" in note]
        assert [f"Track {number or 2} was read" in note for note in notes] == [True]
        assert all(f"{w} x {h}" in notes[0] for w, h in sizes.values())


def test_a_wrong_number_names_the_right_ones(two: Two, tmp_path: Path) -> None:
    """An unknown track number is refused before anything is read, and the message lists the tracks."""
    library = Library.open(tmp_path / "home")
    film = library.refer_to(two.path)
    request = SaveFramesRequest(
        film=str(two.path), out=str(tmp_path / "out"), every=10, whole_frame=True, checkpoint="embedded",
        engine="torch", track=3,
    )  # fmt: skip
    message = r"no video track 3\. .*1 \(h264, 160 x 96.*2 \(h264, 320 x 192"
    with pytest.raises(SettingsError, match=message):
        two.media(3)
    with pytest.raises(SettingsError, match=message):
        jobs.start(library, film.id, ScanSettings(engine="torch", checkpoint="embedded", track=3))
    assert library.scans(film.id) == []
    with pytest.raises(SettingsError, match=message):
        save_frames(request)
    with pytest.raises(SettingsError, match="track was 65"):
        ScanSettings(track=65)


def finished(library: Library, film: Film, settings: ScanSettings, media: Media) -> Scan:
    """A finished scan, without faces, of a film with the facts `media`."""
    model = locate("embedded")
    scan = library.add_scan(film.id, settings, model.weights_hash(), model.settings_hash())
    store = library.store(scan.id)
    store.begin(media, settings, CHECKPOINT, ENGINE)
    store.write(0, Segment(even_scores(20, media.rate, media.time_base), (), (), (), b""))
    store.seal(1, media)
    return scan


def test_the_track_is_part_of_a_scan(two: Two, tmp_path: Path) -> None:
    """Each track has a separate scan; the number of the default track finds the default scan."""
    library = Library.open(tmp_path / "home")
    film = library.refer_to(two.path)
    settings = ScanSettings(engine="torch", checkpoint="embedded")
    scans = {
        number: finished(library, film, replace(settings, track=number), two.media(number)) for number in (None, 1)
    }
    for requested_track, expected in ((None, None), (2, None), (1, 1)):
        assert jobs.start(library, film.id, replace(settings, track=requested_track)) == scans[expected].id
        status = proxies.status(library, film)
        assert status.track == expected
        assert proxies.request_of(library, film).target == Home(library.home).proxy(film.id, expected)
        assert unplayable_reason(read_playback_facts(two.path, requested_track)) == status.reason != ""
    assert Home(library.home).proxy(film.id, 1).name == "proxy-1.mp4"


def without_track(media: Media, **facts: object) -> Media:
    """Facts as an earlier version stored them."""
    return replace(media, track=None, tracks=(), **facts)  # type: ignore[arg-type]  # as they are named


def test_what_an_earlier_version_read_otherwise_is_read_again(two: Two, tmp_path: Path) -> None:
    """A film whose first track an earlier version read instead is read again; its scan and copy are not reused."""
    library = Library.open(tmp_path / "home")
    film = library.refer_to(two.path)
    first = without_track(two.media(1))
    with library.database() as database, database:
        database.execute("UPDATE films SET media = ?", (json.dumps(first.to_json()),))
    copy = Home(library.home).proxy(film.id)
    copy.parent.mkdir(parents=True)
    copy.write_bytes(b"of the first track")
    settings = ScanSettings(engine="torch", checkpoint="embedded")
    old = finished(library, film, settings, first)
    known = library.refer_to(two.path)
    assert (known.media.track, known.media.width, copy.exists()) == (2, 320, False)
    assert library.film(film.id).media == known.media
    assert not jobs._is_of(library, old, known)
    observed = library.store(old.id).read()
    with pytest.raises(ScanError, match=r"earlier version.*Analyse it again"):
        isolated.frame_jpeg(two.path, observed, 0, "Two.mp4")


def test_what_an_earlier_version_read_alike_stays(tmp_path: Path) -> None:
    """A scan by an earlier version of a film with one track is reused."""
    library = Library.open(tmp_path / "home")
    path = write_film(tmp_path / "a.mp4", pictures(1, 20))
    film = library.refer_to(path)
    settings = ScanSettings(engine="torch", checkpoint="embedded")
    old = finished(library, film, settings, without_track(film.media))
    assert jobs.start(library, film.id, settings) == old.id
    assert len(isolated.frame_jpeg(path, library.store(old.id).read(), 3, "a.mp4")) > 100


def test_settings_of_earlier_versions_name_no_track() -> None:
    """Stored settings without a track mean the one that players show."""
    stored = to_json(ScanSettings())
    del stored["track"]
    assert scan_from_json(stored).track is None
    assert scan_from_json({**stored, "track": 2}).track == 2
