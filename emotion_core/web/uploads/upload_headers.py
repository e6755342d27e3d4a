"""The headers of an upload, parsed as untrusted input. Nothing here touches the disk."""

from __future__ import annotations

import base64
import binascii
from dataclasses import asdict
from datetime import datetime

from starlette.datastructures import Headers

from ... import parsing
from ...errors import SettingsError
from ...incoming import WAYS_IN_TIME, RecordingClaim
from ...library import plain_name
from ...settings import ScanSettings, scan_from_json

MAX_METADATA = 32_768
"""Characters of Upload-Metadata: a name, and settings of parsing.MAX_JSON characters in base64, have fewer."""
MAX_MODEL_NAME = 1000
"""Characters."""
MAX_GIVEN_BY = 500
"""Characters of who confirmed that a viewer was told."""
MAX_OFFSET = 86_400
"""Seconds between the beginnings of a recording and of the film."""

_JSON_TYPES: dict[str, tuple[type, ...]] = {
    "samples_per_second": (str, int, float),
    "checkpoint": (str, type(None)),
    "crop_scale": (int, float),
    "track": (int, type(None)),
}
"""JSON types of the settings whose default has another type."""


def length(headers: Headers) -> int:
    """The film's length in bytes. Raises SettingsError."""
    if "upload-defer-length" in headers:
        raise SettingsError("The film's length was left open.", "Say it in Upload-Length.")
    return _bytes("Upload-Length", headers.get("upload-length", ""))


def offset(headers: Headers) -> int:
    """The position of the request's first byte in the film. Raises SettingsError."""
    return _bytes("Upload-Offset", headers.get("upload-offset", ""))


def content_length(headers: Headers) -> int:
    """The declared length of the request's body; 0 if it is not declared. Raises SettingsError."""
    return _bytes("Content-Length", headers.get("content-length", "0"))


def metadata(header: str) -> tuple[str, ScanSettings | None, RecordingClaim | None]:
    """The film's name as plain text, the settings of its analysis, and of which screening it shows a viewer.

    None for no analysis, or no screening. Raises SettingsError.
    """
    if len(header) > MAX_METADATA:
        raise SettingsError(
            f"Upload-Metadata has more than {MAX_METADATA} characters.", "Give the film a shorter name."
        )
    fields: dict[str, str] = {}
    for pair in filter(None, (pair.strip() for pair in header.split(","))):
        key, _, value = pair.partition(" ")
        try:
            fields[key] = base64.b64decode(value.strip(), validate=True).decode("utf-8", errors="replace")
        except (binascii.Error, ValueError) as error:
            raise SettingsError(f"Upload-Metadata's {parsing.quote(key)} is not base64.", "Reload the page.") from error
    wanted = settings(fields["settings"]) if fields.get("settings") else None
    return plain_name(fields.get("filename", "")), wanted, claim(fields["viewer"]) if fields.get("viewer") else None


def claim(text: str) -> RecordingClaim:
    """The screening whose viewer the upload shows, the consent and the way in time, from JSON. Raises SettingsError."""
    values = parsing.parse_json(text, "What the recording is for")
    required = {"screening", "notice", "given_at", "given_by"}
    if not isinstance(values, dict) or not required <= values.keys() <= required | {"groups", "in_time", "offset"}:
        raise SettingsError("What came with the recording names no screening, or no consent.", "Reload the page.")
    groups, in_time = values.pop("groups", {}), values.pop("in_time", "sound")
    second = values.pop("offset", 0.0)
    is_second = isinstance(second, (int, float)) and not isinstance(second, bool) and abs(second) <= MAX_OFFSET
    if in_time not in WAYS_IN_TIME or not is_second:
        raise SettingsError("How the recording is in time with the film was not understood.", "Reload the page.")
    if not isinstance(groups, dict) or not all(isinstance(each, str) for each in (*values.values(), *groups.values())):
        raise SettingsError("What came with the recording is no text.", "Reload the page.")
    if len(values["given_by"]) > MAX_GIVEN_BY:
        raise SettingsError(
            f"The name of who confirms has {len(values['given_by'])} characters.", f"Give at most {MAX_GIVEN_BY}."
        )
    try:
        has_zone = datetime.fromisoformat(values["given_at"]).tzinfo is not None
    except ValueError:
        has_zone = False
    if not has_zone:
        raise SettingsError(f"The consent was given at {parsing.quote(values['given_at'])}.", "Reload the page.")
    return RecordingClaim(
        screening_id=values["screening"],
        notice=values["notice"],
        given_at=values["given_at"],
        given_by=values["given_by"],
        groups=groups,
        in_time=in_time,
        offset=float(second),
    )


def settings(text: str) -> ScanSettings:
    """Scan settings from their JSON. Raises SettingsError."""
    values = parsing.parse_json(text, "What the film is to be analysed with")
    defaults = asdict(ScanSettings())  # all fields; JSON omits some
    if not isinstance(values, dict) or not values.keys() <= defaults.keys() or "samples_per_second" not in values:
        raise SettingsError("The settings that came with the film are none.", "Reload the page.")
    for name, value in values.items():
        types = _JSON_TYPES.get(name, (type(defaults[name]),))
        if not isinstance(value, types) or (isinstance(value, bool) and not isinstance(defaults[name], bool)):
            raise SettingsError(f"{name} was {parsing.quote(value)}.", "Reload the page.")
    model = values.get("checkpoint")
    if model is not None and not (model.isprintable() and len(model) <= MAX_MODEL_NAME):
        raise SettingsError(
            f"The name of the model has characters that nothing shows, or more than {MAX_MODEL_NAME}.",
            "Reload the page.",
        )
    return scan_from_json(values)


def _bytes(name: str, text: str) -> int:
    return parsing.parse_int(text, name, 0)
