"""Signed, expiring words that a page hands to a browser: their bearer may do one thing with one subject for a while."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from itsdangerous import BadData, TimestampSigner, URLSafeTimedSerializer

from ..errors import AccessError
from ..storage import clock, group_mode
from ..storage.files import from_os_error, locked, write_whole

Purpose = Literal["upload", "media", "analyses"]
"""What a token is good for; one of another purpose is none."""

HOURS = 12
"""How long a token is good: a working day, so that a film watched till the evening plays on."""
_KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Token:
    """What a token says."""

    subject: str
    """A film's id for media; else empty."""
    user: str
    """Whom the page knew when it gave the token out; empty where nobody signs in."""


def sign(home: Path, purpose: Purpose, subject: str = "", user: str = "") -> str:
    """A token, safe in addresses. Raises LibraryError where the key cannot be kept."""
    # No two are alike, also within a second: a page that asks for another one gets another one.
    return str(_signer(home, purpose).dumps([subject, user, secrets.token_urlsafe(6)]))


def read(home: Path, purpose: Purpose, token: str) -> Token:
    """What `token` says. Raises AccessError where it is none of this library's, of another purpose, or too old.

    One that seems to be signed later than now is good for as long: the clock may have been set back, and the app
    started again, since.
    """
    try:
        (subject, user, _), signed = _signer(home, purpose).loads(token, return_timestamp=True)
    except (BadData, ValueError, TypeError) as error:
        raise AccessError("This link is not one of this app's.", "Reload the page for a new one.") from error
    if abs(clock.steady() - signed.timestamp()) > HOURS * 3600:
        raise AccessError("This link has expired.", "Reload the page for a new one.")
    return Token(str(subject), str(user))


class _Signer(TimestampSigner):
    """Dates tokens by the time that passes in this process: setting the clock takes none back, and prolongs none."""

    def get_timestamp(self) -> int:
        return int(clock.steady())


def _signer(home: Path, purpose: Purpose) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(_key(home), salt=f"film-emotion-dashboard {purpose}", signer=_Signer)


def _key(home: Path) -> bytes:
    """This library's own, made at first use; only its owner may read it, or the group that shares the library."""
    file = home / "links.key"
    try:
        if len(key := file.read_bytes()) == _KEY_BYTES:
            return key
    except FileNotFoundError:
        pass
    except OSError as error:
        raise from_os_error(error, file) from error
    with locked(file.with_suffix(".lock")):
        if not file.exists() or file.stat().st_size != _KEY_BYTES:
            write_whole(file, secrets.token_bytes(_KEY_BYTES), mode=0o660 if group_mode.shared(home) else 0o600)
        return file.read_bytes()
