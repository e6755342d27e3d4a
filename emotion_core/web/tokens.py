"""Signed tokens that a page hands to a browser: the bearer may use one subject for one purpose until they expire."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from itsdangerous import BadData, TimestampSigner, URLSafeTimedSerializer

from ..errors import AccessError
from ..storage import Home, clock, from_os_error, group_mode, locked, write_whole

Purpose = Literal["upload", "media", "analyses", "film", "live"]
"""What a token allows; a token of another purpose is refused."""

HOURS = 12
"""Lifetime of a token: a working day, so that a film watched until the evening plays on."""
_KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Token:
    """The content of a token."""

    subject: str
    """“<film id>/<file>” for media, “<film id>” for film, the session's id for live; else empty."""
    user: str
    """Id of the person to whom the page gave the token; empty where people need not sign in."""


def sign(home: Path, purpose: Purpose, subject: str = "", user: str = "") -> str:
    """A token, safe in addresses. Raises LibraryError where the key cannot be stored."""
    # The nonce makes two tokens of the same second differ: a page that needs another one must get another one.
    return str(_signer(home, purpose).dumps([subject, user, secrets.token_urlsafe(6)]))


def verify(home: Path, purpose: Purpose, token: str) -> Token:
    """The content of `token`. Raises AccessError if another library signed it, or it is of another purpose, or expired.

    A token signed in the future is accepted within the same hours: the clock may have been set back, and the app
    restarted, since.
    """
    try:
        (subject, user, _), signed = _signer(home, purpose).loads(token, return_timestamp=True)
    except (BadData, ValueError, TypeError) as error:
        raise AccessError("This link is not one of this app's.", "Reload the page for a new one.") from error
    if abs(clock.steady() - signed.timestamp()) > HOURS * 3600:
        raise AccessError("This link has expired.", "Reload the page for a new one.")
    return Token(str(subject), str(user))


class _Signer(TimestampSigner):
    """Dates tokens by this process' steady clock: setting the system's clock neither expires nor prolongs them."""

    def get_timestamp(self) -> int:
        return int(clock.steady())


def _signer(home: Path, purpose: Purpose) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(_key(home), salt=f"film-emotion-dashboard {purpose}", signer=_Signer)


def _key(home: Path) -> bytes:
    """The library's key, created at first use; readable by its owner, or by the group that shares the library."""
    file = Home(home).link_key
    try:
        if len(key := file.read_bytes()) == _KEY_BYTES:
            return key
    except FileNotFoundError:
        pass
    except OSError as error:
        raise from_os_error(error, file) from error
    with locked(file.with_suffix(".lock")):
        if not file.exists() or file.stat().st_size != _KEY_BYTES:
            write_whole(file, secrets.token_bytes(_KEY_BYTES), mode=0o660 if group_mode.is_shared(home) else 0o600)
        return file.read_bytes()
