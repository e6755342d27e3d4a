"""Where everything is kept: the flag before EMOTION_HOME, that before the platform's place."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from platformdirs import user_data_path

from emotion_core.library.library import Library
from emotion_core.storage.paths import APP_NAME, home, use, use_as_told

ROOT = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def put_back(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """EMOTION_HOME names a folder, and is afterwards what it was."""
    monkeypatch.setenv("EMOTION_HOME", str(tmp_path / "named"))


def test_the_variable_is_before_the_platform(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """EMOTION_HOME counts where it is set and not empty, ~ being the user's own folder; else the platform's."""
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
    """A folder that was told counts before EMOTION_HOME, also once the working folder is another."""
    use(None)
    assert home() == tmp_path / "named"
    monkeypatch.chdir(tmp_path)
    use(Path("told"))
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
    """The app reads --home in both spellings among arguments that are not its own."""
    use_as_told([argument.format(tmp_path) for argument in arguments])
    assert home() == tmp_path / name


def test_a_flag_without_a_folder_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """--home with nothing behind it ends the app with a line that says so."""
    with pytest.raises(SystemExit):
        use_as_told(["--home"])
    assert "--home: expected one argument" in capsys.readouterr().err


def test_the_command_line_takes_it(tmp_path: Path) -> None:
    """`--home FOLDER` before a command decides where its library is; the one that EMOTION_HOME names is not made."""
    Library.open(tmp_path / "told")
    command = [sys.executable, "-m", "emotion_core", "--home", "told", "library", "check"]
    path = os.pathsep.join(filter(None, [os.environ.get("PYTHONPATH", ""), str(ROOT)]))
    done = subprocess.run(
        command, cwd=tmp_path, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"{tmp_path / 'told'}: all is well.\n"
    assert not (tmp_path / "named").exists()
