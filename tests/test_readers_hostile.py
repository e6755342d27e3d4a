"""Whatever bytes are given as a cut list: an EditList or one of our own errors, in little time and memory."""

from __future__ import annotations

import io
import zipfile
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from emotion_core.errors import CutListError
from emotion_core.interchange.readers import content
from emotion_core.interchange.readers.edit_list import EditList
from emotion_core.interchange.readers.registry import READERS, read_cut_list
from emotion_core.interchange.readers.timelines import aaf, otio as otio_reader, xml
from tests import aafs
from tests.test_readers_edl import READ as EDLS
from tests.test_readers_text import READ as TEXTS
from tests.test_readers_timelines import fcpxml, otio, xmeml

RATE = Fraction(30000, 1001)
WHOLE = [
    *(text.encode() for text, *_ in EDLS),
    *(text.encode() for text, _ in TEXTS),
    TEXTS[0][0].encode("utf-16"),
    otio(RATE, 107892),
    fcpxml(RATE, 107892),
    xmeml(RATE, 107892),
]
FRAGMENTS = [
    b"", b"\0", b"\xff\xfe", b"\n", b"\t", b"|", b"|M:", b"* LOC: ", b"01:00:00:00", b"99:99:99;99", b"1" * 5000, b"-1",
    b"NaN", b"1e999", b"<", b"</spine>", b"<gap/>", b'"', b"{", b"]", b'"OTIO_SCHEMA"', b"null", b"\xc3\x28", b"s/0s",
    b"1/0s", b"/", "\u0664".encode(), "\u00b2".encode(), "\u2028".encode(), b"Start,End", b"Heading\n", b"K B 012",
    b"<timebase>999999999</timebase>", b"\\ud800",
]  # fmt: skip


class Edit(NamedTuple):
    at: float
    """Share of the file."""
    taken: int
    """Bytes."""
    given: bytes


EDITS = st.lists(
    st.builds(
        Edit,
        st.floats(0, 1),
        st.integers(0, 40),
        st.one_of(st.sampled_from(FRAGMENTS), st.binary(max_size=8)),
    ),
    min_size=1,
    max_size=6,
)


def tried(raw: bytes, track: str | None = None) -> None:
    """Read `raw`: an EditList that is whole, or a CutListError with advice."""
    refused: list[CutListError] = []
    try:
        read = read_cut_list(raw, "list", track=track)
    except CutListError as error:
        refused.append(error)
    if refused:
        assert all(error.problem and error.advice for error in refused)
        return
    assert isinstance(read, EditList)
    assert read.events
    assert not any(sign in one.name for one in read.events for sign in "\n\r\t\0")
    assert read.rate is None or read.rate > 0


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(WHOLE), EDITS, st.sampled_from([None, "2", "Titles"]))
def test_a_broken_list_ends_in_our_own_words(whole: bytes, edits: list[Edit], track: str | None) -> None:
    """Lists of every format with parts taken out, put in and exchanged."""
    raw = bytearray(whole)
    for edit in edits:
        at = int(edit.at * len(raw))
        raw[at : at + edit.taken] = edit.given
    tried(bytes(raw), track)


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.binary(max_size=300), st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace"))))
def test_any_bytes_end_in_our_own_words(raw: bytes) -> None:
    """Bytes and text of no format."""
    tried(raw)


@pytest.mark.parametrize("seed", range(6))
def test_a_broken_aaf_ends_in_our_own_words(seed: int, tmp_path: Path) -> None:
    """A binary file with bytes changed at places all over it, or cut off: read in a process of its own."""
    raw = bytearray(aafs.make(tmp_path / "a.aaf", Fraction(25), [("a", 60), ("b", 50)]))
    for at in range(512 + seed * 7, len(raw), 911 + seed * 101):
        raw[at] ^= 0xFF
    tried(bytes(raw if seed % 2 else raw[: len(raw) // (seed + 2)]))


BOMBS = [
    # what it is, the file, words of the message
    (b'<!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><fcpxml>&b;</fcpxml>', "declares entities"),
    (b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><xmeml>&a;</xmeml>', "declares entities"),
    (b"<fcpxml>" + b"<spine>" * 100_000, "nested too deeply"),
    (b'{"OTIO_SCHEMA": "' + b'\\"' * 1_000_000, "cannot be read"),
    (b"TITLE: T\n001  " + b"A" * 5000 + b"! C 00:00:00:00 00:00:00:00 00:00:00:00 00:00:01:00", "begins as an event"),
    (b"\n" * 400_000 + b"0 A", "too long"),
    (b'{"OTIO_SCHEMA": "Stack.1", "children": ' + b"[" * 100_000, "nested too deeply"),
    (b'{"OTIO_SCHEMA":"Stack.1","children":[' * 50_000 + b"]}" * 50_000, "nested too deeply"),
]


@pytest.mark.parametrize(("raw", "words"), BOMBS)
def test_what_would_grow_or_crash_is_refused(raw: bytes, words: str) -> None:
    """Entities, depth and number of elements are bounded before a parser meets them."""
    with pytest.raises(CutListError, match=words):
        read_cut_list(raw)


def test_size_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """XML of too many elements, a timeline of too many parts, and too long a text are refused while they are read."""
    for module, bound in ((xml, "MOST_ELEMENTS"), (otio_reader, "MOST_PARTS"), (content, "MOST_TEXT")):
        monkeypatch.setattr(module, bound, 10)
    for raw in (xmeml(RATE, 0), fcpxml(RATE, 0), otio(RATE, 0)):
        with pytest.raises(CutListError, match="too large"):
            read_cut_list(raw)
    with pytest.raises(CutListError, match="too long"):
        read_cut_list(b"0 A\n100 B\n200 C")


def test_a_zip_that_unpacks_too_large_is_refused() -> None:
    """No more is unpacked than a list may have."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("content.otio", "w") as file:
        for _ in range(70):
            file.write(bytes(1024**2))
    with pytest.raises(CutListError, match="too large"):
        read_cut_list(packed.getvalue())


def test_an_aaf_that_takes_too_long_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process that reads it has its time."""
    raw = aafs.make(tmp_path / "a.aaf", Fraction(25), [("a", 60)])
    monkeypatch.setattr(aaf, "PATIENCE", -1.0)  # over before it begins, whatever the clock does
    with pytest.raises(CutListError, match="AAF cannot be read"):
        read_cut_list(raw)


def test_every_format_has_a_name_and_suffixes() -> None:
    """What a page offers: lower case with the full stop."""
    for reader in READERS:
        assert reader.name
        assert all(suffix.startswith(".") and suffix == suffix.lower() for suffix in reader.suffixes)
