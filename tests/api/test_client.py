"""The whole way over HTTP, against the app as a user starts it: by the client, and by the guide's curl lines."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from emotion_core.api.client import ApiError, Client
from emotion_core.errors import EmotionError
from emotion_core.library import Library
from emotion_core.report import scene_csv
from tests.support import api
from tests.support.app_server import serving
from tests.support.films import texture, write_film
from tests.support.networks import give_networks
from tests.support.quick_engine import QUICK
from tests.support.receiver import Receiver, receiving
from tests.support.repository import ROOT
from tests.support.waiting import until

SECRET = "whsec_" + "ab" * 20
FILM, RECUT = "reel 1.mp4", "recut 1.mp4"


@dataclass(frozen=True)
class Live:
    """The app with its library, a folder with a film and a re-cut of it, and who is told of ends."""

    address: str
    home: Path
    cuts: Path
    receiver: Receiver


@pytest.fixture(scope="module")
def live(networks: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    home, cuts = (tmp_path_factory.mktemp(name) for name in ("home", "cuts"))
    frames = list(texture(3, 75))
    write_film(cuts / FILM, frames)
    write_film(cuts / RECUT, [*frames[25:75], *texture(4, 25)])
    Library.open(home)
    give_networks(networks, home)
    with receiving() as receiver:
        webhook = f'[[webhooks]]\nurl = "{receiver.address}"\nsecret = "{SECRET}"\nprivate = true'
        api.configure(home, f'folders = ["{cuts}"]', webhook)
        with serving(home) as address:
            yield Live(address, home, cuts, receiver)


def test_a_film_goes_all_the_way(live: Live) -> None:
    """Added, uploaded, analysed, followed to its end, reported, compared, told of, and deleted."""
    options = {"engine": QUICK, "checkpoint": "embedded", "browser_copy": False}
    with Client(live.address, api.WRITE) as client:
        assert {Path(each["path"]).name for each in client.folders()} == {FILM, RECUT}
        film = client.add_film(live.cuts / FILM)["id"]
        recut = client.upload_film(live.cuts / RECUT)["id"]
        assert [each["id"] for each in client.films()] == [recut, film]
        with pytest.raises(ApiError, match="has not been analysed yet") as caught:
            client.report_csv(film)
        assert caught.value.status == 409
        for each in (film, recut):
            assert client.analyze(each, **options)["state"] in ("waiting", "running")
        states = [event["analysis"]["state"] for event in client.events(film)]
        assert states[-1] == "done"
        assert len(states) > 1
        assert client.wait(recut)["state"] == "done"
        analysis = Library.open(live.home).analysis(film)
        assert client.report_csv(film) == scene_csv(analysis)
        assert client.report_json(film)["labels"] == list(analysis.labels)
        assert client.export(film, "vtt").startswith(b"WEBVTT")
        assert client.markers(film, "cut-list", notes=False).startswith(b"TITLE")
        (live.cuts / "cuts.txt").write_text("0\n30\n60\n")
        assert client.set_cuts(film, live.cuts / "cuts.txt")["scenes"] == 3
        assert client.report_csv(film).count(b"\n") == 4
        assert client.compare(film, recut)["summary"]
        assert client.compare_as(film, recut, "csv").startswith("\ufeffkind".encode())
        assert client.screenings(film) == client.projects() == []
        until(lambda: len(live.receiver.came) == 2)
        client.delete_film(recut)
        assert [each["id"] for each in client.films()] == [film]
    with Client(live.address, "wrong") as client, pytest.raises(EmotionError, match="does not know"):
        client.films()
    with Client(live.address, api.READ) as client, pytest.raises(EmotionError, match="may only read"):
        client.delete_film(film)
    log = (live.home / "app.log").read_text()
    assert "may only read" in log
    assert not [secret for secret in (api.READ, api.WRITE, SECRET) if secret in log]


@pytest.mark.skipif(not (shutil.which("curl") and shutil.which("jq")), reason="the guide's lines take curl and jq")
def test_the_guides_lines_do_what_it_says(live: Live) -> None:
    """Every bash block of the guide but the one that makes a token, in order, in one shell that stops at an error."""
    text = (ROOT / "docs" / "api.md").read_text()
    token, *blocks = re.findall(r"^```bash\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert "emotion_core token" in token
    script = "set -euo pipefail\n" + "".join(blocks)
    for written, here in (("http://127.0.0.1:8501", live.address), ("/mnt/cuts", str(live.cuts))):
        assert written in script
        script = script.replace(written, here)
    done = subprocess.run(
        ["bash", "-c", script], cwd=live.cuts, env={**os.environ, "TOKEN": api.WRITE}, capture_output=True, text=True,
        timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr + done.stdout
    assert done.stdout.count("event: status") >= 2
    assert '"state":"done"' in done.stdout
    for name, beginning in (("report.csv", "\ufeffscene,"), ("scenes.vtt", "WEBVTT"), ("cuts.edl", "TITLE")):
        assert (live.cuts / name).read_text().startswith(beginning)
