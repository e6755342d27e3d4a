"""The command `screening`."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from emotion_core.audience import Alignment
from emotion_core.errors import AlignmentError
from emotion_core.library import Library
from tests.support import terminal
from tests.support.clips import man
from tests.support.films import texture, write_film

Run = Callable[..., "CompletedProcess[str]"]
OPTIONS = ("--engine", "torch", "--checkpoint", "embedded", "--consent", "Told and agreed, K. Weber")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], in_process: None) -> Run:
    """`python -m emotion_core screening film.mp4 --viewers viewers …` in a folder with a library."""

    def call(*words: str) -> CompletedProcess[str]:
        begin = ("screening", "film.mp4", "--viewers", "viewers")
        return terminal.run_in(tmp_path, monkeypatch, capfd, *begin, *words)

    return call


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A film, and a folder with a viewer, a recording without a face, one that is no film, and a text."""
    write_film(tmp_path / "film.mp4", texture(1, 100))
    viewers = tmp_path / "viewers"
    viewers.mkdir()
    write_film(viewers / "Zenobia.mp4", man(0, 50, 200))
    write_film(viewers / "Nobody.mp4", texture(2, 100))
    (viewers / "broken.mp4").write_bytes(b"no film")
    (viewers / "notes.txt").write_text("no recording")
    (tmp_path / "groups.csv").write_text("viewer,age\nZenobia,30-39\n")
    (tmp_path / "ratings.csv").write_text("viewer,rating\nZenobia,4\n")
    return tmp_path


def test_a_folder_of_recordings_becomes_a_screening(run: Run, desk: Path) -> None:
    """Each recording is read once; a row a scene and all numbers are written; names only where they are asked for."""
    words = ("--groups", "groups.csv", "--ratings", "ratings.csv", "--offset", "0.5")
    ended = run(*OPTIONS, *words, "--csv", "out.csv", "--json", "out.json")
    assert ended.returncode == 0, ended.stderr
    assert "Note: broken.mp4 was left out: " in ended.stderr
    assert "viewers: 2 viewers, 1 scene" in ended.stdout
    assert "No face of this viewer could be used" in ended.stdout
    assert "begins" not in ended.stdout
    with (desk / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["viewers"] == row["age 30-39: viewers"] == "1"
    assert float(row["coverage"]) > 0
    document = json.loads((desk / "out.json").read_text())
    told, nobody = document["viewers"][1], document["viewers"][0]
    assert (told["groups"], nobody["groups"]) == ({"age": "30-39"}, {})
    assert told["alignment"]["offset"] == 0.5
    assert "Article 50" in document["notices"][told["consent"]["notice"]]
    written = (desk / "out.json").read_text() + (desk / "out.csv").read_text()
    assert not any(name in written for name in ("Zenobia", "Nobody", "Weber"))
    library = Library.open(desk / "home")
    assert [film.name for film in library.films()] == ["film.mp4"]
    assert not any(list((library.store(scan).folder).glob("*.jpegs")) for scan in _recordings(library))
    scans = _recordings(library)
    again = run(*OPTIONS, "--json", "again.json", "--names")
    assert again.returncode == 0, again.stderr
    assert _recordings(library) == scans
    document = json.loads((desk / "again.json").read_text())
    assert [viewer["name"] for viewer in document["viewers"]] == ["Nobody", "Zenobia"]
    assert document["viewers"][1]["alignment"]["offset"] == 0.5
    assert document["viewers"][1]["consent"]["given_by"] == "Told and agreed, K. Weber"
    by_sound = run(*OPTIONS, "--align", "sound")
    assert (by_sound.returncode, _recordings(library)) == (1, scans)
    assert "film.mp4 has no sound track" in by_sound.stderr
    (screening,) = library.screenings()
    kept = library.ratings(screening.id)
    assert kept is not None
    (desk / "others.csv").write_text("viewer,rating\nSomeone,4\n")
    (desk / "viewers" / "Zoe.mp4").write_bytes((desk / "viewers" / "Zenobia.mp4").read_bytes())
    ended = run(*OPTIONS, "--ratings", "others.csv")
    assert "Note: others.csv was left out: Nobody who rated is a viewer" in ended.stderr
    assert library.ratings(screening.id) == kept
    assert "Zoe.mp4 was left out: it holds the same bytes as Zenobia.mp4" in ended.stderr


def test_a_recording_without_the_films_sound_is_not_read(run: Run, desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is listened to before any is read; one in which the film is not heard is left out, with the reason."""
    heard: list[tuple[str, list[str]]] = []

    def sound(library: Library, film_id: str) -> str:
        heard.append((library.film(film_id).name, _recordings(library)))
        return library.film(film_id).name

    def align(film: str, recording: str) -> Alignment:
        if recording == "Nobody.mp4":
            raise AlignmentError("The film is not heard in Nobody.mp4.", "Type the offset.")
        return Alignment(0.25, method="sound", confidence=0.9)

    monkeypatch.setattr("emotion_core.ingest.recording_alignment.sound_of", sound)
    monkeypatch.setattr("emotion_core.audience.align_by_sound", align)
    ended = run(*OPTIONS, "--csv", "out.csv")
    assert ended.returncode == 0, ended.stderr
    assert "Note: Nobody.mp4 was left out: The film is not heard in Nobody.mp4." in ended.stderr
    assert sorted(heard) == [("Nobody.mp4", []), ("Zenobia.mp4", []), ("film.mp4", [])]
    library = Library.open(desk / "home")
    (viewer,) = library.viewers(library.screenings()[0].id)
    assert (viewer.name, viewer.alignment.offset) == ("Zenobia", 0.25)
    assert sorted(film.name for film in library.films_and_recordings()) == ["Zenobia.mp4", "film.mp4"]
    (desk / "viewers" / "Nobody.mp4").write_bytes((desk / "viewers" / "Zenobia.mp4").read_bytes())
    monkeypatch.setattr("emotion_core.audience.align_by_sound", lambda film, _: align(film, "Nobody.mp4"))
    ended = run(*OPTIONS, "--align", "sound")
    assert "stays in time as it was: The film is not heard" in ended.stderr, "one that was a viewer before stays one"
    assert library.viewers(library.screenings()[0].id) == [viewer]


def _recordings(library: Library) -> list[str]:
    """Ids of the scans of all recordings."""
    films = library.films_and_recordings()
    return [scan for film in films if film.role == "recording" for scan in library.scan_ids(film.id)]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--csv", "out.csv"), "Nobody confirmed that the viewers were told. Show them what --notice prints"),
        ((*OPTIONS, "--groups", "none.csv"), "none.csv cannot be read"),
        ((*OPTIONS, "--groups", "ratings.csv", "--viewers", "empty"), "holds no recording"),
        ((*OPTIONS, "--groups", "unknown.csv"), "The file of groups names “Carl”: no viewer has this name."),
        ((*OPTIONS, "--groups", "viewers/notes.txt"), "no column “viewer”"),
        ((*OPTIONS, "--csv", "groups.csv", "--groups", "groups.csv"), "groups.csv is groups.csv, which this command"),
        ((*OPTIONS, "--offset", "nan"), "The offset is nan seconds"),
        ((*OPTIONS, "--offset", "1", "--align", "sound"), "Both --offset and --align were given. Give one"),
        ((*OPTIONS, "--ratings", "groups.csv"), "The ratings have no column “rating”; they have “viewer”, “age”"),
    ],
)
def test_what_is_wrong_is_said_before_anything_is_read(run: Run, desk: Path, words: list[str], said: str) -> None:
    """One line, and nothing is taken in."""
    (desk / "empty").mkdir()
    (desk / "unknown.csv").write_text("viewer,age\nCarl,3\n")
    ended = run(*words)
    assert ended.returncode == 1
    assert said in ended.stderr.replace("\n", " ")
    assert Library.open(desk / "home").films_and_recordings() == []


def test_the_notice_can_be_printed(run: Run) -> None:
    """What viewers must be told; nothing else happens."""
    ended = run("--notice")
    assert ended.returncode == 0
    assert "Article 50" in ended.stdout
