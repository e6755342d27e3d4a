"""Temperatures: which one a report takes, where it says so, and that none is served stale."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from emotion_core.analysis import analyse
from emotion_core.compare import check_comparable
from emotion_core.expression.checkpoints import EMBEDDED_FOLDER, calibration, locate, location
from emotion_core.expression.checkpoints.calibration import (
    FILE,
    Calibration,
    Temperature,
    keep,
    keep_in,
    resolve_temperature,
    stored_at,
)
from emotion_core.library import Film, Library
from emotion_core.report import csv_bytes, json_bytes, json_document, scene_table
from emotion_core.scan import SaveFramesRequest, save_frames
from emotion_core.settings import ReportSettings
from emotion_core.stills import StillReader
from emotion_core.web.film_page.samples.sample_data import samples_document
from emotion_core.web.film_page.scene_data import scenes_document
from tests.support import library_builder
from tests.support.calibrations import WEIGHTS, calibration_at
from tests.support.clips import CARPHONE, man
from tests.support.films import texture, write_film
from tests.support.pages import library, open_page, page_text
from tests.support.scans import by_cuts, logits_of, observations

__all__ = ["library"]  # a fixture


@pytest.fixture
def film(library: Library) -> Film:
    """An analysed film of three scenes, happy, without a face and sad, by a checkpoint without a calibration."""
    return library_builder.film(library, CARPHONE, ["happy", None, "sad"])


def exported_report(library: Library, film: Film) -> str:
    """The report as it is taken away."""
    analysis = library.analysis(film.id)
    return csv_bytes(scene_table(analysis)).decode() + json_bytes(analysis).decode()


# Which one


def test_a_calibration_goes_to_disk_and_back(tmp_path: Path) -> None:
    """What is kept is read as the same."""
    keep(calibration_at(), tmp_path / "a" / "c.json")
    assert Calibration.from_json((tmp_path / "a" / "c.json").read_text()) == calibration_at()


def test_the_one_that_was_set_comes_first_then_the_users_then_the_embedded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A temperature set by hand beats the calibration under EMOTION_HOME, that one the embedded one, that one 1."""
    home, embedded = tmp_path / "home", tmp_path / "embedded"
    monkeypatch.setattr(location, "EMBEDDED_FOLDER", embedded)
    assert resolve_temperature(None, WEIGHTS, home) == Temperature(1.0, "uncalibrated")
    keep(calibration_at(3.0), embedded / FILE)
    assert resolve_temperature(None, WEIGHTS, home) == Temperature(3.0, "calibrated", calibration_at(3.0))
    keep(calibration_at(2.0), stored_at(home, WEIGHTS))
    assert resolve_temperature(None, WEIGHTS, home) == Temperature(2.0, "calibrated", calibration_at(2.0))
    assert resolve_temperature(1.0, WEIGHTS, home) == Temperature(1.0, "set by hand")


def test_a_calibration_is_that_of_its_weights_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Other weights in the embedded checkpoint's place, or of another checkpoint, are uncalibrated."""
    monkeypatch.setattr(location, "EMBEDDED_FOLDER", tmp_path)
    keep(calibration_at(3.0, "ab" * 32), tmp_path / FILE)
    assert resolve_temperature(None, "cd" * 32, tmp_path / "home") == Temperature()


def test_films_read_by_earlier_embedded_weights_keep_their_temperature(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the embedded weights are replaced, those before keep their calibration beside that of the new ones."""
    monkeypatch.setattr(location, "EMBEDDED_FOLDER", tmp_path)
    earlier, later = "ab" * 32, "cd" * 32
    for step in (calibration_at(3.0, earlier), calibration_at(2.0, later), calibration_at(2.5, later)):
        keep_in(tmp_path, step)
    assert resolve_temperature(None, later, tmp_path / "home").value == 2.5
    assert resolve_temperature(None, earlier, tmp_path / "home") == Temperature(
        3.0, "calibrated", calibration_at(3.0, earlier)
    )
    (tmp_path / FILE).write_text("{")
    keep_in(tmp_path, calibration_at(2.0, later))
    assert resolve_temperature(None, later, tmp_path / "home").value == 2.0
    assert len(list(tmp_path.iterdir())) == 2


def bare() -> str:
    """A calibration as earlier versions wrote it, without a hash."""
    return json.dumps(asdict(calibration_at()))


DAMAGED = {
    "empty": b"",
    "broken off": calibration_at().to_json()[:200].encode(),
    "no text": b"\xff\xfe\x00",
    "a list": b"[]",
    "a number": b"7",
    "a part missing": json.dumps({"weights": WEIGHTS, "fit": {}}).encode(),
    "no number": bare().replace("2.0", '"hot"').encode(),
    "not a number": bare().replace("2.0", "NaN").encode(),
    "no error": bare().replace("0.0213", '"small"').encode(),
    "a digit changed": calibration_at().to_json().replace("2.0", "3.0").encode(),
    "out of range": calibration_at(0.001).to_json().encode(),
    "of other weights": calibration_at(weights="ab" * 32).to_json().encode(),
}


@pytest.mark.parametrize("damage", DAMAGED.values(), ids=DAMAGED.keys())
def test_a_damaged_calibration_is_passed_over_and_named(library: Library, film: Film, damage: bytes) -> None:
    """With a damaged file the report is the uncalibrated one, and a note says which file and what to do."""
    plain = library.analysis(film.id)
    file = stored_at(library.home, WEIGHTS)
    keep(calibration_at(), file)
    file.write_bytes(damage)
    analysis = library.analysis(film.id)
    assert scene_table(analysis).equals(scene_table(plain))
    (note,) = set(analysis.notes) - set(plain.notes)
    assert f"calibrations/{WEIGHTS}" in note
    assert "calibrate" in note
    assert "delete" in note


def test_behind_a_damaged_calibration_the_embedded_one_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The embedded checkpoint's own calibration is used where the one under EMOTION_HOME is damaged, with the note."""
    monkeypatch.setattr(location, "EMBEDDED_FOLDER", tmp_path)
    keep(calibration_at(3.0), tmp_path / FILE)
    keep(calibration_at(), stored_at(tmp_path, WEIGHTS))
    stored_at(tmp_path, WEIGHTS).write_text("{")
    message = resolve_temperature(None, WEIGHTS, tmp_path)
    assert (message.value, message.source) == (3.0, "calibrated")
    assert "damaged" in message.note


def test_the_embedded_checkpoint_is_calibrated(tmp_path: Path) -> None:
    """The calibration beside the embedded weights is theirs, errs by 0.03 at most on stills of people whom it has not
    seen and on FER2013's validation part, each half at the other's temperature, and the card's figures are its own.
    """
    weights = hashlib.sha256((EMBEDDED_FOLDER / "model.safetensors").read_bytes()).hexdigest()
    message = resolve_temperature(None, weights, tmp_path)
    assert message.source == "calibrated"
    assert message.calibration is not None
    card = (EMBEDDED_FOLDER / "README.md").read_text().split("## Calibration")[1].split("\n## ")[0]
    assert f"`{weights}`" in card
    of_both_halves = re.search(r"Of both halves together, .* the error is \*\*(\d\.\d{4})\*\*", card)
    assert of_both_halves is not None
    assert float(of_both_halves[1]) <= 0.03
    folds = json.loads((EMBEDDED_FOLDER / "folds.json").read_text())
    assert folds["weights"] == weights
    assert folds["calibration_error"]["as_they_are"] <= 0.03
    film = message.calibration.film
    assert film is not None
    assert f"temperature of **{film.temperature:.4f}**" in card
    assert f"**{film.ece_after:.4f}** with it" in card
    for fit in (message.calibration.fit, message.calibration.swapped):
        figures = (fit.temperature, fit.ece_before, fit.ece_after, fit.ece_by_chance)
        row = next(line for line in card.splitlines() if f"| {fit.temperature:.4f} | {fit.fitted} faces |" in line)
        assert re.findall(r"\d+\.\d{4}", row) == [f"{figure:.4f}" for figure in figures]


# Where the temperature is shown


def test_every_form_of_the_report_says_it(library: Library, film: Film) -> None:
    """CSV and JSON say temperature and origin; the JSON has what it was fitted on."""
    row = scene_table(library.analysis(film.id)).iloc[0]
    assert (row["temperature"], row["calibration"]) == (1.0, "uncalibrated")
    assert json_document(library.analysis(film.id))["temperature"] == {
        "value": 1.0,
        "source": "uncalibrated",
        "calibration": None,
    }
    keep(calibration_at(), stored_at(library.home, WEIGHTS))
    analysis = library.analysis(film.id)
    row = scene_table(analysis).iloc[0]
    assert (row["temperature"], row["calibration"]) == (2.0, "calibrated")
    document = json.loads(json_bytes(analysis))
    assert (document["temperature"]["value"], document["temperature"]["source"]) == (2.0, "calibrated")
    assert Calibration.from_json(json.dumps(document["temperature"]["calibration"])) == calibration_at()
    assert document["report_settings"]["temperature"] is None
    library.set_report_settings(film.id, replace(library.report_settings(film.id), temperature=0.5))
    row = scene_table(library.analysis(film.id)).iloc[0]
    assert (row["temperature"], row["calibration"]) == (0.5, "set by hand")


def test_the_page_says_it_and_follows(library: Library, film: Film) -> None:
    """The film's page says “uncalibrated” in its model line, and the new temperature as soon as there is one."""
    app: AppTest = open_page("film", film=film.id, scene="1")
    assert "temperature 1 (uncalibrated)" in page_text(app)
    assert _share_on_page(library, film).startswith("70")
    keep(calibration_at(), stored_at(library.home, WEIGHTS))
    app.run()
    assert "temperature 2 (calibrated)" in page_text(app)
    assert "2.1 points off on average, 9.1 without it" in page_text(app)
    shares = np.sqrt([0.7, *[0.05] * 6])
    percent = f"{shares[0] / shares.sum():.0%}"[:-1]
    assert _share_on_page(library, film).startswith(percent)
    (sample, *_) = samples_document(library.analysis(film.id), 0, 30)["samples"]
    assert {round(max(face["probabilities"]), 2) for face in sample["faces"]} == {round(shares[0] / shares.sum(), 2)}


def _share_on_page(library: Library, film: Film) -> str:
    """What the panel says of the first scene's leading expression."""
    leading: str = scenes_document(library.analysis(film.id))["scenes"][0]["leading_shares"]
    return leading


# Never stale


def test_a_calibration_that_comes_changes_or_goes_changes_the_report(library: Library, film: Film) -> None:
    """A report uses the present calibration, not one from before it was opened or cached."""
    reports = []
    file = stored_at(library.home, WEIGHTS)
    steps: list[Calibration | None] = [
        None,
        calibration_at(2.0),
        calibration_at(3.0),
        replace(calibration_at(3.0), made_on="2027-01-01"),
        None,
    ]
    for step in steps:
        if step is not None:
            keep(step, file)
        else:
            file.unlink(missing_ok=True)
        reports.append(exported_report(library, film))
        assert exported_report(Library.open(library.home), film) == reports[-1]
    assert len(set(reports)) == 4
    assert reports[-1] == reports[0]


def test_what_is_known_of_an_earlier_report_is_not_taken_at_another_temperature() -> None:
    """An earlier analysis saves no work for one at another temperature: the result is the same as without it."""
    scan_data = observations({0: [((10.0, 10.0, 40.0, 40.0), 0.9, logits_of(happy=0.7))]})
    earlier, message = analyse(scan_data, by_cuts(20)), Temperature(2.0, "calibrated", calibration_at())
    quick, whole = (
        analyse(scan_data, by_cuts(20), temperature=message, earlier=known_analysis)
        for known_analysis in (earlier, None)
    )
    assert quick.scenes == whole.scenes
    assert quick.scenes[0].shares != earlier.scenes[0].shares
    again = analyse(scan_data, by_cuts(20), temperature=message, earlier=whole)
    assert again.scenes[0].shares is whole.scenes[0].shares


# What else rests on it


def test_films_at_different_temperatures_are_compared_with_a_warning() -> None:
    """Two cuts read by one model at two temperatures are compared with a warning, and with none at one temperature."""
    scan_data = observations({0: [((10.0, 10.0, 40.0, 40.0), 0.9, logits_of(happy=0.7))]})
    plain, same, other = (analyse(scan_data, by_cuts(20, temperature=t)) for t in (None, 1.0, 2.0))
    assert check_comparable(plain, same) == ()
    (warning,) = check_comparable(plain, other)
    assert "(1 and 2)" in warning


def test_stills_are_read_at_the_same_temperature(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A still's probabilities are softened by the checkpoint's temperature, as a film's are, from when there is one."""
    monkeypatch.setenv("EMOTION_HOME", str(tmp_path))
    reader, picture = StillReader("embedded"), next(man(20, 21, 288))
    keep(calibration_at(1.0, reader.checkpoint.hash), stored_at(tmp_path, reader.checkpoint.hash))
    (plain,) = reader.read(picture)
    keep(calibration_at(2.0, reader.checkpoint.hash), stored_at(tmp_path, reader.checkpoint.hash))
    (soft,) = reader.read(picture)
    roots = np.sqrt(list(plain.probabilities.values()))
    assert list(soft.probabilities.values()) == pytest.approx((roots / roots.sum()).tolist(), rel=1e-6)
    assert soft.label == plain.label


def test_frames_of_a_film_are_read_at_the_same_temperature(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """The confined process that saves frames finds the checkpoint's stored calibration, and says that it did."""
    monkeypatch.setenv("EMOTION_HOME", str(tmp_path))
    weights = locate("embedded").weights_hash()
    keep(calibration_at(5.0, weights), stored_at(tmp_path, weights))
    film = write_film(tmp_path / "film.mp4", texture(1, 1))
    request = SaveFramesRequest(
        film=str(film), out=str(tmp_path / "out"), every=1, whole_frame=True, checkpoint="embedded", engine="torch"
    )
    assert save_frames(request) == 0
    assert "temperature 5 (calibrated)" in capfd.readouterr().out


def test_a_default_is_what_a_user_may_set_anew() -> None:
    """By default no temperature is set, which is written as null and read back as such."""
    assert ReportSettings().temperature is None
    assert calibration.temperature_by_settings(None) == Temperature(1.0, "uncalibrated")
    assert calibration.temperature_by_settings(1.0).source == "set by hand"
