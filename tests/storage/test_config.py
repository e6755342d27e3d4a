"""config.toml in the library's folder: valid content, and errors for invalid content."""

from __future__ import annotations

from pathlib import Path

import pytest

from emotion_core.errors import SettingsError
from emotion_core.storage import Configuration


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
    ],
)
def test_what_makes_no_sense_is_refused(tmp_path: Path, text: str, words: str) -> None:
    """A value out of range or of another type, an unknown name or invalid TOML gives a message with the value."""
    with pytest.raises(SettingsError, match=words):
        configuration(tmp_path, text)
