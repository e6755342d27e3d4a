"""Two users of one machine and one library: `python -m tests.support.two_users WHAT PLACE`, run as root.

It prints the outcome as JSON. It runs where mounts are its own: what root keeps to itself, and Python and this
project lie in, is opened to the users there.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from emotion_core.library import Library
from tests.support.films import texture, write_film
from tests.support.quick_engine import QUICK
from tests.support.repository import ROOT

GROUP = 40010
ANN, BEN, EVE = 40001, 40002, 40003
"""Ann and Ben are in the group; nobody is in a list of users."""
SETTINGS = ("--checkpoint", "embedded", "--engine", QUICK, "--samples-per-second", "1")


def open_up() -> None:
    """Mount over every folder that others may not enter, and that Python or the project lies in, one that they may."""
    needed = {Path(sys.prefix), Path(sys.base_prefix), Path(sys.executable).resolve().parents[1], ROOT}
    for place in sorted(needed):
        closed = [folder for folder in reversed(place.parents) if not folder.stat().st_mode & stat.S_IXOTH]
        if not closed:
            continue
        aside = Path("/tmp") / f"aside-{os.getpid()}"
        aside.mkdir()
        _mount("--bind", place, aside)
        _mount("-t", "tmpfs", "-o", "mode=755,size=1m", "tmpfs", closed[0])
        place.mkdir(parents=True)
        _mount("--bind", aside, place)
        subprocess.run(["umount", str(aside)], check=True)
        aside.rmdir()


def _mount(*words: str | Path) -> None:
    subprocess.run(["mount", *map(str, words)], check=True)


class User:
    """A user of the library at `home`, who acts through processes."""

    def __init__(self, uid: int, place: Path, *, umask: int = 0o022, groups: tuple[int, ...] = (GROUP,)) -> None:
        self.home = place / "home"
        self._uid, self._umask, self._groups = uid, umask, groups
        self.own = place / f"user-{uid}"
        self.own.mkdir(mode=0o755)
        os.chown(self.own, uid, uid)

    def _started(self, *words: str) -> subprocess.Popen[str]:
        env = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.own),
            "TMPDIR": str(self.own),
            "HF_HUB_CACHE": str(self.own / "hub"),
            "EMOTION_HOME": str(self.home),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        return subprocess.Popen(
            [sys.executable, *words], cwd=ROOT, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            user=self._uid, group=self._uid, extra_groups=self._groups, umask=self._umask,
        )  # fmt: skip

    def says(self, *words: str) -> tuple[int, str, str]:
        """What `python -m emotion_core WORDS` says: exit code, standard output, standard error."""
        process = self._started("-m", "emotion_core", *words)
        out, err = process.communicate(timeout=180)
        return process.returncode, out, err

    def runs(self, code: str) -> str:
        """What Python code prints that finds the library as `library`, opened as the app opens it."""
        before = (
            "from pathlib import Path\n"
            "from emotion_core.jobs import scans as jobs\n"
            "from emotion_core.library.library import Library\n"
            "from emotion_core.storage import group_mode\n"
            "from emotion_core.storage.paths import home\n"
            "group_mode.join_group(home()); library = Library.open()\n"
        )
        process = self._started("-c", before + code)
        out, err = process.communicate(timeout=180)
        return out.strip() or err.strip().rpartition("\n")[2]

    def begins(self, code: str) -> subprocess.Popen[str]:
        """As `runs`, without waiting."""
        return self._started("-c", code)

    def film(self, name: str, seed: int, *, mode: int = 0o644) -> Path:
        """A film of the user's own, in a folder that `mode` closes too."""
        folder = self.own / f"films-{oct(mode)}"
        folder.mkdir(exist_ok=True)
        path = write_film(folder / name, texture(seed, 24))
        for place in (path, folder):
            os.chown(place, self._uid, self._uid)
        path.chmod(mode)
        folder.chmod(0o755 if mode & stat.S_IROTH else 0o700)
        return path


def prepared(place: Path) -> Path:
    """A library's folder as the README has it prepared: the group's, and handed on."""
    home = place / "home"
    home.mkdir()
    os.chown(home, ANN, GROUP)
    home.chmod(0o2775)
    return home


def modes(home: Path) -> list[str]:
    """Paths of the library that the group may not change."""
    closed = []
    for path in home.rglob("*"):
        facts = path.lstat()
        wanted = stat.S_IRGRP | stat.S_IWGRP | (stat.S_ISGID if path.is_dir() else 0)
        if facts.st_gid != GROUP or facts.st_mode & wanted != wanted:
            closed.append(f"{path.relative_to(home)} {stat.filemode(facts.st_mode)}")
    return sorted(closed)


def together(place: Path) -> dict[str, Any]:
    """Ann makes a library and analyses a film; Ben reads, corrects, analyses another, links and deletes in it."""
    home = prepared(place)
    ann, ben = User(ANN, place), User(BEN, place)
    first, second = ann.film("first.mp4", 3), ben.film("second.mp4", 4)
    report: dict[str, Any] = {"ann analyses": ann.says("analyze", str(first), *SETTINGS, "--csv", "-")}
    signs = "from emotion_core.web import tokens; print(len(tokens.sign(home(), 'media')) > 20)"
    report["ann signs"] = ann.runs(signs)
    report["ben reads"] = ben.says("scenes", str(first), "--csv", "-")
    report["ben names"] = ben.says("scenes", str(first), "--rename", "1=Kitchen", "--csv", "-")
    report["ben analyses"] = ben.says("analyze", str(second), *SETTINGS, "--csv", "-")
    report["ben adds"] = ben.runs(f"{signs}\nprint(library.add_film(open({str(second)!r}, 'rb'), 'Held.mp4').managed)")
    report["ann reads"] = ann.says("scenes", str(first), "--csv", "-")
    report["closed"] = modes(home)
    described = next((home / "scans").glob("*/scan.json"))
    described.chmod(0o600)
    os.chown(described, ANN, GROUP)
    report["ben repairs"] = ben.says("library", "check", "--repair")
    with sqlite3.connect(home / "library.sqlite") as database:
        database.execute("PRAGMA foreign_keys = ON")
        database.execute("DELETE FROM scans WHERE id = ?", (described.parent.name,))
    database.close()
    report["ben repairs without a row"] = ben.says("library", "check", "--repair")
    report["still there"] = described.exists()
    described.chmod(0o660)
    report["ann repairs"] = ann.says("library", "check", "--repair")
    report["ben deletes"] = ben.runs(
        "jobs.delete_film(library, next(f.id for f in library.films() if f.name == 'first.mp4'))\n"
        "print([film.name for film in library.films()])"
    )
    report["ann deletes"] = ann.runs(
        "jobs.delete_film(library, library.films()[0].id); print([film.name for film in library.films()])"
    )
    report["left"] = [path.name for name in ("films", "scans", "derived") for path in (home / name).iterdir()]
    return report


def narrow(place: Path) -> dict[str, Any]:
    """What two users with a private umask make in a library of their group."""
    home = prepared(place)
    ann, ben = User(ANN, place, umask=0o077), User(BEN, place, umask=0o077)
    film = ann.film("first.mp4", 3)
    report = {
        "ann adds": ann.runs(f"print(library.add_film(open({str(film)!r}, 'rb'), 'Held.mp4').managed)"),
        "ben reads": ben.runs("print(library.films()[0].path.read_bytes()[4:8])"),
        "ben names": ben.runs(
            "from emotion_core.settings import ReportSettings\n"
            "library.set_report_settings(library.films()[0].id, ReportSettings(coverage_floor=0.5)); print('saved')"
        ),
        "ben announces": ben.runs(
            "from emotion_core.ingest.uploads import Uploads\nprint(Uploads(home()).announce('Film.mp4', 9).name)"
        ),
        "ann removes it": ann.runs(
            "from emotion_core.ingest.uploads import Uploads\nuploads = Uploads(home())\n"
            "uploads.remove(uploads.unfinished()[0].id); print(uploads.unfinished())"
        ),
    }
    others = [str(path) for path in home.rglob("*") if path.lstat().st_mode & 0o007]
    return {**report, "closed": modes(home), "open to others": others}


def unprepared(place: Path) -> dict[str, Any]:
    """Ann has a library of her own; Ben and a stranger come, then she shares it with the group as they are told."""
    home = place / "home"
    home.mkdir()
    os.chown(home, ANN, ANN)
    home.chmod(0o755)
    ann, ben = User(ANN, place), User(BEN, place)
    eve = User(EVE, place, groups=())
    film = ann.film("first.mp4", 3)
    ann.runs(f"library.refer_to(Path({str(film)!r}))")
    before = sorted((str(path), path.lstat().st_mtime_ns) for path in home.rglob("*"))
    report: dict[str, Any] = {
        "ben": ben.says("scenes", str(film)),
        "ben checks": ben.says("library", "check"),
        "ben analyses": ben.says("analyze", str(film), *SETTINGS),
        "eve": eve.says("library", "check"),
        "untouched": before == sorted((str(path), path.lstat().st_mtime_ns) for path in home.rglob("*")),
    }
    how = report["ben checks"][2].partition("its owner runs: ")[2].partition(" (GROUP is")[0]
    report["shared"] = subprocess.run(
        ["sh", "-c", how.replace("GROUP", str(GROUP))], check=False, user=ANN, group=ANN, extra_groups=[GROUP]
    ).returncode
    report["ben then"] = ben.says("library", "check")
    report["eve then"] = eve.says("library", "check")
    report["closed"] = modes(home)
    return report


def read_only(place: Path) -> dict[str, Any]:
    """Ann's library on a disk that can only be read."""
    home = prepared(place)
    ann = User(ANN, place)
    ann.runs("")
    _mount("--bind", home, home)
    _mount("-o", "remount,bind,ro", home)
    try:
        return {"ann": ann.says("library", "check")}
    finally:
        subprocess.run(["umount", str(home)], check=True)


def one_worker(place: Path) -> dict[str, Any]:
    """Ann's worker does what Ben asks for: a film that she may not read, one that he soon takes back."""
    home = prepared(place)
    ann, ben = User(ANN, place), User(BEN, place)
    secret, public = ben.film("secret.mp4", 3, mode=0o600), ben.film("public.mp4", 4)
    ann.runs("")
    worker = ann.begins(f"import runpy, sys; sys.argv = ['w', {str(home)!r}, '60']; "
                        "runpy.run_module('emotion_core.jobs.worker', run_name='__main__')")  # fmt: skip
    report: dict[str, Any] = {}
    try:
        _until((home / "worker.lock").exists)
        program = "library.refer_to(Path({film!r})).id, ScanSettings(checkpoint='embedded', engine='torch')"
        begin = "from emotion_core.settings import ScanSettings\nprint(jobs.start(library, " + program + "))"
        scan_id = ben.runs(begin.format(film=str(secret)))
        report["began"] = scan_id
        _until(lambda: _job(home, scan_id, "state") not in ("queued", "running"))
        report["secret"] = ben.runs(f"print(jobs.status(library, {scan_id!r}).message)")
        # Held up by the lock that scans take turns with, so that there is something to take back.
        with _held(ann, home / "scan.lock"):
            other = ben.runs(begin.format(film=str(public)))
            pid = _until(lambda: _job(home, other, "pid"))
            report["whose"] = Path(f"/proc/{pid}").stat().st_uid
            report["cancelled"] = ben.runs(
                f"jobs.cancel(library, {other!r}); print(jobs.status(library, {other!r}).state)"
            )
            _until(lambda: not Path(f"/proc/{pid}").exists() or _is_zombie(pid))
        report["worker lives"] = worker.poll() is None
        report["ann on the secret one"] = ann.runs(
            "from emotion_core.errors import EmotionError\n"
            "from emotion_core.settings import ScanSettings\n"
            "film = next(f for f in library.films() if f.name == 'secret.mp4')\n"
            "try:\n    jobs.start(library, film.id, ScanSettings(checkpoint='embedded', engine='torch'))\n"
            "except EmotionError as error:\n    print(error)"
        )
    finally:
        worker.send_signal(signal.SIGTERM)
        worker.wait(20)
    report["closed"] = modes(home)
    return report


@contextlib.contextmanager
def _held(user: User, lock: Path) -> Iterator[None]:
    code = (
        f"import time, filelock; lock = filelock.FileLock({str(lock)!r}); lock.acquire(); print('held', flush=True)\n"
        "time.sleep(120)"
    )
    holder = user.begins(code)
    assert holder.stdout is not None
    holder.stdout.readline()
    try:
        yield
    finally:
        holder.kill()
        holder.wait()


def _job(home: Path, job: str, column: str) -> Any:
    """What the database says of a job."""
    with Library(home).database() as database:
        row = database.execute(f"SELECT {column} FROM jobs WHERE id = ?", (job,)).fetchone()
    return None if row is None else row[0]


def _is_zombie(pid: int) -> bool:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    return True


def _until(holds: Callable[[], Any]) -> Any:
    end = time.monotonic() + 90
    while not (value := holds()):
        assert time.monotonic() < end, "nothing after 90 s"
        time.sleep(0.1)
    return value


WHAT = {
    "together": together,
    "narrow": narrow,
    "unprepared": unprepared,
    "one_worker": one_worker,
    "read_only": read_only,
}

if __name__ == "__main__":
    open_up()
    os.umask(0o022)
    folder = Path(sys.argv[2])
    try:
        print(json.dumps(WHAT[sys.argv[1]](folder)))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
