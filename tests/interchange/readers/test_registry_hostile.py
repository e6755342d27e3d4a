"""Any bytes as a cut list give an EditList or a CutListError, in little time and memory."""

from __future__ import annotations

import io
import zipfile
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from emotion_core.errors import CutListError
from emotion_core.interchange import READERS, EditList, read_cut_list
from emotion_core.interchange.readers import content
from emotion_core.interchange.readers.timelines import aaf, otio as otio_reader, xml
from tests.support import aafs
from tests.support.edl_texts import READ as EDLS
from tests.support.list_texts import READ as TEXTS
from tests.support.timelines import fcpxml, otio, xmeml

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
    removed: int
    """Bytes."""
    inserted: bytes


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
    """Read `raw` and check the EditList, or that the CutListError has advice."""
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
    assert not any(sign in event.name for event in read.events for sign in "\n\r\t\0")
    assert read.rate is None or read.rate > 0


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(WHOLE), EDITS, st.sampled_from([None, "2", "Titles"]))
def test_a_broken_list_ends_in_our_own_words(whole: bytes, edits: list[Edit], track: str | None) -> None:
    """Lists of every format with parts removed, inserted and exchanged."""
    raw = bytearray(whole)
    for edit in edits:
        at = int(edit.at * len(raw))
        raw[at : at + edit.removed] = edit.inserted
    tried(bytes(raw), track)


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.binary(max_size=300), st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace"))))
def test_any_bytes_end_in_our_own_words(raw: bytes) -> None:
    """Bytes and text of no format."""
    tried(raw)


@pytest.mark.usefixtures("aafs_read_prepared")
@pytest.mark.parametrize("seed", range(6))
def test_a_broken_aaf_ends_in_our_own_words(seed: int, tmp_path: Path) -> None:
    """An AAF with changed bytes or a missing end, which is read in a separate process."""
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
    for module, bound in ((xml, "MAX_ELEMENTS"), (otio_reader, "MAX_PARTS"), (content, "MAX_CHARACTERS")):
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
    """The process that reads an AAF has a time limit."""
    raw = aafs.make(tmp_path / "a.aaf", Fraction(25), [("a", 60)])
    monkeypatch.setattr(aaf, "TIMEOUT", -1.0)  # expired before it starts, even if the clock jumps
    with pytest.raises(CutListError, match="AAF cannot be read"):
        read_cut_list(raw)


def test_every_format_has_a_name_and_suffixes() -> None:
    """Suffixes are lower case with the full stop."""
    for reader in READERS:
        assert reader.NAME
        assert all(suffix.startswith(".") and suffix == suffix.lower() for suffix in reader.SUFFIXES)
