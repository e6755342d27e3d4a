"""The history of each scene over the versions of a film.

A history is the footage of a scene when it first came, by the identities of its steps (footage_identities.py). So a
scene keeps its history when it is split, merged, and split again. What each version did to it is told by the list of
changes against the version before. Scenes that were left out are looked for among the new scenes of later versions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from ...formatting import hms
from ...observations import Layouts
from ..alignment import MAX_RATE
from ..change_list import FootageChange, size_text
from ..pictures import Steps
from ..shared_segments import SLACK
from .changes_by_scene import ChangesByScene, number_of
from .footage_identities import FootageIdentities, fitted
from .link import Link, edges_of, on_grid
from .reinstated import find_reinstated
from .scene_history import Cell, SceneHistory
from .version import Version

MOST = 0.5
"""Share of its footage in the version before that must be within another scene for a scene to count as shown there."""
COMPOSED = 0.9
"""Share of a scene that must be known footage for it not to be new, where no scene is its counterpart."""
_LOST = ("left out", "replaced")


def scene_histories(versions: Sequence[Version], links: Sequence[Link]) -> tuple[SceneHistory, ...]:
    """The histories of all scenes, in the order of the latest version; what it lacks stands where it was last.

    `links` join each version to the next, one fewer than there are versions.
    """
    if not versions:
        return ()
    rate = min(version.media.rate for version in versions)
    while rate > MAX_RATE:
        rate /= 2
    tracker = _Tracker(versions, rate)
    tracker.begin()
    for place, link in enumerate(links, start=1):
        tracker.follow(place, link)
    return tuple(SceneHistory(tuple(tracker.threads[number].cells)) for number in tracker.order())


@dataclass(slots=True)
class _Thread:
    """A history that grows."""

    cells: list[Cell] = field(default_factory=list)
    lost: Layouts | None = None
    """Layouts of its last scenes, while it is left out."""
    lost_ids: Steps = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    """Identities of their steps."""


class _Tracker:
    """The footage of the version at hand, and the histories so far."""

    def __init__(self, versions: Sequence[Version], rate: Fraction) -> None:
        self._versions, self._rate = versions, rate
        self.threads: list[_Thread] = []
        self._footage = FootageIdentities.of_first(versions[0], rate)
        self._shown: list[dict[int, list[int]]] = []
        """Of each version, the histories that each scene, by number, shows: the main one first."""

    def begin(self) -> None:
        """Every scene of the first version begins a history."""
        shown = {}
        for row in self._versions[0].scenes:
            shown[row.scene.number] = [self._new_thread(0)]
            self._footage.identify(row.scene.number, shown[row.scene.number][0])
            self.threads[-1].cells.append(Cell(("first",), (row,)))
        self._shown.append(shown)

    def follow(self, place: int, link: Link) -> None:
        """Go on to the version at `place`, from 1."""
        before, version = self._footage, self._versions[place]
        counts_before = before.counts(len(self.threads))
        edges = edges_of(version, self._rate)
        self._footage = before.followed(edges, on_grid(link, self._rate, int(edges[-1])))
        rows = ChangesByScene(link.changes.changes)
        back = self._find_back(link)
        shown: dict[int, list[int]] = {}
        for row in version.scenes:
            number = row.scene.number
            if number in back:
                main, ids = back[number]
                self._footage.give(number, ids)
            else:
                main = self._main(number, rows.joined_to(number), place)
            shown[number] = [main]
            self._footage.identify(number, main)
        self._add_merged(shown, counts_before, rows.joined)
        self._shown.append(shown)
        scenes_of: dict[int, list[int]] = {}
        for number, histories in shown.items():
            for each in histories:
                scenes_of.setdefault(each, []).append(number)
        counts = self._footage.counts(len(self.threads))
        for number, thread in enumerate(self.threads):
            if len(thread.cells) > place:
                continue  # new: it has its cell
            there = sorted(scenes_of.get(number, ()), key=lambda scene: (shown[scene][0] != number, scene))
            is_spread = bool(0 < MOST * counts_before[number] <= counts[number])
            cell = self._cell(place, number, there, (link, rows), is_spread=is_spread)
            if cell.kind in _LOST:
                self._lose(thread, place, link, before)
            elif cell.is_shown:
                thread.lost = None
            thread.cells.append(cell)

    def order(self) -> list[int]:
        """The histories in the order of the latest version, each other one after its neighbour in its latest."""
        following: dict[int, int] = {}
        end = -1  # stands for what is before the first one, and for what is behind the last
        following[end] = end
        for shown in reversed(self._shown):
            last = end
            for number in sorted(shown):
                for thread in shown[number]:
                    if thread not in following:
                        following[thread], following[last] = following[last], thread
                    last = thread
        order = []
        while (end := following[end]) >= 0:
            order.append(end)
        return order

    # One version

    def _cell(
        self, place: int, number: int, there: Sequence[int], of: tuple[Link, ChangesByScene], *, is_spread: bool
    ) -> Cell:
        """What the version at `place` did to a history that it shows in the scenes `there`."""
        version, thread = self._versions[place], self.threads[number]
        scenes = tuple(version.scenes[scene - 1] for scene in there)
        was = thread.cells[-1]
        if not was.is_shown:
            if not scenes:
                return Cell(("out" if was.kind in _LOST or was.kind == "out" else "not yet",))
            change = 0 if thread.lost is None else self._footage.length(there) - len(thread.lost)
            return Cell(("reinstated",), scenes, _difference(change, self._rate))
        link, rows = of
        own = [change for row in was.scenes for change in rows.of(row.scene.number)]
        if not scenes:
            if is_spread or any(row.kind == "split" for row in own):
                return Cell(("split",))
            return Cell(("replaced" if any(row.kind == "replaced" for row in own) else "left out",))
        here = [row for row in own if number_of(row.after) in there and row.kind != "replaced"]
        if not here:
            return Cell(("recut",), scenes)
        main = max(here, key=lambda row: (number_of(row.after) == there[0], row.kind != "repeated"))
        kinds = dict.fromkeys(main.kinds)
        for row in here:
            kinds |= dict.fromkeys(row.kinds) if row.kind in ("repeated", "split", "merged") else {}
        if len(kinds) > 1:
            kinds.pop("unchanged", None)
        size = size_text(link.changes, main) if main.kind in ("trimmed", "extended", "slipped") else ""
        return Cell(tuple(kinds), scenes, size)

    def _main(self, number: int, rows: Sequence[FootageChange], place: int) -> int:
        """The history that a scene shows most of, among those of its counterparts; a new one without a counterpart."""
        scene = self._versions[place].scenes[number - 1]
        earlier = self._shown[-1]
        known = {t for row in rows if row.before is not None for t in earlier[row.before.scene.number]}
        counts = self._footage.counts(len(self.threads), number)
        if not known:
            # Nearly all of a scene may be footage of several ones, without a counterpart among them.
            is_composed = 0 < COMPOSED * self._footage.length((number,)) <= counts.sum()
            known = {int(counts.argmax())} if is_composed else set()
        if not known:
            thread = self._new_thread(place)
            self.threads[thread].cells.append(Cell(("new",), (scene,)))
            return thread
        return max(sorted(known), key=lambda thread: int(counts[thread]))

    def _add_merged(self, shown: dict[int, list[int]], counts_before: Steps, rows: Sequence[FootageChange]) -> None:
        """Let scenes show also the histories of which they hold most footage and that no scene shows mainly."""
        mains = {threads[0] for threads in shown.values()}
        merged = {
            (thread, row.after.scene.number)
            for row in rows
            if row.before is not None and row.after is not None
            for thread in self._shown[-1][row.before.scene.number]
            if thread not in mains
        }
        for thread, number in sorted(merged):
            inside = int(self._footage.counts(len(self.threads), number)[thread])
            if inside and inside >= MOST * counts_before[thread]:
                shown[number].append(thread)

    # Scenes that come back

    def _find_back(self, link: Link) -> dict[int, tuple[int, Steps]]:
        """Of the new scenes, those that were left out: their history, and the identity of each step (-1: none)."""
        lost = {number: thread.lost for number, thread in enumerate(self.threads) if thread.lost is not None}
        come = {number: self._regridded(layouts, link.rate) for number, layouts in link.come.items()}
        back = {}
        for scene, (number, steps) in find_reinstated(lost, come, self._rate).items():
            ids = np.where(steps >= 0, self.threads[number].lost_ids[np.maximum(steps, 0)], -1)
            back[scene] = number, ids
        return back

    def _lose(self, thread: _Thread, place: int, link: Link, before: FootageIdentities) -> None:
        """Keep what a history showed last, to find it again."""
        scenes = [row.scene.number for row in thread.cells[place - 1].scenes if row.scene.number in link.lost]
        layouts = [self._regridded(link.lost[scene], link.rate) for scene in scenes]
        if layouts:
            own = [fitted(before.of_scene(scene), len(part)) for scene, part in zip(scenes, layouts, strict=True)]
            thread.lost, thread.lost_ids = np.concatenate(layouts), np.concatenate(own)

    def _regridded(self, layouts: Layouts, rate: Fraction) -> Layouts:
        if rate == self._rate or not len(layouts):
            return layouts
        steps = max(1, round(len(layouts) * float(self._rate / rate)))
        at = ((np.arange(steps) + 0.5) * float(rate / self._rate)).astype(np.int64)
        return layouts[np.minimum(at, len(layouts) - 1)]

    def _new_thread(self, place: int) -> int:
        self.threads.append(_Thread([Cell(("not yet",))] * place))
        return len(self.threads) - 1


def _difference(steps: int, rate: Fraction) -> str:
    """“1.2 s shorter”: a scene that is back, against what was left out."""
    if abs(steps) <= SLACK:
        return ""
    return f"{hms(abs(steps) / rate)} {'longer' if steps > 0 else 'shorter'}"
