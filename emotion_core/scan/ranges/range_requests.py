"""Requests of the process that plans, reads or joins ranges (processes/scan_range): one JSON file each."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, ClassVar

from ...media import FileIdentity
from ...observations import CheckpointIdentity, EngineIdentity
from ...settings import ReportSettings, ScanSettings, report_from_json, scan_from_json, to_json
from ...storage import write_whole
from ..segmenting import SEGMENT_SECONDS
from .range_plan import RangePlan
from .reader import Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRequest:
    """Plan a film's ranges."""

    ACTION: ClassVar[str] = "plan"
    film: Path
    content_id: str
    name: str
    """As the user knows the film."""
    settings: ScanSettings
    target: Path
    """The file that the plan is written to, as write_plan does."""
    segment_seconds: Fraction = SEGMENT_SECONDS
    file: FileIdentity | None = None
    """The film's identity when it was hashed; None if unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ObserveRequest:
    """Read ranges of one film, which are named one after another on the process's standard input, as `order`."""

    ACTION: ClassVar[str] = "observe"
    film: Path
    """The folder in which the film's files are, or will be: one whole file, or one a range with the range's parts."""
    content_id: str
    name: str
    settings: ScanSettings
    plan: Path
    results: Path
    """The folder for the ranges' folders."""
    reader: Reader | None = None
    """What the film's owner reads faces with; None for what this machine has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinRequest:
    """Join a film's ranges as they come."""

    ACTION: ClassVar[str] = "join"
    film: Path
    content_id: str
    name: str
    settings: ScanSettings
    wanted: ReportSettings
    """As jobs.ScanRequest.wanted."""
    store: Path
    plan: Path
    ranges: Path
    """The folder in which ranges appear, each in a folder of the name `range_name`, renamed to it when it is whole. An
    empty file of that name says that nobody will read the range."""
    lock: Path
    """Lock held while the model is opened, as jobs.ScanRequest.lock: an engine may be tried."""
    turn: Path
    """Lock held while something is done, and not while ranges are waited for: one film is put together at a time."""
    reader: Reader | None = None
    """What this machine reads the film's faces with; None where it is not known."""
    file: FileIdentity | None = None
    sound: bool = False


RangeRequest = PlanRequest | ObserveRequest | JoinRequest


def range_name(number: int) -> str:
    """Name of a range's folder, and of its film's file if that holds its parts alone."""
    return f"{number:05}"


def order(number: int, film: Path) -> str:
    """The line that has an observing process read the range `number`, of the file `film` in the request's folder."""
    return json.dumps({"number": number, "film": film.name}) + "\n"


def write_plan(target: Path, plan: RangePlan) -> None:
    """Write a plan to a file, for `read_plan`. Raises LibraryError."""
    write_whole(target, json.dumps(plan.to_json()).encode())


def read_plan(path: Path) -> RangePlan:
    """Raises OSError, and KeyError, TypeError or ValueError where the file is no plan."""
    return RangePlan.from_json(json.loads(path.read_bytes()))


def write_request(path: Path, request: RangeRequest) -> None:
    """Write a request to a file, for `read_request`. Raises LibraryError."""
    fields: dict[str, Any] = {"action": request.ACTION}
    for name in (field.name for field in dataclasses.fields(request)):
        value = getattr(request, name)
        match value:
            case ScanSettings() | ReportSettings():
                fields[name] = to_json(value)
            case FileIdentity():
                fields[name] = value.to_json()
            case Path() | Fraction():
                fields[name] = str(value)
            case (CheckpointIdentity(), EngineIdentity()):
                fields[name] = [asdict(part) for part in value]
            case _:
                fields[name] = value
    write_whole(path, json.dumps(fields, indent=1).encode())


def read_request(path: Path) -> RangeRequest:
    """The request in a file. Raises OSError, and KeyError, TypeError or ValueError where it is none."""
    fields: dict[str, Any] = json.loads(path.read_text())
    kinds: dict[str, type[RangeRequest]] = {kind.ACTION: kind for kind in (PlanRequest, ObserveRequest, JoinRequest)}
    kind = kinds[fields.pop("action")]
    for name in ("film", "target", "plan", "results", "store", "ranges", "lock", "turn"):
        if name in fields:
            fields[name] = Path(fields[name])
    fields["settings"] = scan_from_json(fields["settings"])
    if "wanted" in fields:
        fields["wanted"] = report_from_json(fields["wanted"])
    if "segment_seconds" in fields:
        fields["segment_seconds"] = Fraction(fields["segment_seconds"])
    if "file" in fields:
        fields["file"] = FileIdentity.from_json(fields["file"])
    if fields.get("reader") is not None:
        fields["reader"] = _reader(*fields["reader"])
    return kind(**fields)


def reader_from_event(event: Mapping[str, Any]) -> Reader:
    """The checkpoint and the engine of a join's event "model". Raises KeyError or TypeError."""
    return _reader(event["checkpoint"], event["engine"])


def _reader(checkpoint: Mapping[str, Any], engine: Mapping[str, Any]) -> Reader:
    return CheckpointIdentity.from_json(checkpoint), EngineIdentity(**engine)
