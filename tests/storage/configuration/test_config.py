"""config.toml in the library's folder: valid content, and errors for invalid content."""

from __future__ import annotations

from ipaddress import ip_network
from pathlib import Path

import pytest

from emotion_core.errors import SettingsError
from emotion_core.storage import Configuration
from emotion_core.storage.configuration import WatchedFolders

SHA256 = "1f" * 32
SECRET = "whsec_" + "ab" * 20
TOKEN = f'[[api.tokens]]\nname = "ingest"\nsha256 = "{SHA256}"\nscope = "write"\nhosts = ["10.0.0.0/8"]\n'
WEBHOOK = f'[[webhooks]]\nurl = "https://a.example/x"\nsecret = "{SECRET}"\n'


def configuration(home: Path, text: str) -> Configuration:
    (home / "config.toml").write_text(text)
    return Configuration.load(home)


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    """Defaults without a file: no quota, a week for unfinished uploads, no allowed folder, pictures stored."""
    assert Configuration.load(tmp_path) == Configuration(None, 7.0, (), keep_pictures=True, people=())


def test_a_file_says_all_of_it(tmp_path: Path) -> None:
    """Every setting has its own type; gigabytes become bytes."""
    text = (
        'quota_gb = 2\nunfinished_days = 0.5\nfolders = ["/mnt/cuts"]\n'
        'keep_pictures = false\npeople = ["a@b.example"]\n'
    )
    read = configuration(tmp_path, text)
    assert read == Configuration(2.0, 0.5, (Path("/mnt/cuts"),), keep_pictures=False, people=("a@b.example",))
    assert read.quota == 2_000_000_000


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("quota_gb = 0", "quota_gb was 0.0"),
        ("quota_gb = true", "quota_gb to True"),
        ("unfinished_days = -1", "unfinished_days was -1.0"),
        ('folders = ["cuts"]', "whole paths"),
        ('folders = "/mnt"', "folders to '/mnt'"),
        ("people = [1]", "people to"),
        ("keep_pictures = 1", "keep_pictures to 1"),
        ("keep_picture = true", "keep_picture"),
        ("quota_gb = ", "cannot be read"),
        ("api = 1", r"\[api\] is no table"),
        ("api.token = []", "There are tokens"),
        ("[api.tokens]", r"tokens to a value of another kind.*\[\[api.tokens\]\]"),
        ('[[api.tokens]]\nname = "a"', "number 1 has no sha256"),
        (TOKEN.replace("write", "all"), "scope of “ingest” was “all”.*read and write"),
        (TOKEN.replace("ingest", "a b"), "the name “a b” is none"),
        (TOKEN.replace("10.0.0.0/8", "ten"), "hosts names “ten”"),
        (TOKEN + TOKEN, "two tokens have the name “ingest”"),
        (TOKEN + "expires = 1", "sets “expires”"),
        (WEBHOOK.replace("https", "http"), "not encrypted"),
        (WEBHOOK.replace("https://a.example/x", "a.example"), "url is no address"),
        (WEBHOOK.replace("whsec_", ""), "secret is none"),
        (WEBHOOK + 'events = ["begun"]', "events names “begun”"),
        ("webhooks = 1", "webhooks to a value|webhooks to 1"),
        ('[watch]\nfolders = ["dailies"]', "whole paths"),
        ("[watch]\nsettle_seconds = 0", "settle_seconds was 0"),
        ('[cluster]\ndatabase = "mysql://host/name"', "no PostgreSQL address"),
        ('[cluster]\nstore = "exchange"', "neither a whole path nor a URL"),
    ],
)
def test_what_makes_no_sense_is_refused(tmp_path: Path, text: str, words: str) -> None:
    """A value out of range or of another type, an unknown name or invalid TOML gives a message with the value."""
    with pytest.raises(SettingsError, match=words):
        configuration(tmp_path, text)


def test_tables_become_records(tmp_path: Path) -> None:
    """Each table is read with its own types, and what is left out has its default."""
    read = configuration(
        tmp_path,
        TOKEN + WEBHOOK + '[watch]\nfolders = ["/mnt/dailies"]\n[cluster]\ndatabase = "postgresql://db/films"\n'
        'store = "s3://bucket/below"\n',
    )
    (token,) = read.api.tokens
    assert (token.name, token.sha256, token.scope, token.hosts) == (
        "ingest",
        SHA256,
        "write",
        (ip_network("10.0.0.0/8"),),
    )
    (webhook,) = read.webhooks
    assert (webhook.host, webhook.secret, webhook.events) == ("a.example", SECRET, ("done", "failed"))
    assert not webhook.numbers
    assert not webhook.private
    assert read.watch == WatchedFolders((Path("/mnt/dailies"),), 30.0)
    assert (read.cluster.database, read.cluster.store) == ("postgresql://db/films", "s3://bucket/below")


@pytest.mark.parametrize(
    "text",
    [
        TOKEN.replace(f'"{SHA256}"', '["hidden"]'),
        TOKEN.replace(SHA256, "hidden"),
        WEBHOOK.replace(SECRET, "hidden"),
        WEBHOOK.replace(f'"{SECRET}"', '["hidden"]'),
        WEBHOOK.replace("https://a.example", "https://hidden:hidden@a example"),
        '[cluster]\ndatabase = "mysql://hidden@host/name"',
        '[cluster]\nstore = ["hidden"]',
        WEBHOOK.replace("[[webhooks]]", "[webhooks]").replace(SECRET, "hidden"),
        '[api]\ntokens = "hidden"',
    ],
)
def test_a_secret_is_in_no_message(tmp_path: Path, text: str) -> None:
    """An error about a table with secrets has none of its values, and neither has a record's repr."""
    with pytest.raises(SettingsError) as caught:
        configuration(tmp_path, text)
    assert "hidden" not in str(caught.value)
    read = configuration(tmp_path, TOKEN + WEBHOOK + '[cluster]\ndatabase = "postgresql://u:hidden@db/films"')
    assert not [word for word in (SHA256, SECRET, "hidden") if word in repr(read)]
