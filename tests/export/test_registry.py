"""All exports of a film in one archive, and a film of the library with its pictures."""

from __future__ import annotations

import io
import zipfile
from fractions import Fraction
from pathlib import Path

from emotion_core.analysis import analyse
from emotion_core.export import FORMATS, REPORT_NAMES, ReportedFilm, everything, file_name
from emotion_core.library import Library
from tests.support import library_builder
from tests.support.reported import HAPPY, film
from tests.support.scans import by_cuts, media, observations


def test_the_archive_has_every_format_and_every_marker_format() -> None:
    """Each file is in it under its own name, with the content that it has alone."""
    reported = film(name="cut 7.mov")
    name, content = everything(reported)
    assert name == "cut 7-emotion-report.zip"
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert [each for each in archive.namelist() if "/" not in each] == [
            file_name(n, "cut 7.mov") for n in REPORT_NAMES
        ]
        assert len([each for each in archive.namelist() if each.startswith("markers/")]) == 6
        for each in ("csv", "json", "vtt"):
            assert archive.read(file_name(each, "cut 7.mov")) == FORMATS[each].write(reported)


def test_what_cannot_hold_the_film_is_named() -> None:
    """Of a film of more than 24 hours, which no marker list counts, the report comes and a text file says what not."""
    looks = {4 * i: [HAPPY] for i in range(6)}
    long = media(rate=Fraction(1, 1000), time_base=Fraction(1), duration=Fraction(100_000))
    _, content = everything(ReportedFilm("day.mov", analyse(observations(looks, frames=100, film=long), by_cuts(25))))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.namelist() == [*(file_name(n, "day.mov") for n in REPORT_NAMES), "not included.txt"]
        assert len(archive.read("not included.txt").splitlines()) == 6


def test_a_film_of_the_library_brings_its_pictures(tmp_path: Path) -> None:
    """The page's board shows the stored picture of each scene's middle frame."""
    library = Library.open(tmp_path / "home")
    library_builder.recut(library)
    for stored in library.films():
        reported = ReportedFilm.of(library, stored.id, stored.name)
        page = FORMATS["html"].write(reported).decode()
        middle = [samples[len(samples) // 2] for samples in reported.samples if samples]
        expected = sum(sample.thumbnail is not None for sample in middle)
        assert expected > 0
        assert page.count('src="data:image/jpeg;base64,') == expected
