#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Breaks one line of the overlay at a time, and reports the mutants that no test notices.

mutants.py run TREE RESULTS COUNT SEED FILES: runs COUNT mutants of the paths that the regular
                                              expression FILES matches
mutants.py list TREE:                         prints all mutants, even if they do not compile

The mutants come from the Rust and C rules of universalmutator (PyPI). This script selects the
mutants that count, and their order.
"""

import contextlib
import hashlib
import io
import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
REVIEWED = os.path.join(TOP, "scripts/mutants.reviewed")
NAMED = os.path.join(TOP, "scripts/mutants.named")
BATCH = 160
# The time after which a stage is stopped, in seconds. A mutant of a macro can loop in the compiler.
ENDLESS = 1800

# The tested files, as in-tree paths. For files of the base, only lines of the overlay are mutated.
AREAS = re.compile(
    r"rust/kernel/(zerocopy|copy|uaccess|iov|ioctl|mm|miscdevice|drm/ioctl|fwctl|scatterlist)(/.*)?\.rs"
    r"|rust/macros/ioctls(/.*)?\.rs"
    r"|rust/helpers/.*\.c"
)
# Files that contain only tests or helpers for tests.
TEST_FILES = re.compile(r"/(tests?|test_[a-z_]+|tests?/.*)\.rs$")
RULES = {".rs": ["universal.rules", "rust.rules", "c_like.rules"], ".c": ["universal.rules", "c.rules", "c_like.rules"]}

# A comment, a literal or a character of code. Raw strings come first. A lifetime is not a
# character.
LEXEME = re.compile(
    r"""(?P<line>//[^\n]*)
      | (?P<block>/\*)
      | (?P<raw>\b[bc]?r(?P<hashes>\#*)".*?"(?P=hashes))
      | (?P<string>\b[bc]?"(?:\\.|[^"\\])*"|"(?:\\.|[^"\\])*")
      | (?P<char>'(?:\\(?:u\{[0-9a-fA-F_]+\}|x..|.)|[^'\\\n])')
      | (?P<word>\w+)
      | (?P<code>.)""",
    re.VERBOSE | re.DOTALL,
)


def lexemes(text: str):
    """Splits a source text into comments, literals and code, as pairs of a kind and a span."""
    position = 0
    while position < len(text):
        match = LEXEME.match(text, position)
        kind, end = match.lastgroup, match.end()
        if kind == "hashes":
            kind = "raw"
        if kind == "block":
            depth = 1
            while depth and (edge := re.compile(r"/\*|\*/").search(text, end)):
                depth += 1 if edge[0] == "/*" else -1
                end = edge.end()
            end = end if not depth else len(text)
        yield kind, position, end
        position = end


def code_of(text: str) -> str:
    """Blanks the comments, and replaces each character of a string with the same letter."""
    out = []
    for kind, start, end in lexemes(text):
        piece = text[start:end]
        if kind in ("line", "block"):
            piece = re.sub(r"\S", " ", piece)
        elif kind in ("string", "raw"):
            piece = re.sub(r"\S", "s", piece)
        elif kind == "char":
            piece = "c" * len(piece)
        out.append(piece)
    return "".join(out)


def closing(code: str, start: int) -> int:
    """Returns the position after the bracket that closes the bracket at `start`."""
    depth = 0
    for position in range(start, len(code)):
        if code[position] in "([{":
            depth += 1
        elif code[position] in ")]}":
            depth -= 1
            if not depth:
                return position + 1
    return len(code)


def item_end(code: str, start: int) -> int:
    """Returns the end of the item at `start`, which may begin with attributes."""
    position = start
    while position < len(code):
        if code[position] == "#":
            position = closing(code, code.index("[", position))
        elif code[position] in "([":
            position = closing(code, position)
        elif code[position] == "{":
            return closing(code, position)
        elif code[position] == ";":
            return position + 1
        else:
            position += 1
    return position


def left_out(text: str) -> list[bool]:
    """Marks the characters in attributes and tests."""
    code = code_of(text)
    out = [False] * len(text)
    for match in re.finditer(r"#!?\[", code):
        end = closing(code, match.end() - 1)
        attribute = text[match.start() : end]
        if re.search(r"KUNIT|\bcfg\(test\)|kunit_tests", attribute):
            end = item_end(code, match.start())
        out[match.start() : end] = [True] * (end - match.start())
    return out


def tokens(line: str) -> list[str]:
    """Splits a line into tokens. All strings become the same token."""
    return re.findall(r"\w+|[^\w\s]", re.sub(r"s{2,}", "s", code_of(line)))


def imports(text: str) -> list[bool]:
    """Marks the characters in `use` declarations."""
    code = code_of(text)
    out = [False] * len(text)
    for match in re.finditer(r"^ *(pub(\([^)]*\))? +)?use\b[^;]*;", code, re.M):
        out[match.start() : match.end()] = [True] * (match.end() - match.start())
    return out


def lines_in(marks: list[bool], text: str) -> set[int]:
    """Returns the numbers of the lines that begin with a marked character."""
    numbers, position = set(), 0
    for number, line in enumerate(text.splitlines(True), 1):
        indent = len(line) - len(line.lstrip())
        if line.strip() and marks[position + indent]:
            numbers.add(number)
        position += len(line)
    return numbers


@dataclass(frozen=True)
class Mutant:
    """A mutant: a change of one line of a file."""

    path: str
    number: int
    old: str
    new: str
    key: str

    @property
    def place(self) -> str:
        """Returns the file and line of the mutant."""
        return f"{self.path}:{self.number}"

    @property
    def change(self) -> str:
        """Returns the line before and after the change."""
        return f"{' '.join(self.old.split())}  ->  {' '.join(self.new.split())}"

    def text(self, tree: str) -> str:
        """Returns the text of the file with the change, which keeps the numbers of later lines."""
        with open(os.path.join(tree, self.path), encoding="utf-8") as file:
            lines = file.read().splitlines(True)
        old, new = self.old.splitlines(True), self.new.splitlines()
        new += [""] * (len(old) - len(new))
        new[len(old) - 1 :] = [" ".join(new[len(old) - 1 :])]
        span = slice(self.number - 1, self.number - 1 + len(old))
        assert lines[span] == old
        lines[span] = [line + "\n" for line in new]
        return "".join(lines)

    def apply(self, tree: str) -> None:
        """Writes the changed file to the tree."""
        text = self.text(tree)
        with open(os.path.join(tree, self.path), "w", encoding="utf-8") as file:
            file.write(text)


def generate(text: str, suffix: str) -> list[tuple[int, str]]:
    """Generates the mutants of a text with universalmutator: the number of a line, and the new line."""
    from universalmutator import mutator  # pylint: disable=import-outside-toplevel

    with contextlib.redirect_stdout(io.StringIO()):
        found = mutator.mutants_regexp(
            text.splitlines(True), ruleFiles=RULES[suffix], ignorePatterns=[], ignoreStringOnly=False
        )
    # Join a mutant's additional lines, so that the numbers of later lines do not change.
    return [(mutant[0], " ".join(mutant[1].rstrip("\n").split("\n")) + "\n") for mutant in found]


def mutants_of(path: str, text: str, wanted: set[int] | None = None) -> list[Mutant]:
    """Returns a file's mutants outside tests, comments, attributes, strings and imports."""
    lines, skipped = text.splitlines(True), lines_in(left_out(text), text)
    in_comment, imported = in_block_comments(text), lines_in(imports(text), text)
    kept = [i for i in range(1, len(lines) + 1) if i not in skipped and i not in in_comment and lines[i - 1].strip()]
    # A result is valid while the code of the file, without its tests, is the same.
    code = [" ".join(tokens(lines[i - 1])) for i in kept]
    digest = hashlib.sha256("\n".join(line for line in code if line).encode()).hexdigest()
    index = {number: place for place, number in enumerate(i for i, line in zip(kept, code) if line)}
    mutants, seen = [], set()
    for number, new in generate(text, os.path.splitext(path)[1]):
        old = lines[number - 1]
        if number not in index or number in imported or (wanted is not None and number not in wanted):
            continue
        before, after = tokens(old), tokens(new)
        change = (number, " ".join(after))
        if before == after or change in seen:
            continue
        seen.add(change)
        key = hashlib.sha256(f"{path}\n{digest}\n{index[number]}\n{change[1]}".encode()).hexdigest()[:20]
        mutants.append(Mutant(path, number, old, new, key))
    return mutants


def in_block_comments(text: str) -> set[int]:
    """Returns the numbers of lines that begin within a multi-line comment."""
    numbers = set()
    for kind, start, end in lexemes(text):
        if kind == "block":
            first = text.count("\n", 0, start) + 1
            numbers.update(range(first + 1, first + text.count("\n", start, end) + 1))
    return numbers


def git(tree: str, *arguments: str) -> str:
    """Returns the output of git in the tree."""
    return subprocess.run(
        ["git", "-C", tree, *arguments], check=True, stdout=subprocess.PIPE, encoding="utf-8"
    ).stdout


def added_lines(tree: str, path: str) -> set[int]:
    """Returns the lines of a base file that the overlay adds or changes."""
    numbers = set()
    for start, count in re.findall(
        r"^@@ -\S+ \+(\d+)(?:,(\d+))? @@", git(tree, "diff", "-U0", "base", "HEAD", "--", path), re.M
    ):
        numbers.update(range(int(start), int(start) + int(count or 1)))
    return numbers


def all_mutants(tree: str) -> list[Mutant]:
    """Returns the mutants of all tested files, sorted by location."""
    mutants = []
    changed = git(tree, "diff", "--name-status", "--no-renames", "base", "HEAD").splitlines()
    for state, path in sorted(line.split("\t") for line in changed):
        if state == "D" or not AREAS.fullmatch(path) or TEST_FILES.search(path):
            continue
        text = git(tree, "show", f"HEAD:{path}")
        if is_for_tests(tree, path):
            continue
        mutants += mutants_of(path, text, added_lines(tree, path) if state == "M" else None)
    return mutants


def is_for_tests(tree: str, path: str) -> bool:
    """Returns true if the module of this file is declared only for KUnit."""
    name = os.path.splitext(os.path.basename(path))[0]
    for parent in (os.path.dirname(path) + ".rs", os.path.join(os.path.dirname(path), "lib.rs")):
        with contextlib.suppress(OSError), open(os.path.join(tree, parent), encoding="utf-8") as file:
            if re.search(rf"#\[cfg\([^\]]*KUNIT[^\]]*\]\s*(pub(\([^)]*\))? )?mod {name};", file.read()):
                return True
    return False


def blocks(path: str) -> list[tuple[str, str, str, str]]:
    """Reads a list of changes. Each has a path, the old and the new lines, and a text."""
    with open(path, encoding="utf-8") as file:
        text = re.sub(r"^#.*\n", "", file.read(), flags=re.M)
    found = []
    for block in filter(None, map(str.strip, re.split(r"\n\s*\n", text))):
        match = re.fullmatch(r"(\S+)\n((?:- .*\n)+)((?:\+.*\n)+)((?:.|\n)*)", block)
        if not match:
            name = os.path.relpath(path, TOP)
            sys.exit(f"zerocopy: {name}: expected a path, '- line', '+ line' and a text, found:\n{block}")
        old, new = (re.sub(r"^[-+] ?", "", part, flags=re.M) for part in match.group(2, 3))
        found.append((match[1], old, new, " ".join(match[4].split())))
    return found


def read_reviewed(path: str = REVIEWED) -> dict[tuple[str, str, str], str]:
    """Reads the reviewed survivors: file, line and change, each with its reason."""
    return {
        (name, " ".join(tokens(old)), " ".join(tokens(new))): reason for name, old, new, reason in blocks(path)
    }


def named_mutants(tree: str) -> list[tuple[str, Mutant]]:
    """Returns the mutants of the list, each with its title."""
    named = []
    for path, old, new, title in blocks(NAMED):
        text = git(tree, "show", f"HEAD:{path}")
        lines = [line.strip() for line in text.splitlines()]
        wanted = [line.strip() for line in old.splitlines()]
        starts = [i for i in range(len(lines)) if lines[i : i + len(wanted)] == wanted]
        if len(starts) != 1:
            sys.exit(
                f"zerocopy: scripts/mutants.named: {title}: expected the lines once in {path}, "
                f"found them {len(starts)} times: adapt the mutant to the file"
            )
        start = starts[0]
        old = "".join(text.splitlines(True)[start : start + len(wanted)])
        key = hashlib.sha256(f"{path}\n{text}\n{start}\n{new}".encode()).hexdigest()[:20]
        named.append((title, Mutant(path, start + 1, old, new, key)))
    return named


class Results:
    """The results, in a file that survives an interruption. If it has several lines for a mutant, the last
    one counts."""

    def __init__(self, folder: str, tree: str) -> None:
        self.path = os.path.join(folder, "results")
        self.state = git(tree, "rev-parse", "HEAD^{tree}").strip()
        self.known = {}
        if os.path.exists(self.path):
            with open(self.path, encoding="utf-8") as file:
                for line in file:
                    with contextlib.suppress(ValueError):
                        entry = json.loads(line)
                        self.known[entry["key"]] = entry

    def get(self, mutant: Mutant) -> dict | None:
        """Returns the result of a mutant. A survivor is only valid for the current tests."""
        entry = self.known.get(mutant.key)
        if entry and entry["result"] == "survived" and entry["state"] != self.state:
            return None
        return entry

    def put(self, mutant: Mutant, result: str, stage: str, detail: str, seconds: float) -> dict:
        """Records a result."""
        entry = {"key": mutant.key, "state": self.state, "place": mutant.place, "change": mutant.change,
                 "result": result, "stage": stage, "detail": detail, "seconds": round(seconds, 1)}  # fmt: skip
        with open(self.path, "a", encoding="utf-8") as file:
            file.write(json.dumps(entry) + "\n")
        self.known[mutant.key] = entry
        return entry


class Broken(Exception):
    """A stage could not run, so the result of the mutant is unknown."""


def stage(name: str, path: str = "") -> tuple[str, str]:
    """Runs scripts/mutants NAME, and returns its verdict and the detail. A stage that does not end has noticed the
    mutant."""
    with subprocess.Popen(
        [os.path.join(TOP, "scripts/mutants"), name, path], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        encoding="utf-8", errors="replace", start_new_session=True,
    ) as running:  # fmt: skip
        try:
            out, errors = running.communicate(timeout=ENDLESS)
        except BaseException as error:
            os.killpg(running.pid, signal.SIGTERM)
            if isinstance(error, subprocess.TimeoutExpired):
                return "noticed", f"{name} does not end"
            raise
    verdict = out.strip().splitlines()[-1:] or [""]
    word, _, detail = verdict[0].partition(" ")
    if running.returncode or word not in ("passed", "noticed", "same", "changed", "broken"):
        raise Broken(f"scripts/mutants {name} {path}: {out[-2000:]}{errors[-2000:]}")
    return word, detail


def loops(code: str) -> list[bool]:
    """Marks the characters within loops."""
    out = [False] * len(code)
    for match in re.finditer(r"\b(for|while|loop|do)\b[^;{}]*\{", code):
        if re.match(r"for\s*<", match[0]) or re.search(r"\bimpl\b[^;{}]*$", code[: match.start()]):
            continue
        end = closing(code, match.end() - 1)
        out[match.end() : end] = [True] * (end - match.end())
    return out


def is_nonsense(tree: str, mutant: Mutant) -> bool:
    """Returns true if the mutant's syntax alone prevents compilation."""
    text = mutant.text(tree)
    jump = re.search(r" (break|continue);\n$", mutant.new)
    if jump and not mutant.old.rstrip().endswith(jump[0].strip()):
        end = len("".join(text.splitlines(True)[: mutant.number])) - 1
        if not loops(code_of(text))[end]:
            return True
    if not mutant.path.endswith(".rs"):
        return False
    return bool(
        subprocess.run(
            ["rustc", "--edition=2021", "-Zparse-crate-root-only", "--crate-name=mutant", "-"],
            input=text, encoding="utf-8", env={**os.environ, "RUSTC_BOOTSTRAP": "1"},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False,
        ).returncode
    )  # fmt: skip


def judge(tree: str, mutant: Mutant) -> tuple[str, str, str]:
    """Tests a mutant, with the fastest stage first. Returns the result, the stage and the detail."""
    if is_nonsense(tree, mutant):
        return "uncounted", "", "does not compile"
    mutant.apply(tree)
    try:
        word, detail = stage("compile", mutant.path)
        if word == "broken":
            return "uncounted", "", detail or "does not compile"
        if word == "noticed":
            return word, "build", detail
        linked = False
        if word == "changed":
            word, detail = stage("kunit", mutant.path)
            if word == "noticed":
                return word, "kunit", detail
            linked = word == "passed"
        code, detail = stage("code", mutant.path)
        if code == "broken":
            return "uncounted", "", "does not compile"
        if code == "noticed":
            return code, "build", detail
        # If the code is the same, only the compile tests and the build of the drivers can notice
        # the mutant.
        names = ["kunit", "selftests"][linked:] if code == "changed" else []
        if code == "same" and stage("text", mutant.path)[0] == "same":
            return "uncounted", "", "disabled by a cfg"
        if mutant.path.startswith("rust/kernel/mm/ring"):
            names.append("loom")
        for name in [*names, "refused", "codegen"]:
            word, detail = stage(name, "" if name == "kunit" else mutant.path)
            if word in ("noticed", "changed"):
                code = "changed" if word == "changed" else code
                if word == "noticed":
                    return word, name, detail
        if code == "same" and stage("has-code", mutant.place)[0] == "same":
            return "uncounted", "", "no change in the code"
        return "survived", "", ""
    finally:
        git(tree, "checkout", "-q", "HEAD", "--", mutant.path)


class Report:
    """Counts the results of mutants, and prints one line for each."""

    def __init__(self) -> None:
        self.reviewed = read_reviewed()
        self.counted = 0
        self.noticed: dict[str, int] = {}
        self.uncounted: dict[str, int] = {}
        self.survivors: list[Mutant] = []
        self.explained: list[tuple[Mutant, str]] = []

    def add(self, mutant: Mutant, entry: dict) -> None:
        """Counts one mutant."""
        result = entry["result"]
        if result == "uncounted":
            self.uncounted[entry["detail"]] = self.uncounted.get(entry["detail"], 0) + 1
            said, number = f"not counted: {entry['detail']}", "-"
        else:
            self.counted += 1
            number = str(self.counted)
            if result == "noticed":
                self.noticed[entry["stage"]] = self.noticed.get(entry["stage"], 0) + 1
                said = f"noticed by {entry['stage']}" + (f": {entry['detail']}" if entry["detail"] else "")
            else:
                reason = self.reviewed.get((mutant.path, " ".join(tokens(mutant.old)), " ".join(tokens(mutant.new))))
                if reason:
                    self.explained.append((mutant, reason))
                else:
                    self.survivors.append(mutant)
                said = "SURVIVED" + (", reviewed" if reason else "")
        line = f"{number:>4} {mutant.place}: {mutant.change}: {said}"
        if result != "uncounted" or entry["detail"] != "does not compile":
            print(line, flush=True)

    def summary(self) -> None:
        """Prints the totals."""
        noticed = sum(self.noticed.values())
        share = 100 * noticed / self.counted if self.counted else 0
        by = ", ".join(f"{name} {count}" for name, count in self.noticed.items())
        print(f"\n{noticed} of {self.counted} noticed ({share:.1f} %): {by}")
        if self.uncounted:
            print("not counted: " + ", ".join(f"{count} {why}" for why, count in self.uncounted.items()))
        for title, mutants in (("reviewed", self.explained), ("not explained", [(m, "") for m in self.survivors])):
            if mutants:
                print(f"\nsurvivors, {title}: {len(mutants)}")
            for mutant, reason in mutants:
                print(f"{mutant.place}\n- {mutant.old.strip()}\n+ {mutant.new.strip()}")
                if reason:
                    print(reason)
        print(end="", flush=True)


def result_of(tree: str, mutant: Mutant, results: Results) -> dict:
    """Returns the known result of a mutant, or tests it."""
    entry = results.get(mutant)
    if entry:
        return entry
    start = time.monotonic()
    return results.put(mutant, *judge(tree, mutant), time.monotonic() - start)


def run_named(tree: str, only: str, results: Results) -> bool:
    """Runs the named mutants, and returns True if all are noticed."""
    named = [(title, mutant) for title, mutant in named_mutants(tree) if re.search(only, mutant.path)]
    noticed = 0
    for title, mutant in named:
        entry = result_of(tree, mutant, results)
        said = f"noticed by {entry['stage']}: {entry['detail']}".rstrip(": ")
        if entry["result"] == "noticed":
            noticed += 1
        else:
            said = "SURVIVED" if entry["result"] == "survived" else f"NOT TESTED: {entry['detail']}"
        print(f"named {title} ({mutant.place}): {said}", flush=True)
    print(f"{noticed} of {len(named)} named mutants noticed\n", flush=True)
    return noticed == len(named)


def in_batches(tree: str, mutants: list[Mutant], results: Results) -> Iterator[Mutant]:
    """Tests mutants in batches, and yields them in order. A batch is sorted by crate, because make builds all crates
    again after a change of the macros."""
    for start in range(0, len(mutants), BATCH):
        batch = mutants[start : start + BATCH]
        for mutant in sorted(batch, key=lambda mutant: mutant.path.split("/")[:2]):
            result_of(tree, mutant, results)
        yield from batch


def run(tree: str, work: str, count: int, seed: int, only: str) -> int:
    """Runs the named mutants, and then others in the order of the seed, until COUNT others count."""
    mutants = all_mutants(tree)
    random.Random(seed).shuffle(mutants)
    mutants = [mutant for mutant in mutants if re.search(only, mutant.path)]
    results, report = Results(work, tree), Report()
    try:
        all_named = run_named(tree, only, results)
        for mutant in in_batches(tree, mutants, results):
            if report.counted == count:
                break
            report.add(mutant, result_of(tree, mutant, results))
    except Broken as broken:
        print(f"zerocopy: {broken}", file=sys.stderr)
        return 1
    finally:
        if count:
            report.summary()
    return 0 if all_named else 1


def main() -> int:
    """Runs the command."""
    # Exit normally on SIGTERM, so that the mutant is removed from the tree.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    match sys.argv[1:]:
        case ["run", tree, work, count, seed, only]:
            return run(tree, work, int(count), int(seed), only)
        case ["list", tree]:
            for mutant in all_mutants(tree):
                print(f"{mutant.place}: {mutant.change}")
            return 0
    sys.exit(__doc__)


if __name__ == "__main__":
    sys.exit(main())
