"""Child processes: start them with their environment, check whether they are alive, and end them.

No other module of emotion_core starts a process.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

import psutil

from ..package_root import ROOT

OFFLINE = {"HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1", "DO_NOT_TRACK": "1"}
"""Variables of a process that must not use the network, such as a scan."""

SECRETS = (
    "EMOTION_CLUSTER_DATABASE",
    "EMOTION_CLUSTER_STORE",
    "PGPASSWORD",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
)
"""Variables with passwords: no process gets them that is not started with `secrets`."""
_TIED = "EMOTION_ENDS_WITH_PARENT"
"""Variable of a process that ends with its parent: the descriptor of a pipe whose other end the parent holds."""

Child = subprocess.Popen[bytes]
Finished = subprocess.CompletedProcess[bytes]
TimeoutExpired = subprocess.TimeoutExpired
PIPE, DEVNULL = subprocess.PIPE, subprocess.DEVNULL

Stream = int | IO[Any] | None
"""Standard stream of a child: a file, PIPE, DEVNULL, or None for this process' own."""


class PartnerEndedError(Exception):
    """A process on which this one relies ended, or sends nonsense; its exit code, which its parent has, says why."""


def python_module(module: str, *arguments: str) -> list[str]:
    """The command `python -m MODULE ARGUMENTS` with this process' Python."""
    return [sys.executable, "-m", module, *arguments]


def spawn(
    command: Sequence[str],
    *,
    home: Path | None = None,
    offline: bool = False,
    variables: Mapping[str, str] | None = None,
    stdin: Stream = DEVNULL,
    stdout: Stream = None,
    stderr: Stream = None,
    own_session: bool = True,
    keep_folder: bool = False,
    descriptors: Sequence[int] = (),
    tied: bool = False,
    secrets: bool = False,
) -> Child:
    """Start a process. Raises OSError.

    The child inherits this process' environment. `home` sets its library, `offline` keeps the hub's client off the
    network, and `variables` are added last. With `own_session` the child outlives this process and the terminal.
    Its working folder is the one in which Python finds this package; `keep_folder` keeps this process' folder.
    It inherits `descriptors` under the same numbers, not on Windows. One that is `tied` ends once this process or the
    returned object is gone, where its main calls end_with_parent. With `secrets` it gets this process' SECRETS.
    """
    if tied and os.name == "posix":
        ours, theirs = os.pipe()
        try:
            child = spawn(
                command, home=home, offline=offline, variables={**(variables or {}), _TIED: str(ours)}, stdin=stdin,
                stdout=stdout, stderr=stderr, own_session=own_session, keep_folder=keep_folder,
                descriptors=[*descriptors, ours], secrets=secrets,
            )  # fmt: skip
        except BaseException:
            os.close(theirs)
            raise
        finally:
            os.close(ours)
        weakref.finalize(child, os.close, theirs)
        return child
    return subprocess.Popen(
        command,
        stdin=stdin,
        stdout=stdout,
        stderr=stderr,
        env=_environment(home, offline, variables, secrets=secrets),
        start_new_session=own_session,
        cwd=None if keep_folder else ROOT,
        pass_fds=descriptors,
    )


def run(
    command: Sequence[str],
    *,
    timeout: float | None = None,
    home: Path | None = None,
    variables: Mapping[str, str] | None = None,
    stdin: Stream = None,
    stdout: Stream = PIPE,
    stderr: Stream = PIPE,
    own_session: bool = True,
    keep_folder: bool = False,
    note: Callable[[Child], object] = lambda child: None,
) -> Finished:
    """Run a process to its end and return its result, for any exit code; arguments as in `spawn`.

    `note` is called with the process. Raises OSError, and TimeoutExpired after `timeout` seconds, having killed it.
    """
    child = spawn(
        command,
        home=home,
        variables=variables,
        stdin=stdin,
        stdout=stdout,
        stderr=stderr,
        own_session=own_session,
        keep_folder=keep_folder,
    )
    with child:
        try:
            note(child)
            output, errors = child.communicate(timeout=timeout)
        except BaseException:
            child.kill()
            raise
    return Finished(child.args, child.returncode, output, errors)


def fork() -> int | None:
    """Fork this process, which must have one thread: the new one's number; None in that one, in a session of its own.

    Not on Windows.
    """
    number = os.fork()
    if number:
        return number
    os.setsid()
    return None


def tie_to(pipe: int) -> None:
    """Tie this process to whoever holds the other end of this pipe, as if it had been started `tied`."""
    os.environ[_TIED] = str(pipe)


def end_with_parent() -> None:
    """End this process and all that it starts once its parent is gone, where it was started `tied`; else do nothing.

    Call it at the start of a process' main.
    """
    number = os.environ.pop(_TIED, None)
    if number is None:
        return
    pipe = int(number)
    os.set_inheritable(pipe, False)

    def wait() -> None:
        with contextlib.suppress(OSError):
            os.read(pipe, 1)
        for process in psutil.Process().children(recursive=True):
            with contextlib.suppress(psutil.Error):
                process.kill()
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


def _environment(
    home: Path | None, offline: bool, variables: Mapping[str, str] | None, *, secrets: bool = False
) -> dict[str, str]:
    library = {} if home is None else {"EMOTION_HOME": str(home)}
    inherited = {name: value for name, value in os.environ.items() if secrets or name not in SECRETS}
    return {**inherited, **(OFFLINE if offline else {}), **library, **(variables or {})}


def wait_for(child: Child, seconds: float) -> int:
    """The exit code of a child once it has ended; raises TimeoutExpired after so many seconds.

    Its end is noticed at once where the system can tell (pidfd_open of Linux); Popen.wait looks twenty times a second.
    """
    if sys.platform != "linux":
        return child.wait(seconds)
    try:
        ends = os.pidfd_open(child.pid)
    except OSError:  # an older kernel, or the child was waited for already
        return child.wait(seconds)
    try:
        look = select.poll()
        look.register(ends, select.POLLIN)
        look.poll(seconds * 1000)
    finally:
        os.close(ends)
    return child.wait(0)


_OUTSIDE_CODES = {
    -int(getattr(signal, name)) for name in ("SIGKILL", "SIGTERM", "SIGINT", "SIGHUP") if hasattr(signal, name)
}


def ended_from_outside(code: int, stderr: str = "") -> bool:
    """Whether a process with this exit code was ended by a signal from outside: out of memory, a shutdown, a user.

    Ctrl-C while Python itself starts gives the exit code of an exception. `stderr`, the process' standard error,
    shows that it was KeyboardInterrupt.
    """
    return code in _OUTSIDE_CODES or (code == 1 and stderr.rstrip().rpartition("\n")[2] == "KeyboardInterrupt")


def is_alive(process: psutil.Process) -> bool:
    """Whether a process still runs. A zombie, whose parent has not reaped it yet, does not.

    psutil alone counts zombies as running, and the first process of some containers never reaps.
    """
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def end_family(process: psutil.Process) -> None:
    """Terminate a process and its descendants; kill those that are alive after five seconds.

    A process of another user is only waited for: the worker that started it ends it once its job is cancelled.
    """
    family = [process]
    with contextlib.suppress(psutil.NoSuchProcess):  # here and below: a process may end with the one before it
        family += process.children(recursive=True)
    for member in family:
        with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            member.terminate()
            member.resume()  # a suspended process would not receive the signal
    if not _wait_for_end(family):
        for stubborn in filter(is_alive, family):
            with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                stubborn.kill()
        _wait_for_end(family)


def _wait_for_end(family: Sequence[psutil.Process]) -> bool:
    """Wait for at most five seconds; return whether all processes have ended."""
    until = time.monotonic() + 5
    while any(map(is_alive, family)):
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True
