"""Faces of an analysed cut are taken over on the very frames that a re-cut has too, and on no other."""

from __future__ import annotations

import shutil
from dataclasses import replace
from fractions import Fraction
from itertools import chain
from pathlib import Path

import numpy as np
import pytest

from emotion_core.analysis import analyse, taken_over
from emotion_core.decoding import Decoder
from emotion_core.expression.checkpoints import load, locate
from emotion_core.expression.engines import Engine
from emotion_core.expression.selection import open_engine
from emotion_core.labels import REFERENCE_LABELS
from emotion_core.observations import EngineIdentity, ObservationStore
from emotion_core.scan.model_thread import Model, ModelThread
from emotion_core.scan.one_pass import one_pass
from emotion_core.scan.reuse import KnownCuts, KnownFilm, known_cut
from emotion_core.settings import FOR_NEW_FILMS, ScanSettings, ShotSettings
from tests.support import checkpoints
from tests.support.clips import man, placed
from tests.support.films import texture, write_film
from tests.support.scans import CHECKPOINT
from tests.support.stores import Stopped, StoppedStore

SETTINGS = ScanSettings(engine="torch", batch=4)
WIDTH, HEIGHT = 320, 180
WHOLE = Fraction(10**6)


KNOWN_FRAMES = 115
SECOND = ((10, 60), None, (70, 115))
"""Stretches of the first cut in the second one; None for new material."""
NEW = 30


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """Of a tiny network."""
    folder = checkpoints.vit(tmp_path_factory.mktemp("tiny"), REFERENCE_LABELS)
    return open_engine("torch", load(locate(str(folder))), batch=SETTINGS.batch)


def read(film: Path, engine: Engine, store: ObservationStore, seconds: Fraction, cuts: KnownCuts | None = None) -> None:
    with Decoder(film, film.stem) as decoder, ModelThread(lambda say: Model(CHECKPOINT, engine)) as model:
        store.begin(decoder.media, SETTINGS, CHECKPOINT, engine.identity)
        one_pass(decoder, model, store, SETTINGS, ShotSettings(), lambda *_: None, segment_seconds=seconds, cuts=cuts)


class Cuts:
    """A first cut, analysed, and a second one."""

    def __init__(self, folder: Path, engine: Engine) -> None:
        wall = np.full((HEIGHT, WIDTH, 3), 90, dtype=np.uint8)
        first = [placed(picture, 40, wall) for picture in man(0, KNOWN_FRAMES, HEIGHT)]
        new = list(texture(7, NEW, WIDTH, HEIGHT))
        second = chain.from_iterable(new if part is None else first[slice(*part)] for part in SECOND)
        self.engine = engine
        self.second = write_film(folder / "second.mp4", second, keyframe_every=25)
        self.known = KnownFilm("f1" * 32, "first.mp4", folder / "known")
        store = ObservationStore(self.known.store)
        read(write_film(folder / "first.mp4", first, keyframe_every=25), engine, store, WHOLE)
        store.seal(store.segment_count, store.read_partial().media)

    def open(self, known: KnownFilm | None = None, engine: EngineIdentity | None = None) -> KnownCuts:
        with Decoder(self.second, "") as decoder:
            identity = engine or self.engine.identity
            return KnownCuts.open([known or self.known], decoder.media, SETTINGS, CHECKPOINT, identity)


@pytest.fixture(scope="module")
def cuts(tmp_path_factory: pytest.TempPathFactory, engine: Engine) -> Cuts:
    return Cuts(tmp_path_factory.mktemp("cuts"), engine)


@pytest.fixture(scope="module")
def whole(cuts: Cuts, tmp_path_factory: pytest.TempPathFactory) -> ObservationStore:
    """The second cut read at once, taking over."""
    store = ObservationStore(tmp_path_factory.mktemp("whole") / "store")
    read(cuts.second, cuts.engine, store, WHOLE, cuts.open())
    return store


def test_faces_are_taken_over_of_the_very_frames(cuts: Cuts, whole: ObservationStore) -> None:
    known, second = ObservationStore(cuts.known.store).read(), whole.read_partial()
    there = {
        face.sample_frame: (face.box, expression.logits)
        for face, expression in zip(known.faces, known.expressions, strict=True)
    }
    truth = [*range(10, 60), *[None] * NEW, *range(70, 115)]
    origins = {sample.frame: sample.origin for sample in second.samples if sample.origin is not None}
    assert len(origins) >= 5
    assert all(origin.frame == truth[frame] for frame, origin in origins.items())
    taken = 0
    for face, expression in zip(second.faces, second.expressions, strict=True):
        if (origin := origins.get(face.sample_frame)) is not None:
            assert (face.box, expression.logits) == there[origin.frame]
            taken += 1
    (film,) = taken_over(second)
    assert (film.name, film.content_id, film.frames, film.faces) == ("first.mp4", "f1" * 32, len(origins), taken)
    notes = analyse(second, FOR_NEW_FILMS).notes
    assert any(note.startswith(f"{taken} of {len(second.faces)} faces") and "first.mp4" in note for note in notes)


def test_faces_in_doubt_are_found_again_and_not_read_again(
    cuts: Cuts, whole: ObservationStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Boxes and scores are the film's own, what the model made of them is taken over."""
    monkeypatch.setattr(known_cut, "SURE_SCORE", 1.01)
    store = ObservationStore(tmp_path / "store")
    read(cuts.second, cuts.engine, store, WHOLE, cuts.open())
    second, sure = store.read_partial(), whole.read_partial()
    assert [sample.origin for sample in second.samples] == [sample.origin for sample in sure.samples]
    assert second.expressions == sure.expressions
    assert second.faces != sure.faces
    monkeypatch.setattr(known_cut, "SHIFT", -1.0)
    other = ObservationStore(tmp_path / "other")
    read(cuts.second, cuts.engine, other, WHOLE, cuts.open())
    assert all(film.faces == 0 for film in taken_over(other.read_partial()))


def test_segments_and_stops_make_no_difference(cuts: Cuts, whole: ObservationStore, tmp_path: Path) -> None:
    store = ObservationStore(tmp_path / "store")
    for at in range(1, 9):
        try:
            read(cuts.second, cuts.engine, StoppedStore(store.folder, at), Fraction(1), cuts.open())
            break
        except Stopped:
            continue
    assert at > 2
    second, complete = store.read_partial(), whole.read_partial()
    assert (second.faces, second.expressions) == (complete.faces, complete.expressions)
    assert [replace(s, thumbnail=None) for s in second.samples] == [
        replace(s, thumbnail=None) for s in complete.samples
    ]


def test_where_nothing_is_taken_over_no_byte_differs(cuts: Cuts, tmp_path: Path) -> None:
    """A film that shares nothing with the known one, read with it and without."""
    film = write_film(tmp_path / "other.mp4", texture(8, 60, WIDTH, HEIGHT), keyframe_every=25)
    with_known, without = (ObservationStore(tmp_path / name) for name in ("with", "without"))
    opened = cuts.open()
    read(film, cuts.engine, with_known, WHOLE, opened)
    assert "it shows no frame of first.mp4" in opened.why_nothing()
    assert "no analysed film here" in KnownCuts().why_nothing()
    read(film, cuts.engine, without, WHOLE)
    assert with_known.segment_files.digest(0) == without.segment_files.digest(0)


@pytest.mark.parametrize("what", ["deleted", "damaged", "another engine", "no pictures left"])
def test_what_cannot_be_trusted_is_read_afresh(cuts: Cuts, tmp_path: Path, what: str) -> None:
    known = replace(cuts.known, store=tmp_path / "known")
    if what != "deleted":
        shutil.copytree(cuts.known.store, known.store)
    if what == "damaged":
        numbers = known.store / "segments" / "00000.npz"
        numbers.write_bytes(numbers.read_bytes()[:-1] + b"?")
    other = replace(cuts.engine.identity, versions="others")
    opened = cuts.open(known, other) if what == "another engine" else cuts.open(known)
    if what != "no pictures left":
        assert not opened
        reason = "was read by another engine" if what == "another engine" else "has no whole analysis any more"
        assert f"first.mp4 {reason}" in opened.why_nothing()
        return
    (known.store / "segments" / "00000.jpgs").unlink()
    store = ObservationStore(tmp_path / "store")
    read(cuts.second, cuts.engine, store, WHOLE, opened)
    assert taken_over(store.read_partial()) == ()
    assert "their pictures differ" in opened.why_nothing()


def test_a_chain_of_cuts_leads_to_the_first(cuts: Cuts, whole: ObservationStore, tmp_path: Path) -> None:
    """What the second cut took over is taken from the first one, never from the second."""
    shutil.copytree(whole.folder, tmp_path / "second")
    store = ObservationStore(tmp_path / "second")
    store.seal(store.segment_count, store.read_partial().media)
    second = KnownFilm("f2" * 32, "second.mp4", store.folder)
    third = ObservationStore(tmp_path / "third")
    with Decoder(cuts.second, "") as decoder:
        both = KnownCuts.open([second, cuts.known], decoder.media, SETTINGS, CHECKPOINT, cuts.engine.identity)
    read(cuts.second, cuts.engine, third, WHOLE, both)
    complete = whole.read_partial()
    origins = {sample.frame: sample.origin for sample in third.read_partial().samples}
    for sample in complete.samples:
        if sample.origin is not None and origins.get(sample.frame) is not None:
            assert origins[sample.frame] == sample.origin
    assert {film.name for film in taken_over(third.read_partial())} == {"first.mp4", "second.mp4"}
