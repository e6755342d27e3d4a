"""Whether signing in is needed: never less than Streamlit's secrets say, whatever becomes of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit import config
from streamlit.runtime.secrets import secrets_singleton

from pages.parts import sign_in

AUTH = '[auth]\ncookie_secret = "k"\n'


@pytest.fixture
def secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The file that Streamlit's secrets are read from; not there yet."""
    file = tmp_path / "secrets.toml"
    before = config.get_option("secrets.files")
    config.set_option("secrets.files", [str(file)])
    monkeypatch.setattr(sign_in, "_seen", [False])
    secrets_singleton._reset()
    yield file
    config.set_option("secrets.files", before)
    secrets_singleton._reset()


def now(file: Path, text: str | None) -> bool:
    """Whether it is needed once the file says `text`; None for no file."""
    if text is None:
        file.unlink()
    else:
        file.write_text(text)
    secrets_singleton._reset()
    return sign_in.needed()


def test_without_secrets_nobody_signs_in(secrets: Path) -> None:
    """No file, or one that says nothing of an issuer: the app is open to whoever sits before this machine."""
    assert not sign_in.needed()
    assert not now(secrets, 'other = "secret"\n')


def test_with_an_issuer_everybody_does(secrets: Path) -> None:
    """The section `auth` asks everybody to sign in."""
    assert now(secrets, AUTH)


@pytest.mark.parametrize("later", ['[auth]\ncookie_secret = "unfinished', "", None], ids=["torn", "emptied", "gone"])
def test_what_was_asked_once_stays_so(secrets: Path, later: str | None) -> None:
    """A file that is torn, emptied or removed while the app runs does not open the app to everybody."""
    assert now(secrets, AUTH)
    assert now(secrets, later)


def test_a_torn_file_lets_in_nobody(secrets: Path) -> None:
    """Secrets that cannot be read when the app starts may have named an issuer: nobody comes in."""
    assert now(secrets, '[auth]\ncookie_secret = "unfinished')
