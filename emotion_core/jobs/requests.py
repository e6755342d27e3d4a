"""What a job's process is asked for: one record a kind of job."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from ..media.identity import Identity
from ..observations import later_version
from ..settings import ReportSettings, ScanSettings, report_from_json, scan_from_json, to_json
from ..storage.files import write_whole
from ..storage.paths import proxy_of
from ..storage.stored_paths import stored


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanRequest:
    """What a scan is told."""

    film: Path
    content_id: str
    name: str
    """As the user knows the film."""
    store: Path
    settings: ScanSettings
    wanted: ReportSettings
    """Its shots are counted while scanning, its short scenes filled up."""
    lock: Path
    """Held while scanning: scans take turns, since each one uses all cores."""
    top_up: bool = False
    """Only add the frames that `wanted` asks for to a scan that is finished."""
    file: Identity | None = None
    """Of the film when it was hashed; None where that is not known."""

    def to_json(self, home: Path | None = None) -> str:
        """What `read` reads; with `home`, what waits in that library's queue (see stored_paths)."""
        request = {
            "film": stored(self.film, home),
            "content_id": self.content_id,
            "name": self.name,
            "store": stored(self.store, home),
            "settings": to_json(self.settings),
            "wanted": to_json(self.wanted),
            "lock": stored(self.lock, home),
            "top_up": self.top_up,
            "file": None if self.file is None else self.file.to_json(),
        }
        return json.dumps(request, indent=1)

    def write(self, path: Path) -> None:
        """Raises LibraryError."""
        write_whole(path, self.to_json().encode())

    @classmethod
    def read(cls, path: Path) -> ScanRequest:
        """Raises LaterVersion where a later version asks for more than this one knows."""
        request = json.loads(path.read_text())
        asked = later_version.scan_settings(request["settings"]) or later_version.report_settings(request["wanted"])
        later_version.refuse(f"What {request['name']} is to be analysed with", asked)
        return cls(
            film=Path(request["film"]),
            content_id=request["content_id"],
            name=request["name"],
            store=Path(request["store"]),
            settings=scan_from_json(request["settings"]),
            wanted=report_from_json(request["wanted"]),
            lock=Path(request["lock"]),
            top_up=request["top_up"],
            file=Identity.from_json(request.get("file")),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxyRequest:
    """What the process is told."""

    home: Path
    """The library's folder."""
    film: Path
    content_id: str
    name: str
    """As the user knows the film."""
    frames: int
    """About how many it has."""
    track: int | None = None
    """As in proxy_of."""
    file: Identity | None = None
    """As in ScanRequest."""

    @property
    def target(self) -> Path:
        return proxy_of(self.home, self.content_id, self.track)

    def to_json(self, home: Path | None = None) -> str:
        """What `read` reads; with `home`, what waits in that library's queue (see stored_paths)."""
        told = {
            "home": stored(self.home, home),
            "film": stored(self.film, home),
            "content_id": self.content_id,
            "name": self.name,
            "frames": self.frames,
            "track": self.track,
            "file": None if self.file is None else self.file.to_json(),
        }
        return json.dumps(told, indent=1)

    def write(self, path: Path) -> None:
        """Raises LibraryError."""
        write_whole(path, self.to_json().encode())

    @classmethod
    def read(cls, path: Path) -> ProxyRequest:
        told = json.loads(path.read_text())
        file = Identity.from_json(told.get("file"))
        return cls(**{**told, "home": Path(told["home"]), "film": Path(told["film"]), "file": file})
