"""Films over the API: listed, added, analysed, reported, compared and deleted, in a library without inference."""

from __future__ import annotations

import inspect
import io
import json
import zipfile
from fractions import Fraction
from pathlib import Path
from unittest.mock import Mock

import pytest
from starlette.testclient import TestClient

from emotion_core.api import models
from emotion_core.cli.analyze import analyze
from emotion_core.cli.exports import markers
from emotion_core.export import FORMATS, REPORT_NAMES
from emotion_core.expression.checkpoints import EMBEDDED_FOLDER
from emotion_core.ingest import Writer
from emotion_core.interchange import NAMES
from emotion_core.jobs import runner
from emotion_core.library import Film, Library, job_table
from emotion_core.report import json_bytes, scene_csv
from tests.support import api, library_builder
from tests.support.clips import BIKES, CARPHONE, clip
from tests.support.waiting_runner import WaitingRunner


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    monkeypatch.setattr(runner, "create", WaitingRunner)
    api.configure(tmp_path, f'folders = ["{clip(CARPHONE).parent}"]')
    return Library.open(tmp_path)


@pytest.fixture
def cuts(library: Library) -> tuple[Film, Film]:
    """A film and a re-cut of it, analysed."""
    return library_builder.recut(library)


@pytest.fixture
def client(library: Library) -> TestClient:
    return api.client(library.home)


def test_a_film_is_added_where_it_lies_once(library: Library, client: TestClient) -> None:
    """201 the first time, 200 the second; the list and the film's own address then have it."""
    path = str(clip(CARPHONE))
    first, second = (client.post("films", json={"path": path}) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 200)
    film = first.json()
    assert (film["known"], second.json()["known"]) == (False, True)
    assert (film["name"], film["copied"], film["analysis"]) == (Path(path).name, False, None)
    assert (film["rate"], film["width"], film["height"]) == ("30000/1001", 193, 144)
    assert path not in first.text
    listed = client.get("films").json()
    assert (listed["total"], [each["id"] for each in listed["films"]]) == (1, [film["id"]])
    assert client.get("films", params={"skip": 1}).json() == {"films": [], "total": 1}
    assert client.get(f"films/{film['id']}").json() == {key: film[key] for key in film if key != "known"}
    assert path in [each["path"] for each in client.get("folders").json()["films"]]
    assert library.film(film["id"]).path == Path(path)


@pytest.mark.parametrize("path", ["/etc/passwd", "cut.mov", "", "\x00", "/nowhere/cut.mov", "{folder}/../data"])
def test_a_path_that_config_toml_does_not_allow_is_refused(client: TestClient, path: str) -> None:
    """The same words for every path: the answer does not tell what is on the disk."""
    answer = client.post("films", json={"path": path.replace("{folder}", str(clip(CARPHONE).parent))})
    assert answer.status_code == 403
    assert "is no film below the folders that may be opened" in answer.json()["detail"]


def test_a_film_is_uploaded(library: Library, client: TestClient) -> None:
    """Its bytes become the library's; once more they are known. What is no film leaves nothing behind."""
    content = clip(CARPHONE).read_bytes()
    first, second = (client.post("uploads", params={"name": "a cut.mp4"}, content=content) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 200)
    assert (first.json()["name"], first.json()["copied"]) == ("a cut.mp4", True)
    assert library.film(first.json()["id"]).path.read_bytes() == content
    for refused, status in ((b"no film", 422), (b"", 422), (iter([content]), 411)):
        assert client.post("uploads", params={"name": "a.mp4"}, content=refused).status_code == status
    (library.home / "config.toml").write_text("quota_gb = 0.0001\n" + (library.home / "config.toml").read_text())
    assert client.post("uploads", params={"name": "a.mp4"}, content=clip(BIKES).read_bytes()).status_code == 507
    unfinished = [each for each in (library.home / "incoming").iterdir() if (each / "part").exists()]
    assert unfinished == []


def test_an_upload_can_be_removed_while_it_arrives(
    library: Library, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The app's page asks its writer to close: it does, with 404, and nothing stays."""
    monkeypatch.setattr(Writer, "is_removal_requested", True)
    assert client.post("uploads", params={"name": "a.mp4"}, content=clip(BIKES).read_bytes()).status_code == 404
    assert library.films() == []
    assert [each for each in (library.home / "incoming").iterdir() if (each / "part").exists()] == []


def test_an_analysis_is_asked_for_and_cancelled(library: Library, client: TestClient) -> None:
    """202 with its place; options of the report become the film's. A cancelled one is told so."""
    film = client.post("films", json={"path": str(clip(CARPHONE))}).json()["id"]
    assert client.get(f"films/{film}/analysis").status_code == 404
    assert client.delete(f"films/{film}/analysis").status_code == 409
    assert client.get(f"films/{film}/report.csv").status_code == 409
    options = {"engine": "torch", "checkpoint": "embedded", "samples_per_second": 4, "min_scene_frames": 7}
    asked = client.post(f"films/{film}/analysis", json=options)
    assert asked.status_code == 202
    (scan,) = library.scans(film)
    assert (asked.json()["id"], asked.json()["state"]) == (scan.id, "running")
    assert scan.settings.samples_per_second == Fraction(4)
    assert scan.settings.engine == "torch"
    assert library.report_settings(film).shots.min_scene_frames == 7
    assert client.post(f"films/{film}/analysis", json=options).json()["id"] == scan.id
    assert client.delete(f"films/{film}/analysis").status_code == 204
    assert client.get(f"films/{film}/analysis").json()["state"] == "cancelled"
    for wrong in (
        {"engine": "fast"},
        {"samples_per_second": 0},
        {"sample": 1},
        {"checkpoint": "/nowhere"},
        {"checkpoint": str(EMBEDDED_FOLDER)},
        {"track": 9},
    ):
        answer = client.post(f"films/{film}/analysis", json={"engine": "torch", "checkpoint": "embedded"} | wrong)
        assert answer.status_code == 422, wrong
    assert (
        "Input should be" in client.post(f"films/{film}/analysis", json={"engine": "fast"}).json()["errors"][0]["what"]
    )


def test_a_film_is_moved_to_the_front(library: Library, client: TestClient) -> None:
    """The queue has films in their order; one that is moved is next, and one that does not wait cannot be."""
    films = [library_builder.unfinished(library, name) for name in (CARPHONE, BIKES)]
    for film in films:
        library_builder.queued_job(library, library.scans(film.id)[0])
    assert [each["film"] for each in client.get("queue").json()["waiting"]] == [film.id for film in films]
    assert client.post(f"films/{films[1].id}/front").status_code == 204
    queue = client.get("queue", params={"limit": 1}).json()
    assert ([each["film"] for each in queue["waiting"]], queue["waiting_total"]) == ([films[1].id], 2)
    assert client.post(f"films/{films[1].id}/front").status_code == 409
    client.delete(f"films/{films[0].id}/analysis")
    queue = client.get("queue").json()
    assert [(each["film"], each["state"]) for each in queue["ended"]] == [(films[0].id, "cancelled")]
    assert queue["running"] == []


def test_a_list_of_films_reads_the_queue_once(
    library: Library, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many films wait in it; each has its place, as it has when it is asked for alone."""
    films = [library_builder.unfinished(library, name) for name in (CARPHONE, BIKES, "bigbuckbunny.mp4")]
    for film in films:
        library_builder.queued_job(library, library.scans(film.id)[0])
    alone = {film.id: client.get(f"films/{film.id}").json() for film in films}
    active = Mock(wraps=job_table.active)
    monkeypatch.setattr(job_table, "active", active)
    listed = client.get("films").json()["films"]
    active.assert_called_once()
    assert {each["id"]: each for each in listed} == alone
    assert alone[films[2].id]["analysis"]["step"] == "waiting for 2 analyses before it"


def test_options_have_the_names_of_the_command_line() -> None:
    """Of an analysis and of markers; what names files is left out, and one thing is the API's alone."""
    of_files = {"context", "film", "films", "out", "csv", "csv_dir", "json", "cuts", "cuts_track", "recursive"}
    asked = set(inspect.signature(analyze).parameters) - of_files
    assert set(models.AnalyzeOptions.model_fields) - {"browser_copy"} == asked
    assert set(models.MarkerOptions.model_fields) == set(inspect.signature(markers).parameters) - of_files


def test_reports_are_those_of_the_command_line(library: Library, cuts: tuple[Film, Film], client: TestClient) -> None:
    """CSV and JSON byte for byte, every format of `export` and `markers`, and all of them in one ZIP."""
    film = cuts[0].id
    analysis = library.analysis(film)
    csv = client.get(f"films/{film}/report.csv")
    assert csv.content == scene_csv(analysis)
    assert 'filename="carphone_pristine-emotion-report.csv"' in csv.headers["content-disposition"]
    assert client.get(f"films/{film}/report.json").content == json_bytes(analysis)
    other = client.get(f"films/{film}/report.csv", params={"detector": "threshold"}).content
    assert other != csv.content
    assert client.get(f"films/{film}/report.csv").content == csv.content, "a report under other options changes nothing"
    for name in REPORT_NAMES:
        answer = client.get(f"films/{film}/export", params={"to": name})
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith(FORMATS[name].mime)
    for name in NAMES:
        assert client.get(f"films/{film}/markers", params={"to": name, "one_frame": "true"}).status_code == 200
    with zipfile.ZipFile(io.BytesIO(client.get(f"films/{film}/export").content)) as everything:
        assert "carphone_pristine-emotion-report.csv" in everything.namelist()
    refused = {"to": "resolve", "notes": "false", "notes_only": "true"}
    assert client.get(f"films/{film}/markers", params=refused).status_code == 422
    assert client.get(f"films/{film}/export", params={"to": "csv", "screening": "x"}).status_code == 422


def test_scenes_come_from_a_cut_list(library: Library, cuts: tuple[Film, Film], client: TestClient) -> None:
    """The report has its scenes then, and detected ones after a detector was asked for; a bad list changes nothing."""
    film = cuts[0].id
    answer = client.put(f"films/{film}/cuts", params={"name": "cuts.txt"}, content=b"0 First\n40 Second\n")
    assert answer.status_code == 200, answer.text
    assert answer.json()["scenes"] == 2
    assert [row.scene.name for row in library.analysis(film).scenes] == ["First", "Second"]
    assert library.edit_history(film).undo == "cut list of the HTTP API"
    for content, status in ((b"\xff\xfe nothing", 422), (b"", 422)):
        assert client.put(f"films/{film}/cuts", params={"name": "cuts.edl"}, content=content).status_code == status
    assert client.put(f"films/{film}/cuts", content=b"0 First").status_code == 422
    assert len(library.analysis(film).scenes) == 2


def test_two_cuts_are_compared(cuts: tuple[Film, Film], client: TestClient) -> None:
    """The statement, and the fate of each scene; other formats are files."""
    which = {"before": cuts[0].id, "after": cuts[1].id}
    found = client.get("compare", params=which).json()
    assert "1 scene replaced, 2 extended" in found["summary"]
    assert [change["kind"] for change in found["changes"]] == ["extended", "extended", "replaced"]
    assert client.get("compare", params={**which, "to": "csv"}).content.startswith("\ufeffkind".encode())
    marked = client.get(f"films/{cuts[1].id}/markers", params={"to": "resolve", "earlier": cuts[0].id})
    assert marked.status_code == 200
    assert b"extended" in marked.content
    for also in ({"later": cuts[0].id}, {"changes_only": "true"}, {"audience": "true"}):
        refused = {"to": "resolve", "earlier": cuts[0].id, **also}
        assert client.get(f"films/{cuts[1].id}/markers", params=refused).status_code == 422
    assert client.get("compare", params={**which, "after": cuts[0].id}).status_code == 422
    assert client.get("compare", params={**which, "after": "0" * 64}).status_code == 404


def test_a_film_is_deleted(library: Library, cuts: tuple[Film, Film], client: TestClient) -> None:
    """204 once, then 404; the file that lies outside the library stays."""
    assert client.delete(f"films/{cuts[0].id}").status_code == 204
    assert client.delete(f"films/{cuts[0].id}").status_code == 404
    assert [film.id for film in library.films()] == [cuts[1].id]
    assert cuts[0].path.exists()


def test_screenings_and_projects_are_listed(library: Library, cuts: tuple[Film, Film], client: TestClient) -> None:
    """A screening without viewers has no numbers yet, which is said; a project has its films in order."""
    film = cuts[0].id
    assert client.get(f"films/{film}/screening").status_code == 404
    library.add_screening(film, "Preview")
    (listed,) = client.get(f"films/{film}/screenings").json()["screenings"]
    assert (listed["name"], listed["viewers"]) == ("Preview", 0)
    assert client.get(f"films/{film}/screening").status_code in (404, 409)
    library.add_project("Reel 1", [cuts[1].id, film])
    (project,) = client.get("projects").json()["projects"]
    assert (project["name"], project["films"]) == ("Reel 1", [cuts[1].id, film])


def test_events_end_with_the_analysis(library: Library, client: TestClient) -> None:
    """A film's stream has each change once and ends with the analysis; the stream of all goes on until its time."""
    film = library_builder.unfinished(library, CARPHONE)
    (scan,) = library.scans(film.id)
    library_builder.queued_job(library, scan)
    client.delete(f"films/{film.id}/analysis")
    text = client.get(f"films/{film.id}/events").text
    name, data = text.strip().splitlines()
    assert name == "event: status"
    status = json.loads(data.removeprefix("data: "))
    assert (status["film"], status["analysis"]["state"]) == (film.id, "cancelled")
    assert client.get("events", params={"seconds": 1}).status_code == 200
    assert client.get(f"films/{'0' * 64}/events").status_code == 404
