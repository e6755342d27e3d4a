"""Search for altered footage, in the stretches of the second cut for which the first has no picture as it is."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from ...observations import Layouts
from ..pictures import Steps, find_runs
from .fitting import MIN_SECONDS, MIN_STEPS, Fitting, Stretch
from .gaps import find_in_gaps
from .lines import MIN_DRIFT, MIN_POINTS, MIN_SLOPE, Line, sloping_line, straight_line
from .match import Match, Matches
from .overlay import ALL_CLEAR, Clear
from .places import Places, find_places
from .shots import retime_shots, see_shots
from .views import MIRRORED, PLAIN, REFRAMED

SPACING, EVERY = 0.3, 0.5
"""Seconds between the anchors of an open stretch, and between the pictures of the first cut that are looked at."""
MOVING = 2.5
"""Mean square change about the mean, levels squared, from which a stretch has motion."""
MAX_ANCHORS, MAX_PICTURES = 400, 7200
"""Anchors in all, four a stretch aside, and pictures of the first cut: in more footage they lie further apart."""
MAX_FAILURES = 24
"""Lines in a row that are fitted and do not hold, until the search ends: a fit costs more than all that leads to it.
Where some hold, more are looked for."""
SHORT_RUN = 2.5
"""Seconds of a run of the alignment up to which it may be a fragment of retimed or mirrored footage."""
WINDOW = 16
"""Anchors among which lines are sought."""
TRIES, FOUND = 8, 3
"""Lines that are tried in a window for each stretch found there, and stretches found."""
FRAGMENT = 6
"""Steps by which a fragment of the alignment may lie beside the line that replaces it."""

VIEWS = ((PLAIN, 3), (MIRRORED, 2), *((view, 1) for view in REFRAMED))
"""The views of the search, each with the places that are kept of an anchor."""


def find_altered(
    before: Layouts, after: Layouts, source: Steps, rate: float, splices: tuple[Steps, Steps], clear: Clear = ALL_CLEAR
) -> Matches:
    """How each step is matched. What is found altered is written into `source`, AlignmentMap.source of both cuts.

    `splices` are the steps at which shots of both cuts likely begin, and `clear` the fields on which nothing like
    timecode lies in either cut, see overlay.clear_fields.
    """
    how: Matches = np.where(source >= 0, np.uint8(Match.PICTURE), np.uint8(Match.NONE))
    for first, last in find_runs(source):
        drift = int(source[last - 1] - source[first]) - (last - 1 - first)
        if abs(drift) >= max(MIN_DRIFT, MIN_SLOPE * (last - first)) and _is_even(source[first:last]):
            how[first:last] = Match.RETIMED
    fitting = Fitting(before, after, rate, clear)
    retime_shots(fitting, source, how, splices, _open_stretches(source, how, rate))
    stretches = _open_stretches(source, how, rate)
    see_shots(fitting, source, how, splices[1])
    find_in_gaps(fitting, source, how, stretches)
    stretches = _open_stretches(source, how, rate)
    if not stretches:
        return how
    spacing = max(SPACING * rate, sum(last - first for first, last in stretches) / MAX_ANCHORS)
    anchors = [
        np.unique(np.linspace(first + 2, last - 3, max(4, round((last - first) / spacing))).astype(np.int64))
        for first, last in stretches
    ]
    every = max(1, round(EVERY * rate), len(before) // MAX_PICTURES)
    places = find_places(before, after, np.concatenate(anchors), every, VIEWS, clear)
    search = _Search(fitting, source, how, every)
    windows = [
        (stretch, [part for each in places if len((part := _of(each, window)).anchors) >= MIN_POINTS])
        for stretch, some in zip(stretches, anchors, strict=True)
        for window in _windows(some)
    ]
    search.all(windows)
    return how


def _is_even(source: Steps) -> bool:
    """Whether a run drifts evenly: in each third of it alike, not where another take begins or a frame is missing."""
    if len(source) < 9:  # too short for thirds of thirds
        return False
    thirds = np.array_split(source - np.arange(len(source)), 3)
    drifts = np.array([float(part[-len(part) // 3 :].mean() - part[: len(part) // 3].mean()) for part in thirds])
    return bool((drifts * np.sign(drifts.sum()) >= 0.15 * np.abs(drifts.sum())).all())


def _open_stretches(source: Steps, how: Matches, rate: float) -> list[tuple[int, int]]:
    """The stretches of the second cut, first step and one past the last, that may show altered footage."""
    is_open = source < 0
    runs = find_runs(source)
    bounds = [(0, 0), *runs, (len(source), len(source))]
    for (_, end), (first, last), (start, _) in zip(bounds, bounds[1:], bounds[2:], strict=False):
        beside = [(end, first), (last, start)]
        is_torn = any(b > a for a, b in beside) or any(
            0 < at < len(source) and abs(int(source[at]) - int(source[at - 1])) <= rate for at in (first, last)
        )
        if last - first < SHORT_RUN * rate and is_torn and how[first] == Match.PICTURE:
            is_open[first:last] = True
    edges = np.flatnonzero(np.diff(np.concatenate([[0], is_open.astype(np.int8), [0]]))).reshape(-1, 2)
    least = max(MIN_SECONDS * rate, MIN_STEPS)
    return [(a, b) for a, b in edges.tolist() if b - a >= least and (source[a:b] < 0).any()]


def _windows(anchors: Steps) -> Iterator[tuple[int, int]]:
    """First and last anchor of the windows of a stretch, which overlap by half."""
    for start in range(0, max(1, len(anchors) - WINDOW // 2), WINDOW // 2):
        some = anchors[start : start + WINDOW]
        yield int(some[0]), int(some[-1])


def _of(places: Places, window: tuple[int, int]) -> Places:
    """The places of the anchors of a window."""
    low, high = np.searchsorted(places.anchors, (window[0], window[1] + 1))
    part = slice(int(low), int(high))
    return Places(places.view, places.anchors[part], places.steps[part], places.similarity[part])


def _free(places: Places, how: Matches) -> Places:
    """The places of anchors that are not found altered yet."""
    free = how[places.anchors] <= Match.PICTURE
    return Places(places.view, places.anchors[free], places.steps[free], places.similarity[free])


class _Search:
    """Proves lines window by window, and writes down what holds."""

    def __init__(self, fitting: Fitting, source: Steps, how: Matches, every: int) -> None:
        self._fitting, self._source, self._how, self._every = fitting, source, how, every
        self._plain: list[Stretch] = []
        """Stretches that turned out to show their footage as it is: no other line is tried there."""

    def all(self, windows: Sequence[tuple[tuple[int, int], Sequence[Places]]]) -> None:
        """Find altered footage among the places of windows, each with its stretch, and write it down.

        The likeliest line first, in whichever window it is: so many failures in a row end the search.
        """
        queue: list[tuple[float, int, int, list[tuple[Match, Line]]]] = []
        """Score of the next line, its window, how often footage was found there, and the window's lines left."""

        def put(window: int, found: int, lines: list[tuple[Match, Line]]) -> None:
            if lines:
                heapq.heappush(queue, (-lines[0][1].score, window, found, lines))

        for window, (_, places) in enumerate(windows):
            put(window, 0, self._lines(places)[:TRIES])
        failures = 0
        while queue and failures < MAX_FAILURES:
            _, window, found, ((kind, line), *rest) = heapq.heappop(queue)
            stretch, places = windows[window]
            middle = (line.first + line.last) // 2
            if self._how[middle] > Match.PICTURE or any(part.first <= middle < part.last for part in self._plain):
                put(window, found, rest)
                continue
            part = self._tried(kind, line, stretch)
            if part is None:
                failures += 1
                put(window, found, rest)
                continue
            failures = 0
            self._write(kind, part)
            if found + 1 < FOUND:
                put(window, found + 1, self._lines([_free(each, self._how) for each in places])[:TRIES])

    def _write(self, kind: Match, part: Stretch) -> None:
        source, how = self._source, self._how
        steps, sources = part.sources()
        # Fragments that the alignment found as they are, of footage in which that is hardly so, are overwritten.
        beside = FRAGMENT if kind != Match.REFRAMED else 0
        fits = (source[steps] < 0) | (np.abs(source[steps] - sources) <= beside)
        source[steps[fits]] = sources[fits]
        how[steps[fits]] = kind

    def _lines(self, places: Sequence[Places]) -> list[tuple[Match, Line]]:
        """The line of each view on which the most of these places lie, the best first."""
        lines: list[tuple[Match, Line]] = []
        for each in places:
            if len(each.anchors) < MIN_POINTS:
                continue
            kind, every = _kind(each), self._every
            line = sloping_line(each, every * 0.8) if kind == Match.RETIMED else straight_line(each, every * 1.05)
            if line is not None:
                lines.append((kind, line))
        lines.sort(key=lambda one: -one[1].score)
        return lines

    def _tried(self, kind: Match, line: Line, stretch: tuple[int, int]) -> Stretch | None:
        """The stretch along a line, if it holds."""
        fitting = self._fitting
        fitted = fitting.fitted(line, slopes=kind == Match.RETIMED)
        if fitted is None or (kind == Match.RETIMED and not _drifts(fitted)):
            return None
        low, high = _room(self._how, stretch, (line.first + line.last) // 2)
        part = fitting.proved(fitted, low, high)
        if part is not None and kind == Match.RETIMED:  # now that its ends are known
            part = fitting.proved(fitting.refined(part), low, high)
        if part is None or not _holds(kind, part, fitting.rate):
            return None
        if kind == Match.RETIMED and not (_drifts(part.line) and fitting.is_better(part, self._source)):
            return None
        if kind == Match.REFRAMED and not fitting.is_altered(part):
            self._plain.append(part)
            return None
        return part


def _drifts(line: Line) -> bool:
    """Whether a line tells another speed, by a slope and a drift that count."""
    off = abs(line.slope - 1)
    return off >= MIN_SLOPE and off * (line.last - line.first) >= MIN_DRIFT - 0.5


def _kind(places: Places) -> Match:
    if places.view.is_mirrored:
        return Match.MIRRORED
    return Match.RETIMED if places.view == PLAIN else Match.REFRAMED


def _room(how: Matches, stretch: tuple[int, int], about: int) -> tuple[int, int]:
    """The part of a stretch about a step in which nothing is found altered yet."""
    taken = np.flatnonzero(how[stretch[0] : stretch[1]] > Match.PICTURE) + stretch[0]
    bounds = [stretch[0] - 1, *taken.tolist(), stretch[1]]
    return next(((a + 1, b) for a, b in pairwise(bounds) if a < about < b), (about, about))


def _holds(kind: Match, part: Stretch, rate: float) -> bool:
    """Whether a stretch shows the same footage beyond doubt."""
    moves = part.amount >= MOVING
    if kind == Match.MIRRORED:
        return part.similarity >= (0.98 if moves else 0.997) and (part.motion >= 0.8 or not moves)
    if kind == Match.REFRAMED:
        is_long = part.last - part.first >= 2 * rate
        return moves and part.similarity >= 0.96 and part.motion >= (0.85 if is_long else 0.9)
    unexplained = (1 - part.motion) * part.amount
    return moves and part.similarity >= 0.985 and part.motion >= 0.9 and unexplained <= 1.5 + 0.005 * part.amount
