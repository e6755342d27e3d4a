"""Processes that are started: what they inherit, and when they end."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import psutil
import pytest

from emotion_core.system import PIPE, TimeoutExpired, is_alive, spawn, wait_for
from emotion_core.system.processes import SECRETS
from tests.support.repository import ROOT
from tests.support.waiting import until

CHILD = "from emotion_core.system import end_with_parent; end_with_parent(); print(1, flush=True)"
PARENT = f"""
import os, sys
from emotion_core.system import PIPE, spawn
process = spawn([sys.executable, "-c", "{CHILD}; import time; time.sleep(99)"], stdout=PIPE, tied=True)
process.stdout.readline()
print(process.pid, flush=True)
sys.stdin.read()
"""


@pytest.mark.skipif(os.name != "posix", reason="no descriptors are inherited there")
def test_a_tied_process_ends_with_the_one_that_started_it() -> None:
    """A process that would sleep for long lives as long as its parent, and ends when that is killed."""
    with subprocess.Popen([sys.executable, "-c", PARENT], stdin=PIPE, stdout=PIPE, cwd=ROOT) as parent:
        assert parent.stdout is not None
        tied = psutil.Process(int(parent.stdout.readline()))
        assert is_alive(tied)
        parent.kill()
    until(lambda: not is_alive(tied))


def test_passwords_are_not_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process gets the cluster's passwords only where it is told to."""
    monkeypatch.setenv(SECRETS[0], "postgresql://me:s3cret@host/name")
    show = [sys.executable, "-c", f"import os; print(os.environ.get({SECRETS[0]!r}))"]
    for secrets, shown in ((False, b"None"), (True, b"postgresql://me:s3cret@host/name")):
        assert spawn(show, stdout=PIPE, secrets=secrets).communicate()[0].strip() == shown


def test_the_end_of_a_child_is_noticed() -> None:
    """Its exit code, also a second time; a child that lives on is reported after so many seconds."""
    child = spawn([sys.executable, "-S", "-c", "import time; time.sleep(0.3); raise SystemExit(3)"])
    began = time.monotonic()
    with pytest.raises(TimeoutExpired):
        wait_for(child, 0.01)
    assert time.monotonic() - began < 0.3
    assert wait_for(child, 60) == 3
    assert wait_for(child, 0) == 3
