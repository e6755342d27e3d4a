"""How a worker hands a job over to a spare process: one message over a socket, with descriptors, and one byte back."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ...sandbox import confinement

_ACCEPTED = b"y"
_MESSAGE_BYTES = 64 * 1024
"""More than a path and two words take."""
ACCEPT_SECONDS = 20.0
"""Within which a spare process must accept a job. It may still import its packages, for seconds on a busy machine, and
has done so for longer than one that would be started now.
"""


@dataclass(frozen=True, slots=True)
class Handover:
    """A job as its spare process gets it."""

    request: Path
    """The file of its request."""
    channel: int | None
    """As in launcher.begin, in this process."""


def send(control: socket.socket, request: Path, descriptors: Sequence[int]) -> bool:
    """Hand a job over; whether it was accepted. `descriptors`: its events, its log and, if it has one, its channel.

    A process that has not accepted it must be ended: it may do so later.
    """
    try:
        control.settimeout(ACCEPT_SECONDS)
        socket.send_fds(control, [json.dumps({"request": str(request)}).encode()], descriptors)
        return control.recv(1) == _ACCEPTED
    except OSError:
        return False


def receive(control: socket.socket) -> Handover | None:
    """Wait in a spare process for its job, make the job's files the standard streams, and accept it.

    None where there will be no job: nobody needs this process any more, or it has started threads, which would not be
    confined with it. It must end then.
    """
    message, descriptors, *_ = socket.recv_fds(control, _MESSAGE_BYTES, 3)
    if len(descriptors) < 2 or not confinement.has_one_thread():
        return None
    events, log, *channel = descriptors
    for descriptor, stream in ((events, 1), (log, 2)):
        os.dup2(descriptor, stream)
        os.close(descriptor)
    control.sendall(_ACCEPTED)
    control.close()
    return Handover(Path(json.loads(message)["request"]), channel[0] if channel else None)
