"""Names and places of any kind: each problem is one true sentence with its exit code, and saved work stays."""

from __future__ import annotations

import builtins
import errno
import io
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NoReturn

import pytest

from emotion_core import formatting
from emotion_core.console import ExitCode, exit_codes
from emotion_core.errors import (
    CheckpointError,
    DiskFull,
    EmotionError,
    FilmNeedsMemory,
    FilmNotPermitted,
    LibraryBusy,
    NobodyReads,
    NotAFilm,
    OutOfMemory,
    OutputFailed,
    PlaceNotPermitted,
    ScanCancelled,
    error_fields,
    error_from_fields,
)
from emotion_core.expression.checkpoints import load, locate, transformers_model
from emotion_core.expression.engines import factory
from emotion_core.ingest import allowed_folders
from emotion_core.interchange.readers.timelines import otio
from emotion_core.jobs import child
from emotion_core.library import Library
from emotion_core.maintenance import check, check_numbers
from emotion_core.storage import Configuration, stored_paths, use_home_argument
from emotion_core.system import memory_limits, openvino
from tests.support import checkpoints, terminal
from tests.support.films import texture, write_film
from tests.support.mounts import OWN_MOUNTS
from tests.support.networks import give_networks
from tests.support.quick_engine import QUICK
from tests.support.repository import ROOT
from tests.support.running_scans import Analysed

pytestmark = pytest.mark.skipif(os.name != "posix", reason="descriptors, signals and limits of this kind")

STRANGE = b"fi\xe9l\nm\x1b[31m\xe2\x80\xae \xc3\xbc.mp4"
"""A name with a byte that is no UTF-8, a new line, a terminal's escape, a mark of direction, and a letter."""
PLAIN = "fi\ufffdlm[31m ü.mp4"
"""How the library calls that film."""


@pytest.fixture(scope="module")
def desk(analysed_once: Analysed, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a film, film.mp4, and a library, home, in which it is analysed; not to be changed."""
    folder = tmp_path_factory.mktemp("desk")
    shutil.copytree(analysed_once.library.home, folder / "home")
    shutil.copy2(analysed_once.film.path, folder / "film.mp4")
    return folder


@pytest.fixture
def own(desk: Path, tmp_path: Path) -> Iterator[Path]:
    """A copy of the desk, which may be changed; what was locked away in it is opened at the end."""
    folder = tmp_path / "desk"
    shutil.copytree(desk, folder)
    yield folder
    subprocess.run(["chmod", "-R", "u+rwX", str(folder)], check=False)


def shell(
    folder: Path, line: str, *words: str | bytes, prefix: tuple[str, ...] = (), env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Runs a line of a shell in `folder`, in which `$RUN` is the command line with `words`."""
    command = [sys.executable, "-m", "emotion_core", *words]
    return subprocess.run(
        [*prefix, "sh", "-c", line.replace("$RUN", '"$@"'), "sh", *command],
        capture_output=True,
        check=False,
        cwd=folder,
        env={**os.environ, "EMOTION_HOME": str(folder / "home"), "PYTHONPATH": str(ROOT), **(env or {})},
    )


def one_sentence(completed: subprocess.CompletedProcess[bytes], code: int, message: str) -> None:
    """One line of ours on standard error that matches `message`, the exit code, and no traceback anywhere."""
    err = completed.stderr.decode()
    assert completed.returncode == code, err
    assert b"Traceback" not in completed.stdout + completed.stderr
    errors = [line for line in err.splitlines() if not line.startswith("Note: ")]
    assert len(errors) == 1, err
    assert re.search(rf"^Error: .*{message}", errors[0]), err
    assert "fault of its own" not in err


# Standard output and error

KEPT = "What was analysed or saved before that is kept"
OUTPUTS = [
    # where the output goes, words, exit code, the message; None where there is none, or nowhere to print it
    ("$RUN >/dev/full", ["library", "check"], 7, f"No space left on device.*{KEPT}"),
    ("$RUN >/dev/full", ["scenes", "film.mp4", "--csv", "-"], 7, f"No space left on device.*{KEPT}"),
    ("$RUN >/dev/full", ["scenes", "film.mp4", "--csv", "/dev/stdout"], 7, "No space left on device"),
    ("$RUN", ["scenes", "film.mp4", "--csv", "/dev/full"], 4, "no space left on /dev/full"),
    ("$RUN >&-", ["library", "check"], 7, f"it is closed.*{KEPT}"),
    ("$RUN >&-", ["scenes", "film.mp4", "--csv", "-"], 7, "it is closed"),
    ("$RUN >&-", ["scenes", "film.mp4", "--csv", "/dev/stdout"], 7, "it is closed"),
    ("$RUN 2>&-", ["library", "check"], 0, None),
    ("$RUN 2>&-", ["scenes", "gone.mp4"], 1, None),
    ("$RUN 2>/dev/full", ["scenes", "gone.mp4"], 1, None),
    ("$RUN 2>/dev/full", ["scenes", "film.mp4", "--csv", "-"], 0, None),
    ("$RUN <&- >&- 2>&-", ["library", "check"], 7, None),
    ("$RUN <&-", ["library", "check", "--json"], 0, None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "words", "code", "message"), OUTPUTS, ids=[f"{o[0]} {' '.join(o[1])}" for o in OUTPUTS]
)
def test_an_output_that_fails_is_called_so(
    desk: Path, line: str, words: list[str], code: int, message: str | None
) -> None:
    """A closed or full standard output has its exit code and sentence; standard error may be closed."""
    completed = shell(desk, line, *words)
    if message is None:
        assert completed.returncode == code
        assert b"Traceback" not in completed.stdout + completed.stderr
    else:
        one_sentence(completed, code, message)


def test_what_was_saved_before_printing_failed_is_kept(own: Path) -> None:
    """A correction whose printing fails is saved, and the sentence does not call it failed."""
    completed = shell(own, "$RUN >/dev/full", "scenes", "film.mp4", "--rename", "1=Kitchen")
    one_sentence(completed, ExitCode.OUTPUT, KEPT)
    assert b"Kitchen" in shell(own, "$RUN", "scenes", "film.mp4").stdout


def test_a_reader_that_left_ends_it_without_a_word(desk: Path) -> None:
    """When the reader of the output has left, the command ends as SIGPIPE would end it, without a message."""
    left, ours = os.pipe()
    os.close(left)
    command = [sys.executable, "-m", "emotion_core", "library", "check"]
    with os.fdopen(ours, "wb") as pipe:
        completed = subprocess.run(
            command,
            stdout=pipe,
            stderr=subprocess.PIPE,
            check=False,
            cwd=ROOT,
            env={**os.environ, "EMOTION_HOME": str(desk / "home")},
        )
    assert (completed.returncode, completed.stderr) == (ExitCode.NOBODY_READS, b"")


ENCODINGS = [
    ({"PYTHONIOENCODING": "ascii"}, b"K?che ??"),
    ({"PYTHONIOENCODING": "latin-1"}, b"K\xfcche ??"),
    ({"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, b"K?che ??"),
]


@pytest.fixture(scope="module")
def named(desk: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the desk in which a scene has a name of two alphabets; not to be changed."""
    folder = tmp_path_factory.mktemp("named") / "desk"
    shutil.copytree(desk, folder)
    renamed = shell(folder, "$RUN", "scenes", "film.mp4", "--rename", "1=Küche 日本")
    assert "Küche 日本" in renamed.stdout.decode()
    return folder


@pytest.mark.parametrize(("variables", "shown"), ENCODINGS, ids=[" ".join(v) for v, _ in ENCODINGS])
def test_an_encoding_without_a_character_replaces_it(named: Path, variables: dict[str, str], shown: bytes) -> None:
    """A character that standard output cannot take is replaced in what is printed, and stays in a report sent there."""
    printed = shell(named, "$RUN", "scenes", "film.mp4", env=variables)
    assert (printed.returncode, shown in printed.stdout, printed.stderr) == (0, True, b"")
    assert shell(named, "$RUN", "analyze", "--help", env=variables).returncode == 0
    report = shell(named, "$RUN", "scenes", "film.mp4", "--csv", "-", env=variables)
    assert "Küche 日本" in report.stdout.decode("utf-8-sig")


# Names

NAMES = [
    # a name, how it is shown
    ("film.mp4", "film.mp4"),
    ("Füchse 日本 👩\u200d👧.mp4", "Füchse 日本 👩\u200d👧.mp4"),
    (os.fsdecode(b"fi\xe9lm.mp4"), "fi\ufffdlm.mp4"),
    ("a\x1b[31mb\x07\x9bc", "a\ufffd[31mb\ufffd\ufffdc"),
    ("\u202egpj.mp4", "\ufffdgpj.mp4"),
    ("two\nlines\tand\r", "two\nlines\tand\r"),
]


@pytest.mark.parametrize(("name", "shown"), NAMES, ids=[ascii(name) for name, _ in NAMES])
def test_a_name_is_shown_as_plain_text(name: str, shown: str) -> None:
    """What is shown of a name can be encoded and steers no terminal; every message is shown so."""
    assert formatting.printable(name) == shown
    assert str(EmotionError(f"{name}.", "Try another.")).encode().decode() == f"{shown}. Try another."
    assert formatting.in_one_line(name).splitlines() == [" ".join(shown.split())]


@pytest.mark.parametrize(
    "name", [b"/films/a.mp4", "/films/ü 日.mp4".encode(), b"/films/fi\xe9lm\n%41.mp4", b"films/x/original"]
)
def test_a_path_comes_back_as_it_was(name: bytes) -> None:
    """A path in the database or in a request is text that can be stored, and names the same bytes afterwards."""
    path = Path(os.fsdecode(name))
    text = stored_paths.as_text(path)
    assert text.encode().decode() == text
    assert os.fsencode(stored_paths.from_text(text)) == name
    request = json.dumps({"film": stored_paths.relative_text(path, Path("/library")), "home": "."})
    read = json.loads(stored_paths.rebase_request(request, Path("/library")))
    assert os.fsencode(read["film"]).endswith(name)


def test_a_film_of_any_name_is_analysed(networks: Path, tmp_path: Path) -> None:
    """A film whose name is no text is analysed, found, marked, checked and listed; what is shown of it is plain."""
    give_networks(networks, tmp_path / "home")
    os.rename(write_film(tmp_path / "film.mp4", texture(1, 10)), os.path.join(os.fsencode(tmp_path), STRANGE))  # noqa: PTH104, PTH118
    model = ["--checkpoint", "embedded", "--engine", QUICK]
    completed = shell(tmp_path, "$RUN", "analyze", *model, "--csv", b"r-" + STRANGE + b".csv", "--", STRANGE)
    assert (completed.returncode, completed.stderr) == (0, b"")
    completed.stdout.decode()
    assert b"r-" + STRANGE + b".csv" in os.listdir(os.fsencode(tmp_path))  # noqa: PTH208
    library = Library.open(tmp_path / "home")
    (film,) = library.films()
    assert (film.name, film.unchanged) == (PLAIN, True)
    assert os.fsencode(film.path.name) == STRANGE
    assert library.newest_scan(film.id) is not None
    options = ["--to", "premiere", "--without-expression"]
    marks = shell(tmp_path, "$RUN", "markers", STRANGE, *options, "--out", b"m-" + STRANGE + b".csv")
    assert marks.returncode == 0, marks.stderr
    assert len(marks.stdout.decode().splitlines()) == 1
    assert b"\x1b" not in marks.stdout
    assert b"all is well" in shell(tmp_path, "$RUN", "library", "check", "--hashes").stdout
    missing = shell(tmp_path, "$RUN", "scenes", b"gone" + STRANGE)
    one_sentence(missing, 1, "gonefi\ufffdl m\ufffd\\[31m\ufffd ü.mp4 cannot be read: No such file")
    (listed,) = allowed_folders.list_films(Configuration(folders=(tmp_path,))).films
    assert listed.path == film.path
    assert listed.name == f"{tmp_path.name}/fi\ufffdl m\ufffd[31m\ufffd ü.mp4"
    assert allowed_folders.refer(library, Configuration(folders=(tmp_path,)), listed.path).path == film.path


# Ctrl-C

HOOK = """
import os, signal, sys

class Interrupt:  # an audit hook would not see modules that importlib.import_module loads, as commands are
    def find_spec(self, name, path=None, target=None):
        if name == MODULE and "emotion_core" in sys.orig_argv:
            os.kill(os.getpid(), signal.SIGINT)

signal.signal(signal.SIGINT, signal.default_int_handler)
sys.meta_path.insert(0, Interrupt())
"""


@pytest.mark.parametrize(
    "module",
    [
        "emotion_core.cli.startup",
        "typer",
        "numpy",
        "emotion_core.cli.scenes",
        "emotion_core.library.library",
        "emotion_core.report.table",
        "sqlite3",
    ],
)
def test_ctrl_c_at_any_moment_is_one_line(desk: Path, tmp_path: Path, module: str) -> None:
    """Ctrl-C while modules are imported, or while the command runs, ends in one line and exit code 130."""
    (tmp_path / "sitecustomize.py").write_text(HOOK.replace("MODULE", repr(module)))
    completed = shell(
        desk, "exec $RUN", "scenes", "film.mp4", env={"PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)])}
    )
    assert (completed.returncode, completed.stdout) == (ExitCode.STOPPED, b"")
    assert completed.stderr == b"Error: Stopped.\n"


# The library's folder

LONG = "/".join(["d" * 200] * 20)[:3950]
HOMES = [
    # the folder, the message
    (LONG, r"d … .*ddd.* cannot be used: its path has [34],[0-9]{3} bytes. SQLite opens .* at most 488 bytes"),
    ("n" * 300, "cannot be used: File name too long"),
    ("film.mp4", "film.mp4 is a file, and a library is a folder"),
    ("film.mp4/x", "There is no library at .*film.mp4/x"),
    ("~nosuchuser/x", "~nosuchuser/x cannot be used"),
    ("loop", "loop cannot be used: its links lead in a circle"),
]


@pytest.mark.parametrize("how", ["--home", "EMOTION_HOME"])
@pytest.mark.parametrize(("home", "message"), HOMES, ids=[home[:14] for home, _ in HOMES])
def test_a_home_that_cannot_be_is_one_sentence(
    own: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], home: str, message: str, how: str
) -> None:
    """A library folder that no system accepts, or that is a file, is one sentence that shows the path's ends."""
    (own / "loop").symlink_to("loop")
    place = str(own / home) if home == LONG else home
    monkeypatch.setenv("EMOTION_HOME", place)
    monkeypatch.chdir(own)
    code = terminal.run(monkeypatch, *(["--home", place] if how == "--home" else []), "library", "check")
    out, err = (text.encode() for text in capfd.readouterr())
    one_sentence(subprocess.CompletedProcess([], code, out, err), 1, message)
    assert len(err) < 700


def test_a_home_without_a_name_is_refused(own: Path) -> None:
    """`--home ""` is no folder; a path from here, or from the user's own folder, is one."""
    one_sentence(shell(own, "$RUN", "--home", "", "library", "check"), 1, "--home names no folder")
    for place, expected in (("new/library", own / "new/library"), ("~/kept", own / "user/kept")):
        Library.open(expected)
        assert shell(own, "$RUN", "--home", place, "library", "check", env={"HOME": str(own / "user")}).returncode == 0


# Permission

DENIED = [
    # what is done before, words, the file that is named
    ("chmod 000 home", ["scenes", "film.mp4"], "library.sqlite could not be opened"),
    ("chmod 000 home", ["library", "check"], "library.sqlite could not be opened"),
    ("chmod 000 home/library.sqlite", ["scenes", "film.mp4"], "library.sqlite could not be opened"),
    ("chmod a-w home/library.sqlite", ["scenes", "film.mp4", "--rename", "1=x"], "library.sqlite could not be written"),
    ("chmod a-w home", ["scenes", "film.mp4", "--rename", "1=x"], "home could not be written"),
    ("chmod 000 home/scans", ["scenes", "film.mp4"], "home/scans could not be"),
    ("chmod 000 film.mp4", ["analyze", "film.mp4"], "film.mp4 cannot be read"),
    ("chmod 000 film.mp4", ["classify", "film.mp4", "--checkpoint", "embedded"], "film.mp4 cannot be read"),
    ("mkdir d && chmod a-w d", ["scenes", "film.mp4", "--csv", "d/x.csv"], "d/x.csv could not be written"),
    ("mkdir d && chmod 000 d", ["scenes", "film.mp4", "--csv", "d/x.csv"], "d/x.csv cannot be used"),
    ("touch cuts && chmod 000 cuts", ["analyze", "film.mp4", "--cuts", "cuts"], "cuts cannot be read"),
    ("touch home/config.toml && chmod 000 home/config.toml", ["analyze", "film.mp4", "--checkpoint", "embedded"],
     "config.toml cannot be read"),
]  # fmt: skip


@pytest.fixture(scope="module")
def subject() -> tuple[str, ...]:
    """What a command is run by so that permissions hold for it: root overrides them otherwise."""
    prefix: tuple[str, ...] = ()
    if os.geteuid() == 0:
        prefix = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")
        if not shutil.which("setpriv") or subprocess.run([*prefix, "true"], check=False).returncode:
            pytest.skip("root cannot give up its rights here")
    return prefix


@pytest.mark.parametrize(("before", "words", "named"), DENIED, ids=[f"{d[0]}: {' '.join(d[1])}" for d in DENIED])
def test_what_is_not_permitted_is_called_so(
    own: Path, subject: tuple[str, ...], before: str, words: list[str], named: str
) -> None:
    """Where a permission is missing the sentence says so and names the file, and the exit code tells it."""
    one_sentence(
        shell(own, f"{before} && $RUN", *words, prefix=subject), ExitCode.PERMISSION, f"{named}.*: Permission denied"
    )


# Locks

LOCKED = [
    # the other process' lock, words, exit code
    ("IMMEDIATE", ["scenes", "film.mp4"], 0),
    ("IMMEDIATE", ["library", "check"], 0),
    ("IMMEDIATE", ["scenes", "film.mp4", "--rename", "1=x"], 6),
    ("EXCLUSIVE", ["scenes", "film.mp4"], 6),
    ("EXCLUSIVE", ["library", "check"], 6),
]
IMPATIENT = (
    "import sys; from emotion_core.storage import files as storage; storage.LOCK_WAIT = 0.3; "
    "from emotion_core.cli import main as cli; from emotion_core.jobs import worker; from pathlib import Path; "
    "worker.main(Path(sys.argv[2]), 0.2) if sys.argv[1] == 'worker' else cli.main()"
)


def impatient(folder: Path, *words: str) -> subprocess.Popen[bytes]:
    """A command, or a worker, that waits for a lock 0.3 seconds."""
    return subprocess.Popen(
        [sys.executable, "-c", IMPATIENT, *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=folder,
        env={**os.environ, "EMOTION_HOME": str(folder / "home"), "PYTHONPATH": str(ROOT)},
    )


@pytest.fixture
def holder(own: Path) -> Iterator[sqlite3.Connection]:
    """A connection that may lock the library of `own`."""
    connection = sqlite3.connect(own / "home" / "library.sqlite", isolation_level=None)
    yield connection
    connection.close()


@pytest.mark.parametrize(("lock", "words", "code"), LOCKED, ids=[f"{row[0]} {' '.join(row[1])}" for row in LOCKED])
def test_a_library_in_use_is_called_so(
    own: Path, holder: sqlite3.Connection, lock: str, words: list[str], code: int
) -> None:
    """A lock held for longer than the timeout is reported as such; readers go on beside a writer."""
    holder.execute(f"BEGIN {lock}")
    process = impatient(own, *words)
    out, err = process.communicate(timeout=60)
    if code:
        completed = subprocess.CompletedProcess([], process.returncode, out, err)
        one_sentence(
            completed, code, "library.sqlite is in use by another process, which kept it for more than 0 seconds"
        )
    else:
        assert (process.returncode, err) == (0, b"")


def test_a_worker_outlives_a_lock(own: Path, holder: sqlite3.Connection) -> None:
    """A worker that finds the library locked for longer than it waits asks again, and ends well once it is free."""
    holder.execute("BEGIN EXCLUSIVE")
    process = impatient(own, "worker", str(own / "home"))
    time.sleep(3)
    assert process.poll() is None, process.communicate()[1]
    holder.execute("ROLLBACK")
    assert process.wait(30) == 0


# Memory and other limits

LIMITS = [
    # the limit, words, exit code, the message
    ("ulimit -v 100000", ["--help"], 5, "needs more memory than there is, of which it may have 98 MB"),
    ("ulimit -v 200000", ["library", "check"], 5, "needs more memory than there is, of which it may have 195 MB"),
    ("ulimit -v 1000000", ["frames", "film.mp4", "--out", "out", "--checkpoint", "embedded", "--engine", "torch"], 5,
     "needs more memory"),
    ("ulimit -f 8", ["scenes", "film.mp4", "--rename", "1=x"], 1, r"File too large.*ulimit -f"),
    ("ulimit -f 0", ["scenes", "film.mp4", "--csv", "x.csv"], 1, r"x.csv could not be written: File too large"),
]  # fmt: skip


@pytest.mark.parametrize(("limit", "words", "code", "message"), LIMITS, ids=[f"{x[0]} {x[1][0]}" for x in LIMITS])
def test_a_limit_is_called_what_it_is(own: Path, limit: str, words: list[str], code: int, message: str) -> None:
    """Too little address space is reported as memory, a file that may not grow as that; neither as a program fault."""
    one_sentence(shell(own, f"{limit}; exec $RUN", *words), code, message)


SCARCE = [
    # an exception, whether it is of memory
    (MemoryError(), True),
    (ImportError("libtorch_cpu.so: failed to map segment from shared object"), True),
    (RuntimeError("can't start new thread"), True),
    (RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory"), True),
    (OSError(errno.ENOMEM, "Cannot allocate memory"), True),
    (ImportError("No module named 'torch'"), False),
    (ValueError("out of memory"), False),
    (OSError(errno.ENOSPC, "No space left on device"), False),
]


@pytest.mark.parametrize(("error", "so"), SCARCE, ids=[repr(error) for error, _ in SCARCE])
def test_too_little_memory_is_known_by_its_exceptions(error: Exception, so: bool) -> None:
    """What libraries raise where memory, address space or threads do not suffice is told from all else, also beneath
    another exception; a job's process says it as that.
    """
    assert memory_limits.is_memory_error(error) is so
    above = RuntimeError("it failed")
    above.__cause__ = error
    assert memory_limits.is_memory_error(above) is so
    events = io.StringIO()

    def read(_: Path) -> SimpleNamespace:
        return SimpleNamespace(film=Path("/films/a.mp4"), name="A.mp4")

    def work(*_: object) -> None:
        raise error

    assert child.run(Path("x.request"), events, read, work) == 1
    event = json.loads(events.getvalue())
    assert (event["kind"] == "FilmNeedsMemory") is so
    assert "A.mp4" in event["problem"] or not so


def scarce(*_: object, **__: object) -> NoReturn:
    raise RuntimeError("DefaultCPUAllocator: can't allocate memory")


def built(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(factory, "_build", scarce)
    factory.build("torch", load(locate("embedded")), batch=1, threads=1, reason="named")


def imported(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__
    failing = ImportError("libopenvino.so: failed to map segment from shared object")

    def load_module(name: str, *args: Any) -> Any:
        if name == "openvino":
            raise failing
        return real(name, *args)

    monkeypatch.setattr(builtins, "__import__", load_module)
    openvino.core.__wrapped__()


def read_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("safetensors.safe_open", scarce)
    transformers_model.check_format(locate("embedded"))


def read_timeline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("opentimelineio.adapters.read_from_string", scarce)
    otio.parse_json("{}", "OpenTimelineIO")


@pytest.mark.parametrize("work", [built, imported, read_weights, read_timeline])
def test_too_little_memory_is_no_fault_of_what_is_read(
    monkeypatch: pytest.MonkeyPatch, work: Callable[[pytest.MonkeyPatch], None]
) -> None:
    """Where a library fails for lack of memory, neither the engine nor the file that it reads is called unusable."""
    with pytest.raises(OutOfMemory, match="needs more memory than there is") as raised:
        work(monkeypatch)
    assert exit_codes.exit_code_for(raised.value) == ExitCode.MEMORY


def test_too_little_memory_is_no_damage(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A check that lacks memory lists no row as damaged."""
    monkeypatch.setattr(check_numbers, "check_scan", scarce)
    with pytest.raises(OutOfMemory, match="The check needs more memory"):
        check.find(Library.open(own / "home"), hashes=True)


def test_a_job_without_room_for_its_words_tells_by_its_exit_code() -> None:
    """Where a job's last event finds the disk full, its exit code says so."""
    with open("/dev/full", "w") as events:  # noqa: PTH123

        def read(_: Path) -> SimpleNamespace:
            raise DiskFull("There is no space left.")

        assert child.run(Path("x.request"), events, read, lambda *_: None) == ExitCode.DISK_FULL
        os.dup2(os.open(os.devnull, os.O_WRONLY), events.fileno())  # what is left is written there when it closes


# Disks


def test_the_disk_that_is_full_is_named(own: Path, tmp_path: Path) -> None:
    """A report that finds its own disk full names that disk; a library that does names its own."""
    (tmp_path / "disk").mkdir()
    mount = f"mount -t tmpfs -o size=64k tmpfs {tmp_path}/disk && cat /dev/zero >{tmp_path}/disk/full 2>/dev/null; "
    prefix = tuple(OWN_MOUNTS)
    if not shutil.which("unshare") or shell(own, f"{mount} test -s {tmp_path}/disk/full", prefix=prefix).returncode:
        pytest.skip("no disk can be mounted here")
    report = shell(own, f"{mount} $RUN", "scenes", "film.mp4", "--csv", f"{tmp_path}/disk/x.csv", prefix=prefix)
    one_sentence(report, ExitCode.DISK_FULL, f"holds {tmp_path}/disk. Free some space there")
    assert b"EMOTION_HOME" not in report.stderr
    library = shell(own, f"{mount} $RUN", "--home", f"{tmp_path}/disk/new", "analyze", "film.mp4", prefix=prefix)
    one_sentence(library, ExitCode.DISK_FULL, f"holds {tmp_path}/disk/new. .*EMOTION_HOME")
    temporary = {"TMPDIR": f"{tmp_path}/disk"}
    assert shell(own, f"{mount} $RUN", "scenes", "film.mp4", prefix=prefix, env=temporary).returncode == 0


# Exit codes

CODES = [
    # an error, its exit code
    (NotAFilm("x"), 1),
    (FilmNotPermitted("x"), 3),
    (PlaceNotPermitted("x"), 3),
    (DiskFull("x"), 4),
    (FilmNeedsMemory("x"), 5),
    (LibraryBusy("x"), 6),
    (OutputFailed("x"), 7),
    (NobodyReads("x"), 141),
]


@pytest.mark.parametrize(("error", "code"), CODES, ids=[type(error).__name__ for error, _ in CODES])
def test_each_kind_of_error_has_its_exit_code(error: EmotionError, code: int) -> None:
    """An error has the exit code of its kind, also after it went to another process and back."""
    assert exit_codes.exit_code_for(error) == code
    assert exit_codes.exit_code_for(error_from_fields(**error_fields(error))) == code


def test_an_exit_code_is_of_the_cause() -> None:
    """An error that is raised from one of the operating system has the exit code of that, Ctrl-C that of Ctrl-C."""
    for cause, code in (
        (PermissionError(errno.EACCES, "x"), 3),
        (OSError(errno.EDQUOT, "x"), 4),
        (KeyboardInterrupt(), 130),
    ):
        error = ScanCancelled("x")
        error.__cause__ = cause
        assert exit_codes.exit_code_for(error) == code


def test_exit_codes_are_documented(desk: Path) -> None:
    """The help and the page on the command line name every exit code."""
    help_text = " ".join(shell(desk, "$RUN", "--help", env={"COLUMNS": "2000"}).stdout.decode().split())
    page = (ROOT / "docs" / "command-line.md").read_text()
    assert exit_codes.EPILOG in help_text
    for code in ExitCode:
        assert re.search(rf"^\| {code.value} \|", page, re.MULTILINE), code


@pytest.mark.parametrize(("home", "message"), [("n" * 300, "File name too long"), ("film.mp4", "it is a file")])
def test_the_app_says_at_once_what_its_home_cannot_be(
    own: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], home: str, message: str
) -> None:
    """The app ends at once, in one sentence, where its --home can be no folder."""
    monkeypatch.setenv("EMOTION_HOME", str(own / "home"))
    monkeypatch.chdir(own)
    with pytest.raises(SystemExit) as end:
        use_home_argument(["--home", home])
    assert end.value.code == 1
    assert re.fullmatch(
        rf"Error: The folder .* cannot be used: {message}\. Name another one .*\n", capsys.readouterr().err
    )


@pytest.mark.parametrize(("name", "message"), [(b"fi\xe9lm", "is no UTF-8"), ("Füchse\n日".encode(), None)])
def test_a_checkpoint_of_any_name(tmp_path: Path, name: bytes, message: str | None) -> None:
    """A checkpoint's folder may have any name in UTF-8, shown in one line; another is refused as that."""
    folder = checkpoints.vit(tmp_path / "plain", ("happy", "sad")).rename(tmp_path / os.fsdecode(name))
    if message is None:
        assert locate(str(folder)).name == "Füchse 日"
    else:
        with pytest.raises(CheckpointError, match=message):
            locate(str(folder))
