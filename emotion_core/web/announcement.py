"""What an upload's headers say, read as what a stranger wrote."""

from __future__ import annotations

import base64
import binascii
import json
import re

from starlette.datastructures import Headers

from ..errors import SettingsError
from ..films import plain
from ..settings import ScanSettings, scan_from_json, to_json

MOST = 10**15
"""Bytes: no film has more."""

_WHOLE_NUMBER = re.compile(r"[0-9]{1,16}")
_KINDS: dict[str, tuple[type, ...]] = {
    "checkpoint": (str, type(None)),
    "crop_scale": (int, float),
    "track": (int, type(None)),
}
"""What a setting may be in JSON, where that is not the type of its usual value."""


def length(headers: Headers) -> int:
    """Bytes of the film that is announced. Raises SettingsError."""
    if "upload-defer-length" in headers:
        raise SettingsError("The film's length was left open.", "Say it in Upload-Length.")
    return _number("Upload-Length", headers.get("upload-length", ""))


def offset(headers: Headers) -> int:
    """Where the request's bytes belong. Raises SettingsError."""
    return _number("Upload-Offset", headers.get("upload-offset", ""))


def metadata(header: str) -> tuple[str, ScanSettings | None]:
    """The film's name, as plain text, and what to analyse it with. Raises SettingsError."""
    told: dict[str, str] = {}
    for pair in filter(None, (pair.strip() for pair in header.split(","))):
        key, _, value = pair.partition(" ")
        try:
            told[key] = base64.b64decode(value.strip(), validate=True).decode("utf-8", errors="replace")
        except (binascii.Error, ValueError) as error:
            raise SettingsError(f"Upload-Metadata's “{key[:40]}” is not base64.", "Reload the page.") from error
    return plain(told.get("filename", "")), settings(told["settings"]) if told.get("settings") else None


def settings(text: str) -> ScanSettings:
    """ScanSettings out of their JSON. Raises SettingsError."""
    try:
        given = json.loads(text)
        read = scan_from_json(given)
    except SettingsError:
        raise
    except (ValueError, TypeError, KeyError, ArithmeticError, RecursionError) as error:
        raise SettingsError("The settings that came with the film are none.", "Reload the page.") from error
    usual = to_json(ScanSettings())
    for name, value in to_json(read).items():
        kinds = _KINDS.get(name, (type(usual[name]),))
        if not isinstance(value, kinds) or (isinstance(value, bool) and not isinstance(usual[name], bool)):
            raise SettingsError(f"{name} was {str(value)[:40]}.", "Reload the page.")
    if read.checkpoint is not None and not read.checkpoint.isprintable():
        raise SettingsError("The name of the model has characters that nothing shows.", "Reload the page.")
    return read


def _number(name: str, given: str) -> int:
    if not _WHOLE_NUMBER.fullmatch(given) or int(given) > MOST:
        raise SettingsError(f"{name} was “{given[:40]}”.", f"Give a whole number of bytes, 0 to {MOST}.")
    return int(given)
