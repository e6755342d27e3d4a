"""The record of an upload, and its result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from ..errors import SettingsError
from ..observations import later_version
from ..settings import ScanSettings, scan_from_json
from .recording_claim import RecordingClaim


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Result of an upload of which all bytes have arrived."""

    film_id: str = ""
    """Id of the film; empty if the bytes are no film."""
    known: bool = False
    """Whether the library had the same bytes before."""
    problem: str = ""
    """Message why the bytes were refused or, for a film, why its analysis did not begin; empty otherwise."""
    viewer_id: str = ""
    """Id of the viewer whom a recording shows; empty of other films."""

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Outcome:
        """An outcome as stored; what another version has besides is left out."""
        return cls(**{field.name: data[field.name] for field in fields(cls) if field.name in data})

    def to_json(self) -> dict[str, Any]:
        """The fields, those of recordings only where they say something: earlier versions do not know them."""
        data = asdict(self)
        return {name: data[name] for name in data if data[name] or name in _FIRST_FIELDS}


_FIRST_FIELDS = ("film_id", "known", "problem")


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A film that is being uploaded, or was uploaded a short time ago."""

    id: str
    """32 hex digits, drawn at random here; never a client's text."""
    name: str
    """The user's file name; text, never a path."""
    length: int
    """Announced size, bytes."""
    settings: ScanSettings | None
    """Scan settings to apply when the upload completes; None to skip the analysis."""
    settings_are_later: bool = False
    """Whether a later version wrote scan settings that this one does not know; `settings` is then None."""
    recording: RecordingClaim | None = None
    """For which screening it is the recording of a viewer; None for a film."""
    announced_id: str = ""
    """SHA-256 that the sender announced, hex: other bytes are refused. Empty where it announced none, as browsers."""
    content_id: str = ""
    """SHA-256 of all bytes, hex; empty until they have arrived and are about to become a film."""
    outcome: Outcome | None = None
    """None while the upload is unfinished."""
    offset: int = 0
    """Number of bytes that have arrived."""
    changed_at: datetime = datetime.min
    """Time of the last byte, or of the announcement before the first."""

    @property
    def is_complete(self) -> bool:
        """Whether all announced bytes have arrived."""
        return self.offset >= self.length

    def expires(self, unfinished_days: float) -> datetime:
        """Time at which the upload is removed if no further byte arrives."""
        return self.changed_at + timedelta(days=unfinished_days)

    @classmethod
    def from_json(cls, upload_id: str, data: Mapping[str, Any]) -> Upload:
        """An upload as stored in its upload.json, without `offset` and `changed_at`. Raises TypeError, KeyError."""
        stored = dict(data)
        settings, outcome, claim = stored.pop("settings"), stored.pop("outcome"), stored.pop("recording", None)
        return cls(
            **stored,
            id=upload_id,
            settings=_settings(settings),
            settings_are_later=later_version.scan_settings(settings),
            outcome=None if outcome is None else Outcome.from_json(outcome),
            recording=RecordingClaim.from_json(claim),
        )


def has_unknown_fields(data: Mapping[str, Any]) -> bool:
    """Whether a later version wrote an upload.json: it has fields that this one does not know."""
    return bool(data.keys() - {field.name for field in fields(Upload)})


def _settings(data: Any) -> ScanSettings | None:
    """Stored scan settings; None if there are none or this version does not know them."""
    try:
        return None if data is None else scan_from_json(data)
    except (SettingsError, ValueError, TypeError, KeyError, AttributeError):
        return None
