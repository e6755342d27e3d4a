"""What an upload's headers say, read as what a stranger wrote. Nothing here touches the disk."""

from __future__ import annotations

import base64
import binascii

from starlette.datastructures import Headers

from .. import bounded
from ..errors import SettingsError
from ..library.films import plain
from ..settings import ScanSettings, scan_from_json, to_json

LONGEST = 32_768
"""Characters of Upload-Metadata: a name, and settings of bounded.LONGEST_JSON characters in base64, have fewer."""
LONGEST_MODEL = 1000
"""Characters of a model's name."""

_KINDS: dict[str, tuple[type, ...]] = {
    "samples_per_second": (str, int, float),
    "checkpoint": (str, type(None)),
    "crop_scale": (int, float),
    "track": (int, type(None)),
}
"""What a setting may be in JSON, where that is not the type of its usual value."""


def length(headers: Headers) -> int:
    """Bytes of the film that is announced. Raises SettingsError."""
    if "upload-defer-length" in headers:
        raise SettingsError("The film's length was left open.", "Say it in Upload-Length.")
    return _bytes("Upload-Length", headers.get("upload-length", ""))


def offset(headers: Headers) -> int:
    """Where the request's bytes belong. Raises SettingsError."""
    return _bytes("Upload-Offset", headers.get("upload-offset", ""))


def brings(headers: Headers) -> int:
    """Bytes that the request says it has; 0 where it does not say. Raises SettingsError."""
    return _bytes("Content-Length", headers.get("content-length", "0"))


def metadata(header: str) -> tuple[str, ScanSettings | None]:
    """The film's name, as plain text, and what to analyse it with. Raises SettingsError."""
    if len(header) > LONGEST:
        raise SettingsError(f"Upload-Metadata has more than {LONGEST} characters.", "Give the film a shorter name.")
    told: dict[str, str] = {}
    for pair in filter(None, (pair.strip() for pair in header.split(","))):
        key, _, value = pair.partition(" ")
        try:
            told[key] = base64.b64decode(value.strip(), validate=True).decode("utf-8", errors="replace")
        except (binascii.Error, ValueError) as error:
            raise SettingsError(f"Upload-Metadata's {bounded.shown(key)} is not base64.", "Reload the page.") from error
    return plain(told.get("filename", "")), settings(told["settings"]) if told.get("settings") else None


def settings(text: str) -> ScanSettings:
    """ScanSettings out of their JSON. Raises SettingsError."""
    given = bounded.from_json(text, "What the film is to be analysed with")
    usual = to_json(ScanSettings())
    if not isinstance(given, dict) or not given.keys() <= usual.keys() or "samples_per_second" not in given:
        raise SettingsError("The settings that came with the film are none.", "Reload the page.")
    for name, value in given.items():
        kinds = _KINDS.get(name, (type(usual[name]),))
        if not isinstance(value, kinds) or (isinstance(value, bool) and not isinstance(usual[name], bool)):
            raise SettingsError(f"{name} was {bounded.shown(value)}.", "Reload the page.")
    model = given.get("checkpoint")
    if model is not None and not (model.isprintable() and len(model) <= LONGEST_MODEL):
        raise SettingsError(
            f"The name of the model has characters that nothing shows, or more than {LONGEST_MODEL}.",
            "Reload the page.",
        )
    return scan_from_json(given)


def _bytes(name: str, given: str) -> int:
    return bounded.whole(given, name, 0)
