#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Reports the copies that scripts/copies has counted, with advice.

copies report [--format table|json] [--headers FOLDER] [--driver REGEX] [--ledger FILE] [DUMP]
copies diff [--headers FOLDER] A B

DUMP is the output of "copies dump", or a console log that contains it.

--headers: also takes the names of commands from the headers in this folder
--driver:  attributes call sites in matching functions to the driver, for a built-in driver
--ledger:  adds advice for the unsafe conversions in this file, which "make ledger" writes

The advice follows fixed rules. Their prices are read from the tables in Documentation/rust, and each
price names its table, row and column.
"""

import argparse
import glob
import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter, defaultdict

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

# The kinds of copies: `way` in scripts/copies.
FROM, TO, PIN, STRING = range(4)
DIRECTIONS = {FROM: "from user", TO: "to user", PIN: "pinned pages", STRING: "string"}

# A batch of the tables has this many requests. A thread with fewer calls cannot fill one.
BATCH = 256
# The shared and pinned memory of the tables, in bytes.
AT_ONCE = 1 << 20
# Smaller copies are not tracked by address.
LARGE = 4096
# Advice must save at least this fraction of the cost of a call.
WORTH = 0.25
# A simpler alternative is preferred if it saves at least this fraction of the largest saving.
ENOUGH = 0.8


def die(message: str) -> None:
    """Prints the error like the other stages, and exits."""
    sys.exit(f"zerocopy: {message}")


# The dump.

class Histogram:
    """The rows of a histogram, and the number of events that did not fit into it."""

    def __init__(self) -> None:
        self.rows: list[tuple[dict[str, str], int, int]] = []
        self.hits = 0
        self.dropped = 0


ROW = re.compile(r"\{ (.*?) *\} hitcount: +(\d+)(?: +size: +(\d+))?$")


def read_dump(path: str) -> dict[str, list[str]]:
    """Returns the lines of each part of a dump."""
    parts: dict[str, list[str]] = {}
    part = None
    with sys.stdin if path == "-" else open(path, encoding="utf-8", errors="replace") as file:
        for line in file:
            line = line.strip()
            if line == "== copies 1":
                parts, part = {}, "header"
            elif line == "== end" and part:
                return parts
            elif line.startswith("== ") and part:
                part = line[3:]
            elif part:
                parts.setdefault(part, []).append(line)
    found = "no end" if part else "no dump"
    die(f"{path}: expected the output of copies dump, found {found}: run copies dump again")
    return {}


def histograms(lines: list[str]) -> dict[str, Histogram]:
    """Returns the histograms of an event by their keys, without modifiers."""
    found: dict[str, Histogram] = {}
    current = Histogram()
    for line in lines:
        if info := re.match(r"# trigger info: hist:keys=([^:]*).*?( if way == \d)?(?: \[active\])?$", line):
            current = found.setdefault(re.sub(r"\.[\w-]+", "", info[1]) + (info[2] or ""), Histogram())
        elif row := ROW.match(line):
            keys = dict(key.split(": ", 1) for key in re.split(r", (?=\w+: )", row[1]))
            current.rows.append((keys, int(row[2]), int(row[3] or 0)))
        elif total := re.match(r"(Hits|Dropped): (\d+)", line):
            setattr(current, total[1].lower(), int(total[2]))
    return found


# The names of commands and functions.

NUMBER = re.compile(r"\b(\w+)\s*=?\s*_IO(R|W|WR|)\s*\(\s*([^,()]+?)\s*,\s*([^,()]+?)\s*[,)]")
DIRECTION = {"": 0, "W": 1, "R": 2, "WR": 3}
# The headers that define commands as plain numbers.
PLAIN = ("ioctls.h", "sockios.h", "loop.h")


def integer(text: str, names: dict[str, str]) -> int | None:
    """Returns the value of a character, of a number, or of a name that is defined as either."""
    for _ in range(4):
        if text in names:
            text = names[text].strip("()")
    if re.fullmatch(r"'.'", text):
        return ord(text[1])
    try:
        return int(text, 0)
    except ValueError:
        return None


def header_folders(extra: list[str]) -> list[str]:
    """Returns the folders with UAPI headers of this project, and of its last tree or this machine."""
    folders = extra + glob.glob(f"{TOP}/include/uapi") + glob.glob(f"{TOP}/samples/rust/**/uapi", recursive=True)
    trees = sorted(glob.glob(f"{TOP}/build/linux-*/include/uapi"))
    return folders + (trees[-1:] or ["/usr/include"])


def command_names(folders: list[str]) -> dict[tuple[int, int, int], dict[str, str]]:
    """Returns the command names for each direction, type and number, with their headers."""
    found: dict[tuple[int, int, int], dict[str, str]] = defaultdict(dict)
    for folder in folders:
        for path in glob.glob(f"{folder}/**/*.h", recursive=True):
            with open(path, encoding="utf-8", errors="replace") as file:
                text = file.read()
            defines = dict(re.findall(r"^#\s*define\s+(\w+)\s+(\S+)", text, re.M))
            for name, direction, kind, number in NUMBER.findall(text):
                kind, number = integer(kind, defines), integer(number, defines)
                if kind is not None and number is not None:
                    found[DIRECTION[direction], kind, number][name] = os.path.basename(path)[:-2]
            if os.path.basename(path) in PLAIN:
                for name, number in re.findall(r"^#define\s+(\w+)\s+(0x[0-9A-Fa-f]{4})\b", text, re.M):
                    found[0, int(number, 0) >> 8, int(number, 0) & 0xff][name] = os.path.basename(path)[:-2]
    return found


def command_name(number: int, modules: set[str], names: dict) -> str:
    """Returns the name of a command. Prefers a name from the header that is named like the driver."""
    known = names.get((number >> 30, number >> 8 & 0xff, number & 0xff), {})
    own = [name for name, header in known.items() if header in modules]
    return " or ".join(sorted(own or known)) or f"{number:#010x}"


def demangle(symbols: set[str]) -> dict[str, str]:
    """Returns the names of Rust functions as in the source, without the hashes of crates."""
    rust = sorted(symbol for symbol in symbols if symbol.startswith("_R"))
    tool = shutil.which("c++filt") or shutil.which("llvm-cxxfilt")
    if not rust or not tool:
        return {}
    out = subprocess.run([tool, *rust], check=True, capture_output=True, text=True).stdout
    return {old: re.sub(r"\[[0-9a-f]{8,16}\]", "", new) for old, new in zip(rust, out.splitlines())}


# The commands.

class Site:
    """A call site of copies in one direction."""

    def __init__(self, symbol: str, offset: str, module: str, way: int) -> None:
        self.symbol, self.offset, self.module, self.way = symbol, offset, module, way
        self.name = symbol
        self.copies = self.bytes = 0
        self.driver = bool(module)


class Command:
    """The calls of an ioctl command, and the copies in them."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.name = ""
        self.threads: Counter[str] = Counter()
        self.sites: list[Site] = []
        # The large copies by the page at which each starts.
        self.pages: Counter[str] = Counter()
        # The share of this command in the system calls of its busiest thread.
        self.share = 0.0

    @property
    def calls(self) -> int:
        """Returns the number of calls."""
        return sum(self.threads.values())

    @property
    def most(self) -> int:
        """Returns the number of calls by the busiest thread."""
        return max(self.threads.values(), default=0)

    def sum(self, ways: tuple[int, ...] = (FROM, TO), of: str = "bytes", driver: bool = False) -> int:
        """Returns the bytes or the copies in some directions."""
        return sum(getattr(site, of) for site in self.sites if site.way in ways and (site.driver or not driver))

    def payload(self) -> tuple[float, float]:
        """Returns the copies and the bytes of each call besides its argument, whose size and directions the
        number encodes. Single words are not counted as copies, because they have a price of their own."""
        ways = (self.number >> 30).bit_count()
        copied = sum(site.copies for site in self.sites if site.way in (FROM, TO) and site.bytes > 8 * site.copies)
        size = self.sum() / self.calls - ways * (self.number >> 16 & 0x3fff)
        return max(copied / self.calls - ways, 0), max(size, 0)


class Counts:
    """A dump: the commands, and the limits of the counts."""

    def __init__(self, path: str, folders: list[str], driver: str) -> None:
        parts = read_dump(path)
        calls = histograms(parts.get("calls", []))
        copies = histograms(parts.get("copies", []))
        threads = histograms(parts.get("threads", []))
        variables = histograms(parts.get("variables", []))
        self.release = parts["header"][0].split()[1]
        self.probes = {line.split()[1] for line in parts.get("probes", []) if ":copies/copy " in line}
        # The number of the system call ioctl().
        self.ioctl = ""
        self.commands: dict[int, Command] = {}
        self.elsewhere: Counter[str] = Counter()
        every = [histogram for group in (calls, copies, threads, variables) for histogram in group.values()]
        self.dropped = sum(histogram.dropped for histogram in every)
        self.missed = sum(int(line.split()[2]) for line in parts.get("profile", []) if line.startswith("copy "))
        self.read_calls(calls, threads)
        self.read_copies(copies)
        self.set_names(folders, driver)

    @property
    def level(self) -> str:
        """Returns the level of scripts/copies that was armed."""
        if "_copy_from_user" in self.probes:
            return "exact"
        return "objects" if self.probes else "commands"

    @property
    def exact(self) -> bool:
        """Returns true if every copy of the listed kinds was counted."""
        return self.level == "exact" and not self.dropped and not self.missed

    def least(self, count: int) -> str:
        """Formats a sum of copies or bytes. It is a lower bound, unless the counts are exact."""
        return str(count) if self.exact else f">={count}" if count else "unknown"

    def read_calls(self, calls: dict, threads: dict) -> None:
        """Reads the calls of each thread."""
        every = {keys["common_pid"].strip(): hits for keys, hits, _ in threads["common_pid"].rows}
        for keys, hits, _ in calls["__syscall_nr,cmd,common_pid"].rows:
            self.ioctl = keys["__syscall_nr"].strip()
            number, thread = int(keys["cmd"], 16), keys["common_pid"].strip()
            command = self.commands.setdefault(number, Command(number))
            command.threads[thread] += hits
            if command.threads[thread] == command.most:
                command.share = hits / max(every.get(thread, hits), hits)

    def read_copies(self, copies: dict) -> None:
        """Reads the copies whose thread is in an ioctl, and counts the others."""
        wrappers = tuple(f"{name}+" for name in self.probes if "memdup" in name)
        for way in DIRECTIONS:
            self.read_sites(copies.get(f"nr,cmd,caller if way == {way}", Histogram()), way, wrappers)
        # Only the exact level knows user addresses.
        pages = copies.get("nr,cmd,page", Histogram()).rows if self.level == "exact" else []
        for keys, hits, _ in pages:
            if keys["nr"].strip() == self.ioctl and int(keys["cmd"], 16) in self.commands:
                self.commands[int(keys["cmd"], 16)].pages[keys["page"].strip()] += hits

    def read_sites(self, sites: Histogram, way: int, wrappers: tuple[str, ...]) -> None:
        """Reads the call sites of one direction."""
        for keys, hits, size in sites.rows:
            where = re.match(r"\[\w+\] ([^+\s]+)(\+\S+)?(?: \[(\w+)\])?", keys["caller"])
            symbol, offset, module = where[1], (where[2] or "").split("/")[0], where[3] or ""
            # The probe of the wrapper has counted this copy, with the driver as its caller.
            if wrappers and f"{symbol}+".startswith(wrappers):
                continue
            if keys["nr"].strip() != self.ioctl or int(keys["cmd"], 16) not in self.commands:
                self.elsewhere[module or "the kernel"] += hits
                continue
            site = Site(symbol, offset, module, way)
            site.copies, site.bytes = hits, size
            self.commands[int(keys["cmd"], 16)].sites.append(site)

    def set_names(self, folders: list[str], driver: str) -> None:
        """Names the commands and the functions."""
        names = command_names(folders)
        functions = demangle({site.symbol for command in self.commands.values() for site in command.sites})
        for command in self.commands.values():
            for site in command.sites:
                site.name = functions.get(site.symbol, site.symbol)
                # The kernel crate and its helpers in C copy for the driver that calls them.
                site.driver |= site.symbol.startswith(("_R", "rust_helper_")) or bool(driver and re.search(driver, site.name))
            command.sites.sort(key=lambda site: (not site.driver, -site.bytes, site.way, site.name, site.offset))
            modules = {site.module for site in command.sites}
            command.name = command_name(command.number, modules, names)

    def sorted(self) -> list[Command]:
        """Returns the commands, sorted by copied bytes."""
        return sorted(self.commands.values(), key=lambda command: (-command.sum(driver=True), -command.sum(), -command.calls, command.number))

    def limits(self) -> list[str]:
        """Describes the copies that were not counted."""
        out = []
        if self.level == "commands":
            out.append("all copies: this level counts only calls")
        if self.level == "objects":
            out.append("copies of a constant size, get_user() and put_user()")
            out.append("user addresses, so that reuse of a buffer is unknown")
        if self.level == "exact" and not any("get_user" in probe for probe in self.probes):
            out.append("get_user() and put_user()")
        out.append("unsafe_get_user(), unsafe_put_user(), clear_user() and the length of strings")
        out.append("copies by another thread or a worker, by io_uring, and by 32-bit processes")
        if self.dropped:
            out.append(f"{self.dropped} events that did not fit into a histogram: all counts are lower bounds")
        if self.missed:
            out.append(f"{self.missed} probe hits that the kernel missed: all counts are lower bounds")
        return out


# The prices.

PERFORMANCE = "Documentation/rust/zerocopy-performance.rst"
SHARED = "Documentation/rust/zerocopy-shared.rst"


def cells(line: str, borders: str) -> list[str]:
    """Splits a line of a simple table at the columns of its border."""
    columns = list(re.finditer("=+", borders))
    ends = [column.start() for column in columns[1:]] + [None]
    return [line[column.start():end].strip() for column, end in zip(columns, ends)]


class Price:
    """A figure of a table in Documentation."""

    def __init__(self, page: str, row: str, column: str) -> None:
        self.origin = f"{page}, row '{row}', column '{column}'"
        with open(os.path.join(TOP, page), encoding="utf-8") as file:
            lines = file.read().split("\n")
        borders = [number for number, line in enumerate(lines) if re.fullmatch(r"=+( +=+)+", line)]
        for first, second, third in zip(borders[::3], borders[1::3], borders[2::3]):
            head = cells(lines[first + 1], lines[first])
            for line in lines[second + 1:third]:
                row_cells = cells(line, lines[first])
                if column in head and row_cells[0] == row:
                    self.value = int(row_cells[head.index(column)].replace(" ", ""))
                    return
        die(f"{page} has no table with the row '{row}' and the column '{column}': correct scripts/copies.py")


class Prices:
    """The prices of the rules, in instructions on x86_64."""

    def __init__(self) -> None:
        def typed(row: str) -> Price:
            return Price(PERFORMANCE, row, "typed")

        def request(row: str) -> Price:
            return Price(SHARED, row, "instructions")

        self.nothing, self.word, self.struct = typed("no argument"), typed("write u64"), typed("read-write 64 B")
        self.small, self.large = typed("write 4 KiB, kept"), typed("64 KiB in place")
        self.each, self.array = request("an ioctl each"), request("an ioctl with 256 requests")
        self.ring, self.alone = request("the ring, 256 at a time"), request("the ring, one at a time")

    def copy(self, copied: float, size: float) -> float:
        """Returns the price of `copied` copies of `size` bytes in total."""
        byte = (self.large.value - self.small.value) / (65536 - 4096)
        return copied * (self.small.value - self.nothing.value - 4096 * byte) + size * byte


class Advice:
    """An alternative to the copies of a command: its saving for each call, and the prices used."""

    def __init__(self, name: str, text: str, saving: float, prices: list[Price], unmet: list[str]) -> None:
        self.name, self.text, self.saving, self.prices, self.unmet = name, text, saving, prices, unmet


def leave(because: str) -> Advice:
    """Advises against a change."""
    return Advice("leave the copy", because, 0, [], [])


def unless(condition: bool, text: str) -> list[str]:
    """Returns the text of a condition that is not met."""
    return [] if condition else [text]


def alternatives(command: Command, prices: Prices) -> list[Advice]:
    """Prices the alternatives to a command's copies, the simplest first, with the conditions that are
    not met."""
    calls = command.calls
    data = prices.copy(*command.payload())
    origins = [prices.nothing, prices.small, prices.large]
    many = unless(command.most >= BATCH, f"no thread makes {BATCH} calls, the size of a batch")
    many += unless(command.share >= 0.5, "the thread makes other system calls between two requests, so it may wait for each reply")
    found = [
        Advice("batch", "one ioctl with an array of requests, if no request needs the previous reply",
               prices.each.value - prices.array.value, [prices.each, prices.array], many),
    ]

    word, struct = (price.value - prices.nothing.value for price in (prices.word, prices.struct))
    # The struct of this row is copied in and out, so each copy has half the price.
    struct /= 2
    for way in (FROM, TO):
        words = sum(site.copies for site in command.sites
                    if site.way == way and site.driver and 0 < site.bytes <= 8 * site.copies) / calls
        if words > 1:
            found.append(Advice(f"one struct {DIRECTIONS[way]}", f"one copy of a struct instead of {words:.0f} words, if they are adjacent",
                                words * word - max(struct, prices.copy(0, 8 * words)), [prices.nothing, prices.word, prices.struct],
                                unless(command.most >= BATCH, f"no thread makes {BATCH} calls")))

    large = sum(command.pages.values())
    reused = unless(large > 0, f"no copy has at least {LARGE} bytes")
    reused += unless(command.sum() >= AT_ONCE, f"less than {AT_ONCE} bytes in total")
    reused += unless(2 * len(command.pages) <= large, "the process uses most buffers only once")
    # A buffer that every call uses is a staging buffer, which could be in shared pages instead.
    fixed = unless(len(command.pages) * calls <= large, "the data is in several buffers")
    found += [
        Advice("share", "map pages of the driver, because the process copies through one buffer",
               data, origins, reused + fixed),
        Advice("pin", "pin the buffers of the process once, because it uses them again",
               data, origins, reused),
        Advice("ring", "requests in a ring, and their data in the shared pages, if no request needs the previous reply",
               prices.each.value - prices.ring.value + data,
               [prices.each, prices.ring, *origins], many + unless(data > 0, "the requests have no data besides the argument")),
    ]
    return found


def cost(command: Command, prices: Prices) -> float:
    """Returns the predicted price of a call."""
    return prices.each.value + prices.copy(*command.payload())


def advise(command: Command, prices: Prices, exact: bool = True) -> Advice:
    """Chooses the simplest alternative that saves enough, and whose conditions are met."""
    if not command.sum() and not exact:
        return leave("no copies were counted, but this level cannot count all copies")
    if not command.sum():
        return leave("no copies" if not command.sum((PIN, STRING), "copies") else "no copies, but pins or strings")
    if not command.sum(driver=True):
        return leave("the copies are the kernel's own")
    found = alternatives(command, prices)
    best = max(found, key=lambda advice: advice.saving)
    possible = [advice for advice in found if not advice.unmet and advice.saving > 0]
    if not possible:
        return leave(f"{best.name}: {best.unmet[0]}")
    most = max(advice.saving for advice in possible)
    chosen = next(advice for advice in possible if advice.saving >= ENOUGH * most)
    if chosen.saving < WORTH * cost(command, prices):
        return leave(f"{chosen.name} saves {chosen.saving:.0f} of about {cost(command, prices):.0f} instructions, less than a quarter")
    return chosen


def ledger_advice(path: str) -> list[dict]:
    """Returns the advice for the unsafe conversions of each file in the ledger."""
    with open(path, encoding="utf-8") as file:
        sites = json.load(file)
    # With a base and an overlay, only the last tree can still be changed.
    last = sites[-1]["tree"] if sites else ""
    files: dict[str, Counter[str]] = defaultdict(Counter)
    reasons: dict[str, str] = {}
    for site in sites:
        if site["tree"] == last:
            kind = "leave" if site["reason"] else "derive" if site["category"] in ("impl", "old-trait") else "by hand"
            files[site["file"]][kind] += 1
            if site["reason"]:
                reasons[site["file"]] = site["reason"]
    out = []
    for name, kinds in sorted(files.items()):
        for kind, count in sorted(kinds.items()):
            text = {"leave": reasons.get(name, ""), "derive": f"scripts/codemod {name}", "by hand": "make ledger lists each site with the safe alternative"}
            out.append({"file": name, "sites": count, "advice": kind, "next": text[kind]})
    return out


# The reports.

def as_json(counts: Counts, ledger: list[dict]) -> str:
    """Formats a report as JSON."""
    prices = Prices()
    commands = []
    for command in counts.sorted():
        advice = advise(command, prices, counts.exact)
        commands.append({
            "command": command.name, "number": f"{command.number:#010x}", "calls": command.calls,
            "threads": len(command.threads), "exact": counts.exact,
            "bytes": command.sum() or (0 if counts.exact else None),
            "copies": command.sum(of="copies") or (0 if counts.exact else None),
            "pinned pages": command.sum((PIN,)),
            "sites": [{"function": site.name, "offset": site.offset, "module": site.module, "driver": site.driver,
                       "direction": DIRECTIONS[site.way], "copies": site.copies,
                       "pages" if site.way == PIN else "bytes": site.bytes} for site in command.sites],
            "advice": advice.name, "because": advice.text,
            "saving": round(advice.saving), "of": round(cost(command, prices)), "unit": "instructions a call, predicted",
            "prices": [{"instructions": price.value, "origin": price.origin} for price in advice.prices],
        })
    return json.dumps({"release": counts.release, "level": counts.level, "commands": commands,
                       "copies in other system calls": dict(counts.elsewhere), "not counted": counts.limits(),
                       "ledger": ledger}, indent=2)


def table(counts: Counts, ledger: list[dict]) -> str:
    """Formats a report as text."""
    prices = Prices()
    out = [f"Copies of ioctls on Linux {counts.release}, level {counts.level}", "",
           f"{'command, call site':<58}{'calls':>9}{'copies':>10}{'bytes':>13}{'bytes/call':>12}"]
    for command in counts.sorted():
        each = counts.least(round(command.sum() / command.calls))
        out.append(f"{command.name:<58}{command.calls:>9}{counts.least(command.sum(of='copies')):>10}"
                   f"{counts.least(command.sum()):>13}{each:>12}")
        for site in command.sites:
            where = site.module or ("the driver" if site.driver else "the kernel's own")
            amount = f"{site.bytes} pages" if site.way == PIN else site.bytes
            out.append(f"  {DIRECTIONS[site.way]}, {where}")
            out.append(f"    {site.name + site.offset:<63}{site.copies:>10}{amount:>13}{site.bytes / command.calls:>12.0f}")
    if not counts.commands:
        out.append("no ioctl was called")
    out += ["", "Advice"] if counts.commands else []
    for command in counts.sorted():
        advice = advise(command, prices, counts.exact)
        out.append(f"  {command.name}: {advice.name}")
        out.append(f"    {advice.text}")
        if advice.prices:
            out.append(f"    saves about {advice.saving:.0f} of {cost(command, prices):.0f} instructions a call, predicted from:")
            out += [f"    {price.value:>6} {price.origin}" for price in advice.prices]
    if ledger:
        out += ["", "Unsafe conversions in the source"]
        out += [f"  {row['file']}: {row['advice']} ({row['sites']}): {row['next']}" for row in ledger]
    if counts.elsewhere:
        out += ["", "Copies in system calls other than ioctl"]
        out += [f"  {where}: {copies}" for where, copies in sorted(counts.elsewhere.items())]
    out += ["", "Not counted"] + [f"  {limit}" for limit in counts.limits()]
    return "\n".join(out)


def diff(old: Counts, new: Counts) -> str:
    """Compares the copies for each call in two dumps."""
    out = [f"{'command':<38}{'calls':>18}{'copies/call':>18}{'bytes/call':>22}"]
    for number in sorted(old.commands.keys() | new.commands.keys()):
        pair = [counts.commands.get(number, Command(number)) for counts in (old, new)]
        name = pair[0].name or pair[1].name

        def change(value, digits: int = 0) -> str:
            return " -> ".join(f"{value(command):.{digits}f}" if command.calls else "none" for command in pair)

        out.append(f"{name:<38}{change(lambda command: command.calls):>18}"
                   f"{change(lambda command: command.sum(of='copies') / command.calls, 1):>18}"
                   f"{change(lambda command: command.sum() / command.calls):>22}")
    for counts in (old, new):
        if not counts.exact:
            out.append(f"{counts.release}: the counts are not exact: run copies report for the reasons")
    return "\n".join(out)


def main() -> None:
    """Prints a report or a comparison."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    report = commands.add_parser("report")
    compare = commands.add_parser("diff")
    for command in (report, compare):
        command.add_argument("--headers", action="append", default=[])
    report.add_argument("--driver", default="")
    report.add_argument("--format", choices=("table", "json"), default="table")
    report.add_argument("--ledger")
    report.add_argument("dump", nargs="?", default="-")
    compare.add_argument("old")
    compare.add_argument("new")
    arguments = parser.parse_args()
    folders = header_folders(arguments.headers)
    try:
        if arguments.command == "diff":
            print(diff(*(Counts(path, folders, "") for path in (arguments.old, arguments.new))))
            return
        ledger = ledger_advice(arguments.ledger) if arguments.ledger else []
        print((as_json if arguments.format == "json" else table)(Counts(arguments.dump, folders, arguments.driver), ledger))
    except BrokenPipeError:
        # The reader closed the pipe. Do not fail again when Python flushes the output.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        die(f"{error.filename}: {error.strerror}")


if __name__ == "__main__":
    main()
