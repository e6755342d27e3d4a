"""Whether people have to sign in: Streamlit's secrets decide, and a damaged or missing file never opens the app."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit import config
from streamlit.runtime.secrets import secrets_singleton

from pages.services import auth

AUTH = '[auth]\ncookie_secret = "k"\n'


@pytest.fixture
def secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The path of Streamlit's secrets file, which does not exist yet."""
    file = tmp_path / "secrets.toml"
    before = config.get_option("secrets.files")
    config.set_option("secrets.files", [str(file)])
    monkeypatch.setattr(auth, "_was_configured", [False])
    secrets_singleton._reset()
    yield file
    config.set_option("secrets.files", before)
    secrets_singleton._reset()


def now(file: Path, text: str | None) -> bool:
    """Whether people have to sign in once the file holds `text`; None removes the file."""
    if text is None:
        file.unlink()
    else:
        file.write_text(text)
    secrets_singleton._reset()
    return auth.is_required()


def test_without_secrets_nobody_signs_in(secrets: Path) -> None:
    """Without a file, or with one that names no issuer, the app is open."""
    assert not auth.is_required()
    assert not now(secrets, 'other = "secret"\n')


def test_with_an_issuer_everybody_does(secrets: Path) -> None:
    """The section `auth` makes everybody sign in."""
    assert now(secrets, AUTH)


@pytest.mark.parametrize("later", ['[auth]\ncookie_secret = "unfinished', "", None], ids=["torn", "emptied", "gone"])
def test_what_was_asked_once_stays_so(secrets: Path, later: str | None) -> None:
    """A file that is torn, emptied or removed while the app runs does not open the app."""
    assert now(secrets, AUTH)
    assert now(secrets, later)


def test_a_torn_file_lets_in_nobody(secrets: Path) -> None:
    """Secrets that cannot be read at the start may have named an issuer: the app stays closed."""
    assert now(secrets, '[auth]\ncookie_secret = "unfinished')
