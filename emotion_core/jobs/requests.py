"""Requests: the input of a job's process, one record for each kind of process."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..media import FileIdentity
from ..observations import later_version
from ..scan.reuse.known_film import FilmFacts, KnownFilm, likely_cuts
from ..settings import ReportSettings, ScanSettings, report_from_json, scan_from_json, to_json
from ..storage import Home, relative_text, write_whole

if TYPE_CHECKING:  # a job's process reads its request without the library
    from ..library import Film, Library


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanRequest:
    """The request of a scan."""

    film: Path
    content_id: str
    name: str
    """As the user knows the film."""
    store: Path
    settings: ScanSettings
    wanted: ReportSettings
    """Report settings whose shots are counted during the scan and whose short scenes get more frames."""
    lock: Path
    """Lock held during the scan. Scans take turns, since each uses all cores."""
    top_up: bool = False
    """Whether to add only the frames that `wanted` needs to a finished scan."""
    file: FileIdentity | None = None
    """Identity of the film's file when it was hashed; None if unknown."""
    recording: bool = False
    """Whether the film is a recording of viewers: their faces are found at the scan's end."""
    known: tuple[KnownFilm, ...] = ()
    """Films whose faces may be taken over."""
    sound: bool = False
    """Whether fingerprints of the film's sound are stored: never of one in which viewers are recorded."""
    reader: dict[str, Any] | None = None
    """The model and the engine that another machine chose, as scan.Reader.to_json; None where this one chooses."""

    def to_json(self, home: Path | None = None) -> str:
        """The text for `read`; with `home`, paths are relative to that library, as in its queue (stored_paths)."""
        request = {
            "film": relative_text(self.film, home),
            "content_id": self.content_id,
            "name": self.name,
            "store": relative_text(self.store, home),
            "settings": to_json(self.settings),
            "wanted": to_json(self.wanted),
            "lock": relative_text(self.lock, home),
            "top_up": self.top_up,
            "recording": self.recording,
            "sound": self.sound,
            "file": None if self.file is None else self.file.to_json(),
        }
        if self.reader is not None:
            request["reader"] = self.reader
        if self.known:  # their scans lie beside this one
            names = ("content_id", "name", "scan")
            request["known"] = [
                dict(zip(names, (film.content_id, film.name, film.store.name), strict=True)) for film in self.known
            ]
        return json.dumps(request, indent=1)

    def write(self, path: Path) -> None:
        """Write the request to a file. Raises LibraryError."""
        write_whole(path, self.to_json().encode())

    @classmethod
    def read(cls, path: Path) -> ScanRequest:
        """Read a request. Raises LaterVersion if a later version wrote settings that this one does not know."""
        request = json.loads(path.read_text())
        store = Path(request["store"])
        unknown = later_version.scan_settings(request["settings"]) or later_version.report_settings(request["wanted"])
        later_version.raise_if_later(f"What {request['name']} is to be analysed with", unknown)
        return cls(
            film=Path(request["film"]),
            content_id=request["content_id"],
            name=request["name"],
            store=store,
            settings=scan_from_json(request["settings"]),
            wanted=report_from_json(request["wanted"]),
            lock=Path(request["lock"]),
            top_up=request["top_up"],
            file=FileIdentity.from_json(request.get("file")),
            recording=bool(request.get("recording", False)),
            known=tuple(
                KnownFilm(film["content_id"], film["name"], store.with_name(film["scan"]))
                for film in request.get("known", ())
            ),
            sound=bool(request.get("sound", False)),
            reader=request.get("reader"),
        )


def scan_request(
    library: Library,
    film: Film,
    scan_id: str,
    settings: ScanSettings,
    wanted: ReportSettings,
    *,
    top_up: bool = False,
    known: tuple[KnownFilm, ...] = (),
) -> str:
    """The request of a library's scan, as its queue holds it."""
    return ScanRequest(
        film=film.path,
        content_id=film.id,
        name=film.name,
        store=library.store(scan_id).folder,
        settings=settings,
        wanted=wanted,
        lock=Home(library.home).scan_lock,
        top_up=top_up,
        file=film.file,
        recording=film.role == "recording",
        known=known,
        sound=film.role != "recording" and not library.viewers_of_recording(film.id),
    ).to_json(library.home)


def known_films(
    library: Library, film: Film, checkpoint: tuple[str, str], only: str | None = None
) -> tuple[KnownFilm, ...]:
    """Films of the library that faces of `film` may be taken over from: analysed with the same checkpoint, likely cuts
    of the same film, or the film with the id `only` alone. None for a recording of viewers, and no such recording
    among them.
    """
    if film.role == "recording" or library.viewers_of_recording(film.id):
        return ()
    others = []
    project = library.project_of(film.id)
    versions = () if project is None else project.films
    for other in library.films():
        if other.id == film.id or only not in (None, other.id) or library.viewers_of_recording(other.id):
            continue
        for scan in library.scans(other.id):
            read_alike = (scan.checkpoint_hash, scan.checkpoint_settings) == checkpoint
            if read_alike and scan.settings.track is None and library.store(scan.id).sealed:
                others.append(
                    (
                        _facts(other, is_version=other.id in versions),
                        KnownFilm(other.id, other.name, library.store(scan.id).folder),
                    )
                )
                break
    return likely_cuts(_facts(film), others) if only is None else tuple(known for _, known in others)


def _facts(film: Film, *, is_version: bool = False) -> FilmFacts:
    media = film.media
    return FilmFacts(
        film.name,
        float(media.duration),
        (media.display_width, media.display_height),
        (media.rate, media.codec, media.transfer, media.field_order),
        film.bytes,
        is_version,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxyRequest:
    """The request of a proxy."""

    home: Path
    """The library's folder."""
    film: Path
    content_id: str
    name: str
    """As the user knows the film."""
    frames: int
    """Estimated number of the film's frames."""
    track: int | None = None
    """As in Home.proxy."""
    file: FileIdentity | None = None
    """As in ScanRequest."""

    @property
    def target(self) -> Path:
        """The proxy's file."""
        return Home(self.home).proxy(self.content_id, self.track)

    def to_json(self, home: Path | None = None) -> str:
        """The text for `read`; with `home`, paths are relative to that library, as in its queue (stored_paths)."""
        fields = {
            "home": relative_text(self.home, home),
            "film": relative_text(self.film, home),
            "content_id": self.content_id,
            "name": self.name,
            "frames": self.frames,
            "track": self.track,
            "file": None if self.file is None else self.file.to_json(),
        }
        return json.dumps(fields, indent=1)

    def write(self, path: Path) -> None:
        """Write the request to a file. Raises LibraryError."""
        write_whole(path, self.to_json().encode())

    @classmethod
    def read(cls, path: Path) -> ProxyRequest:
        fields = json.loads(path.read_text())
        file = FileIdentity.from_json(fields.get("file"))
        return cls(**{**fields, "home": Path(fields["home"]), "film": Path(fields["film"]), "file": file})
