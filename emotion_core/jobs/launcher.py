"""Start the process of a job, find it from any process, and distinguish it from unrelated processes."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

import psutil

from ..errors import LibraryError, ProgramFault
from ..library import KINDS, Job
from ..storage import Home, from_os_error, rebase_request, write_whole
from ..system import AT_ONCE, BESIDE, Child, program_faults, python_module, spawn
from .child import log_of
from .spares import Forked, ForkServer, SpareScan

CLOCK_STRAYS = 5.0
"""Seconds by which the start time of a process may change: the system counts it from the machine's start by a clock
that is adjusted. No process number is used again within so few seconds.
"""


COORDINATOR = "emotion_core.cluster.coordinator"
"""Run in place of a scan's module where other machines read the film."""
_MODULES = {COORDINATOR, *(kind.module for kind in KINDS.values())}
"""Modules that the processes of jobs run."""


_PROCESS = "process"
"""Field of a request that a spare process was to do: the name of that process."""


def request_of(home: Path, job: Job) -> Path:
    """The file of a job's request; only the job's process has it as an argument."""
    return Home(home).request(job.id)


def write_request(home: Path, job: Job, slot: int = 0, spare: str = "") -> Path:
    """Write a job's request to its file and return the path. Raises LibraryError.

    `slot` as in `begin`; `spare` is the name of the spare process that is to do it.
    """
    request, text = request_of(home, job), rebase_request(job.request, home)
    changes = {"lock": str(Home(home).scan_locks[slot])} if slot else {}
    changes |= {_PROCESS: spare} if spare else {}
    if changes:
        text = json.dumps({**json.loads(text), **changes}, indent=1)
    write_whole(request, text.encode())
    return request


def _last_words(home: Path, job: Job) -> set[str]:
    """What the command of a job's process may end with: its request, or the name of the spare process that got it."""
    request = request_of(home, job)
    words = {str(request)}
    with contextlib.suppress(OSError, ValueError, TypeError):
        if name := json.loads(request.read_bytes()).get(_PROCESS):
            words.add(str(Home(home).spare_process(name)))
    return words


def variables_of(at_once: int, slot: int) -> dict[str, str]:
    """Variables for the process of a job of which `at_once` run at once; none for one that runs alone."""
    shared = {AT_ONCE: str(at_once)} if at_once > 1 else {}
    return shared | ({BESIDE: "1"} if slot else {})


def begin(
    home: Path,
    job: Job,
    channel: int | None = None,
    *,
    slot: int = 0,
    module: str | None = None,
    spare: SpareScan | None = None,
) -> Child:
    """Start a job's process in a new session, so that it outlives this process. Raises LibraryError.

    `channel` is the descriptor of its end of the channel to an inference server; None without one. `slot` is 0 for the
    only scan at the moment, or the first of several at once, which hold a lock each. `module` takes the place of its
    kind's. `spare` is a spare process, which gets the job of a scan that runs alone.
    """
    if job.kind not in KINDS:
        raise LibraryError(f"This version does not know how to do “{job.kind}”.", "Use the version that asked for it.")
    shared = variables_of(job.at_once, slot)
    if spare is None or not spare.is_ready or job.kind != "scan" or shared or module is not None:
        spare = None
    request = write_request(home, job, slot, "" if spare is None else spare.name)
    events = Home(home).events(job.id)
    try:
        with events.open("wb") as output, log_of(request).open("wb") as log:
            passed = () if channel is None else (channel,)
            if spare is not None:
                child = spare.hand_over(request, [output.fileno(), log.fileno(), *passed])
                if child is not None:
                    return child
            command = python_module(module or KINDS[job.kind].module, *map(str, passed), str(request))
            return spawn(
                command,
                home=home,
                offline=True,
                variables=shared,
                stdout=output,
                stderr=log,
                descriptors=passed,
                secrets=module == COORDINATOR,
            )
    except OSError as error:
        raise from_os_error(error, events) from error


def coordinate(home: Path, job: Job, coordinators: ForkServer) -> Child | Forked:
    """Start the process of a scan that other machines read, as `begin`; `coordinators` is their fork server."""
    request, events = write_request(home, job), Home(home).events(job.id)
    try:
        with events.open("wb") as output, log_of(request).open("wb") as log:
            forked = coordinators.fork(request, output.fileno(), log.fileno())
    except OSError as error:
        raise from_os_error(error, events) from error
    return forked or begin(home, job, module=COORDINATOR)


def find(home: Path, job: Job) -> psutil.Process | None:
    """The running process of a job, started by any worker; None if there is none."""
    if job.pid is not None:
        return _verify_process(job.pid, job.pid_started or 0.0, _last_words(home, job))
    if not job.active and job.state != "cancelled":
        return None
    # The worker that started it may have been killed before it stored the number.
    words = _last_words(home, job)
    for process in psutil.process_iter():
        try:
            if words.intersection(process.cmdline()[-1:]) and process.status() != psutil.STATUS_ZOMBIE:
                return process
        except psutil.Error:
            continue
    return None


def _verify_process(pid: int, started: float, words: set[str]) -> psutil.Process | None:
    """The process `pid` if one of `words` is its last, or, if it is of an earlier version, if it started at `started`.

    A process of another library's job is never returned: this library may be a copy of that one.
    """
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        command = process.cmdline()
        if _MODULES.intersection(command):
            return process if words.intersection(command[-1:]) else None
        is_same = abs(process.create_time() - started) <= CLOCK_STRAYS
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return None
    return process if is_same else None


def log_tail(home: Path, job: Job) -> str:
    """The end of the standard error of a job's process, at most 4000 characters."""
    try:
        return log_of(request_of(home, job)).read_text("utf-8", "replace")[-4000:]
    except OSError:
        return ""


def append_to_log(home: Path, job: Job, text: bytes) -> None:
    """Append what another process of a job wrote to its standard error."""
    with contextlib.suppress(OSError), log_of(request_of(home, job)).open("ab") as log:
        log.write(text)


def request_fields(home: Path, job: Job) -> dict[str, Any]:
    """A job's request. Raises ValueError or TypeError where it is damaged."""
    return dict(json.loads(rebase_request(job.request, home)))


def name_of(job: Job) -> str:
    """The name of a job's film; empty if its request has none."""
    try:
        return str(json.loads(job.request)["name"])
    except (ValueError, KeyError, TypeError):
        return ""


def fault(home: Path, job: Job) -> ProgramFault:
    """The error of a job whose process an exception ended before it could report it; the log has the traceback."""
    try:
        request = request_fields(home, job)
        name, film = str(request["name"]), str(request["film"])
    except (ValueError, KeyError, TypeError):
        name = film = ""
    log = program_faults.complete_log(log_of(request_of(home, job)), film, Path(film).name, name)
    return program_faults.fault_error(name or "The work", log)
