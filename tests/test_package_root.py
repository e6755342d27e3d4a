"""The version of the program on the disk: found again where a module changed, and only there."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from emotion_core import package_root


def test_a_changed_module_changes_the_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also one of the same size and time stamp; modules that did not change are not read again."""
    monkeypatch.setattr(package_root, "PACKAGE", tmp_path)
    monkeypatch.setattr(package_root, "ROOT", tmp_path.parent)
    module = tmp_path / "part" / "module.py"
    module.parent.mkdir()
    module.write_text("a = 1\n")
    then = module.stat()
    first, stamp = package_root.version_now(), package_root.installed_stamp()
    module.write_text("a = 2\n")
    os.utime(module, ns=(then.st_atime_ns, then.st_mtime_ns))
    second = package_root.version_now()
    assert second != first
    assert package_root.installed_stamp() != stamp
    later = time.time_ns() + 10 * package_root._JUST_NOW
    monkeypatch.setattr(time, "time_ns", lambda: later)
    assert package_root.version_now() == second
    monkeypatch.setattr(Path, "read_bytes", lambda _: pytest.fail("read again"))
    assert package_root.version_now() == second
