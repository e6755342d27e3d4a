"""What a cluster of up to 100 workers and more would do with 1,000 films:
`python -m tests.benchmarks.cluster_simulation [--films 1000] [--day 10000]`.

Simulates it by tests.benchmarks.cluster_model: the time of reading is that of docs/benchmarks.md, the other costs are
those that tests.benchmarks.cluster_costs measures. Prints what it assumes, how
the time falls with workers, where it stops falling and what is busy then, and what so many films a day would need.
docs/scale.md has its figures.
"""

from __future__ import annotations

import argparse
import statistics
from dataclasses import fields, replace

from tests.benchmarks.cluster_model import Costs, Outcome, Place, Season, outcome

WORKERS = (1, 2, 5, 10, 20, 50, 100, 200, 500)
GOOD = 0.85
"""Efficiency that is asked for."""
CASES = {
    "proxies of 3 Mbit/s": (Season(0, megabits=3.0), Costs(read_a_minute=11.3)),
    "dailies of 35 Mbit/s": (Season(0), Costs()),
}
DAY = 86_400.0
PEAK = 10 * 3600.0
"""Seconds within which a day's films come in."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition(":")[0])
    parser.add_argument("--films", type=int, default=1000)
    parser.add_argument("--day", type=int, default=10_000, help="films that come in on a day")
    asked = parser.parse_args()
    print_assumptions()
    for name, (season, costs) in CASES.items():
        print(f"\n## {asked.films:,} {name}, all at once\n")
        print_growth(replace(season, films=asked.films), costs)
        print(f"\n## {asked.day:,} {name} a day\n")
        print_day(replace(season, films=asked.day), costs)


def print_assumptions() -> None:
    """Every number of the model."""
    parts: tuple[tuple[str, tuple[Costs | Place | Season, ...]], ...] = (
        ("Measured on one machine, in seconds of one core where no other unit is named", (Costs(),)),
        ("Assumed: machines, links and films", (Place(1), Season(1000))),
    )
    for title, records in parts:
        print(f"{title}:\n")
        for record in records:
            for one in fields(record):
                if one.name not in ("workers", "films"):
                    print(f"- {one.name.replace('_', ' ')}: {getattr(record, one.name):.10g}")
        print()
    print("Assumed too: no machine fails, and all cores are equally fast.")


def print_growth(season: Season, costs: Costs) -> None:
    """A table of workers, and where it stops growing."""
    print(
        "| workers | hours | efficiency | without fetching ahead | busiest beside the workers |\n" + "| --- " * 5 + "|"
    )
    stops: tuple[int, Outcome] | None = None
    for workers in WORKERS:
        with_fetching = outcome(Place(workers), season, costs)
        without = outcome(replace(Place(workers), ahead=False), season, costs)
        print(
            f"| {workers} | {with_fetching.seconds / 3600:.2f} | {with_fetching.efficiency:.2f} | "
            f"{without.efficiency:.2f} | {with_fetching.busiest} {with_fetching.loads[with_fetching.busiest]:.0%} |"
        )
        if with_fetching.efficiency < GOOD and stops is None:
            stops = workers, with_fetching
    if stops is None:
        print(f"\nIt still grows at {WORKERS[-1]} workers.")
        return
    workers, result = stops
    rest = ", ".join(f"{name} {load:.0%}" for name, load in sorted(result.loads.items(), key=lambda item: -item[1]))
    print(f"\nAt {workers} workers the efficiency falls below {GOOD}: {rest}.")


def print_day(season: Season, costs: Costs) -> None:
    """What keeps up with a day's films: where they come in within ten hours, and where all come at once."""
    work = sum(minutes * costs.read_a_minute for minutes in season.lengths())
    print(f"{work / 3600:,.0f} hours of one core.\n")
    print("| come in | owners | exchange, Gbit/s | workers | done after, h | median wait, min | busiest |")
    print("| --- " * 7 + "|")
    evenly, hour = round(work / PEAK * 1.1), round(work / 3600 * 1.15)
    for come, owners, gigabits, workers in (
        ("within ten hours", 1, 20.0, evenly),
        ("at once", 1, 20.0, evenly),
        ("at once", 1, 20.0, hour),
        ("at once", 1, 100.0, hour),
        ("at once", 4, 100.0, hour),
        ("at once", 8, 200.0, hour),
    ):
        over = PEAK if come != "at once" else 0.0
        place = Place(workers, owners=owners, exchange_gigabits=gigabits, database_cores=8)
        result = outcome(place, replace(season, over_seconds=over), costs)
        print(
            f"| {come} | {owners} | {gigabits:g} | {workers} | {result.seconds / 3600:.1f} | "
            f"{statistics.median(result.waits) / 60:.0f} | {result.busiest} {result.loads[result.busiest]:.0%} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
