"""One pass over films that are short, faceless, or read by other checkpoints."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import os
import signal
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pandas as pd
import pytest
from PIL import Image

from emotion_core.analysis import analyse
from emotion_core.decoding import Decoder, isolated, read_sound_prints
from emotion_core.errors import MediaError, ScanError
from emotion_core.expression.engines import REVISION, openvino_engine
from emotion_core.faces import tilt_of
from emotion_core.faces.levelling import LEVEL_FROM
from emotion_core.labels import REFERENCE_LABELS
from emotion_core.observations import PRINTS_A_SECOND, Observations, ObservationStore, Scores
from emotion_core.observations.sound import FILE
from emotion_core.picture import media_with_bars
from emotion_core.report import csv_bytes, table as report
from emotion_core.sandbox import confinement
from emotion_core.scan import backfill, completion, film_scan, scan, sound_reading
from emotion_core.scan.model_thread import CropBatches
from emotion_core.settings import ReportSettings, ScanSettings
from emotion_core.system import PROGRESS, Child
from tests.support.checkpoints import configured, resnet, vit
from tests.support.clips import man, scaled
from tests.support.film_sounds import film_sound, write_sound_film
from tests.support.films import flat, texture, write_film
from tests.support.running_scans import Analysed
from tests.support.truth_film import SHOTS, pictures

SETTINGS = ScanSettings(engine="torch", checkpoint="embedded")


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> ScanSettings:
    """With a tiny checkpoint, where what it says of a face is not the matter."""
    folder = vit(tmp_path_factory.mktemp("tiny"), REFERENCE_LABELS)
    return dataclasses.replace(SETTINGS, checkpoint=str(folder))


def scanned(path: Path, folder: Path, settings: ScanSettings = SETTINGS) -> Observations:
    """What a scan of the film sees."""
    store = ObservationStore(folder)
    scan(path, "content", store, settings, ReportSettings(), lambda event, fields: None)
    return store.read()


def test_a_disk_that_goes_away_is_no_damage(tmp_path: Path, tiny: ScanSettings) -> None:
    """A film whose file can no longer be read amid its scan ends in an error, and no report is made of it."""
    path = write_film(tmp_path / "a.mp4", texture(1, 400, 320, 240), container_options={"movflags": "faststart"})
    store = ObservationStore(tmp_path / "store")

    def report(event: str, _: dict[str, Any]) -> None:
        if event == "media":
            os.truncate(path, path.stat().st_size // 2)
            path.unlink()

    with pytest.raises(MediaError, match=r"can no longer be read.*analyse the film again"):
        scan(path, "content", store, tiny, ReportSettings(), report)
    assert not store.sealed
    assert not store.film_read


def test_a_sign_of_life_with_every_packet(tmp_path: Path) -> None:
    """The watchdog also hears of a scan that only reads frames again up to a seam."""
    heard: list[int] = []
    path = write_film(tmp_path / "a.mp4", texture(1, 60))
    with Decoder(path, "content") as decoder:
        decoder.heartbeat = lambda: heard.append(1)
        assert list(decoder.frames_from(60, Scores.empty(), None)) == []
    assert len(heard) >= 60


def test_sound_is_kept_beside_the_pass(tmp_path: Path, tiny: ScanSettings) -> None:
    """Read once and whole, whatever was stored when a scan was stopped; not at all where it is not wanted."""
    film = write_sound_film(tmp_path / "film.mp4", film_sound(6, 1))
    observations = scanned(film, tmp_path / "whole", tiny)
    assert observations.sound is not None
    assert len(observations.sound) == pytest.approx(6 * PRINTS_A_SECOND, abs=8)
    stopped = ObservationStore(tmp_path / "whole")
    content = (tmp_path / "whole" / FILE).read_bytes()
    (tmp_path / "whole" / "sealed.json").unlink()
    (tmp_path / "whole" / FILE).write_bytes(content[:-1])
    scan(film, "content", stopped, tiny, ReportSettings(), lambda event, fields: None, sound=True)
    assert (tmp_path / "whole" / FILE).read_bytes() == content
    other = ObservationStore(tmp_path / "other")
    scan(film, "content", other, tiny, ReportSettings(), lambda event, fields: None, sound=False)
    assert not other.sound_file.exists
    assert other.read().sound is None


@pytest.mark.parametrize("declared", [Fraction(1), Fraction(6), Fraction(90)], ids=["less", "as it is", "more"])
def test_sound_does_not_depend_on_the_declared_length(
    tmp_path: Path, tiny: ScanSettings, monkeypatch: pytest.MonkeyPatch, declared: Fraction
) -> None:
    """It is read before the picture's end is known, beyond the declared one, and again where that was too short."""
    film = write_sound_film(tmp_path / "film.mp4", film_sound(10, 1), tail=4)
    with Decoder(film, "content") as decoder:
        expected = read_sound_prints(film, dataclasses.replace(decoder.media, duration=Fraction(6)), lambda: None)
    monkeypatch.setattr(sound_reading, "BEYOND", Fraction(2))
    real = media_with_bars
    monkeypatch.setattr(
        film_scan, "media_with_bars", lambda decoder: dataclasses.replace(real(decoder), duration=declared)
    )
    observations = scanned(film, tmp_path / "scan", tiny)
    assert observations.sound is not None
    assert observations.sound.to_bytes() == expected.to_bytes()


@pytest.mark.parametrize("ends", ["import os; os.kill(os.getpid(), 11)", "import time; time.sleep(60)"])
def test_sound_that_ends_its_reader_ends_no_scan(
    tmp_path: Path, tiny: ScanSettings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, ends: str
) -> None:
    """Where sound crashes its decoder, or holds it up, the film is analysed without its fingerprints; a log says so."""
    film = write_sound_film(tmp_path / "film.mp4", film_sound(1, 1))
    monkeypatch.setattr(isolated, "python_module", lambda *_: [sys.executable, "-c", ends])
    monkeypatch.setattr(isolated, "ANSWER_SECONDS", 0.5 + confinement.LOOK_SECONDS - confinement.SOUND_SECONDS)
    observations = scanned(film, tmp_path / "scan", tiny)
    assert observations.sound is None
    assert observations.frames
    assert caplog.text.count("without fingerprints of its sound") == 1


def test_the_reader_of_sound_ends_with_a_scan_that_fails(
    tmp_path: Path, tiny: ScanSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A scan that ends in an error waits for no sound, and leaves no process."""
    film = write_sound_film(tmp_path / "film.mp4", film_sound(1, 1))
    readers: list[Child] = []
    note_child = sound_reading.SoundReading._note_child

    def note(self: sound_reading.SoundReading, child: Child) -> None:
        readers.append(child)
        note_child(self, child)

    monkeypatch.setattr(isolated, "python_module", lambda *_: [sys.executable, "-c", "import time; time.sleep(600)"])
    monkeypatch.setattr(sound_reading.SoundReading, "_note_child", note)

    def report(event: str, _: dict[str, Any]) -> None:
        if event == PROGRESS:
            raise ScanError("The disk is full.")

    with pytest.raises(ScanError, match="disk is full"):
        scan(film, "content", ObservationStore(tmp_path / "scan"), tiny, ReportSettings(), report)
    assert [reader.poll() for reader in readers] == [-signal.SIGKILL]


SHORT = {
    "one frame": (1, "single frame"),
    "shorter than a scene": (10, "No cut was found"),
}


@pytest.mark.parametrize("name", SHORT)
def test_a_very_short_film_is_one_scene(tmp_path: Path, tiny: ScanSettings, name: str) -> None:
    """A film of one frame, or shorter than any scene, is a report of one scene with a note."""
    frames, note = SHORT[name]
    displayed = (picture for _, picture in zip(range(frames), pictures(), strict=False))
    film = write_film(tmp_path / "short.mp4", displayed)
    analysis = analyse(scanned(film, tmp_path / "scan", tiny), ReportSettings())
    (row,) = analysis.scenes
    assert (row.scene.frame_in, row.scene.frame_out, row.frames_sampled) == (0, frames, min(frames, 3))
    assert (row.coverage, row.faces) == (1.0, min(frames, 3))
    assert note in analysis.notes[-1]


def test_a_tilted_head_is_read_upright(tmp_path: Path, tiny: ScanSettings) -> None:
    """A head tilted by 20 degrees is the same face with levelling and without, read otherwise; it is also measured how
    sharp and how lit it is.
    """
    whole = next(man(0, 1, 480))
    height, width = whole.shape[:2]
    about = cv2.getRotationMatrix2D((width / 2, height / 2), 20, 1)
    tilted = np.asarray(cv2.warpAffine(whole, about, (width, height), borderMode=cv2.BORDER_REPLICATE), dtype=np.uint8)
    film = write_film(tmp_path / "tilted.mp4", [tilted[:, : width // 2 * 2]])
    level, plain = (
        scanned(film, tmp_path / str(on), dataclasses.replace(tiny, level_faces=on)) for on in (True, False)
    )
    (face,), (as_it_is,) = level.faces, plain.faces
    assert (face.box, face.landmarks) == (as_it_is.box, as_it_is.landmarks)
    assert abs(tilt_of(face.landmarks)) >= LEVEL_FROM
    assert level.expressions[0].logits != plain.expressions[0].logits
    assert face.sharpness is not None
    assert face.sharpness > 0.1
    assert face.light is not None
    assert face.light.mean > 25


def test_a_film_without_faces_is_a_report(tmp_path: Path, tiny: ScanSettings) -> None:
    """A film without faces ends well, with empty shares and a note."""
    path = write_film(tmp_path / "nobody.mp4", [*flat(30, 20), *texture(1, 20)])
    analysis = analyse(scanned(path, tmp_path / "scan", tiny), ReportSettings())
    assert [row.shares for row in analysis.scenes] == [None, None]
    assert analysis.notes[0].startswith("No usable face was found")
    table = report.scene_table(analysis)
    assert table[["dominant", *analysis.labels, "intensity", "interval_low"]].isna().all(axis=None)


@pytest.mark.parametrize("seconds", [Fraction(1, 10), Fraction(3, 2)])
def test_segments_make_no_difference(
    truth_film: Path, analysed_once: Analysed, tmp_path: Path, seconds: Fraction
) -> None:
    """A film written down in segments of another length holds the same numbers, to the last digit, and pictures."""
    store = ObservationStore(tmp_path / "scan")
    scan(
        truth_film,
        analysed_once.film.id,
        store,
        SETTINGS,
        ReportSettings(shots=SHOTS),
        lambda event, fields: None,
        segment_seconds=seconds,
    )
    whole_store = analysed_once.library.store(analysed_once.scan_id)
    parts, whole = store.read(), whole_store.read()
    assert store.segment_count > whole_store.segment_count + 4
    for column in dataclasses.fields(Scores):
        np.testing.assert_array_equal(getattr(parts.scores, column.name), getattr(whole.scores, column.name))
    assert parts.faces == whole.faces
    assert parts.expressions == whole.expressions
    assert [store.picture(s.thumbnail) for s in parts.samples if s.thumbnail] == [
        whole_store.picture(s.thumbnail) for s in whole.samples if s.thumbnail
    ]
    assert [(s.fingerprint, s.place) for s in parts.samples] == [(s.fingerprint, s.place) for s in whole.samples]
    assert all(s.place for s in parts.samples)
    settings = ReportSettings(shots=SHOTS)
    assert csv_bytes(report.scene_table(analyse(parts, settings))) == csv_bytes(
        report.scene_table(analyse(whole, settings))
    )


def test_frames_looked_at_ahead_make_no_difference(
    truth_film: Path, tmp_path: Path, tiny: ScanSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Frames that join the last batch of a short film give the same files as those read after it, also where others
    than those turn out to be lacking.
    """
    looked: list[tuple[int, ...]] = []

    class Noted(completion.Ahead):
        def look(self, observations: Observations, batches: CropBatches) -> None:
            super().look(observations, batches)
            looked.append(self.frames)

    class Wrong(Noted):
        def look(self, observations: Observations, batches: CropBatches) -> None:
            super().look(observations, batches)
            self.frames = self.frames[1:]

    files = []
    for kind in (Noted, Wrong):
        monkeypatch.setattr(film_scan, "Ahead", kind)
        store = ObservationStore(tmp_path / kind.__name__)
        scan(truth_film, "content", store, tiny, ReportSettings(shots=SHOTS), lambda event, fields: None)
        assert store.segment_count == 2
        files.append({file.name: file.read_bytes() for file in (store.folder / "segments").iterdir()})
    assert looked[0]
    assert files[0] == files[1]


def test_batches_make_no_difference(truth_film: Path, analysed_once: Analysed, tmp_path: Path) -> None:
    """A face's logits do not depend on the batch size, but for the last digits of another kernel."""
    settings = dataclasses.replace(SETTINGS, batch=3)
    store = ObservationStore(tmp_path / "scan")
    scan(truth_film, analysed_once.film.id, store, settings, ReportSettings(shots=SHOTS), lambda event, fields: None)
    few = np.array([e.logits for e in store.read().expressions])
    many = np.array([e.logits for e in analysed_once.library.store(analysed_once.scan_id).read().expressions])
    np.testing.assert_allclose(few, many, atol=1e-4)


def test_frames_are_not_added_by_a_model_of_other_settings(truth_film: Path, tmp_path: Path) -> None:
    """Where the config names the same weights' labels in another order, what a scan lacks is refused, not read."""
    folder = resnet(tmp_path / "faces", ("happy", "sad", "calm"))
    scanned(truth_film, tmp_path / "scan", dataclasses.replace(SETTINGS, checkpoint=str(folder)))
    store = ObservationStore(tmp_path / "scan")
    before = store.segment_count

    def other_order(config: dict[str, Any]) -> None:
        config["id2label"] = {"0": "calm", "1": "sad", "2": "happy"}
        config["label2id"] = {"calm": 0, "sad": 1, "happy": 2}

    configured(folder, other_order)
    with pytest.raises(ScanError, match=r"“faces” has changed since this film was analysed.*again"):
        backfill(truth_film, store, ReportSettings(shots=SHOTS), lambda event, fields: None)
    assert store.segment_count == before


def test_frames_are_not_added_by_an_engine_that_was_quantized_otherwise(
    truth_film: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a scan by an int8 engine lacks is refused once that engine is made from other faces than it was."""
    monkeypatch.setenv("EMOTION_HOME", str(tmp_path / "home"))
    folder = resnet(tmp_path / "faces", ("happy", "sad", "calm"))
    settings = dataclasses.replace(SETTINGS, checkpoint=str(folder), engine="openvino-int8")
    scanned(truth_film, tmp_path / "scan", settings)
    store = ObservationStore(tmp_path / "scan")
    monkeypatch.setattr(openvino_engine, "REVISION", REVISION + 1)
    with pytest.raises(ScanError, match=r"engine that analysed this film is no longer the one here.*again"):
        backfill(truth_film, store, ReportSettings(shots=SHOTS), lambda event, fields: None)


def test_thumbnails_are_the_frames_as_shown(analysed_once: Analysed) -> None:
    """Each sample's thumbnail is its own frame, upright, 320 pixels wide."""
    store = analysed_once.library.store(analysed_once.scan_id)
    displayed = list(pictures())
    for sample in store.read().samples:
        assert sample.thumbnail is not None
        small = np.asarray(Image.open(io.BytesIO(store.picture(sample.thumbnail))).convert("RGB"))
        assert small.shape == (181, 320, 3)
        truth = scaled(displayed[sample.frame], 320, 181)
        assert np.abs(small.astype(np.int16) - truth).mean() < 6


LABELS = {
    # the checkpoint's labels, and whether a report has an intensity
    ("Anger", "Calm", "Joy"): True,
    ("happy", "sad"): False,
}


@pytest.mark.parametrize("labels", LABELS)
def test_other_labels_are_used_throughout(truth_film: Path, tmp_path: Path, labels: tuple[str, ...]) -> None:
    """A checkpoint with other expression labels is used with its own labels in its own order, named and hashed."""
    folder = resnet(tmp_path / "faces-x", labels)
    settings = ScanSettings(engine="torch", checkpoint=str(folder))
    analysis = analyse(scanned(truth_film, tmp_path / "scan", settings), ReportSettings())
    assert analysis.labels == labels
    row = report.scene_table(analysis).iloc[0]
    assert sum(row[label] for label in labels) == pytest.approx(1, abs=3e-4)
    assert row["model"] == "faces-x"
    assert row["model_hash"] == hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    assert pd.notna(row["intensity"]) == LABELS[labels]
