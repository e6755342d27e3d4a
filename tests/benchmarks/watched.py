"""A process watched from outside: its time, processor time and memory, its children's included."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from emotion_core.jobs.requests import ScanRequest
from emotion_core.media.media import content_id
from emotion_core.settings import ReportSettings, ScanSettings
from emotion_core.system.processes import OFFLINE

MEMORY_EVERY = 1.0
"""Seconds between two looks at the memory: each walks all of it and holds up who is measured."""


@dataclass(frozen=True, slots=True)
class Run:
    """One process, measured from outside."""

    seconds: float
    """From when it was ready until it said that it was done; the start is apart."""
    start: float
    """Seconds until it was ready."""
    frames: int
    peak: int
    """Proportional set size of the process and its children at its highest, bytes."""
    cpu: float
    """Seconds of processor time from when it was ready."""
    told: dict[str, Any]
    """What it said at its end."""


def script(code: str, *words: str) -> Run:
    """Run Python code that prints a line when it is ready and a JSON object with "frames" at its end."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        with out.open("wb") as file:
            process = psutil.Popen([sys.executable, "-c", code, *words], stdout=file, stderr=subprocess.DEVNULL)
            return _watch(process, out, b"ready", b"frames", lambda told: json.loads(told[-1]))


def analysis(film: Path, settings: ScanSettings, store: Path | None = None) -> Run:
    """The whole analysis of `film`, as the app runs it; `store` keeps what it observed."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        request = ScanRequest(
            film=film,
            content_id=content_id(film),
            name=film.name,
            store=store or place / "store",
            settings=settings,
            wanted=ReportSettings(),
            lock=place / "lock",
        )
        request.write(place / "request")
        with (place / "events").open("wb") as events:
            process = psutil.Popen(
                [sys.executable, "-m", "emotion_core.processes.scan", str(place / "request")],
                stdout=events,
                stderr=subprocess.DEVNULL,
                env={**os.environ, **OFFLINE},
            )
            return _watch(process, place / "events", b'"event": "model"', b'"event": "done"', _last_progress)


def _last_progress(lines: list[str]) -> dict[str, Any]:
    events = [json.loads(line) for line in lines]
    if events[-1]["event"] != "done":
        raise SystemExit(f"The analysis failed: {events[-1]}")
    progress: list[dict[str, Any]] = [event for event in events if event["event"] == "progress"]
    return progress[-1]


def _watch(process: psutil.Popen, out: Path, ready: bytes, over: bytes, read: Any) -> Run:
    """Follow a process to its end, twenty looks a second."""
    begun, at, ended, cpu_at, cpu, peak, looked = time.monotonic(), 0.0, 0.0, 0.0, 0.0, 0, 0.0
    while process.poll() is None:
        try:
            family = [process, *process.children(recursive=True)]
            times = [member.cpu_times() for member in family]
            cpu = sum(t.user + t.system for t in times) + times[0].children_user + times[0].children_system
            if time.monotonic() - looked > MEMORY_EVERY:
                peak = max(peak, sum(member.memory_full_info().pss for member in family))
                looked = time.monotonic()
        except psutil.Error:
            continue
        said = out.read_bytes()
        if not at and ready in said:
            at, cpu_at = time.monotonic(), cpu
        if not ended and over in said:  # what the interpreter then does to end is nobody's wait
            ended = time.monotonic()
        time.sleep(0.05)
    process.wait()
    ended = ended or time.monotonic()
    told = read(out.read_text().splitlines())
    return Run(ended - at, at - begun, told["frames"], peak, cpu - cpu_at, told)


def machine() -> str:
    """What this machine is, in one line."""
    info = Path("/proc/cpuinfo")
    flags = set(info.read_text().split()) if info.exists() else set()
    features = [flag for flag in ("avx2", "avx512f", "avx512_bf16", "avx512_vnni", "amx_bf16") if flag in flags]
    memory = psutil.virtual_memory().total / 2**30
    return f"{os.cpu_count()} cores, {platform.machine()}, {' '.join(features)}, {memory:.0f} GB"
