"""A scan observes; everything else is arithmetic on what was observed, and can be thrown away."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from emotion_core.library import Library
from emotion_core.report import csv_bytes, json_bytes, scene_table
from emotion_core.settings import ReportSettings
from tests.support.running_scans import Analysed

REBUILD = """
import sys
from pathlib import Path

def forbidden(*args, **more):
    raise SystemExit("something was decoded or another process was started")

import av, cv2, subprocess
from emotion_core.report import csv_file, json_file, table
from emotion_core.library import Library

av.open = forbidden
cv2.VideoCapture = cv2.FaceDetectorYN.create = forbidden
subprocess.Popen = forbidden

analysis = Library.open(Path(sys.argv[1])).analysis(sys.argv[2])
Path(sys.argv[3]).write_bytes(csv_file.csv_bytes(table.scene_table(analysis)))
Path(sys.argv[4]).write_bytes(json_file.json_bytes(analysis))
heavy = {"torch", "transformers", "intel_extension_for_pytorch"} & set(sys.modules)
sys.exit(f"a report needs no model, but {heavy} came along" if heavy else 0)
"""


def test_what_is_derived_is_rebuilt_byte_for_byte_without_decoding(analysed: Analysed, tmp_path: Path) -> None:
    """With the film gone, all that is derived deleted and every decoder made to fail, the CSV and JSON are the same."""
    before = analysed.library.analysis(analysed.film.id)
    csv, json = csv_bytes(scene_table(before)), json_bytes(before)
    home = analysed.library.home
    assert any((home / "derived").rglob("*.json"))
    shutil.rmtree(home / "derived")
    analysed.film.path.unlink()
    files = (str(tmp_path / "again.csv"), str(tmp_path / "again.json"))
    completed = subprocess.run(
        [sys.executable, "-c", REBUILD, str(home), analysed.film.id, *files],
        capture_output=True,
        text=True,
        check=False,
    )
    assert completed.returncode == 0, completed.stderr
    assert Path(files[0]).read_bytes() == csv
    assert Path(files[1]).read_bytes() == json
    assert csv.count(b"\r\n") == 9


def test_a_spoiled_cache_is_made_anew(analysed: Analysed) -> None:
    """Cached analyses that were cut short or overwritten are computed again, with the same result."""
    before = csv_bytes(scene_table(analysed.library.analysis(analysed.film.id)))
    (cached,) = (analysed.library.home / "derived").rglob("*.json")
    for spoiled in (b"", cached.read_bytes()[:200], b'{"scenes": [{}], "notes": []}', b"\xff\xfe", b"[]"):
        cached.write_bytes(spoiled)
        assert csv_bytes(scene_table(Library(analysed.library.home).analysis(analysed.film.id))) == before


def test_the_cache_gives_what_the_arithmetic_gives(analysed: Analysed) -> None:
    """An analysis read from the cache equals the stored one, to the last digit of its fractions."""
    computed = analysed.library.analysis(analysed.film.id)
    again = Library(analysed.library.home).analysis(analysed.film.id)
    assert again is not computed
    assert (again.scenes, again.notes, again.report_settings) == (
        computed.scenes,
        computed.notes,
        computed.report_settings,
    )


def test_other_report_settings_need_no_scan(analysed: Analysed) -> None:
    """Another detector, floor and temperature make another report of the same observations, without the film."""
    analysed.film.path.unlink()
    first = analysed.library.analysis(analysed.film.id)
    analysed.library.set_report_settings(analysed.film.id, ReportSettings(coverage_floor=1.0, temperature=2.0))
    other = analysed.library.analysis(analysed.film.id)
    assert len(first.scenes) == 8
    assert [scene.scene.frame_in for scene in other.scenes] == [0, 50, 80, 121, 146, 171]
    assert other.scenes[0].shares != first.scenes[0].shares
