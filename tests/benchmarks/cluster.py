"""What reading films on several machines gains, and what it costs:
`python -m tests.benchmarks.cluster FEATURE [--clips 40] [--clip-seconds 10] [--feature-minutes M] [--workers 1 2]
[--quick]`.

Cuts FEATURE into clips, without coding them anew; where it is too short for so many it begins again. The clips, and
then the feature, are analysed by this machine alone on one core; by two cores at once, half of the clips each, without
a cluster; and by a cluster of real processes: PostgreSQL, an exchange in a folder, an owner, and workers that have a
core each. Prints seconds and processor seconds of all, efficiency, and whether all files of all scans are the same.
`--quick` takes four clips of the feature's begin and no feature: it shows that it works, not how well. A feature is
read in minutes: of five minutes one of two workers reads three, so that `--feature-minutes` repeats a short film.

Efficiency by time is that of one core alone, divided by the cluster's time and the number of its workers; on a machine
that others use at the same time it says little. Efficiency by processor time is that of one core alone, divided by what
all of the cluster's processes took, the database's too: it is what remains if no worker ever waits. Cores that work at
once slow each other down, since they share memory and caches; the row of two cores without a cluster shows how much.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import psutil
from av.video.stream import VideoStream

from emotion_core.jobs import scans
from emotion_core.library import Library
from emotion_core.settings import ScanSettings
from emotion_core.storage import Home
from tests.benchmarks.length import repeated
from tests.benchmarks.watched import machine
from tests.support import postgres
from tests.support.cluster import Cluster, cluster_of, contents, requested
from tests.support.networks import compile_networks, give_networks

SETTINGS = ScanSettings()
"""The engine that workers verify when they come."""
GOOD, AIM, MOST_OVERHEAD = 0.85, 0.95, 0.05
IDLE = "45"
"""Seconds without work after which a library's own worker ends."""
BEGIN = 600.0
"""Seconds for an owner or a worker to begin."""
PATIENCE = 7200.0
"""Seconds for all films of a run."""


@dataclass(frozen=True, slots=True)
class Spent:
    """What a run took."""

    seconds: float
    workers: float
    """Processor seconds of what reads."""
    owner: float = 0.0
    """Processor seconds of the cluster's owner and what it started."""
    database: float = 0.0
    """Processor seconds of the database."""

    @property
    def cpu(self) -> float:
        return self.workers + self.owner + self.database


Stores = list[dict[str, bytes]]
"""The files of each film's scan."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition(":")[0])
    parser.add_argument("feature", type=Path)
    parser.add_argument("--clips", type=int, default=40, help="0: the feature alone")
    parser.add_argument("--clip-seconds", type=float, help="of a clip; default: the feature is divided evenly")
    parser.add_argument("--feature-minutes", type=float, help="of the feature, which begins again; default: as it is")
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--quick", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cluster") as name, postgres.server() as server:
        folder = Path(name)
        warm = folder / "warm"
        compile_networks(warm)
        count, seconds = (4, 8.0) if asked.quick else (asked.clips, asked.clip_seconds)
        sets: dict[str, list[Path]] = {}
        if count:
            sets[f"{count} clips"] = clips_of(asked.feature, folder / "clips", count, seconds)
        if asked.feature_minutes:
            length = Fraction(asked.feature_minutes) * 60
            sets[f"{asked.feature_minutes:g} minutes"] = [repeated(asked.feature, folder / "feature.mp4", length)]
        elif not asked.quick:
            sets["the feature"] = [asked.feature]
        print(f"{machine()}, load {os.getloadavg()[0]:.1f}\n")
        names = "films", "read by", "s", "CPU s: reading", "owner", "database", "efficiency: time", "CPU", "same files"
        print(f"| {' | '.join(names)} |\n" + "| --- " * len(names) + "|", flush=True)
        for what, films in sets.items():
            alone, expected = read_alone(films, folder / f"alone {what}", warm)
            show(what, "one core alone", alone)
            if len(films) > 1:
                show(
                    what,
                    "two cores, no cluster",
                    *efficiency(alone, read_apart(films, folder / f"two {what}", warm), 2),
                )
            for workers in asked.workers:
                place = folder / f"{workers} {what}"
                spent, stores = read_by_cluster(films, workers, place, server, warm)
                row = efficiency(alone, spent, workers)
                show(what, f"{workers} worker{'s' * (workers > 1)}", *row, "yes" if stores == expected else "NO")
        print(
            f"\nAsked: {GOOD}, better {AIM}; one worker takes at most {1 + MOST_OVERHEAD:.2f} times as long as alone."
        )


def efficiency(alone: Spent, spent: Spent, workers: int) -> tuple[Spent, str, str]:
    """What was spent, and how well: by time, and by processor time."""
    return spent, f"{alone.seconds / (workers * spent.seconds):.2f}", f"{alone.cpu / spent.cpu:.2f}"


def show(what: str, reader: str, spent: Spent, by_time: str = "", by_cpu: str = "", same: str = "") -> None:
    """Print a row."""
    numbers = (spent.seconds, spent.workers, spent.owner, spent.database)
    print(
        f"| {what} | {reader} | {' | '.join(f'{n:.1f}' for n in numbers)} | {by_time} | {by_cpu} | {same} |", flush=True
    )


def clips_of(film: Path, folder: Path, count: int, seconds: float | None) -> list[Path]:
    """Cut a film into `count` files at its keyframes, each of about `seconds`, or of a part of the film's length."""
    folder.mkdir(parents=True)
    clips: list[Path] = []
    with av.open(str(film)) as source:
        stream = source.streams.video[0]
        length = float((stream.duration or 0) * (stream.time_base or 0))
    wanted = seconds or length / count
    while len(clips) < count:
        before = len(clips)
        _cut(film, folder, clips, count, wanted)
        assert len(clips) > before, f"{film} is shorter than a clip of {wanted:.0f} seconds."
    for number, clip in enumerate(clips):
        with clip.open("ab") as file:  # else clips of a film that repeats itself were one film
            file.write((16).to_bytes(4, "big") + b"free" + number.to_bytes(8, "big"))
    return clips


def _cut(film: Path, folder: Path, clips: list[Path], count: int, length: float) -> None:
    """Add clips of `length` seconds from the film's begin to its end to `clips`, until there are `count`."""
    with av.open(str(film)) as source:
        stream = source.streams.video[0]
        out: av.container.OutputContainer | None = None
        copied: VideoStream | None = None
        first, begun = 0, 0
        for packet in source.demux(stream):
            if packet.pts is None:
                continue
            if packet.is_keyframe and float(packet.pts * packet.time_base) >= begun * length:
                if out is not None:
                    out.close()
                    out = None
                if len(clips) == count:
                    break
                path = folder / f"{len(clips):03}.mp4"
                clips.append(path)
                begun += 1
                out = av.open(str(path), "w")
                copied = out.add_stream_from_template(stream)
                first = packet.dts if packet.dts is not None else packet.pts
            assert out is not None
            assert copied is not None
            packet.pts, packet.dts = packet.pts - first, (packet.dts or 0) - first
            packet.stream = copied
            out.mux(packet)
        if out is not None:
            out.close()
            if len(clips) > 1:
                clips.pop().unlink()  # the rest of the film, of any length


def library_of(films: Sequence[Path], home: Path, warm: Path) -> Library:
    """A library that knows the films already."""
    library = Library.open(home)
    give_networks(warm, home)
    for film in films:
        library.refer_to(film)
    return library


def read_alone(films: Sequence[Path], home: Path, warm: Path) -> tuple[Spent, Stores]:
    """Analyse the films by the library's own worker, on one core. It has read a film before: its model waits."""
    return _read_at_once([films], [home], warm)


def read_apart(films: Sequence[Path], home: Path, warm: Path) -> Spent:
    """Analyse half of the films on one core, and half on another, at once: two libraries that know nothing of each
    other.
    """
    return _read_at_once([films[::2], films[1::2]], [home / "a", home / "b"], warm)[0]


def _read_at_once(sets: Sequence[Sequence[Path]], homes: Sequence[Path], warm: Path) -> tuple[Spent, Stores]:
    libraries = [library_of(films, home, warm) for films, home in zip(sets, homes, strict=True)]
    processes, first = [], []
    for number, library in enumerate(libraries):
        first.append(requested(library, warm / "film.mp4", SETTINGS))
        command = [*on_cores(number), sys.executable, "-m", "emotion_core.jobs.worker", str(library.home), IDLE]
        environment = {**os.environ, "EMOTION_HOME": str(library.home)}
        processes.append(subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL))
    for library, scan in zip(libraries, first, strict=True):
        wait_for(library, [scan])
    before, began = [cpu_of(process) for process in processes], time.monotonic()
    ids = [
        [requested(library, film, SETTINGS) for film in films] for library, films in zip(libraries, sets, strict=True)
    ]
    for library, mine in zip(libraries, ids, strict=True):
        wait_for(library, mine)
    spent = Spent(time.monotonic() - began, sum(map(cpu_of, processes)) - sum(before))
    for process in processes:
        process.wait()  # it is idle
    stores = [contents(library, scan) for library, mine in zip(libraries, ids, strict=True) for scan in mine]
    return spent, stores


def read_by_cluster(
    films: Sequence[Path], workers: int, folder: Path, server: postgres.Server, warm: Path
) -> tuple[Spent, Stores]:
    """Analyse the films by workers, each on a core of its own. Each has read a film before."""
    library = library_of(films, folder / "home", warm)
    for number in range(workers):
        give_networks(warm, folder / f"machines/machine-{number}/worker-1")
    database = server.create(f"films{len(films)}by{workers}")
    with cluster_of(library, database, str(folder / "exchange"), folder / "machines") as cluster, logs_shown(cluster):
        owner = cluster.owner()
        cluster.wait_for(Home(library.home).machines.exists, BEGIN)
        machines = []
        for number in range(workers):
            machines.append(cluster.worker(number, prefix=on_cores(number)))
            cluster.wait_for(lambda: ready(library) == len(machines), BEGIN)
        copies = [shutil.copy(warm / "film.mp4", folder / f"{number}.mp4") for number in range(workers)]
        for number, copy in enumerate(copies):
            with Path(copy).open("ab") as file:
                file.write(bytes(number + 1))  # else it were one film
        wait_for(library, [requested(library, Path(copy), SETTINGS) for copy in copies])
        assert server.process is not None
        before = [cpu_of(process) for process in (owner, *machines)]
        of_database = cpu_of(server.process)
        began = time.monotonic()
        ids = [requested(library, film, SETTINGS) for film in films]
        wait_for(library, ids)
        seconds = time.monotonic() - began
        owners, *spent = (now - then for now, then in zip(map(cpu_of, (owner, *machines)), before, strict=True))
        of_database = cpu_of(server.process) - of_database
        stores = [contents(library, scan) for scan in ids]
        for process in (*machines, owner):
            process.send_signal(signal.SIGTERM)
            process.wait()
    return Spent(seconds, sum(spent), owners, of_database), stores


def on_cores(number: int) -> tuple[str, ...]:
    """Words before a command that keep it on one core."""
    usable = sorted(os.sched_getaffinity(0))
    return ("taskset", "-c", str(usable[number % len(usable)]))


def ready(library: Library) -> int:
    """Workers that wait for films."""
    with contextlib.suppress(OSError, ValueError):
        workers = json.loads(Home(library.home).machines.read_text())["workers"]
        return sum(worker["state"] == "ready" for worker in workers)
    return 0


def cpu_of(process: subprocess.Popen[bytes]) -> float:
    """Processor seconds so far of a process and of all that it started."""
    here = psutil.Process(process.pid)
    total = 0.0
    for each in (here, *here.children(recursive=True)):
        with contextlib.suppress(psutil.Error):
            times = each.cpu_times()
            total += times.user + times.system + times.children_user + times.children_system
    return total


def wait_for(library: Library, ids: Sequence[str]) -> None:
    """Wait until all scans are done."""
    end, waiting = time.monotonic() + PATIENCE, list(ids)
    while waiting:
        status = scans.status(library, waiting[0])
        if not status.active:
            assert status.state == "done", status
            waiting.pop(0)
            continue
        assert time.monotonic() < end, status
        time.sleep(0.2)


@contextlib.contextmanager
def logs_shown(cluster: Cluster) -> Iterator[None]:
    """Show the ends of the processes' logs where it fails."""
    try:
        yield
    except BaseException:
        for log in sorted(cluster.folder.glob("*.log")):
            print(f"--- {log.name}\n{log.read_text('utf-8', 'replace')[-3000:]}", file=sys.stderr)
        raise


if __name__ == "__main__":
    assert shutil.which("taskset"), "This benchmark needs taskset."
    main()
