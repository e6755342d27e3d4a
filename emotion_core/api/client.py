"""A client of the HTTP API in Python.

    from emotion_core.api.client import Client

    with Client("http://127.0.0.1:8501", token) as client:
        film = client.add_film("/mnt/cuts/reel 1.mov")
        client.analyze(film["id"], engine="openvino")
        client.wait(film["id"])
        csv = client.report_csv(film["id"])

Options have the names of the command line's; answers are those of the document (`/api/v1/docs`).
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, Self

import httpx2

from .. import errors

PATIENCE = 600.0
"""Seconds for an answer: a film is hashed before it is added."""
PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 30.0, 30.0, 60.0)
"""Seconds between tries of an upload that broke off; after the last it is given up, and a further call goes on."""
AGAIN = frozenset({409, 429, 503})
"""Answers to an upload after which it is tried again: the server may not have noticed yet that a connection is gone."""


class ApiError(errors.EmotionError):
    """An answer that is an error."""

    def __init__(self, answer: httpx2.Response) -> None:
        try:
            problem: dict[str, Any] = answer.json()
        except ValueError:
            problem = {}
        self.status: int = answer.status_code
        self.errors: list[dict[str, str]] = problem.get("errors") or []
        super().__init__(str(problem.get("detail") or f"The server answered {answer.status_code}."))


class Client:
    """A connection to the app of one library. Every method raises ApiError for an answer that is an error."""

    def __init__(self, address: str, token: str, *, timeout: float = PATIENCE) -> None:
        """`address` is the app's, without a path."""
        self._http = httpx2.Client(
            base_url=f"{address.rstrip('/')}/api/v1/",
            headers={"Authorization": f"Bearer {token}"},
            timeout=timeout,
            trust_env=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    def films(self, *, limit: int = 100, skip: int = 0) -> list[dict[str, Any]]:
        """The library's films, the newest first."""
        found: list[dict[str, Any]] = self._json("GET", "films", params={"limit": limit, "skip": skip})["films"]
        return found

    def folders(self) -> list[dict[str, Any]]:
        """Films that could be added by their path."""
        found: list[dict[str, Any]] = self._json("GET", "folders")["films"]
        return found

    def film(self, film: str) -> dict[str, Any]:
        """A film by its id."""
        return self._json("GET", _of(film))

    def add_film(self, path: str | Path) -> dict[str, Any]:
        """Add a film on a disk of the app's machine, below a folder that config.toml allows."""
        return self._json("POST", "films", json={"path": str(path)})

    def upload_film(self, file: Path, name: str | None = None) -> dict[str, Any]:
        """Add a film on this machine's disk: its bytes are sent, a part at a time.

        After an interruption it goes on from what arrived, by itself, and by a further call with the same bytes where
        this one is ended or gives up. The file is hashed first, so that nothing but its bytes can become the film.
        """
        with file.open("rb") as content:
            sha256 = hashlib.file_digest(content, "sha256").hexdigest()
            begun = (each for each in self.uploads() if each["sha256"] == sha256)
            upload = next(begun, None) or self._begin_upload(name or file.name, file.stat().st_size, sha256)
            tries, furthest = 0, -1
            while upload["film"] is None:
                try:
                    upload = self._json("GET", f"uploads/resumable/{upload['id']}")
                    if upload["offset"] > furthest:
                        tries, furthest = 0, upload["offset"]
                    if upload["film"] is None:
                        upload = self._send_rest(upload, content)
                except (httpx2.TransportError, ApiError) as error:
                    if tries == len(PAUSES) or (isinstance(error, ApiError) and error.status not in AGAIN):
                        raise
                    time.sleep(PAUSES[tries])
                    tries += 1
        return {**self.film(upload["film"]), "known": upload["known"]}

    def uploads(self) -> list[dict[str, Any]]:
        """The films that have not arrived whole."""
        found: list[dict[str, Any]] = self._json("GET", "uploads/resumable")["uploads"]
        return found

    def remove_upload(self, upload: str) -> None:
        """Remove an upload that is not to go on, and what arrived of it."""
        self._send("DELETE", f"uploads/resumable/{upload}")

    def _begin_upload(self, name: str, length: int, sha256: str) -> dict[str, Any]:
        about, announced = {"name": name, "sha256": sha256}, {"Upload-Length": str(length)}
        return self._json("POST", "uploads/resumable", params=about, headers=announced)

    def _send_rest(self, upload: dict[str, Any], content: BinaryIO) -> dict[str, Any]:
        """Send what the server lacks of an upload; the upload then."""
        content.seek(upload["offset"])
        offset, rest = str(upload["offset"]), str(upload["length"] - upload["offset"])
        headers = {"Upload-Offset": offset, "Content-Length": rest}
        return self._json("PATCH", f"uploads/resumable/{upload['id']}", content=content, headers=headers)

    def delete_film(self, film: str) -> None:
        """Delete a film with everything about it."""
        self._send("DELETE", _of(film))

    def analyze(self, film: str, **options: Any) -> dict[str, Any]:
        """Ask for a film's analysis; returns its status at once."""
        return self._json("POST", _of(film, "analysis"), json=options)

    def status(self, film: str) -> dict[str, Any]:
        """Where a film's newest analysis is."""
        return self._json("GET", _of(film, "analysis"))

    def cancel(self, film: str) -> None:
        """Cancel a film's analysis."""
        self._send("DELETE", _of(film, "analysis"))

    def queue(self, *, limit: int = 50) -> dict[str, Any]:
        """What runs, what waits in its order, what ended last, and how many films an hour were done."""
        return self._json("GET", "queue", params={"limit": limit})

    def move_to_front(self, film: str) -> None:
        """Move a film that waits before all others that wait."""
        self._send("POST", _of(film, "front"))

    def events(self, film: str | None = None) -> Iterator[dict[str, Any]]:
        """The status at each change: of one film until its analysis ends, or of all, each with `film` and `analysis`.

        Raises ApiError, EmotionError for what stops the stream. After an hour the stream ends: call it again.
        """
        with self._http.stream("GET", "events" if film is None else _of(film, "events")) as answer:
            if answer.is_error:
                answer.read()
                raise ApiError(answer)
            name, data = "", ""
            for line in answer.iter_lines():
                if not line and name:
                    if name == "problem":
                        raise errors.EmotionError(data)
                    yield json.loads(data)
                    name, data = "", ""
                elif line.startswith("event: "):
                    name = line.removeprefix("event: ")
                elif line.startswith("data: "):
                    data += line.removeprefix("data: ")

    def wait(self, film: str) -> dict[str, Any]:
        """Wait until a film's analysis has ended; its last status. Raises EmotionError unless it is done."""
        status = self.status(film)
        while status["state"] in ("waiting", "running"):
            for event in self.events(film):
                status = event["analysis"]
        if status["state"] != "done":
            raise errors.EmotionError(status["message"] or f"The analysis was {status['state']}.")
        return status

    def report_csv(self, film: str, **options: Any) -> bytes:
        """The per-scene report; options of the report as `analyze` takes them."""
        return self._send("GET", _of(film, "report.csv"), params=_words(options)).content

    def report_json(self, film: str, **options: Any) -> dict[str, Any]:
        """The report with every label's interval."""
        return self._json("GET", _of(film, "report.json"), params=_words(options))

    def export(self, film: str, to: str | None = None, **options: Any) -> bytes:
        """The report, people or audience in a format; without one a ZIP with all."""
        return self._send("GET", _of(film, "export"), params=_words({"to": to, **options})).content

    def set_cuts(self, film: str, list_: Path, *, cuts_track: str | None = None) -> dict[str, Any]:
        """Take a film's scenes from a cut list; how many there are, and what was assumed."""
        named = _words({"name": list_.name, "cuts_track": cuts_track})
        return self._json("PUT", _of(film, "cuts"), params=named, content=list_.read_bytes())

    def markers(self, film: str, to: str, **options: Any) -> bytes:
        """The scenes as markers for an editing tool."""
        return self._send("GET", _of(film, "markers"), params=_words({"to": to, **options})).content

    def compare(self, before: str, after: str) -> dict[str, Any]:
        """What a re-cut changed: `summary`, `changes` and the numbers behind them."""
        return self._json("GET", "compare", params={"before": before, "after": after})

    def compare_as(self, before: str, after: str, to: str) -> bytes:
        """The list of changes as a file."""
        return self._send("GET", "compare", params={"before": before, "after": after, "to": to}).content

    def screenings(self, film: str) -> list[dict[str, Any]]:
        """The screenings of a film."""
        found: list[dict[str, Any]] = self._json("GET", _of(film, "screenings"))["screenings"]
        return found

    def screening(self, film: str, screening: str = "", *, names: bool = False) -> dict[str, Any]:
        """The numbers of a screening by its name, else of the last one with viewers."""
        return self._json("GET", _of(film, "screening"), params=_words({"screening": screening, "names": names}))

    def projects(self) -> list[dict[str, Any]]:
        """The projects, each with the ids of its versions."""
        found: list[dict[str, Any]] = self._json("GET", "projects")["projects"]
        return found

    def _send(self, method: str, path: str, **request: Any) -> httpx2.Response:
        answer = self._http.request(method, path, **request)
        if answer.is_error:
            raise ApiError(answer)
        return answer

    def _json(self, method: str, path: str, **request: Any) -> dict[str, Any]:
        found: dict[str, Any] = self._send(method, path, **request).json()
        return found


def _words(options: dict[str, Any]) -> dict[str, Any]:
    """Options for an address: those that are None are left out, true and false in JSON's words."""
    given = {name: value for name, value in options.items() if value is not None}
    return {name: str(value).lower() if isinstance(value, bool) else value for name, value in given.items()}


def _of(film: str, *parts: str) -> str:
    """The address of something of a film."""
    return "/".join(("films", film, *parts))
