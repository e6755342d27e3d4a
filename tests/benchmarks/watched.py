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
from emotion_core.media import content_id
from emotion_core.settings import ReportSettings, ScanSettings
from emotion_core.system.processes import OFFLINE

MEMORY_EVERY = 1.0
"""Seconds between two looks at the memory: each walks all of it and holds up who is measured."""


@dataclass(frozen=True, slots=True)
class Run:
    """One process, measured from outside."""

    seconds: float
    """Seconds from the start of the process to its last line."""
    start: float
    """Seconds of them until it was ready."""
    frames: int
    peak: int
    """Proportional set size of the process and its children at its highest, bytes."""
    cpu: float
    """Seconds of processor time."""
    fields: dict[str, Any]
    """Of its last line."""


def script(code: str, *words: str) -> Run:
    """Run Python code that prints "ready" when it is and a JSON object with "frames" at its end."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        with out.open("wb") as file:
            process = psutil.Popen([sys.executable, "-c", code, *words], stdout=file, stderr=subprocess.DEVNULL)
            return _watch(process, out, b"ready", b"frames", lambda lines: json.loads(lines[-1]))


@dataclass(frozen=True, slots=True)
class Build:
    """A checkout of the project, and the folder in which it keeps trials of engines and compiled networks."""

    root: Path
    home: Path

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, **OFFLINE, "EMOTION_HOME": str(self.home)}

    def open_engine(self, settings: ScanSettings) -> None:
        """Open an engine once, so that analyses find it tried and compiled."""
        words = settings.engine, settings.checkpoint or "", str(settings.batch)
        subprocess.run([sys.executable, "-c", _OPEN_ENGINE, *words], cwd=self.root, env=self.environment, check=True)


_OPEN_ENGINE = """
import sys
from emotion_core.expression.checkpoints.checkpoint import load
from emotion_core.expression.checkpoints.location import locate
from emotion_core.expression.selection.choice import open_engine
open_engine(sys.argv[1], load(locate(sys.argv[2] or None)), batch=int(sys.argv[3]), in_turn=True)
"""


def analysis(film: Path, settings: ScanSettings, build: Build, store: Path | None = None) -> Run:
    """The whole analysis of `film` by a build, as the app runs it; `store` keeps what it observed."""
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
                env=build.environment,
                cwd=build.root,
            )
            return _watch(process, place / "events", b'"event": "media"', b'"event": "done"', _last_progress)


def _last_progress(lines: list[str]) -> dict[str, Any]:
    events = [json.loads(line) for line in lines]
    if events[-1]["event"] != "done":
        raise SystemExit(f"The analysis failed: {events[-1]}")
    progress: list[dict[str, Any]] = [event for event in events if event["event"] == "progress"]
    return progress[-1]


def _watch(process: psutil.Popen, out: Path, ready: bytes, over: bytes, read: Any) -> Run:
    """Follow a process to its end, twenty looks a second."""
    started_at, at, ended, cpu, peak, looked = time.monotonic(), 0.0, 0.0, 0.0, 0, 0.0
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
        output = out.read_bytes()
        if not at and ready in output:
            at = time.monotonic()
        if not ended and over in output:  # interpreter teardown after that costs no waiting
            ended = time.monotonic()
        time.sleep(0.05)
    process.wait()
    ended = ended or time.monotonic()
    report = read(out.read_text().splitlines())
    return Run(ended - started_at, at - started_at, report["frames"], peak, cpu, report)


def machine() -> str:
    """What this machine is, in one line."""
    info = Path("/proc/cpuinfo")
    flags = set(info.read_text().split()) if info.exists() else set()
    features = [flag for flag in ("avx2", "avx512f", "avx512_bf16", "avx512_vnni", "amx_bf16") if flag in flags]
    memory = psutil.virtual_memory().total / 2**30
    return f"{os.cpu_count()} cores, {platform.machine()}, {' '.join(features)}, {memory:.0f} GB"
