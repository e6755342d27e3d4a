"""The library's folder: the flag, else EMOTION_HOME, else the platform's folder."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from platformdirs import user_data_path

from emotion_core.library import Library
from emotion_core.storage import home, use_home, use_home_argument
from emotion_core.storage.paths import APP_NAME
from tests.support.repository import ROOT


@pytest.fixture(autouse=True)
def put_back(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Set EMOTION_HOME for the test and restore it afterwards."""
    monkeypatch.setenv("EMOTION_HOME", str(tmp_path / "named"))


def test_the_variable_is_before_the_platform(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A non-empty EMOTION_HOME counts, with ~ as the home folder; otherwise the platform's folder does."""
    assert home() == tmp_path / "named"
    monkeypatch.setenv("EMOTION_HOME", "~/films")
    assert home() == Path("~/films").expanduser()
    for unset in ("", None):
        if unset is None:
            monkeypatch.delenv("EMOTION_HOME")
        else:
            monkeypatch.setenv("EMOTION_HOME", unset)
        assert home() == user_data_path(APP_NAME, appauthor=False)


def test_the_flag_is_before_the_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`use_home` overrides EMOTION_HOME, also after the working folder changes."""
    use_home(None)
    assert home() == tmp_path / "named"
    monkeypatch.chdir(tmp_path)
    use_home(Path("told"))
    monkeypatch.chdir(ROOT)
    assert home() == tmp_path / "told"


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (["--home", "{}/told"], "told"),
        (["--home={}/told"], "told"),
        (["--other", "x", "--home", "{}/told", "more"], "told"),
        (["--homely", "{}/told"], "named"),
        ([], "named"),
    ],
)
def test_the_apps_arguments_name_it(tmp_path: Path, arguments: list[str], name: str) -> None:
    """The app finds --home in both spellings among other arguments."""
    use_home_argument([argument.format(tmp_path) for argument in arguments])
    assert home() == tmp_path / name


def test_a_flag_without_a_folder_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """--home without a value ends the app with one line."""
    with pytest.raises(SystemExit):
        use_home_argument(["--home"])
    assert "--home: expected one argument" in capsys.readouterr().err


def test_the_command_line_takes_it(tmp_path: Path) -> None:
    """`--home FOLDER` before a command selects its library; the folder in EMOTION_HOME is not created."""
    Library.open(tmp_path / "told")
    command = [sys.executable, "-m", "emotion_core", "--home", "told", "library", "check"]
    path = os.pathsep.join(filter(None, [os.environ.get("PYTHONPATH", ""), str(ROOT)]))
    completed = subprocess.run(
        command, cwd=tmp_path, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, check=False
    )
    assert completed.returncode == 0, completed.stderr
    assert completed.stdout == f"{tmp_path / 'told'}: all is well.\n"
    assert not (tmp_path / "named").exists()
