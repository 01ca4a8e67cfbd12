#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Checks the commits of the topics: new files are wired in, and no commit is too large.

wired.py TREE RANGE...: checks each commit of the ranges. MAINTAINERS must have an entry for each new
file, and the tree of the commit must name the file where it is compiled, included or read:

- a Rust source by a `mod` line of a source next to it or next to its folder, or by a Makefile;
- a C source by a Makefile, or by the #include of another file; a header by an #include;
- a page by the toctree of its folder, and a picture by a page of its folder;
- a Makefile by the Makefile of the folder above it, and a Kconfig file by another Kconfig file;
- any other file by a Makefile, a README or another file next to it. MAINTAINERS suffices for the
  cases in tools/testing/rust, whose Makefiles and scripts take all files of a folder.

A commit must add at most 1,000 lines, not counting vendored crates and Cargo.lock. The header of a
larger patch gives the reason in a line "Size: REASON".
"""

import fnmatch
import glob
import os
import re
import subprocess
import sys

LIMIT = 1000
# The vendored crates.
NOT_COUNTED = ("rust/zerocopy/", "rust/zerocopy-derive/")
# The Makefiles and scripts of the tests take all files of a folder.
CASES = ("tools/testing/rust/", "Documentation/litmus-tests/")
TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def git(tree: str, *args: str) -> str:
    """Runs git in the tree, and returns its output."""
    return subprocess.run(["git", "-C", tree, *args], check=True, capture_output=True, text=True).stdout


def large() -> set[str]:
    """Returns the subjects of the patches that give a reason for their size."""
    subjects = set()
    for patch in glob.glob(f"{TOP}/patches/*/*.patch"):
        with open(patch, encoding="utf-8") as handle:
            header = handle.read().split("\ndiff --git ")[0]
        if re.search(r"^Size: \S", header.partition("\n---\n")[2], re.M):
            subjects.add(re.sub(r"^Subject: (\[PATCH\] )?", "", header.split("\n")[0]))
    return subjects


class Commit:
    """A commit, and the files that it adds."""

    def __init__(self, tree: str, commit: str) -> None:
        self.tree, self.commit = tree, commit
        self.subject = git(tree, "log", "-1", "--format=%s", commit).strip()
        stat = [line.split("\t") for line in git(tree, "show", "--format=", "--numstat", "--no-renames", commit).splitlines()]
        self.lines = sum(int(added) for added, _, path in stat
                         if added != "-" and not path.startswith(NOT_COUNTED) and not path.endswith("Cargo.lock"))
        self.entries: list[tuple[str, str]] = []
        self.new = git(tree, "show", "--format=", "--name-only", "--diff-filter=A", "--no-renames", commit).splitlines()

    def names(self, pattern: str, *paths: str) -> bool:
        """Returns True if a line of the files at the paths matches the pattern."""
        run = subprocess.run(["git", "-C", self.tree, "grep", "-qE", pattern, self.commit, "--", *paths], check=False)
        return run.returncode == 0

    def maintained(self, path: str) -> bool:
        """Returns True if MAINTAINERS has the file or a folder above it."""
        if not self.entries:
            entries = re.findall(r"^F:\t(\S+)$", git(self.tree, "show", f"{self.commit}:MAINTAINERS"), re.M)
            # The entries "*" and "*/" match the whole tree.
            self.entries = [(entry.split("*")[0], entry) for entry in entries if entry[0] != "*"]
        # An entry for a folder covers all files in it.
        return any(path.startswith(start) and (entry.endswith("/") or fnmatch.fnmatch(path, entry))
                   for start, entry in self.entries)

    def wired(self, path: str) -> bool:
        """Returns True if another file names the file as its kind requires."""
        folder, name = os.path.split(path)
        above = os.path.dirname(folder)
        stem, suffix = os.path.splitext(name)
        quoted, makefile = re.escape(name), [f"{folder}/Makefile", f"{folder}/Kbuild"]
        if path.startswith((*NOT_COUNTED, *CASES)):
            return True
        if name in ("Makefile", "Kbuild"):
            return self.names(rf"\b{re.escape(os.path.basename(folder))}/", f"{above}/Makefile", f"{above}/Kbuild")
        if name.startswith("Kconfig"):
            return self.names(f'source "{re.escape(path)}"', ":(glob)**/Kconfig*")
        if suffix == ".rs":
            module = [f"{folder}.rs", f":(glob){folder}/*.rs"]
            return (self.names(rf"^\s*(pub(\([a-z]+\))? )?mod {stem};|{quoted}", *module)
                    or self.names(rf"\b{stem}\.(o|rs)\b", *makefile))
        if suffix in (".c", ".h"):
            return (self.names(rf'#\s*include [<"](.*/)?{quoted}[>"]', "rust", "include", "samples", folder)
                    or self.names(rf"\b{stem}(\.[och])?\b", *makefile, "rust/Makefile"))
        if suffix == ".rst":
            return self.names(rf"^\s+{stem}$", f"{folder}/index.rst")
        if suffix == ".svg":
            return self.names(quoted, f":(glob){folder}/*.rst")
        return self.names(quoted, *makefile, f"{above}/Makefile", f"{above}/README", f":(glob){folder}/*")

    def errors(self, reasons: set[str]) -> list[str]:
        """Returns the errors in the commit. A commit whose subject is in `reasons` may be large."""
        found = [f"{path} is not wired in: bring it with the patch that adds its mod, Makefile, Kconfig, #include, "
                 "or toctree line" for path in self.new if not self.wired(path)]
        found += [f"MAINTAINERS has no entry for {path}: add an F: line" for path in self.new if not self.maintained(path)]
        if self.lines > LIMIT and self.subject not in reasons:
            found.append(f"adds {self.lines} lines: expected at most {LIMIT}: split the patch, or give the reason in a "
                         "line Size: of its header")
        return [f"{self.subject}: {error}" for error in found]


def main() -> int:
    """Prints the errors of all commits."""
    tree, *ranges = sys.argv[1:]
    reasons = large()
    commits = dict.fromkeys(commit for part in ranges for commit in git(tree, "rev-list", "--reverse", part).split())
    errors = [error for commit in commits for error in Commit(tree, commit).errors(reasons)]
    print("\n".join(errors) if errors else f"{len(commits)} commits")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
