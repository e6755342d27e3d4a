"""The command line from another folder: no network, settings that are passed on, one line for what is bad."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from emotion_core.cli import main
from emotion_core.jobs import launcher, scans
from emotion_core.labels import REFERENCE_LABELS
from emotion_core.library import job_table
from emotion_core.library.library import Library
from emotion_core.report import table
from tests import checkpoints
from tests.films import flat, texture, write_film
from tests.lists import edl

ROOT = Path(__file__).parent.parent


def run(folder: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """`python -m emotion_core …` in an empty library, in `folder`."""
    path = os.pathsep.join(filter(None, [variables.pop("PYTHONPATH", ""), str(ROOT)]))
    return subprocess.run(
        [sys.executable, "-m", "emotion_core", *words],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env={**os.environ, "EMOTION_HOME": str(folder / "home"), "PYTHONPATH": path, **variables},
    )


def one_line(done: subprocess.CompletedProcess[str], *words: str, code: int = 1) -> None:
    """The exit code and one line on standard error with these words."""
    assert done.returncode == code
    assert done.stderr.startswith("Error: ")
    assert done.stderr.count("\n") == 1
    for word in words:
        assert word in done.stderr


NO_NETWORK = """
import sys

def refuse(event, args):
    if event in {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "socket.sendmsg"}:
        with open(LOG, "a") as log:
            log.write(f"{event} {args}\\n")
        raise ConnectionError("there is no network")

sys.addaudithook(refuse)
"""


def test_an_analysis_needs_no_network(truth_film: Path, tmp_path: Path) -> None:
    """With every connection forbidden to it and its children, a film is analysed and its report written, and none of
    them even tries to connect.
    """
    log = tmp_path / "tried"
    (tmp_path / "path").mkdir()
    (tmp_path / "path" / "sitecustomize.py").write_text(NO_NETWORK.replace("LOG", repr(str(log))))
    words = ["--checkpoint", "embedded", "--engine", "torch", "--samples-per-second", "1", "--csv", "report.csv"]
    words += ["--read-every-crop", "--json", "report.json"]
    done = run(tmp_path, "analyze", str(truth_film), *words, PYTHONPATH=str(tmp_path / "path"))
    assert (done.returncode, done.stderr) == (0, "")
    assert re.search(r"engine torch fp32, [0-9]+ threads? \(named\)", done.stdout)
    assert re.search(r"temperature [0-9.]+ \(calibrated\)", done.stdout)
    frame = pd.read_csv(io.BytesIO((tmp_path / "report.csv").read_bytes()), encoding="utf-8-sig")
    assert list(frame.columns) == table.columns(REFERENCE_LABELS)
    assert frame["seconds_out"].iloc[-1] == pytest.approx(209 / 25)
    assert frame["frames"].sum() == 209
    told = json.loads((tmp_path / "report.json").read_bytes())
    assert told["scan_settings"]["reuse_equal_crops"] is False
    assert (told["engine"]["name"], told["engine"]["reason"]) == ("torch", "named")
    assert not log.exists(), log.read_text()
    # The hook works: the one command that uses the network is stopped by it.
    fetched = run(tmp_path, "download", "owner/name", PYTHONPATH=str(tmp_path / "path"))
    one_line(fetched, "“owner/name” could not be fetched")
    assert log.exists()


def test_a_checkpoint_of_other_labels_fills_the_report(truth_film: Path, tmp_path: Path) -> None:
    """With a checkpoint of other labels the report has that checkpoint's columns, its name and its hash."""
    checkpoints.vit(tmp_path / "moods", ("Anger", "Joy"))
    words = ["--checkpoint", "moods", "--engine", "torch", "--detector", "content", "--json", "report.json"]
    done = run(tmp_path, "analyze", str(truth_film), *words, "--csv", "deeper/report.csv")
    assert (done.returncode, done.stderr) == (0, "")
    frame = pd.read_csv(tmp_path / "deeper" / "report.csv", encoding="utf-8-sig")
    assert list(frame.columns) == table.columns(("Anger", "Joy"))
    seen = frame[frame["faces"] > 0]
    assert len(seen) > 0
    assert (seen["Anger"] + seen["Joy"]).to_list() == pytest.approx([1] * len(seen), abs=2e-4)
    assert frame["intensity"].isna().all()
    assert set(frame["model"]) == {"moods"}
    assert '"labels": [\n  "Anger",\n  "Joy"\n ]' in (tmp_path / "report.json").read_text()


BAD = [
    # words after the film, words of the message
    (["--samples-per-second", "nan"], ["samples_per_second", "60"]),
    (["--samples-per-second", "inf"], ["samples_per_second", "60"]),
    (["--samples-per-second", "-1"], ["samples_per_second", "60"]),
    (["--samples-per-second", "1e-9"], ["samples_per_second", "60"]),
    (["--min-scene-frames", "0"], ["min_scene_frames", "100000"]),
    (["--threshold", "nan"], ["threshold", "255"]),
    (["--checkpoint", ""], ["checkpoint"]),
    (["--cuts", "bad line.txt"], ["Line 3", "01:00", "HH:MM:SS:FF"]),
    (["--cuts", "twice.txt"], ["Line 2", "repeats frame 5"]),
    (["--cuts", "empty.txt"], ["cut list is empty"]),
    (["--cuts", "binary.txt"], ["binary.txt", "no text"]),
    (["--cuts", "."], ["cannot be read"]),
    (["--cuts", "huge.txt"], ["Line 1"]),
]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a short film and cut lists that are none."""
    folder = tmp_path_factory.mktemp("desk")
    write_film(folder / "film.mp4", texture(1, 10))
    (folder / "bad line.txt").write_text("# position name\n0 Opening\n01:00 Kitchen\n")
    (folder / "twice.txt").write_text("5 one\n0.2s two\n")
    (folder / "empty.txt").write_text("# nothing\n\n")
    (folder / "binary.txt").write_bytes(bytes(range(128, 256)))
    (folder / "huge.txt").write_text("9" * 5000 + " far away\n")
    return folder


@pytest.mark.parametrize(("words", "message"), BAD, ids=[" ".join(words) for words, _ in BAD])
def test_a_setting_that_cannot_be_ends_in_one_line(
    desk: Path,
    words: list[str],
    message: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """A setting outside its range, or a cut list that is none, ends in one line that names it, and starts no scan."""
    command = ["emotion_core", "analyze", "film.mp4", "--engine", "torch", "--csv", "report.csv", *words]
    monkeypatch.setattr(sys, "argv", command)
    monkeypatch.setenv("EMOTION_HOME", str(desk / "home"))
    monkeypatch.chdir(desk)
    with pytest.raises(SystemExit) as end:
        main.main()
    assert isinstance(end.value.code, int)
    one_line(subprocess.CompletedProcess(command, end.value.code, *capfd.readouterr()), *message)
    assert not (desk / "report.csv").exists()
    assert not any((desk / "home" / "scans").glob("*"))


@pytest.mark.parametrize(
    ("words", "choice"),
    [
        (["analyze", "film.mp4", "--engine", "abacus"], "ipex"),
        (["analyze", "film.mp4", "--detector", "magic"], "adaptive"),
        (["analyze", "film.mp4", "--csv"], "--csv"),
        (["analyze"], "FILM"),
        (["analyse", "film.mp4"], "analyse"),
        (["frames", "film.mp4", "--every", "0", "--out", "x"], "--every"),
    ],
)
def test_words_that_make_no_command(desk: Path, words: list[str], choice: str) -> None:
    """A command, option or choice that does not exist is refused in one line with what is allowed."""
    done = run(desk, *words)
    one_line(done, choice, code=2)


def test_a_cut_beyond_the_end_is_called_so(desk: Path) -> None:
    """A cut list of another film, whose cuts lie beyond the end, ends in one line with the frame and the last."""
    (desk / "other.txt").write_text("0 one\n10 two\n")
    done = run(desk, "analyze", "film.mp4", "--engine", "torch", "--checkpoint", "embedded", "--cuts", "other.txt")
    one_line(done, "frame 10", "10 frames (0 to 9)")


def test_what_a_list_took_for_granted_is_told(desk: Path) -> None:
    """What was assumed in reading a cut list is printed once, and stands in the JSON with the notes of the report."""
    (desk / "cut.edl").write_text(edl("01:00:00:00", "01:00:00:04", "01:00:00:10"))
    words = ["--engine", "torch", "--checkpoint", "embedded", "--cuts", "cut.edl", "--json", "report.json"]
    done = run(desk, "analyze", "film.mp4", *words)
    assert done.returncode == 0, done.stderr
    told = "01:00:00:00 in the cut list was taken for the film's first frame."
    assert done.stdout.count(told) == 1
    report = json.loads((desk / "report.json").read_text())
    assert told in report["notes"]
    assert [scene["frame_in"] for scene in report["scenes"]] == [0, 4]


def test_pictures_need_a_place(desk: Path) -> None:
    """`frames` into a place where no folder can be, or out of what is no film, ends in one line."""
    (desk / "file").write_text("a file")
    words = ["--checkpoint", "embedded", "--engine", "torch"]
    one_line(run(desk, "frames", "film.mp4", "--out", "file", *words), "file could not be written")
    one_line(run(desk, "frames", "file", "--out", "pictures", *words), "cannot be opened as a film")
    assert not (desk / "pictures").exists()


def test_frames_tell_of_damage(desk: Path) -> None:
    """`frames` of a film that breaks off saves what can be read, and says at the end what cannot, as `analyze` does."""
    whole = write_film(desk / "whole.mp4", texture(1, 60), container_options={"movflags": "faststart"}).read_bytes()
    (desk / "cut.mp4").write_bytes(whole[: len(whole) // 2])
    words = ["--checkpoint", "embedded", "--engine", "torch"]
    done = run(desk, "frames", "cut.mp4", "--out", "read", "--every", "10", *words)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert [line.split()[1] for line in lines[1:-1]] == [str(10 * n) for n in range(len(lines) - 2)]
    assert len(list((desk / "read").iterdir())) == len(lines) - 2 > 1
    told = run(desk, "analyze", "cut.mp4", *words).stdout.splitlines()
    assert re.fullmatch(
        r"Note: Damaged: only the first [\d.]+ s of 2\.4 s could be read.*\. Copy or export it again\.", lines[-1]
    )
    assert lines[-1] in told


def test_stills_tell_of_damage(desk: Path) -> None:
    """`classify` of a picture that breaks off reads what is there, and says so at the end."""
    noise = np.random.default_rng(2).integers(0, 256, (300, 300, 3), dtype=np.uint8)
    Image.fromarray(noise).save(desk / "whole.jpg")
    content = (desk / "whole.jpg").read_bytes()
    (desk / "cut.jpg").write_bytes(content[: len(content) * 2 // 3])
    done = run(desk, "classify", "cut.jpg", "whole.jpg", "--checkpoint", "embedded")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[1:] == [
        "cut.jpg: no face",
        "whole.jpg: no face",
        "Note: Damaged: only a part of cut.jpg could be read. Copy or export it again.",
    ]


def test_a_library_of_a_later_version_is_called_so(desk: Path, tmp_path: Path) -> None:
    """A library that a later version wrote ends in one line, and is left as it is."""
    with Library.open(tmp_path / "home").database() as database:
        database.execute("PRAGMA user_version = 99")
    done = run(tmp_path, "analyze", str(desk / "film.mp4"))
    one_line(done, "later version", "EMOTION_HOME")


INTERRUPTIBLE = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
from emotion_core.cli.main import main
main()
"""
"""What is started in the background of a shell ignores Ctrl-C, and so would all that it starts."""


@pytest.mark.skipif(os.name != "posix", reason="terminals of this kind")
def test_an_interrupt_ends_the_scan(tmp_path: Path) -> None:
    """On a terminal a bar shows frames a second; Ctrl-C ends the scan with one line and leaves no report."""
    write_film(tmp_path / "long.mp4", flat(90, 3000), keyframe_every=50, b_frames=0)
    words = ["long.mp4", "--engine", "torch", "--checkpoint", "embedded", "--samples-per-second", "60"]
    ours, theirs = os.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTIBLE, "analyze", *words],
        stdout=subprocess.DEVNULL,
        stderr=theirs,
        cwd=tmp_path,
        env={
            **os.environ,
            "EMOTION_HOME": str(tmp_path / "home"),
            "PYTHONPATH": str(ROOT),
            "TERM": "xterm",
            "COLUMNS": "160",
        },
    )
    os.close(theirs)
    shown = b""
    while b"frames/s" not in shown:
        shown += os.read(ours, 65536)
    process.send_signal(signal.SIGINT)
    with contextlib.suppress(OSError):  # the terminal is gone when its last process is
        while more := os.read(ours, 65536):
            shown += more
    os.close(ours)
    assert process.wait(30) == 130
    assert b"Error: The analysis of long.mp4 was cancelled. Run the same command again to go on from there." in shown
    assert b"Traceback" not in shown
    library = Library.open(tmp_path / "home")
    (film,) = library.films()
    (scan,) = library.scans(film.id)
    assert scans.status(library, scan.id).state == "cancelled"
    assert library.scan_of(film.id) is None
    with library.database() as database:
        job = job_table.find(database, scan.id)
    assert job is not None
    assert launcher.find(library.home, job) is None
