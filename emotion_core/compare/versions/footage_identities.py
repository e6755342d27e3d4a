"""Identities of a version's footage.

Every step of a version has the identity of the step of the version before that shows the same frame, else a new one. So
the same frame has one identity through all versions. Each identity belongs to a history, which is given by its number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from ..pictures import Steps
from .link import edges_of
from .version import Version


def _none() -> Steps:
    return np.empty(0, dtype=np.int64)


@dataclass(slots=True)
class FootageIdentities:
    """The identities of one version's steps."""

    rate: Fraction
    """Steps a second."""
    edges: Steps
    """First step of each scene, and one past the last."""
    ids: Steps
    """The identity of each step; -1 where it has none yet."""
    history_of: Steps = field(default_factory=_none)
    """The history that each identity belongs to."""

    @classmethod
    def of_first(cls, version: Version, rate: Fraction) -> FootageIdentities:
        """Those of the first version: none yet."""
        edges = edges_of(version, rate)
        return cls(rate, edges, np.full(int(edges[-1]), -1, dtype=np.int64))

    def followed(self, edges: Steps, source: Steps) -> FootageIdentities:
        """Those of the next version, which has these edges of scenes. `source` is, for each of its steps, the step of
        this one, -1 for none.
        """
        at = np.minimum(source, len(self.ids) - 1)
        ids = np.where(at >= 0, self.ids[np.maximum(at, 0)], -1)
        return FootageIdentities(self.rate, edges, ids, self.history_of)

    def identify(self, scene: int, history: int) -> None:
        """Give the steps of a scene, by its number, that have no identity new ones, which belong to a history."""
        own = np.arange(self.edges[scene - 1], self.edges[scene])
        without = own[self.ids[own] < 0]
        if not len(without):
            return
        self.ids[without] = len(self.history_of) + np.arange(len(without))
        self.history_of = np.append(self.history_of, np.full(len(without), history))

    def give(self, scene: int, ids: Steps) -> None:
        """Give the steps of a scene known identities, where `ids` has one."""
        own = slice(self.edges[scene - 1], self.edges[scene])
        known = fitted(ids, self.length((scene,)))
        self.ids[own] = np.where(known >= 0, known, self.ids[own])

    def of_scene(self, scene: int) -> Steps:
        """The identities of a scene's steps."""
        return self.ids[self.edges[scene - 1] : self.edges[scene]]

    def counts(self, histories: int, scene: int | None = None) -> Steps:
        """How many steps, of a scene or of the version, belong to each of so many histories."""
        ids = self.ids if scene is None else self.of_scene(scene)
        return np.bincount(self.history_of[ids[ids >= 0]], minlength=histories)

    def length(self, scenes: Sequence[int]) -> int:
        """Steps of these scenes."""
        return sum(int(self.edges[scene] - self.edges[scene - 1]) for scene in scenes)


def fitted(ids: Steps, steps: int) -> Steps:
    """Identities for so many steps: on another grid a scene may have one more or fewer."""
    return np.append(ids[:steps], np.full(max(0, steps - len(ids)), -1))
