"""`python -m tests.benchmarks.pipeline FILM`: the whole analysis beside decoding alone, on the same film in one run.

The two are run in turn, each in a process of its own, and the medians are compared: absolute numbers are this
machine's, the ratio travels better.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import psutil
import typer

from emotion_core.media import content_id
from emotion_core.scan_process import OFFLINE, ScanRequest
from emotion_core.settings import EngineName, ReportSettings, ScanSettings

_DECODE_ONLY = """
import json, sys, time
from pathlib import Path
from emotion_core.decoder import Decoder
begun = time.monotonic()
with Decoder(Path(sys.argv[1]), "") as decoder:
    frames = sum(1 for _ in decoder.frames())
print(json.dumps({"frames": frames, "seconds": time.monotonic() - begun}))
"""


@dataclass(frozen=True, slots=True)
class Run:
    """One process, measured from outside."""

    seconds: float
    """From the first frame on; the start is apart."""
    start: float
    frames: int
    peak: int
    """Proportional set size at its highest, bytes."""
    cpu: float
    """Seconds of processor time, start included."""


def main(
    film: Annotated[Path, typer.Argument(help="Any film; four minutes or more make steady numbers.")],
    rounds: Annotated[int, typer.Option(min=1)] = 3,
    engine: EngineName = "default",
) -> None:
    """Print decoding alone, the whole analysis, their ratio, frames a second and peak memory."""
    decoding, analysing = [], []
    for number in range(1, rounds + 1):
        decoding.append(_decode(film))
        analysing.append(_analyse(film, engine))
        seconds = f"decode {decoding[-1].seconds:.2f} s, analysis {analysing[-1].seconds:.2f} s"
        print(f"round {number}: {seconds}", flush=True)
    print(_machine())
    print(f"{film.name}, {analysing[0].frames} frames, medians of {rounds}, engine {engine}:")
    print(f"{'':22}{'seconds':>9}{'frames/s':>10}{'CPU s':>8}{'start s':>9}{'peak MB':>9}")
    for name, runs in (("decode only", decoding), ("whole analysis", analysing)):
        seconds, start, cpu = (statistics.median(getattr(r, f) for r in runs) for f in ("seconds", "start", "cpu"))
        peak = max(r.peak for r in runs) / 1e6
        print(f"{name:22}{seconds:9.2f}{runs[0].frames / seconds:10.0f}{cpu:8.1f}{start:9.1f}{peak:9.0f}")
    ratio = statistics.median(a.seconds / d.seconds for a, d in zip(analysing, decoding, strict=True))
    print(f"whole analysis / decode only: {ratio:.2f}")


def _decode(film: Path) -> Run:
    begun = time.monotonic()
    with tempfile.TemporaryFile("w+") as out:
        watched = _watch(psutil.Popen([sys.executable, "-c", _DECODE_ONLY, str(film)], stdout=out))
        out.seek(0)
        told = json.loads(out.read())
    return Run(told["seconds"], watched.ended - begun - told["seconds"], told["frames"], watched.peak, watched.cpu)


def _analyse(film: Path, engine: EngineName) -> Run:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        request = ScanRequest(
            film=film,
            content_id=content_id(film),
            name=film.name,
            store=place / "store",
            settings=ScanSettings(engine=engine),
            wanted=ReportSettings(),
            lock=place / "lock",
        )
        request.write(place / "request")
        begun = time.monotonic()
        with (place / "events").open("wb") as events:
            process = psutil.Popen(
                [sys.executable, "-m", "emotion_core.scan_process", str(place / "request")],
                stdout=events,
                stderr=subprocess.DEVNULL,
                env={**os.environ, **OFFLINE},
            )
            watched = _watch(process, place / "events")
        seen = [json.loads(line) for line in (place / "events").read_text().splitlines()]
    if seen[-1]["event"] != "done":
        raise SystemExit(f"The analysis failed: {seen[-1]}")
    frames = [event["frames"] for event in seen if event["event"] == "progress"][-1]
    return Run(watched.ended - watched.ready, watched.ready - begun, frames, watched.peak, watched.cpu)


@dataclass(slots=True)
class _Watched:
    ready: float = 0.0
    """When the model was loaded."""
    ended: float = 0.0
    peak: int = 0
    cpu: float = 0.0


def _watch(process: psutil.Popen, events: Path | None = None) -> _Watched:
    """Follow a process to its end, twenty looks a second."""
    watched = _Watched()
    while process.poll() is None:
        try:
            with process.oneshot():
                times = process.cpu_times()
                watched.cpu = times.user + times.system
                watched.peak = max(watched.peak, process.memory_full_info().pss)
        except psutil.Error:
            break
        if events is not None and not watched.ready and b'"model"' in events.read_bytes():
            watched.ready = time.monotonic()
        time.sleep(0.05)
    process.wait()
    watched.ended = time.monotonic()
    return watched


def _machine() -> str:
    info = Path("/proc/cpuinfo")
    flags = set(info.read_text().split()) if info.exists() else set()
    features = [flag for flag in ("avx2", "avx512f", "avx512_bf16", "avx512_vnni", "amx_bf16") if flag in flags]
    memory = psutil.virtual_memory().total / 2**30
    return f"{os.cpu_count()} cores, {platform.machine()}, {' '.join(features)}, {memory:.0f} GB"


if __name__ == "__main__":
    typer.run(main)
