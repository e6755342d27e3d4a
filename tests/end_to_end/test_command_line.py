"""The command line: the whole job, and what it says when it cannot do it."""

from __future__ import annotations

import csv as csv_reader
import json
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image

from emotion_core.cli import main
from emotion_core.expression.engines import VARIANTS
from emotion_core.expression.selection import overview, trial_store
from emotion_core.library import Library
from emotion_core.report import csv_bytes, json_bytes, scene_table
from tests.support.damaged_files import Maker, cut_short, empty, headless, missing, playlist, sound, text
from tests.support.films import texture, write_film
from tests.support.networks import give_networks
from tests.support.running_scans import Analysed
from tests.support.truth_film import CUTS, NAMES, pictures

READ_BY = r"model embedded \([0-9a-f]{12}\), engine torch fp32, \d+ threads? \(named\), temperature .+ \(calibrated\)"
"""What a terminal says of the model and the engine where fp32 was asked for."""

LABELS = ("sad", "disgust", "angry", "neutral", "fear", "surprise", "happy")

CUT_LIST = """
# The truth film, as an editor would write it: timecodes, frames, seconds.
00:00:00:00 Car
50          From above
00:00:03:05 Flash
3.24s       Twice
121\tFar away
00:00:05:21   At the edge
171 Suit
184 Bicycle
"""

BAD: list[tuple[str, Maker | None, list[str], list[str]]] = [
    # what, the film, further words of the command, words of the message
    ("nothing there", missing, [], ["film.mp4", "cannot be read"]),
    ("zero bytes", empty, [], ["film.mp4", "0 bytes"]),
    ("a text", text, [], ["film.mp4", "cannot be opened as a film"]),
    ("a playlist", playlist, [], ["film.mp4", "cannot be opened as a film"]),
    ("sound alone", sound, [], ["film.mp4", "only sound"]),
    ("a broken-off export", headless, [], ["film.mp4", "cannot be opened as a film"]),
    ("an unknown checkpoint", None, ["--checkpoint", "nobody/nothing"], ["nobody/nothing", "on this disk"]),
    ("a folder that is no checkpoint", None, ["--checkpoint", "."], ["config.json", "missing"]),
    ("an impossible rate", None, ["--samples-per-second", "0"], ["samples_per_second", "60"]),
    ("cuts without a list", None, ["--detector", "cuts"], ["--cuts"]),
    ("a track without a list", None, ["--cuts-track", "2"], ["--cuts FILE"]),
    ("a list that is not there", None, ["--cuts", "nowhere.txt"], ["nowhere.txt", "No such file"]),
    ("a threshold beyond all", None, ["--threshold", "999"], ["threshold", "255"]),
]


@dataclass(frozen=True, slots=True)
class Said:
    """How a command ended."""

    code: int
    out: str
    err: str


Run = Callable[..., Said]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], networks: Path, tmp_path: Path) -> Run:
    """Runs a command in a library without films and an empty folder, in the test's own process."""
    give_networks(networks, tmp_path / "home")
    monkeypatch.setenv("EMOTION_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)

    def command(*words: str) -> Said:
        monkeypatch.setattr(sys, "argv", ["emotion_core", *words])
        capfd.readouterr()  # what encoders said while the test wrote its film
        code = 0
        try:
            main.main()
        except SystemExit as end:
            code = int(end.code or 0)
        captured = capfd.readouterr()
        return Said(code, captured.out, captured.err)

    return command


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv_reader.DictReader(file))


def test_the_report_is_the_same_without_a_browser(
    run: Run, truth_film: Path, analysed_once: Analysed, tmp_path: Path
) -> None:
    """A film analysed on the command line with a cut list gives the library's CSV byte for byte, and its JSON."""
    (tmp_path / "cuts.txt").write_text(CUT_LIST)
    words = (
        "--cuts",
        "cuts.txt",
        "--engine",
        "torch",
        "--checkpoint",
        "embedded",
        "--csv",
        "a.csv",
        "--all-faces",
        "--json",
        "a.json",
    )
    result = run("analyze", str(truth_film), *words)
    assert result.code == 0, result.err
    truth = analysed_once.library.analysis(analysed_once.film.id)
    assert (tmp_path / "a.csv").read_bytes() == csv_bytes(scene_table(truth))
    assert json.loads((tmp_path / "a.json").read_text()) == json.loads(json_bytes(truth))
    assert result.out.startswith("8 scenes, ")
    again = run("analyze", str(truth_film), *words, "--csv", "b.csv")
    assert again.code == 0
    assert (tmp_path / "b.csv").read_bytes() == (tmp_path / "a.csv").read_bytes()
    library = Library.open(tmp_path / "home")
    assert [len(library.scans(film.id)) for film in library.films()] == [1]


def test_the_default_engine_reads_what_fp32_reads(
    run: Run, truth_film: Path, analysed_once: Analysed, tmp_path: Path
) -> None:
    """The engine chosen for this machine gives every share within 0.02 of fp32, and all else the same; where the rule
    took it untimed beside others, that is said.
    """
    (tmp_path / "cuts.txt").write_text("".join(f"{frame} {name}\n" for frame, name in zip(CUTS, NAMES, strict=True)))
    result = run("analyze", str(truth_film), "--cuts", "cuts.txt", "--checkpoint", "embedded", "--csv", "a.csv")
    assert result.code == 0, result.err
    (tmp_path / "truth.csv").write_bytes(csv_bytes(scene_table(analysed_once.library.analysis(analysed_once.film.id))))
    trials = trial_store.all_trials(trial_store.machine())
    (default,) = (t for t in trials if t.batch == 16 and t.engine == overview.default_of(trials, t.key))
    used = f"{VARIANTS[default.engine].engine} {default.precision}"
    assert ("Note: Other engines than ipex were not timed" in result.out) == (default.engine == "ipex")
    near = {*LABELS, "intensity", "interval_low", "interval_high", "runner_up_share"}
    for row, truth in zip(rows(tmp_path / "a.csv"), rows(tmp_path / "truth.csv"), strict=True):
        assert row["engine"] == used
        for name in near:
            assert (row[name] == "") == (truth[name] == "")
            if row[name]:
                assert float(row[name]) == pytest.approx(float(truth[name]), abs=0.02)
        same = set(truth) - near - {"engine"}
        assert {name: row[name] for name in same} == {name: truth[name] for name in same}


@pytest.mark.usefixtures("in_process")
@pytest.mark.parametrize(("make", "words", "message"), [case[1:] for case in BAD], ids=[case[0] for case in BAD])
def test_bad_input_ends_in_one_line(
    run: Run, tmp_path: Path, make: Maker | None, words: list[str], message: list[str]
) -> None:
    """Bad input ends with exit code 1 and one clear line; no report is written and nothing half-done stays."""
    film = tmp_path / "film.mp4"
    if make is None:
        write_film(film, texture(1, 5))
    else:
        make(film)
    result = run("analyze", str(film), "--csv", "a.csv", *words)
    assert result.code == 1
    lines = result.err.strip().splitlines()
    assert len(lines) == 1, result.err
    assert lines[0].startswith("Error: ")
    for word in message:
        assert word in lines[0]
    assert not (tmp_path / "a.csv").exists()
    for folder in ("incoming", "derived"):
        assert not any((tmp_path / "home" / folder).glob("*")), folder
    assert not list((tmp_path / "home" / "scans").rglob("*.npz"))


@pytest.mark.usefixtures("in_process")
def test_a_damaged_film_has_a_report_with_a_note(run: Run, tmp_path: Path) -> None:
    """A copy that broke off is analysed as far as it goes: exit code 0, the report, the damage its first note."""
    film = cut_short(tmp_path / "film.mp4")
    words = ("--checkpoint", "embedded", "--engine", "torch", "--csv", "a.csv", "--json", "a.json")
    result = run("analyze", str(film), *words)
    assert result.code == 0, result.err
    notes = [line for line in result.out.splitlines() if line.startswith("Note: ")]
    assert notes[0].startswith("Note: Damaged: only the first 1.")
    assert "Copy or export it again." in notes[0]
    document = json.loads((tmp_path / "a.json").read_text())
    assert document["damaged"]["claimed"] == 2.4
    assert document["damaged"]["read_until"] == document["scenes"][-1]["seconds_out"]
    assert len(rows(tmp_path / "a.csv")) == len(document["scenes"])


@pytest.mark.usefixtures("in_process")
def test_a_report_that_cannot_be_written_is_called_so(run: Run, tmp_path: Path) -> None:
    """A CSV in a place that cannot be written ends in one line that names it."""
    film = write_film(tmp_path / "film.mp4", texture(1, 5))
    (tmp_path / "file").write_text("")
    result = run("analyze", str(film), "--checkpoint", "embedded", "--engine", "torch", "--csv", "file/a.csv")
    assert result.code == 1
    assert result.err.startswith("Error: file/a.csv could not be written")
    assert len(result.err.strip().splitlines()) == 1


def test_every_nth_frame_is_saved_and_named(run: Run, truth_film: Path, tmp_path: Path) -> None:
    """`frames` saves every n-th frame with boxes drawn, and prints which model and engine read them and a line each,
    with frame, timecode and label; it has nothing to say on standard error.
    """
    words = ("--every", "60", "--out", "stills", "--checkpoint", "embedded", "--engine", "torch")
    result = run("frames", str(truth_film), *words)
    assert (result.code, result.err) == (0, "")
    first, *lines = result.out.strip().splitlines()
    assert re.fullmatch(READ_BY, first)
    assert [line.split()[:3] for line in lines] == [
        ["frame", "0", "00:00:00:00"],
        ["frame", "60", "00:00:02:10"],
        ["frame", "120", "00:00:04:20"],
        ["frame", "180", "00:00:07:05"],
    ]
    assert sorted(path.name for path in (tmp_path / "stills").iterdir()) == [
        f"frame_{number:07}.jpg" for number in (0, 60, 120, 180)
    ]
    assert any(label in lines[0] for label in LABELS)
    assert "no face" in lines[1]
    assert lines[2].count(".") >= 3  # two faces, two chances, a file name
    size = Image.open(tmp_path / "stills" / "frame_0000000.jpg").size
    assert size == (480, 272)


@pytest.mark.usefixtures("in_process")
def test_whole_frames_are_read_without_a_face(run: Run, truth_film: Path) -> None:
    """With --whole-frame the uncropped frame is classified, also without a person on screen."""
    words = ("--every", "60", "--out", "stills", "--checkpoint", "embedded", "--engine", "torch", "--whole-frame")
    result = run("frames", str(truth_film), *words)
    assert result.code == 0, result.err
    lines = result.out.strip().splitlines()[1:]
    assert len(lines) == 4
    assert all(sum(label in line for label in LABELS) == 1 for line in lines)


def test_stills_are_read(run: Run, tmp_path: Path) -> None:
    """`classify` prints which model and engine read, then each face of a still with its box and chances, or that there
    is none; a bad one fails alone.
    """
    frames = list(pictures())
    Image.fromarray(frames[100]).save(tmp_path / "two.png")
    Image.fromarray(frames[60]).save(tmp_path / "none.png")
    (tmp_path / "text.png").write_text("no picture")
    result = run("classify", "two.png", "text.png", "none.png", "gone.png", "--checkpoint", "embedded")
    assert result.code == 1
    first, *lines = result.out.strip().splitlines()
    assert re.fullmatch(READ_BY, first)
    assert [line.split(" at ")[0] for line in lines] == ["two.png: face 1", "two.png: face 2", "none.png: no face"]
    chances = [float(word) for word in lines[0].split("  ")[1:] for word in word.split()[1:]]
    assert len(chances) == len(LABELS)
    assert sum(chances) == pytest.approx(1, abs=0.004)
    errors = result.err.strip().splitlines()
    assert len(errors) == 2
    assert errors[0].startswith("Error: text.png is no picture")
    assert errors[1].startswith("Error: gone.png cannot be read")
