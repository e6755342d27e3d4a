"""What the owner takes from a worker that read a whole film. Films end to end: test_owner."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from emotion_core.cluster.coordinator import is_the_scan
from emotion_core.jobs import ScanRequest
from emotion_core.library import Library
from emotion_core.observations import ObservationStore
from emotion_core.settings import ReportSettings
from tests.support import library_builder
from tests.support.clips import CARPHONE


def test_only_the_scan_that_was_asked_for_is_taken(tmp_path: Path) -> None:
    """Another film, other settings, another checkpoint or engine, or a damaged file: it is refused."""
    library = Library.open(tmp_path / "home")
    film = library_builder.film(library, CARPHONE, ["happy"])
    store = library.store(library.scans(film.id)[0].id)
    stored = store.read()
    reader = stored.checkpoint, stored.engine
    request = ScanRequest(
        film=tmp_path, content_id=film.id, name="", store=tmp_path, settings=stored.scan_settings,
        wanted=ReportSettings(), lock=tmp_path,
    )  # fmt: skip
    assert is_the_scan(store, request, reader)
    assert not is_the_scan(store, replace(request, content_id="ab" * 32), reader)
    assert not is_the_scan(store, replace(request, settings=replace(request.settings, crop_scale=1.2)), reader)
    assert not is_the_scan(store, request, (replace(stored.checkpoint, hash="cd" * 32), stored.engine))
    assert not is_the_scan(store, request, (stored.checkpoint, replace(stored.engine, precision="int8")))
    assert not is_the_scan(ObservationStore(tmp_path / "nothing"), request, reader)
    segment = next(store.folder.glob("segments/*.npz"))
    segment.write_bytes(segment.read_bytes()[:-1])
    assert not is_the_scan(store, request, reader)
