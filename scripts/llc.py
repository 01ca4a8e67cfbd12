#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Reports the measurements of scripts/llc, and fails if a result is outside its limits.

llc.py LOGS RESULT: reads the logs in the folder LOGS, prints tables, and writes RESULT.json, and
RESULT.dat for the plot.

LOGS/place is the console of "rust_ring_llc place". LOGS/lines-1 and LOGS/lines-2 are the consoles of
two runs of "rust_ring_llc lines", and LOGS/moves-1 and LOGS/moves-2 the output of the plugin
tools/testing/rust/lines in these runs. If a log is missing, the report omits its part.
"""

import json
import os
import statistics
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from math import inf

# Names in the logs: the layout of linux/rust_ring.h, and the two placements.
HEADER = "header"
APART, TOGETHER = "apart", "one cache"

# The bytes of a cache line.
LINE = 64


@dataclass
class Run:
    """A run of a workload in which both sides of a ring may move to any cache."""

    workload: str
    balancing: str
    # The percentage of samples with both sides on one cache.
    share: float
    # The time in ms until the first of these samples, or None.
    met: int | None
    migrations: int
    requests: int


@dataclass
class Moves:
    """The cache lines that a request moves and invalidates by its accesses to one word."""

    sides: str
    batch: int
    size: int
    layout: str
    word: str
    moved: float
    invalidated: float


def rows(path: str, name: str) -> list[list[str]]:
    """Returns the fields of the results with this name on a console."""
    start = f"# {name}: "
    with open(path, encoding="utf-8", errors="replace") as console:
        found = [line.strip()[len(start):].split(": ") for line in console if line.strip().startswith(start)]
    if not found:
        sys.exit(f"zerocopy: found no result in {path}: look for the cause in this log")
    return found


def read_runs(path: str) -> list[Run]:
    """Reads the runs of all workloads."""
    return [Run(workload, balancing, 100 * int(together) / int(samples), int(met) if int(met) >= 0 else None,
                int(migrations), int(requests))
            for workload, balancing, together, samples, met, migrations, requests in rows(path, "place")]


def read_moves(console: str, plugin: str) -> list[Moves]:
    """Divides the counts of the plugin by the requests that caused them."""
    sent = rows(console, "lines")
    with open(plugin, encoding="utf-8") as handle:
        counts = [line.rstrip("\n").split("\t") for line in handle]
    if {int(count[0]) for count in counts} != set(range(1, len(sent) + 1)):
        sys.exit(f"zerocopy: expected {len(sent)} counts in {plugin}, as in {console}: look for the cause there")
    moves = []
    for number, layout, word, moved, invalidated in counts:
        sides, batch, size, requests = sent[int(number) - 1]
        moves.append(Moves(sides, int(batch), int(size), layout, word, int(moved) / int(requests),
                           int(invalidated) / int(requests)))
    return moves


def sums(moves: list[Moves], value: str) -> dict[tuple[str, int, int, str], float]:
    """Adds up a value of all words, for each combination of sides, size, batch and layout."""
    result: dict[tuple[str, int, int, str], float] = defaultdict(float)
    for count in moves:
        result[count.sides, count.size, count.batch, count.layout] += getattr(count, value)
    return result


def by_workload(runs: list[Run]) -> dict[tuple[str, str], list[Run]]:
    """Groups the runs by workload and balancing."""
    result: dict[tuple[str, str], list[Run]] = defaultdict(list)
    for run in runs:
        result[run.workload, run.balancing].append(run)
    return result


def median_share(runs: list[Run]) -> float:
    """Returns the median of the shares."""
    return statistics.median_low(run.share for run in runs)


def spread(values: list[float]) -> tuple[str, str]:
    """Formats the median, and the least and the greatest value."""
    low, high, median = (f"{value:.0f}" if value < inf else "never"
                         for value in (min(values), max(values), statistics.median_low(values)))
    return median, low if low == high else f"{low}-{high}"


def print_runs(runs: list[Run]) -> None:
    """Prints the medians and ranges of each workload."""
    print(f"{'workload':<24}{'balancing':>10}{'one cache, %':>14}{'range':>10}{'met, ms':>10}{'range':>12}"
          f"{'migrations':>12}")
    for (workload, balancing), group in by_workload(runs).items():
        share, shares = spread([run.share for run in group])
        met, times = spread([inf if run.met is None else run.met for run in group])
        migrations, _ = spread([run.migrations for run in group])
        print(f"{workload:<24}{balancing:>10}{share:>14}{shares:>10}{met:>10}{times:>12}{migrations:>12}")


def print_moves(moves: list[Moves]) -> None:
    """Prints the lines that move, in total for each layout, and for each word of the header."""
    moved, invalidated = sums(moves, "moved"), sums(moves, "invalidated")
    layouts = list(dict.fromkeys(count.layout for count in moves))
    cases = list(dict.fromkeys((count.sides, count.size, count.batch) for count in moves))
    print("cache lines that a request moves, for each layout of the counters, and lines that it invalidates in the first layout")
    print(f"{'sides':<12}{'bytes':>6}{'batch':>6}" + "".join(f"{layout:>15}" for layout in layouts) + f"{'invalidated':>15}")
    for case in cases:
        sides, size, batch = case
        print(f"{sides:<12}{size:>6}{batch:>6}" + "".join(f"{moved[(*case, layout)]:>15.2f}" for layout in layouts)
              + f"{invalidated[(*case, layouts[0])]:>15.2f}")
    apart = [count for count in moves if count.sides == APART and count.layout == HEADER]
    print("\ncache lines that a request moves, by the word that it accesses, with the sides apart")
    print(f"{'bytes':>20}" + "".join(f"{size:>9}" for sides, size, _ in cases if sides == APART))
    print(f"{'batch':>20}" + "".join(f"{batch:>9}" for sides, _, batch in cases if sides == APART))
    for word in dict.fromkeys(count.word for count in apart):
        print(f"{word:<20}" + "".join(f"{count.moved:>9.2f}" for count in apart if count.word == word))


def data(runs: list[Run], moves: list[Moves]) -> Iterator[str]:
    """Returns the lines of the two data sets of the plot."""
    shares = {key: median_share(group) for key, group in by_workload(runs).items()}
    for workload in dict.fromkeys(run.workload for run in runs):
        yield f'"{workload}" {shares[workload, "off"]:.1f} {shares[workload, "on"]:.1f}'
    yield from ("", "")
    moved = sums(moves, "moved")
    sizes = list(dict.fromkeys(count.size for count in moves))
    for batch in dict.fromkeys(count.batch for count in moves):
        yield f"{batch} " + " ".join(f"{moved[APART, size, batch, HEADER]:.3f}" for size in sizes)


def limits(workload: str, balancing: str) -> tuple[int, int]:
    """Returns the least and the greatest share in percent that a workload may have."""
    if workload == "two processes, placed":
        return 80, 100
    if workload == "two processes":
        return 0, 10
    return (80, 100) if balancing == "on" else (0, 30)


def judge_runs(runs: list[Run]) -> Iterator[str]:
    """Returns an error for each workload whose median is outside its limits."""
    for (workload, balancing), group in by_workload(runs).items():
        least, most = limits(workload, balancing)
        share = median_share(group)
        if not least <= share <= most:
            yield (f"'{workload}' on one cache in {least} to {most} % of the samples with balancing {balancing}, "
                   f"found {share:.0f} %: repeat this on an idle host")


def judge_moves(first: list[Moves], second: list[Moves]) -> Iterator[str]:
    """Returns an error for each count that is too high, or differs in a second run."""
    moved, again = sums(first, "moved"), sums(second, "moved")
    for (sides, size, batch, layout), count in moved.items():
        what = f"to move for each request of {size} bytes in a batch of {batch} ({sides}, {layout})"
        if sides == TOGETHER and count:
            yield f"no cache line {what}, found {count:.2f}"
        if sides == APART and count <= size / LINE:
            yield f"more than {size / LINE:.1f} cache lines {what}, found {count:.2f}"
        if (sides, size, batch, layout) == (APART, 0, 64, HEADER) and count > 1:
            yield f"at most 1.0 cache lines {what}, found {count:.2f}"
        if batch >= 64 and f"{count:.1f}" != f"{again[sides, size, batch, layout]:.1f}":
            yield f"{count:.1f} cache lines {what} again, found {again[sides, size, batch, layout]:.1f} in a second run"


def main() -> int:
    """Prints the tables and the errors, and writes the files."""
    logs, result = sys.argv[1:]
    runs: list[Run] = []
    moves: list[list[Moves]] = [[], []]
    errors: list[str] = []
    if os.path.exists(f"{logs}/place"):
        runs = read_runs(f"{logs}/place")
        print_runs(runs)
        errors += judge_runs(runs)
    if os.path.exists(f"{logs}/moves-2"):
        moves = [read_moves(f"{logs}/lines-{run}", f"{logs}/moves-{run}") for run in (1, 2)]
        print_moves(moves[0])
        errors += judge_moves(*moves)
    with open(f"{result}.json", "w", encoding="utf-8") as handle:
        json.dump({"place": [asdict(run) for run in runs], "lines": [asdict(count) for count in moves[0]]}, handle, indent=1)
    if runs and moves[0]:
        with open(f"{result}.dat", "w", encoding="utf-8") as handle:
            handle.write("\n".join(data(runs, moves[0])) + "\n")
    for error in errors:
        print(f"zerocopy: expected {error}", file=sys.stderr)
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
