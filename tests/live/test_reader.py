"""The live reader's process, seen from the app: it crashes, hangs, sends nonsense, and is replaced."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from emotion_core.errors import CheckpointError, MediaError
from emotion_core.live import Reader, ReaderEndedError, reader as reader_module

SCRIPT = "tests.support.live_reader_script"


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    """One whose process does as a picture says, see the script."""
    made = Reader(tmp_path, module=SCRIPT)
    yield made
    made.close()


def test_one_process_reads_for_all_until_it_is_unused(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    """Opened twice it is the same process; a picture that cannot be read ends nothing; unused, it ends."""
    assert reader.open() is reader.open()
    read = reader.read(b"face", None)
    assert read.viewer == 0
    assert read.faces[0].box == (0.25, 0.25, 0.5, 0.5)
    assert read.place == (0.5, 0.5)
    with pytest.raises(MediaError, match="cannot be read"):
        reader.read(b"damaged", None)
    assert reader.read(b"face", (0.5, 0.5)).logits == read.logits
    assert reader.pid is not None
    process = psutil.Process(reader.pid)
    reader.end_unused()
    assert process.is_running()
    monkeypatch.setattr(reader_module, "KEEP", -1.0)
    reader.end_unused()
    assert reader.pid is None
    assert not process.is_running()


@pytest.mark.parametrize("how", [b"crash", b"hang", b"nonsense", b"other model"])
def test_one_that_fails_is_replaced(reader: Reader, monkeypatch: pytest.MonkeyPatch, how: bytes) -> None:
    """One clear message, within the time that a picture may take; the next opening starts another process."""
    reader.open()
    before = reader.pid
    monkeypatch.setattr(reader_module, "READS_WITHIN", 1.0)
    began = time.monotonic()
    with pytest.raises(ReaderEndedError, match="readings so far are kept"):
        reader.read(how, None)
    assert time.monotonic() - began < 20
    with pytest.raises(ReaderEndedError):
        reader.read(b"face", None)
    monkeypatch.undo()
    reader.open()
    assert reader.pid != before
    assert reader.read(b"face", None).viewer == 0


def test_what_keeps_a_model_from_opening_is_told(tmp_path: Path) -> None:
    """The error of the process is the caller's, and the process is gone."""
    reader = Reader(tmp_path, checkpoint="no/such", module=SCRIPT)
    with pytest.raises(CheckpointError, match="no/such is not here"):
        reader.open()
    assert reader.pid is None
