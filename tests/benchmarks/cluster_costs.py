"""What a cluster's parts cost on this machine: `python -m tests.benchmarks.cluster_costs FEATURE [REAL …]`.

Measures, in processor seconds: PostgreSQL's for a range that is asked for, leased, reported and removed, and for a
worker's report of how far it is; sending and fetching a gigabyte over an exchange in a folder; the processes that
plan FEATURE's ranges and put them together, with the engine `torch` and small ranges, whose faces are read before.
Then, without a model, what is read twice: frames that ranges of FEATURE read beside their own, and ranges of REAL films
that the join reads again. cluster_model.Costs has these numbers.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import pytest
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from emotion_core.cluster import leases
from emotion_core.cluster.database import Database
from emotion_core.cluster.exchange import Exchange
from emotion_core.cluster.film_parts import PART_BYTES, Receiver, Sender, numbers
from emotion_core.cluster.leases import Asked
from emotion_core.decoding.picture_reader import PictureReader
from emotion_core.media import hash_film
from emotion_core.scan.ranges import JoinRequest, PlanRequest, RangeReader
from emotion_core.scan.ranges.range_requests import RangeRequest, range_name, read_plan, write_request
from emotion_core.settings import ReportSettings, ScanSettings
from tests.benchmarks.cluster import clips_of, cpu_of
from tests.support import postgres
from tests.support.networks import compile_networks
from tests.support.ranged import Ranged, ignore

RANGES, BEATS = 300, 2000
FETCH = "SELECT id FROM procrastinate_fetch_job_v2(%s, %s)"
LENGTH = Fraction(5)
"""Seconds of a range that is put together."""
JOINED = 20.0, 60.0
"""Seconds of the films that are put together."""
SETTINGS = ScanSettings(engine="torch", checkpoint="embedded")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition(":")[0])
    parser.add_argument("feature", type=Path)
    parser.add_argument("real", type=Path, nargs="*", help="films as they were cut, read in ranges of 5 seconds")
    asked = parser.parse_args()
    film: Path = asked.feature
    with tempfile.TemporaryDirectory(prefix="cluster-costs") as name:
        folder = Path(name)
        with postgres.server() as server:
            lease, beat = of_leases(server)
        print(f"- PostgreSQL, a range: {lease:.4f} s; a report of how far it is: {beat:.5f} s")
        send, fetch = of_transfers(film, folder)
        print(f"- a gigabyte: sent {send:.2f} s, fetched {fetch:.2f} s", flush=True)
        home = folder / "home"
        compile_networks(home)
        shorter, short = (clips_of(film, folder / f"{length}", 1, length)[0] for length in JOINED)
        for one in (film, shorter):
            planned = of_plan(one, folder / "plan", home)
            print(f"- the process that plans {one.stat().st_size / 1e9:.3f} GB: {planned:.2f} s", flush=True)
        for one, length in zip((shorter, short), JOINED, strict=True):
            count, joined = of_join(one, folder / f"join {length}", home)
            print(f"- the process that puts {count} ranges of {length:.0f} s together: {joined:.2f} s", flush=True)
        print_twice(film, asked.real, folder)


def print_twice(film: Path, real: Sequence[Path], folder: Path) -> None:
    """What is read twice."""
    whole = seams_of(film, folder / "minutes", Fraction(60))
    beside = (whole.parts - whole.bytes) / whole.ranges / 1e6
    print(
        f"- {film.name}, {whole.ranges} ranges of a minute: {whole.twice} of {whole.frames} frames are decoded twice "
        f"({whole.twice / whole.frames:.1%}); a range by itself needs {beside:.1f} MB beside its own; {whole.again} "
        "read again",
        flush=True,
    )
    seams, again = 0, Counter[str]()
    for number, one in enumerate(real):
        try:
            found = seams_of(one, folder / f"seconds {number}", LENGTH)
        except Undivided as why:
            print(f"- {one.name}: {why}", flush=True)
            continue
        seams += max(0, found.ranges - 1)
        again.update(found.reasons)
        print(
            f"- {one.name}, ranges of {LENGTH} s: {found.ranges}, of which {found.again} are read again; "
            f"{found.twice} of {found.frames} frames decoded twice",
            flush=True,
        )
    print(f"- of {seams} seams in all: {again.total()} read again, {dict(again)}")


class Undivided(Exception):
    """A film has no ranges; the message says why."""


@dataclass(frozen=True, slots=True)
class Seams:
    """A film that was read in ranges."""

    frames: int
    ranges: int
    twice: int
    """Frames that were given to a decoder beside each once."""
    bytes: int
    parts: int
    """Bytes of the parts that the ranges need, each range by itself."""
    reasons: tuple[str, ...]
    """Why ranges were read again."""

    @property
    def again(self) -> int:
        return len(self.reasons)


def seams_of(film: Path, folder: Path, length: Fraction) -> Seams:
    """Read a film in ranges of `length` and put them together, with a stand-in for the model."""
    ranged = Ranged(film, folder, settings=ScanSettings(), length=length)
    planned = ranged.plan()
    if not planned.ranges:
        raise Undivided(planned.whole_reason)
    with decoded() as count:
        results = ranged.observe(planned)
    ranged.join(planned, lambda number: results / str(number))
    parts = sum(
        min(PART_BYTES, planned.bytes - number * PART_BYTES)
        for one in planned.ranges
        for number in numbers(one.spans, planned.bytes)
    )
    return Seams(
        frames=len(planned.ticks), ranges=len(planned.ranges), twice=count.total() - len(planned.ticks),
        bytes=planned.bytes, parts=parts, reasons=tuple(filter(None, ranged.reasons)),
    )  # fmt: skip


@contextlib.contextmanager
def decoded() -> Iterator[Counter[str]]:
    """Counts the frames that decoders of this process are given, until the block ends."""
    count, decode = Counter[str](), PictureReader._decode

    def counting(reader: PictureReader, packet: Packet[VideoStream] | None) -> Iterator[VideoFrame]:
        count["frames"] += packet is not None
        return decode(reader, packet)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PictureReader, "_decode", counting)
        yield count


def of_leases(server: postgres.Server) -> tuple[float, float]:
    """Seconds of a range, and of a beat."""
    database = Database(server.create("costs"))
    database.prepare()
    database.run(lambda c: leases.announce(c, "engine", {}, {}))
    database.run(lambda c: leases.begin(c, "library", "scan", "print", "engine", {"kind": "range"}))
    ((worker,),) = database.run(lambda c: c.execute("SELECT * FROM procrastinate_register_worker_v1()").fetchall())
    parts = tuple((number, 4 << 20, "ab" * 32) for number in range(8))
    before = _of(server)
    for number in range(RANGES):
        asked = Asked(number, parts)
        database.run(lambda c, asked=asked: leases.ask(c, "scan", [asked]))  # type: ignore[misc]
        ((job,),) = database.run(lambda c: c.execute(FETCH, (["ranges-engine"], worker)).fetchall())
        lease = database.run(lambda c, n=number, job=job: leases.take(c, "scan", n, job, worker))  # type: ignore[misc]
        assert lease is not None
        database.run(lambda c, token=lease.token: leases.report(c, token, {"sha256": "ab" * 32, "size": 1}))  # type: ignore[misc]
        database.run(lambda c, job=job: c.execute("DELETE FROM procrastinate_jobs WHERE id = %s", (job,)))  # type: ignore[misc]
        if number % 8 == 7:  # a film
            database.run(lambda c: leases.progress(c, "scan"))
            database.run(lambda c: leases.end(c, "scan"))
            database.run(lambda c: leases.begin(c, "library", "scan", "print", "engine", {"kind": "range"}))
    a_range = (_of(server) - before) / RANGES
    assert lease is not None
    token = lease.token
    before = _of(server)
    for _ in range(BEATS):
        database.run(lambda c: leases.beat(c, token, {"frames": 1000, "faces": 100}))
    a_beat = (_of(server) - before) / BEATS
    database.close()
    return a_range, a_beat


def _of(server: postgres.Server) -> float:
    assert server.process is not None
    return cpu_of(server.process)


def of_transfers(film: Path, folder: Path) -> tuple[float, float]:
    """Seconds of a gigabyte that is sent, and that is fetched."""
    exchange = Exchange(str(folder / "exchange"))
    sender = Sender(film, "scan", exchange)
    gigabytes = sender.size / 1e9
    before = time.process_time()
    parts = sender.send(numbers(None, sender.size))
    sent = (time.process_time() - before) / gigabytes
    before = time.process_time()
    Receiver(folder / "received", "scan", exchange).fetch(parts, sender.size)
    return sent, (time.process_time() - before) / gigabytes


def of_plan(film: Path, target: Path, home: Path, seconds: Fraction = Fraction(60)) -> float:
    """Seconds of the process that plans a film."""
    content, file = hash_film(film)
    return _process(
        PlanRequest(
            film=film, content_id=content, name="film", settings=SETTINGS, target=target, segment_seconds=seconds,
            file=file,
        ),
        target.with_suffix(".request"), home,
    )  # fmt: skip


def of_join(film: Path, folder: Path, home: Path) -> tuple[int, float]:
    """How many ranges were put together, and the seconds of the process that did."""
    content, file = hash_film(film)
    folder.mkdir()
    target = folder / "plan"
    of_plan(film, target, home, LENGTH)
    plan = read_plan(target)
    os.environ["EMOTION_HOME"] = str(home)

    with RangeReader(content, plan, SETTINGS, ignore) as reader:
        for one in plan.ranges:
            reader.observe(film, one.number, folder / "ranges" / range_name(one.number))
        opened = reader._model.model()
        identity = opened.checkpoint, opened.engine.identity
    return len(plan.ranges), _process(
        JoinRequest(
            film=film, content_id=content, name="film", settings=SETTINGS, wanted=ReportSettings(),
            store=folder / "store", plan=target, ranges=folder / "ranges", lock=folder / "lock", turn=folder / "turn",
            reader=identity, file=file, sound=True,
        ),
        folder / "join.request", home,
    )  # fmt: skip


def _process(request: RangeRequest, place: Path, home: Path) -> float:
    """Processor seconds of the process of a request."""
    write_request(place, request)
    command = [sys.executable, "-m", "emotion_core.processes.scan_range", str(place)]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, env={**os.environ, "EMOTION_HOME": str(home)}
    )
    assert process.stdout is not None
    events = process.stdout.read().splitlines()
    assert json.loads(events[-1])["event"] == "done", events[-1]
    _, _, usage = os.wait4(process.pid, 0)
    process.returncode = 0
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    main()
