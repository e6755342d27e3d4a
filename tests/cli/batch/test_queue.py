"""`python -m emotion_core queue`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from emotion_core.cli.main import app
from emotion_core.errors import SettingsError
from emotion_core.jobs import scans, supervisor
from emotion_core.library import Library
from emotion_core.settings import ScanSettings
from emotion_core.storage import Home
from tests.support import library_builder
from tests.support.clips import BIKES, CARPHONE


def test_the_order_is_listed_and_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Films are listed in the order in which they will run; one named by its file comes to the front, one named by its
    name is cancelled, and an unknown one is refused. Workers of a cluster are listed.
    """
    monkeypatch.setattr(supervisor, "COMMAND", [sys.executable, "-c", ""])
    library = Library.open(tmp_path / "home")
    first, second = (library_builder.film(library, name, ["happy"]) for name in (CARPHONE, BIKES))
    for film in (first, second):
        scans.start(library, film.id, ScanSettings(checkpoint="embedded", engine="torch"))

    def say(*words: str) -> str:
        app(["--home", str(library.home), "queue", *words], standalone_mode=False)
        return capsys.readouterr().out

    assert say().splitlines() == [f"1      {first.name}", f"2      {second.name}"]
    assert say("--front", str(second.path)) == f"{second.name} is next.\n"
    assert say("--front", second.name) == f"{second.name} does not wait, or is next already.\n"
    assert say("--cancel", first.name) == f"The analysis of {first.name} was cancelled.\n"
    assert say().splitlines() == [f"1      {second.name}", f"ended  {first.name}: cancelled"]
    idle = {"state": "ready", "refused": "", "silent_for": 1.0, "scan": None, "range": None, "since": None}
    workers = [{**idle, "name": "a/1"}, {**idle, "name": "b/2", "state": "refused", "refused": "av: 17 here"}]
    Home(library.home).machines.write_text(json.dumps({"workers": workers}))
    assert say().splitlines()[2:] == [
        "worker a/1: waits for films",
        "worker b/2: not used, its numbers would differ: av: 17 here",
    ]
    with pytest.raises(SettingsError, match=r"no film “other\.mov”"):
        say("--cancel", "other.mov")
