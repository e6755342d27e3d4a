"""Scalings for films: what calibrations, reports, stills and comparisons make of them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from emotion_core.analysis import analyse
from emotion_core.compare import check_comparable
from emotion_core.expression import FilmFit
from emotion_core.expression.checkpoints import Calibration, Temperature, resolve_temperature
from emotion_core.expression.checkpoints.calibration import keep, stored_at
from emotion_core.labels import REFERENCE_LABELS
from emotion_core.report import json_document
from emotion_core.report.provenance import calibration_description
from emotion_core.storage import hashed_json
from emotion_core.tracks.reading import track_reading
from tests.support.calibrations import WEIGHTS, calibration_at
from tests.support.scans import by_cuts, logits_of, observations

NEUTRAL = REFERENCE_LABELS.index("neutral")
FACES = {0: [((10.0, 10.0, 40.0, 40.0), 0.9, logits_of(sad=0.5, neutral=0.3))]}


def fitted() -> Calibration:
    """A calibration whose scaling makes faces more neutral, and surer."""
    matrix = tuple(map(tuple, np.eye(7).tolist()))
    offsets = tuple(2.0 if label == NEUTRAL else 0.0 for label in range(7))
    return replace(calibration_at(1.3), film=FilmFit(0.8, matrix, offsets, "ef" * 32, 6002, 589, 0.12, 0.025, 0.017))


def test_it_goes_to_disk_and_back(tmp_path: Path) -> None:
    """What is kept is read as the same, and the scaling for films is the one that is used."""
    keep(fitted(), stored_at(tmp_path, WEIGHTS))
    found = resolve_temperature(None, WEIGHTS, tmp_path)
    assert found == Temperature(0.8, "calibrated", fitted())
    assert found.scaling == fitted().film.scaling  # type: ignore[union-attr]


def test_a_temperature_that_is_set_leaves_the_matrix(tmp_path: Path) -> None:
    """A temperature set by hand takes the place of the scaling's own; its matrix and offsets stay."""
    keep(fitted(), stored_at(tmp_path, WEIGHTS))
    found = resolve_temperature(2.0, WEIGHTS, tmp_path)
    assert (found.value, found.source) == (2.0, "set by hand")
    assert found.scaling == replace(fitted().film.scaling, temperature=2.0)  # type: ignore[union-attr]
    assert "set by hand" in calibration_description(found)


WRONG = {
    "a row too few": lambda film: film["matrix"].pop(),
    "a value too few": lambda film: film["matrix"][2].pop(),
    "no offsets": lambda film: film.update(offsets=[], matrix=[]),
    "a word": lambda film: film["offsets"].__setitem__(1, "much"),
    "endless": lambda film: film["matrix"][0].__setitem__(0, float("inf")),
    "cold": lambda film: film.update(temperature=0.0),
    "without a field": lambda film: film.pop("judged"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_damaged_scaling_is_passed_over_with_a_note(tmp_path: Path, wrong: str) -> None:
    """A file whose scaling cannot be one is ignored, and the report says so."""
    fields = json.loads(json.dumps(fitted().to_fields()))
    WRONG[wrong](fields["film"])
    file = stored_at(tmp_path, WEIGHTS)
    file.parent.mkdir(parents=True)
    file.write_bytes(hashed_json.to_bytes(fields))
    found = resolve_temperature(None, WEIGHTS, tmp_path)
    assert (found.value, found.source) == (1.0, "uncalibrated")
    assert "is damaged and was passed over" in found.note


def test_a_report_is_read_by_it() -> None:
    """A scene's shares, and a track's reading, are the scaled ones; the report names scaling, stills and error."""
    seen, temperature = observations(FACES), Temperature(0.8, "calibrated", fitted())
    analysis = analyse(seen, by_cuts(20), temperature=temperature)
    logits = np.array([seen.expressions[0].logits])
    expected = np.exp((logits - logits.mean() + 2.0 * (np.arange(7) == NEUTRAL)) / 0.8)[0]
    shares = analysis.scenes[0].shares
    assert shares is not None
    assert shares == pytest.approx((expected / expected.sum()).tolist())
    assert track_reading(seen, [0], temperature.scaling) == pytest.approx(expected / expected.sum())
    stored = json_document(analysis)["temperature"]
    assert stored["calibration"]["film"]["offsets"][NEUTRAL] == 2.0
    said = calibration_description(temperature)
    assert "6,002 labelled film stills" in said
    assert "2.5 points off" in said


def test_films_read_by_different_scalings_are_compared_with_a_warning() -> None:
    """The same temperature with and without a matrix: part of each difference may be the scaling's."""
    seen = observations(FACES)
    ways = (Temperature(0.8), Temperature(0.8, "calibrated", fitted()))
    plain, scaled = (analyse(seen, by_cuts(20), temperature=temperature) for temperature in ways)
    assert check_comparable(scaled, scaled) == ()
    (warning,) = check_comparable(plain, scaled)
    assert "by different calibrations" in warning


def test_no_earlier_row_is_taken_under_another_scaling() -> None:
    """An earlier analysis by the same temperature without a matrix saves no work for one with it."""
    seen = observations(FACES)
    earlier = analyse(seen, by_cuts(20), temperature=Temperature(0.8))
    scaled = Temperature(0.8, "calibrated", fitted())
    quick = analyse(seen, by_cuts(20), temperature=scaled, earlier=earlier)
    assert quick.scenes == analyse(seen, by_cuts(20), temperature=scaled).scenes
    assert quick.scenes[0].shares != earlier.scenes[0].shares


def test_what_has_no_scaling_for_films_is_stored_as_before() -> None:
    """Reports and files of calibrations without one do not change."""
    assert "film" not in calibration_at().to_fields()
    assert "film" not in json.loads(calibration_at().to_json())
