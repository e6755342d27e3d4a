"""Hostile files: each ends in its message, or in a report that says what is missing."""

from __future__ import annotations

import io
import json
import os
import pwd
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from fractions import Fraction
from itertools import islice
from pathlib import Path

import pytest

from emotion_core.decoding import Decoder
from emotion_core.errors import EmotionError, NotAFilm
from emotion_core.interchange import conform_to_film, read_cut_list
from emotion_core.jobs import scans as jobs
from emotion_core.library import Film, Library
from emotion_core.report import csv_bytes, json_document, scene_table
from emotion_core.sandbox import landlock
from emotion_core.scan import SaveFramesRequest
from emotion_core.settings import ReportSettings, ShotSettings
from pages.services.markdown import escape
from tests.support import hostile_files
from tests.support.file_trace import Trace, elsewhere, trace
from tests.support.films import texture, write_film
from tests.support.hostile_files import Case
from tests.support.hostile_scans import SETTINGS
from tests.support.in_process_reader import films_read_in_process
from tests.support.networks import give_networks
from tests.support.prepared import PreparedReader
from tests.support.quick_engine import QUICK
from tests.support.repository import ROOT
from tests.support.running_scans import wait_for

NASTIEST = (
    "list.mp4", "join.mp4", "far.mkv", "dash.mp4", "alias.mov", "url.mov", "linked.mkv", "attached.mkv", "drawing.mp4",
    "script.mp4", "session.mp4", "packed index.mov", "ten thousand.mp4", "bomb.ts", "bomb.webm", "bomb within.mov",
    "comment.mp4", "cover.mp4", "subtitles.mkv", "header flipped.mkv",
)  # fmt: skip


TO_ITS_END = "cut 2.mkv"
"""Damaged from the middle on."""


@dataclass(frozen=True, slots=True)
class Ended:
    """All hostile files taken in as uploads are, and those that open scanned."""

    library: Library
    cases: dict[str, Case]
    refused: dict[str, EmotionError]
    films: dict[str, Film]
    said: dict[str, list[str] | None]
    """Of each scan the problem and advice it ended in, None for a report; by the file's name."""
    scans: Trace


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hostile")


@pytest.fixture(scope="module")
def cases(folder: Path) -> dict[str, Case]:
    """All hostile files, by name."""
    return {case.name: case for case in hostile_files.write(folder)}


def always(cases: dict[str, Case]) -> list[str]:
    """The names of those of every run: the nastiest, the one analysed to its end, and every third of the rest."""
    first = {*NASTIEST, TO_ITS_END}
    return [name for name in cases if name in first] + [name for name in cases if name not in first][::3]


@pytest.fixture(scope="module")
def ended(
    cases: dict[str, Case], networks: Path, film_reader: PreparedReader, tmp_path_factory: pytest.TempPathFactory
) -> Ended:
    return end({name: cases[name] for name in always(cases)}, networks, film_reader, tmp_path_factory)


@pytest.fixture(scope="module")
def others(
    cases: dict[str, Case], networks: Path, film_reader: PreparedReader, tmp_path_factory: pytest.TempPathFactory
) -> Ended:
    return end(
        {name: cases[name] for name in cases.keys() - set(always(cases))}, networks, film_reader, tmp_path_factory
    )


@pytest.fixture(params=["ended", "others"])
def either(request: pytest.FixtureRequest) -> Ended:
    """Those of every run, and the others."""
    one: Ended = request.getfixturevalue(request.param)
    return one


def end(
    cases: dict[str, Case], networks: Path, film_reader: PreparedReader, tmp_path_factory: pytest.TempPathFactory
) -> Ended:
    """Take in hostile files, and scan those that open."""
    library = Library.open(tmp_path_factory.mktemp("home"))
    give_networks(networks, library.home)

    def take(case: Case) -> Film | EmotionError:
        try:
            with case.path.open("rb") as file:
                return library.add_film(file, case.name)
        except EmotionError as error:
            return error

    with film_reader.in_use():
        took = {name: take(case) for name, case in cases.items()}
    films = {name: film for name, film in took.items() if isinstance(film, Film)}
    scans = {film.id: library.add_scan(film.id, SETTINGS, "") for film in films.values()}
    requests = {film.id: {"scan": scans[film.id].id, "path": str(film.path)} for film in films.values()}
    (library.home / "scans" / "asked.json").write_text(json.dumps(requests))
    traced = trace(
        ["tests.support.hostile_scans", str(library.home), *requests],
        tmp_path_factory.mktemp("trace") / "scans",
        {"EMOTION_HOME": str(library.home)},
    )
    assert traced.code == 0, traced.output
    lines = [json.loads(line) for line in traced.output.splitlines() if line.startswith('{"film"')]
    messages = {line["film"]: line["said"] for line in lines}
    return Ended(
        library,
        cases,
        {name: error for name, error in took.items() if isinstance(error, EmotionError)},
        films,
        {name: messages[film.id] for name, film in films.items()},
        traced,
    )


def check_message(case: Case, problem: str, advice: str, home: Path) -> None:
    assert case.name in problem
    assert advice
    for word in case.words:
        assert word in f"{problem} {advice}"
    for never in ("Traceback", "Error:", str(home), hostile_files.SECRET, "av.error", "\n"):
        assert never not in f"{problem} {advice}"


def test_there_are_enough(cases: dict[str, Case]) -> None:
    """There are at least sixty hostile files."""
    assert len(cases) >= 60


def test_each_one_ends(either: Ended) -> None:
    """Each one is refused, or a film that is scanned to a message or a report."""
    assert len(either.refused) + len(either.films) == len(either.cases)


def test_every_refusal_is_its_own_message(either: Ended) -> None:
    """What is refused is refused with its name, what is wrong with it and what to try, in one line; nothing stays."""
    for name, error in either.refused.items():
        case = either.cases[name]
        assert case.ends in ("message", "either", "any"), error
        check_message(case, error.problem, error.advice, either.library.home)
    assert not any((either.library.home / "incoming").iterdir())
    assert {film.id for film in either.library.films()} == {film.id for film in either.films.values()}


def test_what_can_be_read_in_part_has_a_report(either: Ended) -> None:
    """What opens ends in a report; where something is missing the first note, the JSON and the list say up to where."""
    notes: set[str] = set()
    for name, film in either.films.items():
        case, message = either.cases[name], either.said[name]
        if message is not None:
            assert case.ends in ("message", "either", "any"), message
            continue
        assert case.ends != "message", name
        analysis = either.library.analysis(film.id)
        document, card = json_document(analysis), either.library.film_summary(film.id)
        assert card is not None
        assert analysis.scenes
        if case.ends == "damaged" or (case.ends == "either" and analysis.damage):
            assert analysis.damage is not None, name
            first = analysis.notes[0]
            assert re.match(r"Damaged: (only the first [\d.:]+|[\d,]+ frames? could not be decoded)", first), first
            assert re.search(r"first (about )?[\d.:]+", first), first
            assert "Copy or export it again." in first
            assert all(word in first for word in case.words), first
            assert card.damaged == first
            assert document["damaged"]["read_until"] == round(float(analysis.observations.media.duration), 6)
            notes.add(first)
        elif case.ends == "whole":
            assert analysis.damage is None, analysis.notes
            assert document["damaged"] is None
            assert card.damaged == ""
        for never in (str(either.library.home), hostile_files.SECRET):
            assert never not in json.dumps(document)
    assert len(notes) > 5


def test_scans_use_no_file_outside(either: Ended) -> None:
    """Scanning them all opens the library's films, its compiled networks, the programs and nothing else, changes the
    scans alone, and calls nobody.
    """
    home, scans = either.library.home, either.scans
    # For graphics cards, what killed processes left, and whose the process is: before it is confined.
    listed = {Path("/dev"), Path(tempfile.gettempdir()), Path("/etc/passwd"), Path("/etc/nsswitch.conf")}
    read = elsewhere(scans.read - listed, home / "films", home / "scans", home / "networks", *temporary(scans))
    assert read == []
    changed = elsewhere(scans.changed, home / "scans", home / "networks", home / "engines", *temporary(scans))
    assert changed == []
    assert scans.called == ()
    assert any(path.is_relative_to(home / "films") for path in scans.read)
    assert any(path.is_relative_to(home / "scans") for path in scans.changed)
    assert_unread(scans, either.cases.values())


def temporary(traced: Trace) -> list[Path]:
    """The temporary folders of a confined process, and the file with which Python probes them."""
    below = [path for path in traced.changed if path.parent == Path(tempfile.gettempdir())]
    return [path for path in below if re.fullmatch(r"emotion-work-[\w-]+|[a-z0-9_]{8}", path.name)]


def assert_unread(traced: Trace, cases: Iterable[Case]) -> None:
    """What hostile files point to was not even asked for."""
    for case in cases:
        if case.points_to is not None:
            assert not any(path.name == case.points_to.name for path in traced.asked), case.name


def test_probes_use_no_file_outside(ended: Ended, tmp_path: Path) -> None:
    """A probe opens the one file it was given, and changes nothing: not what a playlist, a list, a data reference, a
    linked segment or a drawing in it points to.
    """

    def probed(name: str) -> Trace:
        return trace(
            ["emotion_core.processes.film_reader", "probe", str(ended.cases[name].path), "content"], tmp_path / name
        )

    with ThreadPoolExecutor(2) as two:
        traces = dict(zip(NASTIEST, two.map(probed, NASTIEST), strict=True))
    for name, traced in traces.items():
        film = ended.cases[name].path
        assert traced.code in (0, 3), (name, traced.output)
        assert film in traced.read
        assert elsewhere(traced.read, film) == [], name
        assert traced.changed <= {Path("/dev/null"), Path("/proc/self/oom_score_adj")}, name
        assert traced.called == ()
        assert_unread(traced, ended.cases.values())


BREAK_IN = """
import os, socket, sys
from pathlib import Path
from emotion_core.sandbox import confinement
film, other, how = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
if how == "look":
    level = confinement.confine_reader(film)
else:
    level = confinement.confine_worker(film, change=[Path(sys.argv[4])])
def tried(what):
    try:
        what()
        return "done"
    except OSError as error:
        return error.strerror
import threading
print(level, len(os.listdir("/proc/self/task")))
print(tried(lambda: film.read_bytes()))
print(tried(lambda: other.read_bytes()))
print(tried(lambda: other.write_bytes(b"mine")))
print(tried(lambda: film.write_bytes(b"mine")))
print(tried(lambda: os.rename(other, other.with_name("moved"))))
print(tried(lambda: os.symlink(other, Path(sys.argv[4]) / "link")))
print(tried(lambda: (Path(sys.argv[4]) / "own").write_bytes(b"mine")))
print(tried(lambda: socket.create_connection(("127.0.0.1", 9), timeout=2)))
worker = threading.Thread(target=lambda: print(tried(lambda: other.read_bytes())))
worker.start()
worker.join()
"""


@pytest.mark.parametrize(("how", "own"), [("look", "Permission denied"), ("work", "done")])
def test_a_decoder_that_was_taken_over_reaches_nothing(tmp_path: Path, how: str, own: str) -> None:
    """Where the kernel has Landlock, code in a confined process reads its film, writes where it may, and neither reads,
    changes, moves nor links anything else, nor connects; threads come under it too.
    """
    film, other, store = tmp_path / "film.mp4", tmp_path / "other.txt", tmp_path / "store"
    store.mkdir()
    film.write_bytes(b"film")
    other.write_text(hostile_files.SECRET)
    command = [sys.executable, "-c", BREAK_IN, str(film), str(other), how, str(store)]
    completed = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    first, *tries = completed.stdout.splitlines()
    level, threads = map(int, first.split())
    assert threads == 1
    assert level == landlock.version()
    no = "Permission denied"
    if level:
        assert tries[:7] == ["done", no, no, no, no, no, own]
        assert tries[8] == no
        assert other.read_text() == hostile_files.SECRET
        assert film.read_bytes() == b"film"
        assert [path.name for path in store.iterdir()] == (["own"] if own == "done" else [])
    if level >= 4:
        assert tries[7] == no


LIMITS = """
import resource, sys
from pathlib import Path
from emotion_core.sandbox import confinement
confinement.confine_reader(Path(sys.argv[1]))
import numpy
try:
    numpy.ones((confinement.LOOK_BYTES + (1 << 30)) // 8)
    print("had it")
except MemoryError:
    print("no memory")
print(resource.getrlimit(resource.RLIMIT_CORE)[0], resource.getrlimit(resource.RLIMIT_CPU)[0])
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems limit other things")
def test_a_probe_cannot_take_all_memory(tmp_path: Path) -> None:
    """A probe that asks for more memory than a film needs is refused it, leaves no core file, and has a minute."""
    completed = subprocess.run(
        [sys.executable, "-c", LIMITS, str(tmp_path / "a.mp4")], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert completed.stdout.splitlines() == ["no memory", "0 60"]


WHOSE = """
import sys
from pathlib import Path
from emotion_core.sandbox import confinement
from emotion_core.package_root import ROOT
confinement.confine_worker(Path(sys.argv[1]), change=[Path(sys.argv[2])])
import getpass, subprocess
print(getpass.getuser(), Path.home())
sys.stdout.flush()
subprocess.run([sys.executable, "-m", "emotion_core.processes.engine_trial"], cwd=ROOT)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems confine otherwise")
def test_a_confined_process_knows_whose_it_is(tmp_path: Path) -> None:
    """Engines ask for the user's name and home when they are imported, and are tried in processes that a scan starts;
    started by a service, no variable tells them.
    """
    unnamed = {k: v for k, v in os.environ.items() if k not in ("LOGNAME", "USER", "LNAME", "USERNAME", "HOME")}
    command = [sys.executable, "-c", WHOSE, str(tmp_path / "a.mp4"), str(tmp_path / "store")]
    completed = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT, env=unnamed)
    mine = pwd.getpwuid(os.getuid())
    assert completed.stdout.split() == [mine.pw_name, mine.pw_dir]
    assert "No module named" not in completed.stderr  # a trial of an engine, which it starts, is found
    assert "engine_trial.py" in completed.stderr


HANGS = """
import contextlib
import time
from emotion_core.sandbox.watchdog import Watchdog
dog = Watchdog(lambda: print("nothing came", flush=True), seconds=1.5)
for _ in range(20):
    time.sleep(0.1)
    dog.reset()
print("goes on", flush=True)
with contextlib.suppress(ValueError), Watchdog(lambda: print("too early", flush=True), seconds=0.5):
    raise ValueError
time.sleep(60)
print("too late", flush=True)
"""


def test_what_hangs_is_ended() -> None:
    """A process that shows signs of life goes on, and so does one whose work is over or failed; one that shows none is
    ended, and says so.
    """
    completed = subprocess.run(
        [sys.executable, "-c", HANGS], capture_output=True, text=True, check=False, cwd=ROOT, timeout=50
    )
    assert (completed.returncode, completed.stdout) == (1, "goes on\nnothing came\n")


# Paths


def special(folder: Path, kind: str) -> Path:
    path = folder / f"{kind}.mp4"
    match kind:
        case "a pipe":
            os.mkfifo(path)
        case "a device":
            path.symlink_to("/dev/zero")
        case "a folder":
            path.mkdir()
        case _:
            path.symlink_to(path)
    return path


@pytest.mark.parametrize("kind", ["a pipe", "a device", "a folder", "symbolic links"])
def test_what_is_no_file_is_refused_at_once(tmp_path: Path, kind: str) -> None:
    """A pipe, a device that never ends, a folder or a link to itself called a film is refused, and not waited for."""
    library, path = Library.open(tmp_path / "home"), special(tmp_path, kind)
    with pytest.raises(NotAFilm, match=kind) as refusal:
        library.refer_to(path)
    assert refusal.value.advice
    with pytest.raises(NotAFilm, match="cannot be read"):
        Decoder(path, "content")


@pytest.mark.parametrize("name", ["file:secret.mp4", "subfile,,start,0,end,0,,:secret.mp4", "concat:secret.mp4"])
def test_a_path_is_no_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """A name that FFmpeg would take for an address names a file: a missing one, or its bytes."""
    write_film(tmp_path / "secret.mp4", texture(1, 5))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(NotAFilm, match="cannot be read"):
        Decoder(Path(name), "content")
    (tmp_path / name).write_bytes(write_film(tmp_path / "own.mp4", texture(2, 9)).read_bytes())
    with Decoder(Path(name), "content") as decoder:
        assert sum(1 for _ in decoder.frames()) == 9


def test_a_film_that_shrinks_while_it_is_read(tmp_path: Path) -> None:
    """A film whose file is cut off while it is read is read as far as it is there, and called damaged."""
    path = write_film(tmp_path / "a.mp4", texture(1, 400, 320, 240), container_options={"movflags": "faststart"})
    with Decoder(path, "content") as decoder:
        frames = decoder.frames()
        read = [frame.index for frame in islice(frames, 5)]
        os.truncate(path, path.stat().st_size // 2)
        with pytest.raises(EmotionError, match=r"could be read|breaks off"):
            read.extend(frame.index for frame in frames)
    assert 5 <= len(read) < 400


# Names


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> tuple[Library, dict[str, Film]]:
    """One film under each hostile name; each has other bytes at its end."""
    library = Library.open(tmp_path_factory.mktemp("names"))
    content = hostile_files.film("mp4")

    def take(name: str) -> Film:
        return library.add_film(io.BytesIO(content + hostile_files.box(b"free", name.encode())), name)

    with films_read_in_process(), ThreadPoolExecutor(2) as two:
        return library, dict(zip(hostile_files.NAMES, two.map(take, hostile_files.NAMES), strict=True))


def test_no_name_is_a_path(named: tuple[Library, dict[str, Film]]) -> None:
    """An upload's bytes lie under a name that the library chooses, and its shown name is one line."""
    library, films = named
    assert len({film.id for film in films.values()}) == len(hostile_files.NAMES)
    for name, film in films.items():
        assert film.path == library.home / "films" / film.id / film.path.name
        assert re.fullmatch(r"original(\.[a-z0-9]{1,5})?", film.path.name)
        assert film.path.is_file()
        assert 0 < len(film.name) <= 200
        assert film.name.isprintable(), name
        assert not set(film.name) & set("/\\\0\n\r\u202e")
    top_level = {path.relative_to(library.home).parts[0] for path in library.home.rglob("*") if path.is_file()}
    assert top_level == {"films", "library.sqlite"}


def test_no_name_is_markup(named: tuple[Library, dict[str, Film]]) -> None:
    """What a page is given of a name holds no sign that Markdown or HTML would take for its own."""
    for film in named[1].values():
        assert not re.search(r"(?<!\\)[<>`*_\[\]$|#~:{}]", escape(film.name).replace("\\\\", ""))


@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0", "+1+2", "-2+3", "@SUM(A1)", "<script>alert(1)</script>"])
def test_no_scene_name_is_a_formula(ended: Ended, name: str) -> None:
    """A scene's name from a cut list that a spreadsheet would run stands in the CSV as text; in the JSON as it is."""
    film = ended.films["comment.mp4"]
    cuts = conform_to_film(read_cut_list(f"0 {name}\n".encode()), film.media).cuts
    scan = ended.library.newest_scan(film.id)
    assert scan is not None
    analysis = ended.library.analysis_of(scan, ReportSettings(shots=ShotSettings(detector="cuts", cuts=cuts)))
    cell = csv_bytes(scene_table(analysis)).decode("utf-8-sig").splitlines()[1].split(",")[1].strip('"')
    assert cell == (name if name.startswith("<") else f"'{name}")
    assert json_document(analysis)["scenes"][0]["name"] == name


# Jobs


def test_a_damaged_film_is_analysed_to_its_end(ended: Ended, networks: Path, tmp_path: Path) -> None:
    """A damaged film's job succeeds in its process, with the report that says what is missing."""
    name = TO_ITS_END
    library = Library.open(tmp_path / "home")
    give_networks(networks, library.home)
    with ended.cases[name].path.open("rb") as file:
        film = library.add_film(file, name)
    scan_id = jobs.start(library, film.id, SETTINGS)
    assert wait_for(library, scan_id).state == "done"
    first, two = library.analysis(film.id), ended.library.analysis(film.id)
    assert first.damage == two.damage
    assert first.notes[0].startswith("Damaged: ")
    assert csv_bytes(scene_table(first)) == csv_bytes(scene_table(two))
    assert Fraction(0) < first.observations.media.duration <= Fraction(2)


CONFINED = """
import json, sys
from emotion_core.processes import frames
from emotion_core.scan import SaveFramesRequest, save_frames
frames.main(SaveFramesRequest(**json.loads(sys.argv[1])))
try:
    open(sys.argv[2]).read()
    print("read")
except OSError as error:
    print(type(error).__name__)
"""


def test_frames_are_read_in_a_confined_process(networks: Path, tmp_path: Path) -> None:
    """Saving frames on the terminal writes the pictures; from then on that process reads no other file."""
    give_networks(networks, tmp_path / "home")
    film = write_film(tmp_path / "film.mp4", texture(1, 5))
    request = SaveFramesRequest(
        film=str(film), out=str(tmp_path / "out"), every=2, whole_frame=True, checkpoint="embedded", engine=QUICK
    )
    secret = tmp_path / "secret"
    secret.write_text("mine")
    completed = subprocess.run(
        [sys.executable, "-c", CONFINED, json.dumps(asdict(request)), str(secret)],
        capture_output=True, text=True, env={**os.environ, "EMOTION_HOME": str(tmp_path / "home")}, check=False,
    )  # fmt: skip
    assert completed.stdout.splitlines()[-1] == ("PermissionError" if landlock.version() else "read"), completed.stderr
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [f"frame_{n:07}.jpg" for n in (0, 2, 4)]
