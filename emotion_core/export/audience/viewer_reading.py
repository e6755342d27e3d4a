"""What read a viewer's face, or the film's own: model, engine, temperature and settings, beside the numbers."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ...errors import EmotionError
from ...expression.checkpoints import calibration
from ...expression.selection import AGREEMENT, OWN, SIDE
from ...live import LEVELLED, LIMITS, RULES
from ...settings import FaceLimits

if TYPE_CHECKING:
    from ...analysis import Analysis
    from ...audience import Readings, Viewer
    from ...library import Library
    from ...observations import CheckpointIdentity, EngineIdentity
    from ...settings import ReportSettings, ScanSettings


_LIMITS = {
    "max_yaw": "turned aside by at most {:g}°",
    "max_pitch": "looking up or down by at most {:g}°",
    "max_roll": "tilted by at most {:g}°",
    "max_misfit": "eyes, nose and mouth off by at most {:g}",
    "min_sharpness": "sharpness from {:g} on",
    "min_brightness": "brightness from {:g} on",
    "max_clipped": "black or white at most {:g} %",
}
"""Each of FaceLimits in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewerReading:
    """The reader of a face; empty texts and None where something is not known, as of a synthetic viewer."""

    model: str = ""
    """The checkpoint's name."""
    model_hash: str = ""
    """SHA-256 of its weights, hex."""
    model_settings_hash: str = ""
    """SHA-256 of its config and processor, hex."""
    input_px: int | None = None
    """Pixels a side at which faces were read, where these were fewer than the model's own: of live sessions only."""
    own_input_px: int | None = None
    """The model's own pixels a side, where fewer were read."""
    input_agreement: str = ""
    """How near readings at `input_px` came to those at `own_input_px` on sample faces, on the machine that read."""
    engine: str = ""
    """“openvino int8”."""
    engine_versions: str = ""
    """The packages behind it."""
    temperature: float | None = None
    samples_per_second: float | None = None
    """Pictures read a second: of a film as was asked for, of a live session as measured (their median distance)."""
    min_face_px: int | None = None
    """Least side of a face that is read, pixels."""
    min_face_score: float | None = None
    """Least detector score of a face that counts, 0 to 1."""
    face_limits: FaceLimits | None = None
    """What else a face that counts must be."""
    level_faces: bool | None = None
    """Whether tilted heads were turned upright before they were read."""
    file_sha256: str = ""
    """Of the recording or film, hex."""

    def to_json(self) -> dict[str, Any]:
        """The fields; None where they are not known."""
        return {name: None if value == "" else value for name, value in asdict(self).items()}

    @property
    def text(self) -> str:
        """“model embedded (e64cb5159033), engine openvino int8, temperature 1.07”; empty where it is not known."""
        if not self.model_hash:
            return ""
        scale = "" if self.temperature is None else f", temperature {self.temperature:.3g}"
        size = "" if self.input_px is None else f" at {self.input_px} of its {self.own_input_px} pixels"
        return f"model {self.model} ({self.model_hash[:12]}){size}, engine {self.engine}{scale}"

    @property
    def details(self) -> str:
        """`text`, with “2 pictures a second, faces from 32 pixels and a score of 0.7 on, turned aside by at most 50°”;
        empty as `text` is.
        """
        parts = [self.text]
        if self.samples_per_second is not None:
            parts.append(f"{self.samples_per_second:g} pictures a second")
        if self.min_face_px is not None and self.min_face_score is not None:
            parts.append(f"faces from {self.min_face_px} pixels and a score of {self.min_face_score:g} on")
        limits = {} if self.face_limits is None else asdict(self.face_limits)
        parts += [words.format(limits[name]) for name, words in _LIMITS.items() if limits.get(name) is not None]
        if self.level_faces is not None:
            parts.append(f"tilted heads {'turned upright' if self.level_faces else 'read as they are'}")
        return ", ".join(parts) if self.text else ""


def reading_of_viewer(library: Library, viewer: Viewer) -> ViewerReading:
    """What read a viewer's face, from the recording's newest scan or the live session's readings."""
    try:
        if viewer.recording is None:
            return _of_live(library.viewer_readings(viewer.id))
        scan = library.newest_scan(viewer.recording)
        if scan is None:
            return ViewerReading()
        reader, settings = library.store(scan.id).reader, library.report_settings(viewer.recording)
        temperature = calibration.resolve_temperature(settings.temperature, reader[0].hash, library.home).value
        return _of_scan(viewer.recording, reader, temperature, scan.settings, settings)
    except (EmotionError, ValueError, TypeError):  # also facts of a later version
        return ViewerReading()


def reading_of_film(analysis: Analysis) -> ViewerReading:
    """What read the film's own faces, beside which the audience's are shown."""
    seen = analysis.observations
    reader = seen.checkpoint, seen.engine
    return _of_scan(
        seen.media.content_id, reader, analysis.temperature.value, seen.scan_settings, analysis.report_settings
    )


def _of_scan(
    file: str,
    reader: tuple[CheckpointIdentity, EngineIdentity],
    temperature: float,
    settings: ScanSettings,
    report: ReportSettings,
) -> ViewerReading:
    return ViewerReading(
        **_reader(*reader),
        temperature=temperature,
        samples_per_second=round(float(settings.samples_per_second), 6),
        min_face_px=settings.min_face_px,
        min_face_score=report.min_face_score,
        face_limits=report.face_limits,
        level_faces=settings.level_faces,
        file_sha256=file,
    )


def _of_live(readings: Readings) -> ViewerReading:
    if readings.checkpoint is None or readings.engine is None:
        return ViewerReading()
    typed = {name: float(text) for name, text in readings.facts.items() if name in ("temperature", *RULES)}
    pixels, score = (typed.get(name) for name in RULES)
    facts = readings.facts
    distance = float(np.median(np.diff(readings.taken_at))) if len(readings.taken_at) > 1 else 0.0
    return ViewerReading(
        **_reader(readings.checkpoint, readings.engine),
        input_px=int(facts[SIDE]) if SIDE in facts else None,
        own_input_px=int(facts[OWN]) if OWN in facts else None,
        input_agreement=facts.get(AGREEMENT, ""),
        temperature=typed.get("temperature"),
        samples_per_second=round(1 / distance, 2) if distance > 0 else None,
        min_face_px=None if pixels is None else int(pixels),
        min_face_score=score,
        face_limits=FaceLimits(**json.loads(facts[LIMITS])) if LIMITS in facts else None,
        level_faces=True if LEVELLED in facts else None,
    )


def _reader(checkpoint: CheckpointIdentity, engine: EngineIdentity) -> dict[str, Any]:
    return {
        "model": checkpoint.name,
        "model_hash": checkpoint.hash,
        "model_settings_hash": checkpoint.settings,
        "engine": f"{engine.name} {engine.precision}",
        "engine_versions": engine.versions,
    }
