"""The versions of a project compared: each with the one before, one pair at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

from ...errors import EmotionError
from ...expression.checkpoints import calibration
from . import kept_links
from .kept_alignments import aligned
from .kept_changes import listed_changes
from .kept_pairs import share_footage
from .kept_scene_changes import paired_scenes

if TYPE_CHECKING:
    from ...analysis import Analysis
    from ...compare.versions import Link, SceneHistory, Version
    from ..library import Library

Tell = Callable[[int, int, str], None]
"""Called before each step of the work: how many steps are done, of how many, and a sentence that says what is next."""


@dataclass(frozen=True, slots=True)
class ComparedVersions:
    """The versions of a project that can be compared, and the history of each scene."""

    versions: tuple[Version, ...]
    numbers: tuple[int, ...]
    """The number of each in the project, from 1: some of it may be left out here."""
    histories: tuple[SceneHistory, ...]
    links: tuple[Link, ...]
    """One fewer than there are versions."""
    left_out: tuple[str, ...]
    """A sentence for each version that is left out."""
    warnings: tuple[str, ...]
    """Sentences on what must be known of neighbours: see compatibility.check_comparable."""


def film_key(library: Library, film_id: str) -> str:
    """Text that changes with the numbers of a film; empty without an analysis. Raises LibraryError."""
    from ...analysis import AnalysisKey

    scan = library.newest_scan(film_id)
    if scan is None:
        return ""
    settings = library.report_settings(film_id).of_numbers
    temperature = calibration.resolve_temperature(settings.temperature, scan.checkpoint_hash, library.home)
    return f"{scan.id}-{AnalysisKey.of(library.store(scan.id).segment_count, settings, temperature)}"


def project_key(library: Library, films: Sequence[str]) -> str:
    """Text that changes with what `compare_versions` makes of these films."""
    parts = []
    for film_id in films:
        try:
            parts.append(f"{film_id} {library.film(film_id).name} {film_key(library, film_id)}")
        except EmotionError as error:
            parts.append(f"{film_id} {error}")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def compare_versions(library: Library, films: Sequence[str], tell: Tell = lambda *_: None) -> ComparedVersions:
    """Compare the films, which are versions in this order, each with the one before. Whatever was compared before is
    not compared again, so that a version that is added costs one comparison, and at most two films are in memory.

    Versions that cannot be compared are left out, with a sentence.
    """
    from ...compare.versions import comparable_versions, scene_histories

    read: list[Version] = []
    number_of: dict[str, int] = {}
    left_out: list[str] = []
    for number, film_id in enumerate(films, start=1):
        number_of[film_id] = number
        tell(number - 1, 2 * len(films), f"Reading version {number} of {len(films)}")
        try:
            version = _version(library, film_id)
        except EmotionError as error:
            left_out.append(f"Version {number} is left out: {error}")
            continue
        if version is None:
            name = library.film(film_id).name
            left_out.append(f"Version {number} is left out: {name} has not been analysed yet.")
        else:
            read.append(version)
    versions, others = comparable_versions(read)
    links, warnings = [], []
    for place, (before, after) in enumerate(pairwise(versions)):
        numbers = f"version {number_of[after.film_id]} with {number_of[before.film_id]}"
        tell(len(films) + place, 2 * len(films), f"Comparing {numbers}, {place + 1} of {len(versions) - 1}")
        link = _link(library, before.film_id, after.film_id)
        links.append(link)
        warnings += [f"Comparing {numbers}: {sentence}" for sentence in link.warnings]
        if not link.shares_footage:
            warnings.append(f"Comparing {numbers}: they share no footage, as far as a quick look tells.")
    tell(2 * len(films) - 1, 2 * len(films), "Following each scene through the versions")
    return ComparedVersions(
        versions,
        tuple(number_of[version.film_id] for version in versions),
        scene_histories(versions, links),
        tuple(links),
        (*left_out, *others),
        tuple(warnings),
    )


def is_compared(library: Library, films: Sequence[str]) -> bool:
    """Whether `compare_versions` has nothing left to compute of these films but the histories."""
    try:
        keys = [key for film_id in films if (key := film_key(library, film_id))]
    except EmotionError:
        return False
    home = library.home
    return all(kept_links.has(home, f"film {key}") for key in keys) and all(
        kept_links.has(home, _link_key(*both)) for both in pairwise(keys)
    )


def _version(library: Library, film_id: str) -> Version | None:
    from ...compare.versions import Version

    key = film_key(library, film_id)
    if not key:
        return None
    name = library.film(film_id).name
    return kept_links.kept(library.home, f"film {key}", lambda: Version.of(film_id, name, _analysis(library, film_id)))


def _link(library: Library, before: str, after: str) -> Link:
    """What joins two versions; each step of the comparison is taken from what is kept on disk."""
    from ...compare.versions import Comparing, link_versions

    def share(first: Analysis, second: Analysis) -> bool:
        scans = library.newest_scan(before), library.newest_scan(after)
        if scans[0] is None or scans[1] is None:  # deleted meanwhile
            return by_default.share(first, second)
        return share_footage(library, scans[0].id, scans[1].id, (first.observations, second.observations))

    by_default = Comparing()
    by = Comparing(share, partial(aligned, library), partial(paired_scenes, library), partial(listed_changes, library))
    key = _link_key(film_key(library, before), film_key(library, after))
    return kept_links.kept(
        library.home, key, lambda: link_versions(_analysis(library, before), _analysis(library, after), by)
    )


def _link_key(before: str, after: str) -> str:
    return f"link {before} {after}"


def _analysis(library: Library, film_id: str) -> Analysis:
    return library.analysis(film_id)
