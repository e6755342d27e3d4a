"""The command `compare` with two lists."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from emotion_core.library import Library
from tests.support import terminal

OLD = """TITLE: old
001  A001  V  C  00:00:00:00 00:00:04:00 01:00:00:00 01:00:04:00
002  A002  V  C  00:00:00:00 00:00:04:24 01:00:04:00 01:00:08:24
"""
NEW = """TITLE: new
001  A001  V  C  00:00:01:00 00:00:04:00 01:00:00:00 01:00:03:00
"""


def test_two_lists_are_compared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """No film is needed; a list and a film are refused."""
    monkeypatch.setenv("EMOTION_HOME", str(tmp_path / "home"))
    Library.open(tmp_path / "home")
    old, new, table = (tmp_path / name for name in ("old.edl", "new.edl", "changes.csv"))
    old.write_text(OLD)
    new.write_text(NEW)
    assert terminal.run(monkeypatch, "compare", str(old), str(new), "--csv", str(table)) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "1 clip left out, 1 trimmed."
    with table.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["kind"], row["head_frames"], row["tail_frames"]) for row in rows] == [
        ("trimmed", "25", "0"), ("left out", "", "")
    ]  # fmt: skip
    for suffix, begins in (("xlsx", b"PK"), ("html", b"<!DOCTYPE html>")):
        file_of = tmp_path / f"changes.{suffix}"
        assert terminal.run(monkeypatch, "compare", str(old), str(new), "--to", suffix, "--out", str(file_of)) == 0
        assert file_of.read_bytes().startswith(begins)
    capsys.readouterr()
    made = tmp_path / "changes.edl"
    assert terminal.run(monkeypatch, "compare", str(old), str(new), "--to", "edl", "--out", str(made)) == 0
    assert capsys.readouterr().out.splitlines()[-1] == str(made)
    assert "001  OLD      V     C        01:00:01:00 01:00:04:00 01:00:00:00 01:00:03:00" in made.read_text()
    marked = tmp_path / "marked.txt"
    options = ("--earlier", str(old), "--to", "avid", "--one-frame", "--out", str(marked))
    assert terminal.run(monkeypatch, "markers", str(new), *options) == 0
    (line,) = marked.read_text().splitlines()
    assert line.split("\t")[1:2] == ["01:00:00:00"]
    assert "A001: trimmed" in line
    assert terminal.run(monkeypatch, "markers", str(new), *options, "--rate", "24") != 0
    assert "Markers of a list count as the list does." in capsys.readouterr().err
    assert terminal.run(monkeypatch, "compare", str(old), str(tmp_path / "film.mp4")) != 0
    assert "is a list, the other is none" in capsys.readouterr().err
