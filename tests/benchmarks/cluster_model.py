"""A model of a cluster, as discrete events: workers, the owner, the database, the exchange and the links between them.

Each of these is a station that serves one request after another, or a few side by side. A film, and a worker, is a
generator: it yields a station and the seconds that it needs of it, or a gate at which it waits.
"""

from __future__ import annotations

import heapq
import random
from collections import deque
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field, replace
from itertools import count


class Station:
    """Serves in the order of arrival, `side_by_side` at once."""

    def __init__(self, name: str, side_by_side: int = 1) -> None:
        self.name, self._free = name, [0.0] * side_by_side
        self.busy = 0.0
        """Seconds of service so far, of all together."""

    def serve(self, now: float, seconds: float) -> float:
        """When a request that arrives now, for so many seconds, is done."""
        begins = max(now, heapq.heappop(self._free))
        heapq.heappush(self._free, begins + seconds)
        self.busy += seconds
        return begins + seconds

    def load(self, span: float) -> float:
        """Share of the time in which it was busy, 0 to 1."""
        return self.busy / (span * len(self._free)) if span else 0.0


class Gate:
    """Where processes wait until it is opened for one of them, or all."""

    def __init__(self) -> None:
        self.waiting: deque[Process] = deque()


Process = Generator[tuple[Station, float] | Gate | float, None, None]
"""Yields a station and seconds of its service, a gate to wait at, or seconds to wait."""


class Clock:
    """Runs processes, each event at its time."""

    def __init__(self) -> None:
        self.now = 0.0
        self._events: list[tuple[float, int, Process]] = []
        self._order = count()

    def start(self, process: Process, at: float | None = None) -> None:
        heapq.heappush(self._events, (self.now if at is None else at, next(self._order), process))

    def open(self, gate: Gate, most: int | None = None) -> None:
        """Let those go on who wait, `most` of them at most, the first first."""
        for _ in range(len(gate.waiting) if most is None else min(most, len(gate.waiting))):
            self.start(gate.waiting.popleft())

    def run(self) -> float:
        """Run until nothing happens any more; when that is."""
        while self._events:
            self.now, _, process = heapq.heappop(self._events)
            wanted = next(process, None)
            if isinstance(wanted, Gate):
                wanted.waiting.append(process)
            elif isinstance(wanted, tuple):
                self.start(process, wanted[0].serve(self.now, wanted[1]))
            elif wanted is not None:
                self.start(process, self.now + wanted)
        return self.now


@dataclass(frozen=True, slots=True)
class Costs:
    """What the parts of a scan cost, in seconds of one core unless another unit is named."""

    read_a_minute: float = 29.0
    """A minute of film, at a worker: 1080p24 at 35 Mbit/s; 11.3 at 3 Mbit/s. docs/benchmarks.md, "The pass" of both."""
    begin_film: float = 0.8
    """What a worker takes for another film beside its frames: 40 clips of ten seconds, less what a long film takes a
    second. Its process is forked, and its model waits in memory."""
    extra_frames: float = 0.009
    """Share of frames that are decoded twice: those that prove the next range, and what a decoder reads ahead."""
    beside_a_range: float = 13.7e6
    """Bytes that a range needs beside its own: what opening the film takes, and whole blocks of 4 MiB."""
    coordinate_a_film: float = 0.1
    """The owner's process of a film, which is forked, what it hears of workers, and what it takes over: 0.08 a clip of
    ten seconds."""
    plan_a_film: float = 0.9
    plan_a_gigabyte: float = 1.2
    """Its packets are read."""
    send_a_gigabyte: float = 1.5
    """Of the owner's processor: hashed and sent to the exchange."""
    fetch_a_gigabyte: float = 1.1
    """Of a worker's processor: fetched from the exchange and verified."""
    join_a_film: float = 0.8
    """The process of the join, the sound and the seal; no frame is lacking that would need the model."""
    join_a_range: float = 0.18
    lease: float = 0.0022
    """Of the database, a range: it is asked for, taken, reported and removed."""
    beat: float = 0.00018
    """Of the database, a worker's report of how far it is, once in two seconds."""
    result_a_minute: float = 0.9e6
    """Bytes of observations of a minute of film."""


@dataclass(frozen=True, slots=True)
class Place:
    """What machines and links there are."""

    workers: int
    """Cores that read, each as a worker of its own."""
    owner_cores: int = 8
    database_cores: int = 4
    owner_gigabits: float = 10.0
    exchange_gigabits: float = 20.0
    """In both directions together."""
    worker_gigabits: float = 1.0
    ahead: bool = True
    """Whether a worker fetches its next range while it reads one."""
    coordinated: int = 64
    """Films that the owner has under way at once."""
    owners: int = 1
    """Libraries, each with its machine, that share workers, database and exchange."""


@dataclass(frozen=True, slots=True)
class Season:
    """The films of a season."""

    films: int
    minutes: float = 6.0
    """Median length."""
    spread: float = 0.8
    """Standard deviation of the logarithm of the length."""
    megabits: float = 35.0
    """Bits a second, in millions."""
    range_minutes: float = 1.0
    whole_minutes: float = 2.0
    """Shorter films are read whole, by one worker."""
    read_again: float = 0.01
    """Share of ranges that the owner reads again, since a face is held over the seam. None of 38 of real films was."""
    over_seconds: float = 0.0
    """Seconds over which the films come in, evenly; 0 for all at once."""
    seed: int = 1

    def lengths(self) -> list[float]:
        """Minutes of each film."""
        chance = random.Random(self.seed)
        return [min(180.0, max(0.1, self.minutes * chance.lognormvariate(0, self.spread))) for _ in range(self.films)]


@dataclass(slots=True)
class _Film:
    minutes: float
    left: int = 0
    done: Gate = field(default_factory=Gate)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a simulation gives."""

    seconds: float
    """Until all films are done."""
    alone: float
    """Seconds of one core that reads all of them without a cluster."""
    waits: tuple[float, ...]
    """Of each film the seconds from when it came in until it was done."""
    loads: dict[str, float]
    """How busy each kind of station was, 0 to 1."""
    workers: int

    @property
    def efficiency(self) -> float:
        return self.alone / (self.seconds * self.workers)

    @property
    def busiest(self) -> str:
        """What besides the workers was busiest."""
        return max((name for name in self.loads if name != "workers"), key=self.loads.__getitem__)


class Cluster:
    """One run of the model."""

    def __init__(self, place: Place, season: Season, costs: Costs) -> None:
        self._place, self._season, self._costs = place, season, costs
        self._clock = Clock()
        self._owner = [Station("owner's cores", place.owner_cores) for _ in range(place.owners)]
        self._uplink = [Station("owner's link") for _ in range(place.owners)]
        self._slots = [Station("films under way", place.coordinated) for _ in range(place.owners)]
        self._database = Station("database", place.database_cores)
        self._exchange = Station("exchange's link")
        self._links = [Station("workers' links") for _ in range(place.workers)]
        self._cores = [Station("workers") for _ in range(place.workers)]
        self._ranges: deque[tuple[_Film, float]] = deque()
        self._waiting_workers = Gate()
        self._reading: dict[int, int] = {}
        """Of each worker, whether it reads a range."""
        self._room = [Gate() for _ in range(place.owners)]
        self._under_way = [0] * place.owners
        self._films_left = season.films
        self._waits: list[float] = []

    def run(self) -> Outcome:
        lengths = self._season.lengths()
        for number, minutes in enumerate(lengths):
            arrives = self._season.over_seconds * number / len(lengths)
            self._clock.start(self._film(minutes, number % self._place.owners, arrives), arrives)
        for number in range(self._place.workers):
            for part in self._worker(number):
                self._clock.start(part)
        seconds = self._clock.run()
        # Beats are sent all the time, whatever a worker does.
        self._database.busy += seconds * self._place.workers * self._costs.beat / 2
        costs = self._costs
        alone = sum(minutes * costs.read_a_minute + costs.begin_film for minutes in lengths)
        return Outcome(seconds, alone, tuple(self._waits), dict(self._loads(seconds)), self._place.workers)

    def _loads(self, seconds: float) -> Iterator[tuple[str, float]]:
        kinds = (self._owner, self._uplink, [self._database], [self._exchange], self._links, self._cores)
        for stations in kinds:
            yield stations[0].name, sum(station.load(seconds) for station in stations) / len(stations)

    def _bytes(self, minutes: float) -> float:
        return minutes * 60 * self._season.megabits * 1e6 / 8

    def _film(self, minutes: float, owner: int, arrived: float) -> Process:
        costs, season, clock = self._costs, self._season, self._clock
        while self._under_way[owner] >= self._place.coordinated:
            yield self._room[owner]
        self._under_way[owner] += 1
        film, size = _Film(minutes), self._bytes(minutes)
        whole = minutes <= season.whole_minutes
        parts = 1 if whole else max(1, round(minutes / season.range_minutes))
        cpu = costs.coordinate_a_film + size / 1e9 * costs.send_a_gigabyte + (0.0 if whole else costs.plan_a_film)
        yield self._owner[owner], cpu + (0.0 if whole else size / 1e9 * costs.plan_a_gigabyte)
        film.left = parts
        for _ in range(parts):
            part = size / parts
            yield self._uplink[owner], part * 8 / (self._place.owner_gigabits * 1e9)
            yield self._exchange, part * 8 / (self._place.exchange_gigabits * 1e9)
            yield self._database, costs.lease / 2
            self._ranges.append((film, minutes / parts))
            clock.open(self._waiting_workers, 1)
        while film.left:
            yield film.done
        if not whole:
            again = season.read_again * parts * season.range_minutes * costs.read_a_minute
            yield self._owner[owner], costs.join_a_film + parts * costs.join_a_range + again
        self._waits.append(clock.now - arrived)
        self._under_way[owner] -= 1
        clock.open(self._room[owner], 1)
        self._films_left -= 1
        if not self._films_left:
            clock.open(self._waiting_workers)

    def _worker(self, number: int) -> Iterator[Process]:
        """What a worker does: it fetches ranges, and reads them; one at a time, or one ahead."""
        here: deque[tuple[_Film, float]] = deque()
        fetched, taken = Gate(), Gate()
        room = 1 if self._place.ahead else 0
        self._reading[number] = 0
        yield self._fetching(number, here, fetched, taken, room)
        yield self._read(number, here, fetched, taken)

    def _fetching(
        self, number: int, here: deque[tuple[_Film, float]], fetched: Gate, taken: Gate, room: int
    ) -> Process:
        costs, place, link = self._costs, self._place, self._links[number]
        while self._films_left:
            if len(here) + self._reading[number] > room:
                yield taken
                continue
            if not self._ranges:
                yield self._waiting_workers
                continue
            film, minutes = self._ranges.popleft()
            yield self._database, costs.lease / 4
            size = self._bytes(minutes) * (1 + costs.extra_frames) + costs.beside_a_range
            yield self._exchange, size * 8 / (place.exchange_gigabits * 1e9)
            yield link, size * 8 / (place.worker_gigabits * 1e9)
            here.append((film, minutes))
            self._clock.open(fetched)

    def _read(self, number: int, here: deque[tuple[_Film, float]], fetched: Gate, taken: Gate) -> Process:
        costs, core, link = self._costs, self._cores[number], self._links[number]
        before: _Film | None = None
        while self._films_left:
            if not here:
                yield fetched
                continue
            film, minutes = here.popleft()
            self._reading[number] = 1
            self._clock.open(taken)
            begins = 0.0 if film is before else costs.begin_film
            fetched_bytes = self._bytes(minutes) * (1 + costs.extra_frames)
            begins += fetched_bytes / 1e9 * costs.fetch_a_gigabyte
            yield core, begins + minutes * costs.read_a_minute * (1 + costs.extra_frames)
            before = film
            yield link, minutes * costs.result_a_minute * 8 / (self._place.worker_gigabits * 1e9)
            yield self._database, costs.lease / 4
            self._reading[number] = 0
            self._clock.open(taken)
            film.left -= 1
            if not film.left:
                self._clock.open(film.done)


def outcome(place: Place, season: Season, costs: Costs | None = None) -> Outcome:
    """Simulate a season in a place."""
    return Cluster(place, season, costs or Costs()).run()


def with_workers(place: Place, workers: int) -> Place:
    return replace(place, workers=workers)
