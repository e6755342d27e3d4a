"""The command line from another folder: no network use, settings that take effect, one line for each error."""

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
from typing import Protocol

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from emotion_core.cli import main
from emotion_core.jobs import launcher, scans
from emotion_core.labels import REFERENCE_LABELS
from emotion_core.library import Library, job_table
from emotion_core.report import table_columns
from tests.support import checkpoints, terminal
from tests.support.cut_lists import edl
from tests.support.films import flat, texture, write_film
from tests.support.networks import give_networks
from tests.support.quick_engine import QUICK
from tests.support.repository import ROOT
from tests.support.terminal import commands


def run(folder: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run `python -m emotion_core …` with an empty library and `folder` as the working folder."""
    path = os.pathsep.join(filter(None, [variables.pop("PYTHONPATH", ""), str(ROOT)]))
    return subprocess.run(
        [sys.executable, "-m", "emotion_core", *words],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env={**os.environ, "EMOTION_HOME": str(folder / "home"), "PYTHONPATH": path, **variables},
    )


class Here(Protocol):
    """Runs a command in `folder` as `run` does, but in the test's own process."""

    def __call__(self, folder: Path, *words: str) -> subprocess.CompletedProcess[str]: ...


@pytest.fixture
def here(in_process: None, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Here:
    """For tests of what a command does and prints; its scan, too, is done in the test's process."""

    def run_here(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
        return terminal.run_in(folder, monkeypatch, capfd, *words)

    return run_here


def one_line(completed: subprocess.CompletedProcess[str], *words: str, code: int = 1) -> None:
    """Check the exit code, and that standard error is one line with these words."""
    assert completed.returncode == code
    assert completed.stderr.startswith("Error: ")
    assert completed.stderr.count("\n") == 1
    for word in words:
        assert word in completed.stderr


NO_NETWORK = """
import sys

AF_UNIX = 1  # between processes of this machine: the scan's and its model's

def refuse(event, args):
    if event == "socket.sendmsg" and args[0].family == AF_UNIX:
        return
    if event in {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "socket.sendmsg"}:
        with open(LOG, "a") as log:
            log.write(f"{event} {args}\\n")
        raise ConnectionError("there is no network")

sys.addaudithook(refuse)
"""


def test_an_analysis_needs_no_network(truth_film: Path, networks: Path, tmp_path: Path) -> None:
    """A film is analysed and its report written although the process and its children may not open any connection."""
    give_networks(networks, tmp_path / "home")
    log = tmp_path / "tried"
    (tmp_path / "path").mkdir()
    (tmp_path / "path" / "sitecustomize.py").write_text(NO_NETWORK.replace("LOG", repr(str(log))))
    words = ["--checkpoint", "embedded", "--engine", "torch", "--samples-per-second", "1", "--csv", "report.csv"]
    words += ["--read-every-crop", "--no-level-faces", "--json", "report.json"]
    completed = run(tmp_path, "analyze", str(truth_film), *words, PYTHONPATH=str(tmp_path / "path"))
    assert (completed.returncode, completed.stderr) == (0, "")
    assert re.search(r"engine torch fp32, [0-9]+ threads? \(named\)", completed.stdout)
    assert re.search(r"temperature [0-9.]+ \(calibrated\)", completed.stdout)
    frame = pd.read_csv(io.BytesIO((tmp_path / "report.csv").read_bytes()), encoding="utf-8-sig")
    assert list(frame.columns) == table_columns(REFERENCE_LABELS)
    assert frame["seconds_out"].iloc[-1] == pytest.approx(209 / 25)
    assert frame["frames"].sum() == 209
    document = json.loads((tmp_path / "report.json").read_bytes())
    assert document["scan_settings"]["reuse_equal_crops"] is False
    assert "level_faces" not in document["scan_settings"]  # it was added later, and is omitted where it is off
    assert (document["engine"]["name"], document["engine"]["reason"]) == ("torch", "named")
    assert not log.exists(), log.read_text()
    # The hook works: the one command that uses the network is stopped by it.
    fetched = run(tmp_path, "download", "owner/name", PYTHONPATH=str(tmp_path / "path"))
    one_line(fetched, "“owner/name” could not be fetched")
    assert log.exists()


def test_a_checkpoint_of_other_labels_fills_the_report(here: Here, truth_film: Path, tmp_path: Path) -> None:
    """The report has the columns, name and hash of a checkpoint with other labels."""
    checkpoints.vit(tmp_path / "moods", ("Anger", "Joy"))
    words = ["--checkpoint", "moods", "--engine", "torch", "--detector", "content", "--json", "report.json"]
    completed = here(tmp_path, "analyze", str(truth_film), *words, "--csv", "deeper/report.csv")
    assert (completed.returncode, completed.stderr) == (0, "")
    frame = pd.read_csv(tmp_path / "deeper" / "report.csv", encoding="utf-8-sig")
    assert list(frame.columns) == table_columns(("Anger", "Joy"))
    with_faces = frame[frame["faces"] > 0]
    assert len(with_faces) > 0
    assert (with_faces["Anger"] + with_faces["Joy"]).to_list() == pytest.approx([1] * len(with_faces), abs=2e-4)
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
    (["--reuse-from", "stranger.mp4"], ["stranger.mp4 is not in the library", "--reuse-from"]),
]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a short film and invalid cut lists."""
    folder = tmp_path_factory.mktemp("desk")
    write_film(folder / "film.mp4", texture(1, 10))
    write_film(folder / "stranger.mp4", texture(2, 10))
    (folder / "bad line.txt").write_text("# position name\n0 Opening\n01:00 Kitchen\n")
    (folder / "twice.txt").write_text("5 one\n0.2s two\n")
    (folder / "empty.txt").write_text("# nothing\n\n")
    (folder / "binary.txt").write_bytes(bytes(range(128, 256)))
    (folder / "huge.txt").write_text("9" * 5000 + " far away\n")
    return folder


@pytest.mark.parametrize(("words", "message"), BAD, ids=[" ".join(words) for words, _ in BAD])
def test_a_setting_that_cannot_be_ends_in_one_line(
    here: Here, desk: Path, words: list[str], message: list[str]
) -> None:
    """A setting out of range or an invalid cut list gives one line that names it, and no scan starts."""
    completed = here(desk, "analyze", "film.mp4", "--engine", "torch", "--csv", "report.csv", *words)
    one_line(completed, *message)
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
def test_words_that_make_no_command(here: Here, desk: Path, words: list[str], choice: str) -> None:
    """An unknown command, option or choice is refused in one line with the valid ones."""
    completed = here(desk, *words)
    one_line(completed, choice, code=2)


def test_a_cut_beyond_the_end_is_called_so(here: Here, desk: Path) -> None:
    """A cut list with cuts beyond the film's end gives one line with the frame and the film's last frame."""
    (desk / "other.txt").write_text("0 one\n10 two\n")
    words = ["--engine", "torch", "--checkpoint", "embedded", "--cuts", "other.txt"]
    completed = here(desk, "analyze", "film.mp4", *words)
    one_line(completed, "frame 10", "10 frames (0 to 9)")


def test_what_a_list_took_for_granted_is_told(here: Here, desk: Path) -> None:
    """Assumptions about a cut list are printed once, and stand among the notes of the JSON report."""
    (desk / "cut.edl").write_text(edl("01:00:00:00", "01:00:00:04", "01:00:00:10"))
    words = ["--engine", "torch", "--checkpoint", "embedded", "--cuts", "cut.edl", "--json", "report.json"]
    completed = here(desk, "analyze", "film.mp4", *words)
    assert completed.returncode == 0, completed.stderr
    document = "01:00:00:00 in the cut list was taken for the film's first frame."
    assert completed.stdout.count(document) == 1
    report = json.loads((desk / "report.json").read_text())
    assert document in report["notes"]
    assert [scene["frame_in"] for scene in report["scenes"]] == [0, 4]


def test_pictures_need_a_place(desk: Path) -> None:
    """`frames` with an impossible folder or a file that is no film gives one line."""
    (desk / "file").write_text("a file")
    words = ["--checkpoint", "embedded", "--engine", "torch"]
    one_line(run(desk, "frames", "film.mp4", "--out", "file", *words), "file could not be written")
    one_line(run(desk, "frames", "file", "--out", "pictures", *words), "cannot be opened as a film")
    assert not (desk / "pictures").exists()


def test_frames_tell_of_damage(here: Here, desk: Path) -> None:
    """`frames` of a truncated film saves the readable frames and reports the rest at the end, like `analyze`."""
    whole = write_film(desk / "whole.mp4", texture(1, 60), container_options={"movflags": "faststart"}).read_bytes()
    (desk / "cut.mp4").write_bytes(whole[: len(whole) // 2])
    words = ["--checkpoint", "embedded", "--engine", "torch"]
    completed = here(desk, "frames", "cut.mp4", "--out", "read", "--every", "10", *words)
    assert completed.returncode == 0, completed.stderr
    lines = completed.stdout.splitlines()
    assert [line.split()[1] for line in lines[1:-1]] == [str(10 * n) for n in range(len(lines) - 2)]
    assert len(list((desk / "read").iterdir())) == len(lines) - 2 > 1
    document = here(desk, "analyze", "cut.mp4", *words).stdout.splitlines()
    assert re.fullmatch(
        r"Note: Damaged: only the first [\d.]+ s of 2\.4 s could be read.*\. Copy or export it again\.", lines[-1]
    )
    assert lines[-1] in document


def test_stills_tell_of_damage(here: Here, desk: Path) -> None:
    """`classify` of a truncated picture reads the available part and reports the damage at the end."""
    noise = np.random.default_rng(2).integers(0, 256, (300, 300, 3), dtype=np.uint8)
    Image.fromarray(noise).save(desk / "whole.jpg")
    content = (desk / "whole.jpg").read_bytes()
    (desk / "cut.jpg").write_bytes(content[: len(content) * 2 // 3])
    completed = here(desk, "classify", "cut.jpg", "whole.jpg", "--checkpoint", "embedded")
    assert completed.returncode == 0, completed.stderr
    assert completed.stdout.splitlines()[1:] == [
        "cut.jpg: no face",
        "whole.jpg: no face",
        "Note: Damaged: only a part of cut.jpg could be read. Copy or export it again.",
    ]


def test_a_missing_still_is_named_before_a_model_is_asked_for(here: Here, desk: Path) -> None:
    """Without a picture to read, no checkpoint is looked for, and every file is named."""
    completed = here(desk, "classify", "gone.jpg", "lost.jpg", "--checkpoint", "no-such-folder")
    assert completed.returncode != 0
    assert completed.stdout == ""
    assert [line.split()[1] for line in completed.stderr.splitlines()] == ["gone.jpg", "lost.jpg"]


def test_a_library_of_a_later_version_is_called_so(here: Here, desk: Path, tmp_path: Path) -> None:
    """A library of a later version gives one line and is not changed."""
    with Library.open(tmp_path / "home").database() as database:
        database.execute("PRAGMA user_version = 99")
    completed = here(tmp_path, "analyze", str(desk / "film.mp4"))
    one_line(completed, "later version", "EMOTION_HOME")


INTERRUPTIBLE = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
from emotion_core.cli.main import main
main()
"""
"""Program that restores the handling of Ctrl-C, which shells disable for background processes."""


@pytest.mark.skipif(os.name != "posix", reason="terminals of this kind")
def test_an_interrupt_ends_the_scan(networks: Path, tmp_path: Path) -> None:
    """On a terminal the bar shows frames per second. Ctrl-C ends the scan with one line and leaves no report."""
    write_film(tmp_path / "long.mp4", flat(90, 3000), keyframe_every=50, b_frames=0)
    give_networks(networks, tmp_path / "home")
    words = ["long.mp4", "--engine", QUICK, "--checkpoint", "embedded", "--samples-per-second", "60"]
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
    output = b""
    while b"frames/s" not in output:
        output += os.read(ours, 65536)
    process.send_signal(signal.SIGINT)
    with contextlib.suppress(OSError):  # the terminal is gone when its last process is
        while more := os.read(ours, 65536):
            output += more
    os.close(ours)
    assert process.wait(30) == 130
    assert b"Error: The analysis of long.mp4 was cancelled. Run the same command again to go on from there." in output
    assert b"Traceback" not in output
    library = Library.open(tmp_path / "home")
    (film,) = library.films()
    (scan,) = library.scans(film.id)
    assert scans.status(library, scan.id).state == "cancelled"
    assert library.newest_scan(film.id) is None
    with library.database() as database:
        job = job_table.find(database, scan.id)
    assert job is not None
    assert launcher.find(library.home, job) is None


def test_the_help_has_the_first_paragraph_of_each_command() -> None:
    """What the help says of a command before its module is loaded is what the command's own help begins with."""
    loaded = {words: command for words, command in commands(main.app) if words}
    assert {words[0] for words in loaded} == {command.name for command in main.COMMANDS}
    for command in main.COMMANDS:
        first = loaded[(str(command.name),)].help.partition("\n\n")[0]
        assert first.replace("\n", " ") == command.help


@pytest.mark.parametrize(
    "words",
    ["--help", "analyse", "scenes --help", "markers --help", "analyze f.mp4 --engine x", "analyze missing.mp4",
     "scenes missing.mp4", "screening missing.mp4 --viewers ."],
)  # fmt: skip
def test_what_needs_no_film_loads_nothing_heavy(words: str, tmp_path: Path) -> None:
    """The help, a refused word and a film that is not there load no package that takes long: each would wait for it."""
    program = (
        "import atexit, runpy, sys\n"
        f"sys.argv = {['emotion_core', *words.split()]}\n"
        "heavy = 'numpy pandas rich av sqlite3 psutil platformdirs opentimelineio'.split()\n"
        "atexit.register(lambda: print('loaded', [name for name in heavy if name in sys.modules]))\n"
        "runpy.run_module('emotion_core', run_name='__main__')"
    )
    completed = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, "EMOTION_HOME": str(tmp_path / "home")},
    )
    assert completed.stdout.splitlines()[-1] == "loaded []"


def test_a_message_loads_no_converter_of_values() -> None:
    """Words and defaults that are fine as they are need no pydantic, which takes as long to load as all the rest."""
    code = (
        "import contextlib, sys\n"
        "from emotion_core.cli.main import app\n"
        "with contextlib.suppress(Exception):\n"
        "    app(['--home', 'x', 'analyze', 'missing.mp4', '--csv', 'x.csv'], standalone_mode=False)\n"
        "print('emotion_core.cli.analyze' in sys.modules, 'pydantic' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.split() == ["True", "False"]
