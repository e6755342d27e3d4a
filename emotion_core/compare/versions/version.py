"""A version of a film: its scenes without its frames, so that many versions can be held at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ...analysis import Analysis, SceneEmotion
from ...media import Media


@dataclass(frozen=True, slots=True)
class Version:
    """A cut among the versions of a film."""

    film_id: str
    name: str
    labels: tuple[str, ...]
    media: Media
    scenes: tuple[SceneEmotion, ...]

    @classmethod
    def of(cls, film_id: str, name: str, analysis: Analysis) -> Version:
        """The version that an analysed film is."""
        return cls(film_id, name, analysis.labels, analysis.observations.media, analysis.scenes)


def comparable_versions(versions: Sequence[Version]) -> tuple[tuple[Version, ...], tuple[str, ...]]:
    """The versions that have the labels of most of them, of the later ones where as many have others; and a sentence
    for each that has not, which is left out.
    """
    counts = Counter(version.labels for version in versions)
    latest = {version.labels: place for place, version in enumerate(versions)}
    if not counts:
        return (), ()
    labels = max(counts, key=lambda each: (counts[each], latest[each]))
    sentences = [
        f"{version.name} is left out: it was analysed with other labels ({', '.join(version.labels)}) than the rest "
        f"({', '.join(labels)}). Analyse it again with the others' checkpoint."
        for version in versions
        if version.labels != labels
    ]
    return tuple(version for version in versions if version.labels == labels), tuple(sentences)
