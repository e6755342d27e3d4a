"""Whether a cluster gives the very bytes of one machine: `python -m tests.benchmarks.cluster_same FEATURE`.

Makes a small copy of a part of FEATURE, and analyses it by this machine alone, with segments of 5 and of 60 seconds.
Then an owner and 1, 2 and 4 workers read it, over an exchange in a folder and over one in a bucket of an S3 server on
loopback, in ranges of 5 and of 60 seconds. Workers from the second on are in network namespaces of their own, where
this user may make them. Each time all files of the scan's store and the report's CSV are compared with those of one
machine, and database and exchange must be empty soon after.
"""

from __future__ import annotations

import contextlib
import itertools
import logging
import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import av
import pytest
import typer

import emotion_core.scan
from emotion_core.cluster.database import Database
from emotion_core.cluster.places import MARK, RANGE_SECONDS
from emotion_core.jobs import scans
from emotion_core.library import Library
from emotion_core.report import csv_bytes, scene_table
from tests.support import postgres
from tests.support.cluster import ENDPOINT, SETTINGS, Cluster, cluster_of, contents, requested
from tests.support.guests import Guest, can_have_guests, guests, hosts
from tests.support.in_process_runner import scans_in_process
from tests.support.networks import compile_networks, give_networks

Files = dict[str, bytes]
"""All files of a store, and the report."""
REPORT, SAME = "report.csv", "the same"
BEGIN, LONGEST = 600.0, 1800.0
"""Seconds for a process to begin, and for an analysis."""
READY = "SELECT count(*) FROM workers WHERE state = 'ready' AND seen > now() - interval '5 s'"
LEFT = "SELECT (SELECT count(*) FROM ranges) + (SELECT count(*) FROM procrastinate_jobs)"


def main(
    feature: Annotated[Path, typer.Argument(help="The film of which a part is read.")],
    seconds: Annotated[float, typer.Option(help="Length of the part.")] = 160.0,
    height: Annotated[int, typer.Option(help="Of its picture.")] = 270,
    workers: Annotated[list[int], typer.Option(help="How many read it.")] = [1, 2, 4],  # noqa: B006 -- as typer wants it
    segments: Annotated[list[int], typer.Option(help="Seconds of a range.")] = [5, 60],  # noqa: B006
) -> None:
    """Compare."""
    most = max(workers)
    is_apart = can_have_guests()
    with (
        tempfile.TemporaryDirectory(prefix="cluster-same") as name,
        guests(most - 1 if is_apart else 0) as machines,
        postgres.server(*(hosts(most - 1) if is_apart else ())) as server,
        bucket() as store,
    ):
        folder = Path(name)
        compile_networks(folder / "warm")
        film = part_of(feature, folder / "film.mp4", seconds, height)
        print(f"{seconds:.0f} s of {feature.name}, {height} lines, {film.stat().st_size / 1e6:.1f} MB", flush=True)
        alone = folder / "alone"
        expected = {length: read_alone(film, alone / str(length), folder / "warm", length) for length in segments}
        names = "exchange", "workers", "range, s", "ranges", "s", "store's files", "report"
        print(f"| {' | '.join(names)} |\n" + "| --- " * len(names) + "|", flush=True)
        same = True
        for kind, place in (("folder", str(folder / "exchange")), ("S3", f"{store}/below")):
            library = library_of(film, folder / kind, folder / "warm")
            for number in range(1, most + 1):
                give_networks(folder / "warm", folder / f"machines {kind}/machine-{number}/worker-1")
            with cluster_of(library, server.create(kind), place, folder / f"machines {kind}") as cluster:
                running = Machines(cluster, machines)
                for count, length in itertools.product(sorted(workers), segments):
                    took, ranges, came = running.read(film, count, length)
                    files, report = compared(came, expected[length])
                    same = same and files == report == SAME
                    print(f"| {kind} | {count} | {length} | {ranges} | {took:.0f} | {files} | {report} |", flush=True)
    raise typer.Exit(int(not same))


def compared(came: Files, wanted: Files) -> tuple[str, str]:
    """What is to be said of the store's files, and of the report."""
    other = {name for name in {*came, *wanted} if came.get(name) != wanted.get(name)}
    report = "OTHER" if REPORT in other else SAME
    return f"OTHER: {', '.join(sorted(other - {REPORT}))}" if other - {REPORT} else SAME, report


class Machines:
    """A cluster's workers, of which more and more run, and its owner, which begins anew for each length of ranges."""

    def __init__(self, cluster: Cluster, guests: Sequence[Guest]) -> None:
        self._cluster, self._guests = cluster, guests
        self._database = Database(cluster.database)
        self._workers = 0

    def read(self, film: Path, workers: int, length: int) -> tuple[float, int, Files]:
        """Have `workers` read the film in ranges of `length` seconds: seconds, ranges, and what came of it."""
        os.environ[RANGE_SECONDS] = str(length)
        owner = self._cluster.owner()
        self._cluster.wait_for(self._is_served, BEGIN)
        while self._workers < workers:
            self._workers += 1
            guest = self._guests[self._workers - 2] if self._guests and self._workers > 1 else None
            self._cluster.worker(self._workers, guest=guest)
        self._cluster.wait_for(lambda: self._counted(READY) == workers, BEGIN)
        try:
            return self._read(film)
        finally:
            owner.terminate()
            owner.wait()

    def _read(self, film: Path) -> tuple[float, int, Files]:
        library, began, ranges = self._cluster.library, time.monotonic(), 0
        scan = requested(library, film, SETTINGS)
        while scans.status(library, scan).active:
            assert time.monotonic() - began < LONGEST, (scans.status(library, scan), self._cluster.log("owner")[-3000:])
            ranges = max(ranges, self._counted("SELECT count(*) FROM ranges"))
            time.sleep(0.1)
        took, status = time.monotonic() - began, scans.status(library, scan)
        assert status.state == "done", (status, self._cluster.log("owner")[-3000:])
        came = files_of(library, scan)
        library.delete_scan(scan)
        self._cluster.wait_for(lambda: not self._counted(LEFT) and not objects(self._cluster.store), 120)
        return took, ranges, came

    def _counted(self, query: str) -> int:
        return int(self._database.run(lambda c: c.execute(query).fetchall())[0][0])

    def _is_served(self) -> bool:
        """Whether the owner has made its tables and its mark: before that a worker ends."""
        with contextlib.suppress(Exception):
            self._database.check()
            return bool(objects(self._cluster.store, MARK))
        return False


def part_of(feature: Path, target: Path, seconds: float, height: int) -> Path:
    """A small copy of a film's begin, with a keyframe every two seconds at most."""
    with av.open(str(feature)) as source, av.open(str(target), "w") as out:
        stream = source.streams.video[0]
        stream.thread_type = "AUTO"
        rate = stream.average_rate or Fraction(24)
        options = {"preset": "veryfast", "crf": "23", "g": str(round(2 * rate)), "bf": "2"}
        made = out.add_stream("libx264", rate=rate, options=options)
        made.width, made.height, made.pix_fmt = round(stream.width * height / stream.height / 2) * 2, height, "yuv420p"
        for frame in source.decode(stream):
            if frame.time is not None and frame.time >= seconds:
                break
            small = frame.reformat(made.width, made.height, "yuv420p")
            small.pict_type = 0
            out.mux(made.encode(small))
        out.mux(made.encode(None))
    return target


@contextlib.contextmanager
def bucket() -> Iterator[str]:
    """The URL of a bucket on an S3 server of this process, which listens on all addresses, for guests."""
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # a line for each request
    server = ThreadedMotoServer(ip_address="0.0.0.0", port=postgres.free_port(), verbose=False)
    server.start()
    try:
        os.environ |= {
            ENDPOINT: f"http://127.0.0.1:{server._port}", "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing", "AWS_DEFAULT_REGION": "us-east-1",
        }  # fmt: skip
        import s3fs  # type: ignore[import-untyped]

        s3fs.S3FileSystem().mkdir("films")
        yield "s3://films"
    finally:
        server.stop()


def library_of(film: Path, home: Path, warm: Path) -> Library:
    library = Library.open(home)
    give_networks(warm, home)
    library.refer_to(film)
    return library


def read_alone(film: Path, home: Path, warm: Path, length: int) -> Files:
    """What one pass over the film gives, with segments of `length` seconds."""
    library = library_of(film, home, warm)
    in_segments = partial(emotion_core.scan.scan, segment_seconds=Fraction(length))
    with scans_in_process(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(emotion_core.scan, "scan", in_segments)
        scan = scans.start(library, library.films()[0].id, SETTINGS)
    assert scans.status(library, scan).state == "done", scans.status(library, scan)
    return files_of(library, scan)


def files_of(library: Library, scan: str) -> Files:
    report = csv_bytes(scene_table(library.analysis(library.films()[0].id)))
    return {**contents(library, scan), REPORT: report}


def objects(store: str, below: str = "") -> Sequence[str]:
    """What is in an exchange, beside the owner's mark; `below` alone, with it."""
    import fsspec  # type: ignore[import-untyped]

    files: Any
    files, root = fsspec.core.url_to_fs(store)
    files.invalidate_cache()
    found = [str(path) for path in files.find(f"{root.rstrip('/')}/{below}")]
    return found if below else [path for path in found if f"/{MARK}/" not in path]


if __name__ == "__main__":
    typer.run(main)
