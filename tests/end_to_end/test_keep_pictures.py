"""A scan that keeps no pictures: the same numbers, and nothing on disk in which a face can be seen."""

from __future__ import annotations

import io
import re
from dataclasses import fields, replace
from fractions import Fraction
from itertools import repeat
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from emotion_core.analysis import analyse
from emotion_core.faces import SIDE
from emotion_core.jobs import scans
from emotion_core.library import Library
from emotion_core.observations import Observations, ObservationStore, Scores
from emotion_core.report import csv_bytes, scene_table
from emotion_core.scan import scan
from emotion_core.settings import ReportSettings, ScanSettings, scan_from_json, to_json
from emotion_core.storage import hashed_json
from emotion_core.web import Guard, all_routes, film_link
from tests.support import library_builder, terminal
from tests.support.clips import CARPHONE, man
from tests.support.films import texture, write_film
from tests.support.pages import library as library, listed_scenes, open_page  # noqa: PLC0414  # the fixture
from tests.support.running_scans import wait_for
from tests.support.scans import by_cuts
from tests.support.stores import Stopped, StoppedStore
from tests.support.truth_film import SHOTS

KEPT = ScanSettings(engine="torch", checkpoint="embedded", batch=4)
NONE_KEPT = replace(KEPT, keep_pictures=False)
MAGIC = re.compile(rb"\xff\xd8\xff[\xdb\xe0-\xef]|\x89PNG\r\n\x1a\n|RIFF....WEBP|GIF8[79]a", re.DOTALL)
"""How JPEG, PNG, WebP and GIF begin."""
TWO_SHOTS = by_cuts(0, 175)


@pytest.fixture(scope="module")
def held(films: Path) -> Path:
    """A man who talks for two seconds and then is held still for six: his face is taken over across seams."""
    alive = list(man(0, 50, 240))
    return write_film(films / "held-no-pictures.mp4", [*alive, *repeat(alive[-1], 150)], quality=20, keyframe_every=25)


def scanned(film: Path, store: ObservationStore, settings: ScanSettings) -> Observations:
    scan(film, "content", store, settings, TWO_SHOTS, lambda event, fields: None, segment_seconds=Fraction(1))
    return store.read()


def csv(observations: Observations) -> bytes:
    return csv_bytes(scene_table(analyse(observations, TWO_SHOTS)))


def pictures_in(folder: Path) -> list[Path]:
    """The files below `folder` in which a picture's beginning is found, or the pixels of a small face."""
    pictures = []
    for file in (path for path in folder.rglob("*") if path.is_file()):
        content = file.read_bytes()
        if MAGIC.search(content):
            pictures.append(file)
        elif file.suffix == ".npz":
            with np.load(file) as archive:
                if any(array.shape[1:3] == (SIDE, SIDE) and array.size for array in archive.values()):
                    pictures.append(file)
    return pictures


@pytest.fixture(scope="module")
def whole(held: Path, tmp_path_factory: pytest.TempPathFactory) -> ObservationStore:
    """The film scanned with its pictures kept."""
    store = ObservationStore(tmp_path_factory.mktemp("kept"))
    scanned(held, store, KEPT)
    assert store.segment_count > 5
    assert any(expression.read_on is not None for expression in store.read().expressions)
    return store


def test_numbers_are_the_same_and_no_picture_is_there(held: Path, whole: ObservationStore, tmp_path: Path) -> None:
    """Without pictures a scan holds the very numbers of one with them, and no file of it holds a picture."""
    without, with_pictures = scanned(held, ObservationStore(tmp_path), NONE_KEPT), whole.read()
    assert pictures_in(whole.folder)
    assert pictures_in(tmp_path) == []
    assert list(tmp_path.rglob("*.jpgs")) == []
    assert {sample.thumbnail for sample in without.samples} == {None}
    assert [replace(sample, thumbnail=None) for sample in with_pictures.samples] == list(without.samples)
    assert (without.faces, without.expressions) == (with_pictures.faces, with_pictures.expressions)
    for column in fields(Scores):
        np.testing.assert_array_equal(getattr(without.scores, column.name), getattr(with_pictures.scores, column.name))
    assert csv(without) == csv(with_pictures)


@pytest.mark.parametrize("at", [3, 5])
def test_a_stopped_scan_goes_on_to_the_same_numbers(
    held: Path, whole: ObservationStore, tmp_path: Path, at: int
) -> None:
    """Stopped while a held face is taken over, a scan without pictures sees it again in the film and ends the same."""
    with pytest.raises(Stopped):
        scanned(held, StoppedStore(tmp_path, at), NONE_KEPT)
    store = ObservationStore(tmp_path)
    assert store.segment_count == at
    assert store.carried()[0].reading.picture.size == 0
    assert pictures_in(tmp_path) == []
    resumed = scanned(held, store, NONE_KEPT)
    assert resumed.expressions == whole.read().expressions
    assert csv(resumed) == csv(whole.read())
    assert pictures_in(tmp_path) == []


def test_settings_of_before_keep_pictures() -> None:
    """Stored settings that do not speak of pictures kept them; a scan without them is another scan."""
    stored = to_json(KEPT)
    del stored["keep_pictures"]
    assert scan_from_json(stored) == KEPT
    assert scan_from_json(to_json(NONE_KEPT)) == NONE_KEPT != KEPT


def test_a_scan_begun_before_there_was_a_choice_is_gone_on_with(tmp_path: Path) -> None:
    """What an unfinished scan of an older version wrote stays when the scan begins again with today's settings."""
    library = Library.open(tmp_path)
    film = library_builder.film(library, CARPHONE, ["happy"])
    stored = library.newest_scan(film.id)
    assert stored is not None
    store = library.store(stored.id)
    (store.folder / "sealed.json").unlink()
    header = store.folder / "scan.json"
    header_fields = hashed_json.read(header)
    assert header_fields["scan_settings"].pop("keep_pictures") is True
    hashed_json.write(header, header_fields)
    observations = store.read_partial()
    media = replace(library.film(film.id).media, duration=30 / film.media.rate)
    store.begin(media, observations.scan_settings, observations.checkpoint, observations.engine)
    assert store.segment_count == 1


@pytest.mark.usefixtures("in_process")
def test_the_whole_library_holds_no_picture(truth_film: Path, tmp_path: Path) -> None:
    """After an analysis, its report, its card and a correction no file of the library but the film holds a picture."""
    library = Library.open(tmp_path / "home")
    film = library.refer_to(truth_film)
    library.set_report_settings(film.id, ReportSettings(shots=SHOTS))
    scan_id = scans.start(library, film.id, NONE_KEPT)
    assert wait_for(library, scan_id).state == "done"
    csv_bytes(scene_table(library.analysis(film.id)))
    card = library.film_summary(film.id)
    assert card is not None
    assert card.thumbnail is None
    assert card.scenes > 1
    library.set_report_settings(film.id, ReportSettings(shots=SHOTS, coverage_floor=0.1))
    library.analysis(film.id)
    assert pictures_in(library.home) == []
    with_pictures = scans.start(library, film.id, KEPT)
    assert with_pictures != scan_id
    scans.cancel(library, with_pictures)


@pytest.mark.usefixtures("in_process")
def test_the_command_line_asks_the_owner_unless_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """`analyze` keeps pictures as config.toml says; --keep-pictures and --keep-no-pictures override it."""
    library = Library.open(tmp_path / "home")
    film = write_film(tmp_path / "film.mp4", texture(3, 12))
    words = ["analyze", str(film), "--checkpoint", "embedded", "--engine", "torch"]
    (library.home / "config.toml").write_text("keep_pictures = false\n")
    for more, keeps in (([], False), (["--keep-pictures"], True), (["--keep-no-pictures"], False)):
        completed = terminal.run_in(tmp_path, monkeypatch, capfd, *words, *more)
        assert completed.returncode == 0, completed.stderr
        (listed,) = library.films()
        assert {scan.settings.keep_pictures for scan in library.scans(listed.id)} >= {keeps}
    assert sorted(scan.settings.keep_pictures for scan in library.scans(listed.id)) == [False, True]


# Pages


def captions(app: AppTest) -> str:
    return "\n".join(str(element.value) for element in app.caption)


def test_pages_say_that_there_are_none(library: Library) -> None:
    """The Library says in words that no pictures are kept; the film's page shows none, and asks for none."""
    film = library_builder.film(library, CARPHONE, ["happy", None], keep_pictures=False)
    app = open_page()
    assert not app.exception
    assert "no pictures kept" in captions(app)
    assert not app.get("image")
    app = open_page("film", film=film.id, scene="1")
    assert not app.exception
    assert not app.get("image")
    assert [scene["picture"] for scene in listed_scenes(app)] == [None, None]


def test_the_full_picture_still_comes_from_the_original(library: Library) -> None:
    """A frame's faces are told as ever; on demand its picture comes from the film, and is kept nowhere."""
    film = library_builder.film(library, CARPHONE, ["happy"], keep_pictures=False)
    asking = TestClient(Starlette(routes=all_routes(Guard(library.home, lambda _: True))))
    link = film_link(library.home, film.id)
    first = asking.get(f"{link}/samples?from=0&to=9").json()["samples"][0]
    assert first["picture"] is False
    assert [face["pixels"] for face in first["faces"]] == [[-5, 30, 40, 40], [40, 30, 40, 40]]
    with Image.open(io.BytesIO(asking.get(f"{link}/full-picture/5").content)) as picture:
        assert (picture.width, picture.height) == (film.media.display_width, film.media.display_height)
    assert pictures_in(library.home) == []


def test_the_owner_chooses_what_the_form_says_at_first(library: Library) -> None:
    """config.toml decides whether the tick for pictures is set when the page opens."""
    tick = "Keep small pictures of the frames looked at"
    assert {box.label: box.value for box in open_page().checkbox}[tick]
    (library.home / "config.toml").write_text("keep_pictures = false\n")
    assert not {box.label: box.value for box in open_page().checkbox}[tick]


def test_an_image_is_found_where_there_is_one(tmp_path: Path) -> None:
    """The search that these tests rely on finds a JPEG in a file of any name."""
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8)).save(buffer, "JPEG")
    (tmp_path / "notes.txt").write_bytes(b"text " + buffer.getvalue())
    assert pictures_in(tmp_path) == [tmp_path / "notes.txt"]
