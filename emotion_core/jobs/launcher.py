"""The process that does a job: begun, found again by whoever did not begin it, and told from strangers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import psutil

from ..errors import LibraryError, ProgramFault
from ..library.job_table import KINDS, Job
from ..package_root import ROOT
from ..storage.files import from_os_error, write_whole
from ..storage.stored_paths import rebased
from ..system import program_faults
from ..system.processes import OFFLINE
from .child import log_of
from .events import file_of

CLOCK_STRAYS = 5.0
"""Seconds by which a process' start may be told otherwise later: it is counted from the machine's start by a clock that
is put right now and then. Within so few seconds no process number comes round again."""


_MODULES = {kind.module for kind in KINDS.values()}
"""What processes of jobs run."""


def request_of(home: Path, job: Job) -> Path:
    """The file in which a job's process reads what to do; no other process is begun with it."""
    return home / "jobs" / f"{job.id}.request"


def begin(home: Path, job: Job) -> subprocess.Popen[bytes]:
    """Start a job's process, in a session of its own: it outlives who started it. Raises LibraryError."""
    if job.kind not in KINDS:
        raise LibraryError(f"This version does not know how to do “{job.kind}”.", "Use the version that asked for it.")
    request, events = request_of(home, job), file_of(home, job.id)
    write_whole(request, rebased(job.request, home).encode())
    try:
        with events.open("wb") as said, log_of(request).open("wb") as log:
            return subprocess.Popen(
                [sys.executable, "-m", KINDS[job.kind].module, str(request)],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=log,
                start_new_session=True,
                cwd=ROOT,
                env={**os.environ, **OFFLINE, "EMOTION_HOME": str(home)},
            )
    except OSError as error:
        raise from_os_error(error, events) from error


def find(home: Path, job: Job) -> psutil.Process | None:
    """The process of a job if it lives, whoever began it."""
    if job.pid is not None:
        return _lives(job.pid, job.pid_started or 0.0, str(request_of(home, job)))
    if not job.active and job.state != "cancelled":
        return None
    # Whoever began it may have been killed before its number was written down.
    request = str(request_of(home, job))
    for process in psutil.process_iter():
        try:
            if process.cmdline()[-1:] == [request] and process.status() != psutil.STATUS_ZOMBIE:
                return process
        except psutil.Error:
            continue
    return None


def _lives(pid: int, started: float, request: str) -> psutil.Process | None:
    """The process `pid`, if it began then; when the clock was set since, if it was told to read `request`.

    Never one that does a job of another library, of which this one may be a copy.
    """
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        told = process.cmdline()
        if _MODULES.intersection(told):
            return process if told[-1:] == [request] else None
        ours = abs(process.create_time() - started) <= CLOCK_STRAYS
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return None
    return process if ours else None


def said(home: Path, job: Job) -> str:
    """The last words of a job's process on its standard error."""
    try:
        return log_of(request_of(home, job)).read_text("utf-8", "replace")[-4000:]
    except OSError:
        return ""


def name_of(job: Job) -> str:
    """What people call the film that a job is about; empty where its request does not say."""
    try:
        return str(json.loads(job.request)["name"])
    except (ValueError, KeyError, TypeError):
        return ""


def fault(home: Path, job: Job) -> ProgramFault:
    """What is said of a job whose process an exception ended before it could say so: its log tells where."""
    try:
        told = json.loads(rebased(job.request, home))
        name, film = str(told["name"]), str(told["film"])
    except (ValueError, KeyError, TypeError):
        name = film = ""
    log = program_faults.complete(log_of(request_of(home, job)), film, Path(film).name, name)
    return program_faults.fault(name or "The work", log)
