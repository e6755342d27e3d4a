"""The command `token`."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from emotion_core.cli.access.token import token
from emotion_core.errors import SettingsError
from emotion_core.storage import Configuration


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMOTION_HOME", str(tmp_path))


def table_of(printed: str) -> str:
    return printed[printed.index("[[") :]


def test_the_lines_of_a_token_fit_into_config_toml(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The command prints a token, and lines that hold its hash, scope and name, not the token."""
    token("ingest", "write")
    printed = capsys.readouterr().out
    made = printed.splitlines()[0]
    (tmp_path / "config.toml").write_text(table_of(printed))
    (read,) = Configuration.load(tmp_path).api.tokens
    assert (read.name, read.scope, read.sha256) == ("ingest", "write", hashlib.sha256(made.encode()).hexdigest())
    assert made not in table_of(printed)
    token("ingest", "write")
    assert made not in capsys.readouterr().out


def test_the_lines_of_a_webhook_fit_into_config_toml(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With --webhook the command prints lines with a new secret; those of http say that the host is private."""
    for url, private in (
        ("https://ingest.example.com/films", False),
        ("HTTP://ingest.example.com/films", True),
        ('https://ingest.example.com/a"b', False),
    ):
        token(webhook=url)
        (tmp_path / "config.toml").write_text(table_of(capsys.readouterr().out))
        (read,) = Configuration.load(tmp_path).webhooks
        assert (read.host, read.url, read.private) == ("ingest.example.com", url, private)


@pytest.mark.parametrize(
    ("name", "webhook", "words"),
    [(None, None, "Neither"), ("a", "https://a.example", "or both"), ("a b", None, "a b"), (None, "no", "no address")],
)
def test_what_makes_no_line_is_refused(name: str | None, webhook: str | None, words: str) -> None:
    """A name that config.toml would not take, an address that is none, and both or neither are refused."""
    with pytest.raises(SettingsError, match=words):
        token(name, webhook=webhook)
