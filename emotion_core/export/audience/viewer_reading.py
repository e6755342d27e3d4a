"""What read a viewer's face: model, engine and temperature, for the record beside the numbers."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from ...errors import EmotionError
from ...expression.checkpoints import calibration

if TYPE_CHECKING:
    from ...audience import Viewer
    from ...library import Library


@dataclass(frozen=True, slots=True)
class ViewerReading:
    """The reader of a viewer's face; empty texts and None where it is not known, as of a synthetic viewer."""

    model: str = ""
    """The checkpoint's name."""
    model_hash: str = ""
    """SHA-256 of its weights, hex."""
    engine: str = ""
    """“openvino int8”."""
    temperature: float | None = None

    def to_json(self) -> dict[str, Any]:
        """The fields; None where they are not known."""
        return {name: value or None for name, value in asdict(self).items()}

    @property
    def text(self) -> str:
        """“model embedded (e64cb5159033), engine openvino int8, temperature 1.07”; empty where it is not known."""
        if not self.model_hash:
            return ""
        scale = "" if self.temperature is None else f", temperature {self.temperature:.3g}"
        return f"model {self.model} ({self.model_hash[:12]}), engine {self.engine}{scale}"


def reading_of_viewer(library: Library, viewer: Viewer) -> ViewerReading:
    """What read a viewer's face, from the recording's newest scan or the live session's readings."""
    try:
        if viewer.recording is None:
            readings = library.viewer_readings(viewer.id)
            if readings.checkpoint is None or readings.engine is None:
                return ViewerReading()
            typed = readings.facts.get("temperature")
            checkpoint, engine, temperature = readings.checkpoint, readings.engine, float(typed) if typed else None
        else:
            scan = library.newest_scan(viewer.recording)
            if scan is None:
                return ViewerReading()
            checkpoint, engine = library.store(scan.id).reader
            setting = library.report_settings(viewer.recording).temperature
            temperature = calibration.resolve_temperature(setting, checkpoint.hash, library.home).value
    except (EmotionError, ValueError):
        return ViewerReading()
    return ViewerReading(checkpoint.name, checkpoint.hash, f"{engine.name} {engine.precision}", temperature)
