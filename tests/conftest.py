"""Films and libraries that several tests share; each is made once a session."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from emotion_core.jobs import scans
from emotion_core.library import Library
from emotion_core.settings import ReportSettings, ScanSettings
from tests.support import by_name
from tests.support.films import write_film
from tests.support.in_process_frames import frames_saved_in_process
from tests.support.in_process_reader import films_read_in_process
from tests.support.in_process_runner import scans_in_process
from tests.support.networks import compile_networks
from tests.support.prepared import PreparedReader, prepared_aaf_reader, prepared_reader
from tests.support.running_scans import Analysed, copy_of, wait_for
from tests.support.shared_files import build_once
from tests.support.truth_film import SHOTS, pictures

SLOW_FIRST = (
    "end_to_end/test_any_place.py",
    "cli/test_main.py",
    "browser/test_uploads.py",
    "browser/test_journey.py",
    "end_to_end/test_kills.py",
    "browser/test_player.py",
    "end_to_end/test_hostile.py",
    "jobs/test_scans_in_processes.py",
    "scan/test_one_pass.py",
    "end_to_end/test_command_line.py",
    "end_to_end/test_flipped_bytes.py",
    "expression/engines/test_engines.py",
    "storage/test_group_mode.py",
    "end_to_end/test_disk_full.py",
    "end_to_end/test_clock_changes_in_processes.py",
    "end_to_end/test_identity.py",
    "end_to_end/test_keep_pictures.py",
    "expression/test_expression.py",
    "expression/selection/test_trial_processes.py",
    "browser/test_two_windows.py",
    "end_to_end/test_moved_library_in_processes.py",
    "jobs/test_scans.py",
    "browser/test_sign_in.py",
    "browser/test_following.py",
    "end_to_end/test_hostile_app.py",
    "cli/test_engines.py",
    "end_to_end/test_picture_changes.py",
    "end_to_end/test_moved_library.py",
    "end_to_end/test_clock_changes.py",
    "jobs/test_worker.py",
    "expression/selection/test_benchmark.py",
    "ingest/test_uploads.py",
    "compare/test_alignment.py",
    "end_to_end/test_truth.py",
    "browser/test_alone.py",
    "faces/test_crop_reuse.py",
    "cli/test_scenes.py",
    "expression/checkpoints/test_download.py",
    "end_to_end/test_later_library.py",
    "web/uploads/test_upload_routes.py",
)
"""Slowest files by tests/durations.json, run first: a slow file at the end would leave the other workers idle."""


_CRASHES = pytest.StashKey[int]()


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """Count the workers that crashed."""
    if error:
        node.config.stash[_CRASHES] = node.config.stash.get(_CRASHES, 0) + 1


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A run that ended because too many workers crashed has not run all tests: it fails, whatever else failed in it."""
    restarts = session.config.getoption("maxworkerrestart", None)
    if restarts is not None and session.config.stash.get(_CRASHES, 0) > int(restarts):
        session.exitstatus = pytest.ExitCode.INTERNAL_ERROR


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put SLOW_FIRST first; within a file, and among the rest, the order stays. Mark what tests/by_name.toml names."""
    here = Path(__file__).parent
    places = {here / name: place for place, name in enumerate(SLOW_FIRST)}
    if missing := [file.name for file in places if not file.exists()]:
        raise pytest.UsageError(f"SLOW_FIRST names files that are not here: {', '.join(missing)}.")
    names = {item.nodeid.removeprefix("tests/"): item for item in items}
    named = by_name.by_name(names, groups := by_name.groups())
    for name in named:
        names[name].add_marker(pytest.mark.by_name)
    if config.args_source is not pytest.Config.ArgsSource.ARGS:  # all tests were collected
        if unknown := by_name.unknown(names, groups):
            raise pytest.UsageError(f"{by_name.NAMES.name} names tests that are not here: {', '.join(unknown)}.")
        if len(named) > by_name.MOST * len(items):
            raise pytest.UsageError(
                f"{by_name.NAMES.name} names {len(named)} of {len(items)} tests: {by_name.MOST:.0%} may be."
            )
    items.sort(key=lambda item: places.get(item.path, len(places)))


@pytest.fixture(scope="module")
def one_thread() -> Iterator[None]:
    """Tiny networks are trained on one thread: they gain nothing from threads that wait for each other."""
    import torch  # most tests need no such heavy thing

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def read_in_process() -> Iterator[None]:
    """Films are looked at in the test's own process: for tests of what is read, not of the reader's process."""
    with films_read_in_process():
        yield


@pytest.fixture(scope="session")
def film_reader() -> Iterator[PreparedReader]:
    """Reads films, each in a confined process of its own that begins with its modules loaded."""
    with prepared_reader() as reader:
        yield reader


@pytest.fixture
def read_prepared(film_reader: PreparedReader) -> Iterator[None]:
    """Films are looked at in such processes: for tests of processes, though not of how a reader's begins."""
    with film_reader.in_use():
        yield


@pytest.fixture(scope="session")
def aaf_reader() -> Iterator[PreparedReader]:
    """Reads AAFs, each in a confined process of its own that begins with its modules loaded."""
    with prepared_aaf_reader() as reader:
        yield reader


@pytest.fixture
def aafs_read_prepared(aaf_reader: PreparedReader) -> Iterator[None]:
    """AAFs are read in such processes: for tests of what is read."""
    with aaf_reader.in_use():
        yield


@pytest.fixture
def in_process(read_in_process: None) -> Iterator[None]:
    """Scans are done, and frames saved, in the test's own process too: for tests of what they give."""
    with scans_in_process(), frames_saved_in_process():
        yield


@pytest.fixture(scope="session")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that shared films are written to."""
    return tmp_path_factory.mktemp("films")


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of films and libraries that are made once for all workers of a run."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base  # each worker's folder lies in the run's


@pytest.fixture(scope="session")
def truth_film(shared: Path) -> Path:
    """The film of the truth table, plain."""
    folder = build_once(shared / "truth", lambda folder: write_film(folder / "truth.mp4", pictures(), quality=4))
    return folder / "truth.mp4"


@pytest.fixture(scope="session")
def networks(shared: Path) -> Path:
    """A library with compiled networks, for `tests.support.networks.give_networks`."""
    return build_once(shared / "networks", compile_networks)


@pytest.fixture(scope="session")
def analysed_once(truth_film: Path, shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Analysed:
    """The truth film analysed with its cut list; not to be changed."""
    original = build_once(shared / "analysed", lambda home: _analyse(home, truth_film))
    return copy_of(original, tmp_path_factory.mktemp("analysed") / "home")


@pytest.fixture
def analysed(analysed_once: Analysed, tmp_path: Path) -> Analysed:
    """A copy of the library with the analysed truth film, free to change."""
    return copy_of(analysed_once.library.home, tmp_path / "home")


def _analyse(home: Path, film_file: Path) -> None:
    library = Library.open(home)
    with film_file.open("rb") as file:
        film = library.add_film(file, "Truth.mp4")
    library.set_report_settings(film.id, ReportSettings(shots=SHOTS))
    with scans_in_process():
        scan_id = scans.start(library, film.id, ScanSettings(engine="torch", checkpoint="embedded"))
    assert wait_for(library, scan_id).state == "done"
