"""Files whose content changed since they were written: each carries its hash, or its scan's seal names it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ..analysis import disk_cache
from ..errors import INVALID_DATA_ERRORS, EarlierVersion, LaterVersion, LibraryError, NotPermitted, ScanError
from ..expression import compiled_cache
from ..expression.checkpoints import calibration
from ..jobs import scans
from ..library import Library
from ..observations import ObservationStore, earlier_version, later_version
from ..observations.sound import FILE
from ..storage import SCANS, SET_ASIDE, Home, file_hash, hashed_json
from .issue import Issue

_REMOVED = "it is removed, and made anew when it is asked for"


def check_finished_scan(library: Library, scan_id: str, name: str, *, is_recording: bool = False) -> Iterator[Issue]:
    """Issues of a finished scan, called `name` in messages: its files and its cached analyses. Raises OSError."""
    store, path = library.store(scan_id), f"{SCANS}/{scan_id}"
    try:
        samples = store.read().samples
    except LaterVersion:
        yield Issue("later", scan_id, str(later_version.refusal(f"What is stored of {name}")))
        return
    except EarlierVersion:
        if _is_shown(library, scan_id):  # otherwise a newer scan has replaced it
            yield Issue("earlier", scan_id, str(earlier_version(f"{name[:1].upper()}{name[1:]}")))
        return
    except NotPermitted as error:
        yield Issue("scan", scan_id, f"The files of {name} cannot be looked at: {error}")
        return
    except ScanError as error:
        why = f"{error.problem} Read the viewer again on the Screening page." if is_recording else error
        yield Issue("scan", scan_id, f"The files of {name} ({path}) do not fit: {why}")
    else:
        if damaged := store.segment_files.damaged_pictures(samples):
            files = ", ".join(f"{path}/{file}" for file in damaged)
            yield Issue(
                "scan",
                scan_id,
                f"Pictures of {name} are gone or damaged ({files}). Its numbers are whole; analyse again for pictures.",
            )
        try:
            store.embeddings()
        except ScanError as error:
            yield Issue("scan", scan_id, f"Its numbers are whole, but not all of {name} ({path}): {error}")
        yield from _check_sound(store, scan_id, name)
    for file in disk_cache.damaged_files(Home(library.home).analyses(scan_id)):
        yield _recreatable(library.home, file, f"a report of {name}")


def _check_sound(store: ObservationStore, scan_id: str, name: str) -> Iterator[Issue]:
    """The issue of damaged fingerprints of a film's sound. A comparison takes them for none."""
    try:
        store.sound()
    except ScanError:
        path = f"{SCANS}/{scan_id}/{FILE}"
        repair = "it is removed: all else is whole, and cuts of the film are compared by their pictures alone"
        yield Issue("made", path, f"{path}, what the sound of {name} is compared by, is damaged.", repair)


def check_unfinished_scan(library: Library, scan_id: str, name: str) -> Iterator[Issue]:
    """Issues of the files of a stopped scan; none for one that is queued or running."""
    store = library.store(scan_id)
    has_started = (store.folder / "scan.json").exists() or store.segments_written
    if not has_started or is_active(library, scan_id):
        return
    try:
        samples = store.read_partial().samples
        store.embeddings()
        damaged = store.segment_files.damaged_pictures(samples)
        what = f"Pictures are gone or damaged ({', '.join(damaged)})." if damaged else ""
    except LaterVersion:
        yield Issue("later", scan_id, str(later_version.refusal(f"What is stored of {name}")))
        return
    except EarlierVersion:
        yield Issue("earlier", scan_id, str(earlier_version(f"{name[:1].upper()}{name[1:]}, which was stopped,")))
        return
    except (NotPermitted, ScanError) as error:
        what = error.problem
    if what:
        text = f"The files of {name} that was stopped (scans/{scan_id}) do not fit: {what}"
        if store.media is None:
            yield Issue("scan", scan_id, f"{text} It begins anew when it goes on.")
        else:
            repair = "what is damaged is removed, and read again from the film when it goes on"
            yield Issue("scan", scan_id, text, repair)


def _is_shown(library: Library, scan_id: str) -> bool:
    """Whether a finished scan is the newest of its film, which the pages show. True also if that cannot be read."""
    try:
        newest = library.newest_scan(library.scan(scan_id).film_id)
    except LibraryError:
        return True
    return newest is None or newest.id == scan_id


def is_active(library: Library, scan_id: str) -> bool:
    """Whether a scan is queued or running; True also if its state cannot be read."""
    try:
        return scans.status(library, scan_id).active
    except LibraryError:
        return True


def check_film_files(home: Path, film_id: str, name: str, *, hashes: bool) -> Iterator[Issue]:
    """Issues of the files that say whether a film needs a proxy and, with `hashes`, of its proxies."""
    folder = Home(home).film(film_id)
    for file in sorted(folder.glob("playable*.json")):
        if not hashed_json.is_intact(file):
            yield _recreatable(home, file, f"what is known of how browsers play “{name}”")
    if not hashes:
        return
    for note in sorted(folder.glob("proxy*.json")):
        proxy = note.with_suffix(".mp4")
        try:
            if proxy.is_file() and hashed_json.read(note)["sha256_of_copy"] != file_hash(proxy):
                yield _recreatable(home, proxy, f"the copy of “{name}” for browsers")
        except FileNotFoundError:
            continue  # deleted meanwhile
        except (OSError, *INVALID_DATA_ERRORS):
            yield _recreatable(home, note, f"the hash of the copy of “{name}” for browsers")


def check_shared_files(home: Path, *, hashes: bool) -> Iterator[Issue]:
    """Issues of files of no single film: calibrations, trials of engines and, with `hashes`, compiled networks."""
    for file in sorted(Home(home).calibrations.glob("*.json")):
        try:
            calibration.Calibration.from_json(file.read_text())
        except FileNotFoundError:
            continue
        except (OSError, *INVALID_DATA_ERRORS):
            if calibration.is_later(file):
                what = f"{_path(home, file)}, the calibration of a model,"
                yield Issue("later", _path(home, file), str(later_version.refusal(what)))
                continue
            text = f"{_path(home, file)}, the calibration of a model, is damaged, and reports pass it over."
            advice = "Fit it again with python -m emotion_core.training calibrate, or delete it."
            yield Issue("calibration", _path(home, file), f"{text} {advice}")
    for file in sorted(Home(home).engines.glob("*.json")):
        if not hashed_json.is_intact(file):
            text = f"{_path(home, file)}, what is known of the engines on this machine, is damaged."
            repair = f"it is moved to the folder {SET_ASIDE}; engines are tried anew, and a default is chosen again"
            yield Issue("aside", _path(home, file), text, repair)
    if hashes:
        for file in sorted(Home(home).networks.glob("*/*")):
            if file.is_file() and file.suffix != ".part" and not compiled_cache.whole(file):
                yield _recreatable(home, file, "what an engine made of a model")


def _recreatable(home: Path, file: Path, what: str) -> Issue:
    """The issue of a damaged file that the program can create again."""
    path = _path(home, file)
    return Issue("made", path, f"{path}, {what}, is damaged.", _REMOVED)


def _path(home: Path, file: Path) -> str:
    return file.relative_to(home).as_posix()
