"""Network namespaces of this machine, each behind a cable of its own: for processes that are to be other machines."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

SPACES = ("10.87.21", "10.87.22", "10.87.23", "10.87.24")
"""A network for each guest."""


@dataclass(frozen=True, slots=True)
class Guest:
    """A namespace and the cable to it."""

    number: int
    """From 0 on."""

    @property
    def host(self) -> str:
        """The address of this machine on its network."""
        return f"{SPACES[self.number]}.1"

    @property
    def space(self) -> str:
        return f"emotion-guest-{self.number}"

    @property
    def cable(self) -> str:
        """This machine's end."""
        return f"emotion-out-{self.number}"

    @property
    def prefix(self) -> tuple[str, ...]:
        """Words before a command that is run there."""
        return ("ip", "netns", "exec", self.space)

    def plug(self, state: str) -> None:
        """Set the cable "up" or "down"."""
        subprocess.run(["ip", "link", "set", self.cable, state], check=True)


def hosts(count: int) -> list[str]:
    """The addresses of this machine to which `count` guests are connected."""
    return [Guest(number).host for number in range(count)]


def can_have_guests() -> bool:
    """Whether this user may make network namespaces, as a rule."""
    return shutil.which("ip") is not None and os.geteuid() == 0


@contextlib.contextmanager
def guests(count: int, first: int = 0) -> Iterator[list[Guest]]:
    """So many guests, numbered from `first` on, until the block ends: two that run at once need others. Needs root."""
    with contextlib.ExitStack() as made:
        yield [made.enter_context(_guest(Guest(number))) for number in range(first, first + count)]


@contextlib.contextmanager
def _guest(guest: Guest) -> Iterator[Guest]:
    space, outside, inside = guest.space, guest.cable, f"emotion-in-{guest.number}"
    try:
        for words in (
            f"netns add {space}",
            f"link add {outside} type veth peer name {inside} netns {space}",
            f"addr add {guest.host}/24 dev {outside}",
            f"link set {outside} up",
            f"-n {space} addr add {SPACES[guest.number]}.2/24 dev {inside}",
            f"-n {space} link set {inside} up",
            f"-n {space} link set lo up",
        ):
            subprocess.run(["ip", *words.split()], check=True)
        yield guest
    finally:
        for words in (f"link del {outside}", f"netns del {space}"):
            subprocess.run(["ip", *words.split()], check=False, stderr=subprocess.DEVNULL)
