"""What reading films on several machines gains, and what it costs:
`python -m tests.benchmarks.cluster FEATURE [--clips 40] [--workers 1 2] [--quick]`.

Cuts FEATURE into so many clips, without coding them anew. The clips, and then the feature, are analysed by this machine
alone on one core, and by a cluster of real processes: PostgreSQL, an exchange in a folder, an owner, and workers that
have a core each. Prints seconds and processor seconds of both, efficiency, and whether all files of all scans are the
same. `--quick` takes four clips of the feature's begin and no feature: it shows that it works, not how well.

Efficiency by time is that of one core alone, divided by the cluster's time and the number of its workers; on a machine
that others use at the same time it says little. Efficiency by processor time is that of one core alone, divided by what
all of the cluster's processes took: it does not hang on others, and is what remains if no worker ever waits.
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
from pathlib import Path

import av
import psutil
from av.video.stream import VideoStream

from emotion_core.jobs import scans
from emotion_core.library import Library
from emotion_core.settings import ScanSettings
from emotion_core.storage import Home
from tests.benchmarks.watched import machine
from tests.support import postgres
from tests.support.cluster import Cluster, cluster_of, contents, requested
from tests.support.networks import compile_networks, give_networks

SETTINGS = ScanSettings()
"""The engine that workers verify when they come."""
GOOD, AIM, MOST_OVERHEAD = 0.85, 0.95, 0.05
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

    @property
    def cpu(self) -> float:
        return self.workers + self.owner


Stores = list[dict[str, bytes]]
"""The files of each film's scan."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition(":")[0])
    parser.add_argument("feature", type=Path)
    parser.add_argument("--clips", type=int, default=40)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--quick", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cluster") as name, postgres.server() as server:
        folder = Path(name)
        warm = folder / "warm"
        compile_networks(warm)
        clips = clips_of(asked.feature, folder / "clips", 4 if asked.quick else asked.clips, 8 if asked.quick else None)
        sets = {f"{len(clips)} clips": clips, **({} if asked.quick else {"the feature": [asked.feature]})}
        print(f"{machine()}, load {os.getloadavg()[0]:.1f}\n")
        print(
            "| films | read by | s | CPU s, reading | CPU s, owner | efficiency, time | efficiency, CPU | same files |"
        )
        print("| --- " * 8 + "|", flush=True)
        for what, films in sets.items():
            alone, expected = read_alone(films, folder / f"alone {what}", warm)
            print(f"| {what} | one core alone | {alone.seconds:.1f} | {alone.workers:.1f} | | | | |", flush=True)
            for workers in asked.workers:
                database = server.create(f"films{len(films)}by{workers}")
                spent, stores = read_by_cluster(films, workers, folder / f"{workers} {what}", database, warm)
                efficiency = alone.seconds / (workers * spent.seconds), alone.cpu / spent.cpu
                print(
                    f"| {what} | {workers} worker{'s' * (workers > 1)} | {spent.seconds:.1f} | {spent.workers:.1f} | "
                    f"{spent.owner:.1f} | {efficiency[0]:.2f} | {efficiency[1]:.2f} | "
                    f"{'yes' if stores == expected else 'NO'} |",
                    flush=True,
                )
        print(
            f"\nAsked: {GOOD}, better {AIM}; one worker takes at most {1 + MOST_OVERHEAD:.2f} times as long as alone."
        )


def clips_of(film: Path, folder: Path, count: int, seconds: float | None) -> list[Path]:
    """Cut a film into `count` files at its keyframes, each of `seconds`, or of a part of the film's length."""
    folder.mkdir(parents=True)
    clips: list[Path] = []
    with av.open(str(film)) as source:
        stream = source.streams.video[0]
        length = seconds or float((stream.duration or 0) * (stream.time_base or 0)) / count
        out: av.container.OutputContainer | None = None
        copied: VideoStream | None = None
        first = 0
        for packet in source.demux(stream):
            if packet.pts is None:
                continue
            due = packet.is_keyframe and float(packet.pts * packet.time_base) >= len(clips) * length
            if due and len(clips) < count:
                if out is not None:
                    out.close()
                path = folder / f"{len(clips):03}.mp4"
                clips.append(path)
                out = av.open(str(path), "w")
                copied = out.add_stream_from_template(stream)
                first = packet.dts if packet.dts is not None else packet.pts
            elif due:
                break
            assert out is not None
            assert copied is not None
            packet.pts, packet.dts = packet.pts - first, (packet.dts or 0) - first
            packet.stream = copied
            out.mux(packet)
        if out is not None:
            out.close()
    return clips


def library_of(films: Sequence[Path], home: Path, warm: Path) -> Library:
    """A library that knows the films already."""
    library = Library.open(home)
    give_networks(warm, home)
    for film in films:
        library.refer_to(film)
    return library


def read_alone(films: Sequence[Path], home: Path, warm: Path) -> tuple[Spent, Stores]:
    """Analyse the films by the library's own worker, on one core. It has read a film before: its model waits."""
    library = library_of(films, home, warm)
    first = requested(library, warm / "film.mp4", SETTINGS)
    command = [*on_cores(0), sys.executable, "-m", "emotion_core.jobs.worker", str(home), "20"]
    process = subprocess.Popen(command, env={**os.environ, "EMOTION_HOME": str(home)}, stderr=subprocess.DEVNULL)
    wait_for(library, [first])
    before, began = cpu_of(process), time.monotonic()
    ids = [requested(library, film, SETTINGS) for film in films]
    wait_for(library, ids)
    seconds = time.monotonic() - began
    return Spent(seconds, cpu_until_end(process) - before), [contents(library, scan) for scan in ids]


def read_by_cluster(
    films: Sequence[Path], workers: int, folder: Path, database: str, warm: Path
) -> tuple[Spent, Stores]:
    """Analyse the films by workers, each on a core of its own. Each has read a film before."""
    library = library_of(films, folder / "home", warm)
    for number in range(workers):
        give_networks(warm, folder / f"machines/machine-{number}/worker-1")
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
        before = [cpu_of(process) for process in (owner, *machines)]
        began = time.monotonic()
        ids = [requested(library, film, SETTINGS) for film in films]
        wait_for(library, ids)
        seconds = time.monotonic() - began
        stores = [contents(library, scan) for scan in ids]
        for process in machines:
            process.send_signal(signal.SIGTERM)
        spent = [cpu_until_end(process) for process in machines]
        owner.send_signal(signal.SIGTERM)
        owners = cpu_until_end(owner)
    return Spent(seconds, sum(spent) - sum(before[1:]), owners - before[0]), stores


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


def cpu_until_end(process: subprocess.Popen[bytes]) -> float:
    """Wait for a process; its processor seconds and those of its children."""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_utime + usage.ru_stime


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
        time.sleep(0.05)


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
