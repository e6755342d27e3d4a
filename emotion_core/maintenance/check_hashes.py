"""Files of a library that are not as they were written: each carries a hash, or its analysis' seal names it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ..analysis import disk_cache
from ..errors import UNREADABLE, LaterVersion, LibraryError, NotPermitted, ScanError
from ..expression.checkpoints import calibration
from ..expression.checkpoints.hashes import sha256
from ..expression.engines import compiled_cache
from ..jobs import scans
from ..library import copies
from ..library.library import Library
from ..observations import later_version
from ..storage import hashed_json
from .issue import Finding

_ANEW = "it is removed, and made anew when it is asked for"


def analysis(library: Library, scan_id: str, of: str) -> Iterator[Finding]:
    """Of a finished analysis: its own files, and the reports that were made of it. Raises OSError."""
    store, path = library.store(scan_id), f"scans/{scan_id}"
    try:
        samples = store.read().samples
    except LaterVersion:
        yield Finding("later", scan_id, str(later_version.refused(f"What is stored of {of}")))
        return
    except NotPermitted as error:
        yield Finding("scan", scan_id, f"The files of {of} cannot be looked at: {error}")
        return
    except ScanError as error:
        yield Finding("scan", scan_id, f"The files of {of} ({path}) do not fit: {error}")
    else:
        if damaged := store.parts.damaged_pictures(samples):
            files = ", ".join(f"{path}/{file}" for file in damaged)
            yield Finding(
                "scan",
                scan_id,
                f"Pictures of {of} are gone or damaged ({files}). Its numbers are whole; analyse again for pictures.",
            )
    for file in disk_cache.damaged(library.home / "derived" / scan_id):
        yield _to_make_anew(library.home, file, f"a report of {of}")


def unfinished(library: Library, scan_id: str, of: str) -> Iterator[Finding]:
    """Of an analysis that was stopped, what it has written down so far; nothing of one that is at work."""
    store = library.store(scan_id)
    begun = (store.folder / "scan.json").exists() or store.segments_written
    if not begun or active(library, scan_id):
        return
    try:
        samples = store.so_far().samples
        damaged = store.parts.damaged_pictures(samples)
        what = f"Pictures are gone or damaged ({', '.join(damaged)})." if damaged else ""
    except LaterVersion:
        yield Finding("later", scan_id, str(later_version.refused(f"What is stored of {of}")))
        return
    except (NotPermitted, ScanError) as error:
        what = error.problem
    if what:
        text = f"The files of {of} that was stopped (scans/{scan_id}) do not fit: {what}"
        if store.media is None:
            yield Finding("scan", scan_id, f"{text} It begins anew when it goes on.")
        else:
            repair = "what is damaged is removed, and read again from the film when it goes on"
            yield Finding("scan", scan_id, text, repair)


def active(library: Library, scan_id: str) -> bool:
    """Whether an analysis waits or is at work, or that cannot be told."""
    try:
        return scans.status(library, scan_id).active
    except LibraryError:
        return True


def beside_film(home: Path, film_id: str, name: str, *, hashes: bool) -> Iterator[Finding]:
    """Of a film's copies for browsers, with `hashes` only, and of what is kept on whether it needs one."""
    folder = home / "films" / film_id
    for file in sorted(folder.glob("playable*.json")):
        if not hashed_json.whole(file):
            yield _to_make_anew(home, file, f"what is known of how browsers play “{name}”")
    if not hashes:
        return
    for note in sorted(folder.glob("proxy*.json")):
        copy = note.with_suffix(".mp4")
        try:
            if copy.is_file() and hashed_json.read(note)["sha256_of_copy"] != sha256(copy):
                yield _to_make_anew(home, copy, f"the copy of “{name}” for browsers")
        except FileNotFoundError:
            continue  # removed meanwhile
        except (OSError, *UNREADABLE):
            yield _to_make_anew(home, note, f"the hash of the copy of “{name}” for browsers")


def library_wide(home: Path, *, hashes: bool) -> Iterator[Finding]:
    """Of what belongs to no single film: calibrations, what is known of engines and, with `hashes`, their networks."""
    for file in sorted((home / "calibrations").glob("*.json")):
        try:
            calibration.Calibration.from_json(file.read_text())
        except FileNotFoundError:
            continue
        except (OSError, *UNREADABLE):
            if calibration.is_later(file):
                what = f"{_path(home, file)}, the calibration of a model,"
                yield Finding("later", _path(home, file), str(later_version.refused(what)))
                continue
            text = f"{_path(home, file)}, the calibration of a model, is damaged, and reports pass it over."
            advice = "Fit it again with python -m emotion_core.training calibrate, or delete it."
            yield Finding("calibration", _path(home, file), f"{text} {advice}")
    for file in sorted((home / "engines").glob("*.json")):
        if not hashed_json.whole(file):
            text = f"{_path(home, file)}, what is known of the engines on this machine, is damaged."
            repair = f"it is moved to the folder {copies.ASIDE}; engines are tried anew, and a default is chosen again"
            yield Finding("aside", _path(home, file), text, repair)
    if hashes:
        for file in sorted((home / "networks").glob("*/*")):
            if file.is_file() and file.suffix != ".part" and not compiled_cache.whole(file):
                yield _to_make_anew(home, file, "what an engine made of a model")


def _to_make_anew(home: Path, file: Path, what: str) -> Finding:
    path = _path(home, file)
    return Finding("made", path, f"{path}, {what}, is damaged.", _ANEW)


def _path(home: Path, file: Path) -> str:
    return file.relative_to(home).as_posix()
