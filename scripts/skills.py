#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Checks the skills of a checkout: their format, and that each link, command and path in them exists.

skills.py TOP TREE: the checkout, and a tree with the overlay. Prints each error, and fails if there is
one. "agentskills validate" of skills-ref, from PyPI, checks the same format.
"""

import glob
import json
import os
import re
import subprocess
import sys

# The fields and limits of the Agent Skills format.
FIELDS = {"name", "description", "license", "compatibility", "metadata", "allowed-tools"}
LIMITS = {"name": 64, "description": 1024, "compatibility": 500}
LINES = 500

errors: list[str] = []


def expect(condition: object, where: str, text: str) -> None:
    """Records an error if the condition is false."""
    if not condition:
        errors.append(f"{where}: {text}")


def front_matter(where: str, folder: str, text: str) -> None:
    """Checks the fields before the text. A value is one line without a colon and a space."""
    found = re.match(r"---\n(.*?)\n---\n", text, re.S)
    expect(found, where, "expected front matter between two lines of ---")
    fields = dict(line.split(": ", 1) for line in found[1].split("\n") if ": " in line) if found else {}
    expect(found is None or len(fields) == found[1].count("\n") + 1, where, "expected a line KEY: VALUE for each field")
    expect(set(fields) <= FIELDS, where, f"unknown fields: {sorted(set(fields) - FIELDS)}")
    for name, value in fields.items():
        expect(": " not in value and " #" not in value, where, f"{name}: YAML needs quotes for ': ' and ' #'")
        expect(len(value) <= LIMITS.get(name, len(value)), where, f"{name} has {len(value)} characters, expected at most {LIMITS.get(name)}")
    name = fields.get("name", "")
    expect(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name), where, f"invalid name '{name}': use a-z, 0-9 and single hyphens")
    expect(name == os.path.basename(folder), where, f"expected the name of its folder, found '{name}'")
    expect(fields.get("description"), where, "expected a description")
    expect(text.count("\n") < LINES, where, f"expected fewer than {LINES} lines")


def targets(top: str) -> set[str]:
    """Returns the targets of the Makefile."""
    with open(f"{top}/Makefile", encoding="utf-8") as file:
        return {name for line in re.findall(r"^\.PHONY: (.*)", file.read(), re.M) for name in line.split()}


def commands(where: str, text: str, top: str, known: set[str]) -> None:
    """Checks the targets of make, and the scripts with their first argument."""
    for arguments in re.findall(r"`make ([^`]*)`", text):
        for target in re.findall(r"(?:^|\s)([a-z][a-z-]*)(?=\s|$)", arguments.split("'")[0]):
            expect(target in known, where, f"make {target}: the Makefile has no such target: correct the name")
    for script, argument in re.findall(r"(?:`|sh )((?:scripts/)?copies|scripts/[\w-]+)(?: +([a-z]+))?", text):
        script = script if script.startswith("scripts/") else f"scripts/{script}"
        expect(os.access(f"{top}/{script}", os.X_OK), where, f"{script} is not an executable: correct the name")
        if script == "scripts/copies" and argument:
            with open(f"{top}/{script}", encoding="utf-8") as file:
                expect(re.search(rf"^# copies {argument}\b", file.read(), re.M), where, f"scripts/copies has no command {argument}: correct the name")


def paths(where: str, text: str, top: str, tree: str) -> None:
    """Checks the paths of this checkout and of the tree. Variable parts are in capitals."""
    roots = "|".join(sorted((set(os.listdir(top)) | set(os.listdir(tree))) - {"build"}))
    for path in re.findall(rf"(?<![\w/.-])((?:{roots})/[\w./@-]*[\w-])", text):
        if re.search(r"\b[A-Z]+\b", path.split("/")[-1]):
            continue
        expect(any(os.path.exists(f"{root}/{path}") for root in (top, tree)), where, f"{path} does not exist: correct the path")


def main() -> int:
    """Checks all skills, and the tasks of their evaluation."""
    top, tree = sys.argv[1:3]
    known = targets(top)
    names = set()
    for path in sorted(glob.glob(f"{top}/skills/zerocopy-*/**/*.md", recursive=True)):
        where, folder = os.path.relpath(path, top), os.path.dirname(path)
        with open(path, encoding="utf-8") as file:
            text = file.read()
        if os.path.basename(path) == "SKILL.md":
            front_matter(where, folder, text)
            names.add(os.path.basename(folder))
        for link in re.findall(r"\]\(([^)#]+)\)", text):
            expect(os.path.exists(os.path.join(folder, link)), where, f"expected {link}, found no such file: correct the link")
        for name in re.findall(r"the skill ([a-z-]+)", text):
            expect(os.path.isfile(f"{top}/skills/{name}/SKILL.md"), where, f"{name} is not a skill: use the name of a folder in skills/")
        commands(where, text, top, known)
        paths(where, text, top, tree)
    expect(names, "skills", "expected skills, found none")
    with open(f"{top}/skills/evals/evals.json", encoding="utf-8") as file:
        tasks = json.load(file)
    for task in tasks:
        expect(set(task["skills"]) <= names, "skills/evals/evals.json", f"{task['id']} names a skill that does not exist: correct the name")
        paths("skills/evals/evals.json", task["prompt"], top, tree)
    run = subprocess.run([f"{top}/skills/evals/grade", "check"], check=False, capture_output=True, text=True)
    print(run.stdout, end="")
    expect(run.returncode == 0, "skills/evals/grade", "the check of the grader failed: " + (run.stderr.splitlines() or ["see above"])[-1])
    print("\n".join(errors))
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
