#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Compares the disassembly of functions with their comments, and prints KTAP.

codegen.py CASES FOLDER...: CASES/NAME.rs has the functions, CASES/NAME_c.c the same functions in C.
A FOLDER, named after the optimization level, has the disassembly of both, NAME.s and NAME_c.s, and
the disassembly of the kernel's helpers, which C inlines.

The lines of a function's comment specify its code at -O2:

  calls: SYMBOL...    the allowed calls, or "any". Without the line, no call is allowed, not even a
                      memcpy() or a panic
  needs: SYMBOL...    the required calls, which are also allowed. A symbol that is named N times must
                      be called N times
  frame: BYTES        the maximum stack frame
  fetches: SIZE...    the sizes of the loads through pointers that the function has loaded, on the
                      longest path. No byte may be loaded twice
  guarded: HELPER     a helper in which each cmpxchg is between an inc and a dec of a counter in
                      memory: pagefault_disable() and pagefault_enable()
  beyond-c: N WHAT... extra instructions, branches or loads allowed beyond C, then ": REASON"

At -Os, rustc keeps loops, and might not inline a function with one caller. The frame may be larger
there, and the function is not compared with C.
"""

import os
import re
import sys
from dataclasses import dataclass, field

SIZES = {"b": 1, "w": 2, "l": 4, "q": 8}
ARGUMENTS = ("rdi", "rsi", "rdx", "rcx", "r8", "r9")
CALL_CLOBBERED = ARGUMENTS + ("rax", "r10", "r11")
# The stack limit in bytes where the compiler does not optimize fully.
LARGE_FRAME = 128
# Padding between functions.
PADDING = re.compile(r"^(nop|int3|cs$|data16|xchgw$)")


def full(register: str) -> tuple[str, int]:
    """Returns the 64-bit register that contains `register`, and the size of `register` in bytes."""
    match = re.fullmatch(r"r(\d+)([bwd]?)", register)
    if match:
        return f"r{match[1]}", {"b": 1, "w": 2, "d": 4, "": 8}[match[2]]
    if register in ("sil", "dil", "bpl", "spl"):
        return f"r{register[:2]}", 1
    if re.fullmatch(r"[abcd][lh]", register):
        return f"r{register[0]}x", 1
    if register[0] in "re":
        return f"r{register[1:]}", 8 if register[0] == "r" else 4
    return f"r{register}", 2


@dataclass
class Instruction:
    """An instruction, one line of a disassembly."""

    address: int
    name: str
    operands: list[str]
    symbol: str = ""

    @property
    def target(self) -> int | None:
        """Returns the target of a jump within the function."""
        if self.symbol or not self.operands or not self.name.startswith("j"):
            return None
        match = re.match(r"0x([0-9a-f]+)", self.operands[0])
        return int(match[1], 16) if match else None

    @property
    def memory(self) -> str:
        """Returns the memory operand of the instruction."""
        if self.name.startswith(("lea", "nop")):
            return ""
        return next((operand for operand in self.operands if "(" in operand), "")

    @property
    def reads(self) -> bool:
        """Returns true if the instruction loads from memory other than the stack."""
        return self.read_size() > 0 and not re.search(r"\(%r[sb]p", self.memory)

    def read_size(self) -> int:
        """Returns the number of bytes that the instruction loads from memory."""
        if not self.memory:
            return 0
        if self.name.startswith("mov") and self.operands[-1] == self.memory:
            return 0
        if self.name.startswith("set"):
            return 0
        name = re.sub(r"^(mov[sz][bwl])[wlq]$", r"\1", self.name.split()[-1])
        return SIZES.get(name[-1], 8)


@dataclass
class Function:
    """A function and the properties of its disassembly."""

    name: str
    code: list[Instruction] = field(default_factory=list)

    def trimmed(self) -> None:
        """Removes the padding after the function."""
        while self.code and PADDING.match(self.code[-1].name):
            self.code.pop()

    @property
    def instructions(self) -> int:
        """Returns the number of instructions."""
        return len(self.code)

    @property
    def calls(self) -> set[str]:
        """Returns the symbols that the function calls or jumps to, and its instructions that copy or panic."""
        calls = set()
        for i in self.code:
            if i.name.startswith(("call", "j")) and i.target is None:
                calls.add(i.symbol or f"*{i.operands[0]}")
            if i.name.startswith(("rep", "ud2", "movs")) and "(" in "".join(i.operands[-1:]):
                calls.add(i.name)
            if i.name == "ud2":
                calls.add("ud2")
        return {call for call in calls if call != "__x86_return_thunk"}

    def called(self, symbol: str) -> int:
        """Counts the instructions that call or jump to a symbol."""
        return sum(i.symbol == symbol for i in self.code if i.name.startswith(("call", "j")))

    @property
    def branches(self) -> int:
        """Counts the conditional jumps."""
        return sum(i.name.startswith("j") and i.name != "jmp" for i in self.code)

    @property
    def loads(self) -> int:
        """Counts the instructions that load from memory other than the stack."""
        return sum(i.reads for i in self.code)

    @property
    def frame(self) -> int:
        """Returns the size of the stack frame in bytes, without the return address."""
        size = deepest = 0
        for i in self.code:
            if i.name == "pushq":
                size += 8
            elif i.name == "popq":
                size -= 8
            elif i.name in ("subq", "addq") and i.operands[1] == "%rsp":
                match = re.fullmatch(r"\$(-?)0x([0-9a-f]+)", i.operands[0])
                if not match:
                    return sys.maxsize
                sign = 1 if (i.name == "subq") != bool(match[1]) else -1
                size += sign * int(match[2], 16)
            deepest = max(deepest, size)
        return deepest


def operands(text: str) -> list[str]:
    """Splits operands at commas, except for the commas within memory operands."""
    return [operand.strip() for operand in re.findall(r"(?:[^,(]|\([^)]*\))+", text)]


def read(path: str) -> dict[str, Function]:
    """Reads the functions of a disassembly, by the last part of their names."""
    functions: dict[str, Function] = {}
    function = None
    prefix, address = "", 0
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            if match := re.match(r"[0-9a-f]+ <(.*)>:$", line):
                function = Function(re.sub(r".*::", "", match[1]))
                functions[function.name] = function
            elif function and (match := re.match(r"\s+[0-9a-f]+:\s+R_\w+\s+(\S.*)$", line)):
                function.code[-1].symbol = re.sub(r"[+-]0x[0-9a-f]+$", "", match[1])
            elif function and (match := re.match(r"\s*([0-9a-f]+):\s+(.*)$", line)):
                text = re.sub(r"\s*(<[^>]*>|#.*)$", "", match[2]).strip()
                # A prefix may be on a line of its own.
                address = address if prefix else int(match[1], 16)
                text, prefix = prefix + text, ""
                parts = text.split(None, 1)
                if parts[0] in ("lock", "rep", "repne", "notrack"):
                    if len(parts) == 1:
                        prefix = f"{text} "
                        continue
                    more = parts[1].split(None, 1)
                    parts = [f"{parts[0]} {more[0]}", *more[1:]]
                function.code.append(
                    Instruction(address, parts[0], operands("".join(parts[1:])))
                )
    for function in functions.values():
        function.trimmed()
    return functions


class Path:
    """The values of the registers on one path through a function, as expressions over its arguments.

    A value is a pair of an expression and a number that is added to it.
    """

    def __init__(self, helpers: dict[str, Function]) -> None:
        self.helpers = helpers
        self.registers = {name: (("argument", name), 0) for name in ARGUMENTS}
        self.registers["rsp"] = (("stack",), 0)
        self.stack: dict[int, tuple] = {}
        self.loads: list[tuple] = []
        self.compared: list[tuple] = []
        self.fresh = 0

    def copy(self) -> "Path":
        """Copies the state for another path."""
        other = Path(self.helpers)
        other.registers, other.stack = dict(self.registers), dict(self.stack)
        other.loads, other.fresh = list(self.loads), self.fresh
        return other

    def unknown(self) -> tuple:
        """Returns a new unknown value."""
        self.fresh += 1
        return (("unknown", self.fresh), 0)

    def register(self, name: str) -> tuple:
        """Returns the value of a register."""
        name, size = full(name)
        value = self.registers.setdefault(name, self.unknown())
        return value if size == 8 else (("part", size, value), 0)

    def address(self, operand: str) -> tuple:
        """Returns the address of a memory operand."""
        match = re.fullmatch(r"(?:%[fg]s:)?(-?)(?:0x)?([0-9a-f]*)\((.*)\)", operand)
        if not match:
            return self.unknown()
        offset = int(match[2] or "0", 16) * (-1 if match[1] else 1)
        parts = [part.strip().lstrip("%") for part in match[3].split(",")]
        base = self.register(parts[0]) if parts[0] else (("number",), 0)
        if len(parts) > 1:
            scale = int(parts[2]) if len(parts) > 2 else 1
            index = self.register(parts[1])
            if index[0] == ("number",):
                return (base[0], base[1] + offset + scale * index[1])
            base = (("sum", base[0], scale, index), base[1])
        return (base[0], base[1] + offset)

    def load(self, operand: str, size: int) -> tuple:
        """Returns the value in memory, and records the load."""
        base, offset = self.address(operand)
        if base == ("stack",):
            return self.stack.get(offset, self.unknown())
        self.loads.append((base, offset, size))
        return (("loaded", base, offset, size), 0)

    def value(self, operand: str, size: int) -> tuple:
        """Returns the value of an operand."""
        if operand.startswith("$"):
            return (("number",), int(operand[1:], 16))
        if operand.startswith("%"):
            return self.register(operand[1:])
        return self.load(operand, size)

    def write(self, operand: str, value: tuple) -> None:
        """Stores a value in a register or on the stack."""
        if operand.startswith("%"):
            name, size = full(operand[1:])
            if size < 4:
                value = self.unknown()
            elif size == 4 and value[0] != ("number",):
                value = (("part", 4, value), 0) if value[0][0] != "part" else value
            self.registers[name] = value
        else:
            base, offset = self.address(operand)
            if base == ("stack",):
                self.stack[offset] = value

    def jumps(self, i: Instruction) -> bool | None:
        """Decides a conditional jump between known numbers, as at the end of a loop."""
        if i.name not in ("je", "jne") or not self.compared:
            return None
        (right, more), (left, offset) = self.compared
        if (left, right) != (("number",), ("number",)):
            return None
        return (more == offset) == (i.name == "je")

    def call(self, symbol: str) -> None:
        """Runs the called function if it is a helper without branches."""
        helper = self.helpers.get(symbol)
        code = helper.code if helper and not helper.branches and not helper.calls else []
        for i in code:
            if not i.name.startswith("ret"):
                self.step(i)
        for name in CALL_CLOBBERED:
            if name != "rax" or not code:
                self.registers[name] = self.unknown()

    def step(self, i: Instruction) -> None:
        """Runs one instruction."""
        size = i.read_size()
        if i.name.startswith("call") or i.symbol in self.helpers:
            self.call(i.symbol)
        elif i.name in ("pushq", "popq"):
            base, offset = self.registers["rsp"]
            if i.name == "pushq":
                self.registers["rsp"] = (base, offset - 8)
                self.stack[offset - 8] = self.value(i.operands[0], 8)
            else:
                self.write(i.operands[0], self.stack.get(offset, self.unknown()))
                self.registers["rsp"] = (base, offset + 8)
        elif i.name.startswith("lea"):
            self.write(i.operands[1], self.address(i.operands[0]))
        elif i.name.startswith("mov"):
            self.write(i.operands[-1], self.value(i.operands[0], size))
        elif i.name.startswith("nop"):
            pass
        elif i.name.startswith(("cmp", "test", "bt")):
            values = [self.value(operand, size) for operand in i.operands]
            self.compared = values if i.name.startswith("cmp") else []
        elif i.operands:
            values = [self.value(operand, size) for operand in i.operands]
            result = (("result", i.name, tuple(values)), 0)
            if i.name == "xorl" and values[0] == values[1]:
                result = (("number",), 0)
            elif i.name in ("addq", "subq") and values[0][0] == ("number",):
                sign = 1 if i.name == "addq" else -1
                result = (values[1][0], values[1][1] + sign * values[0][1])
            elif i.name in ("incq", "decq"):
                result = (values[0][0], values[0][1] + (1 if i.name == "incq" else -1))
            elif i.name == "addq":
                # A sum is the same in either order.
                result = (("sum", *sorted(values, key=repr)), 0)
            elif i.name.startswith(("set", "xchg", "mul", "div", "cmpxchg", "lock", "sbb", "adc")):
                result = self.unknown()
            self.write(i.operands[-1], result)


def paths(function: Function, helpers: dict[str, Function]):
    """Returns all paths through a function, whose loops must have known bounds."""
    index = {i.address: n for n, i in enumerate(function.code)}
    todo = [(0, Path(helpers))]
    while todo:
        at, path = todo.pop()
        while at < len(function.code):
            i = function.code[at]
            if i.name.startswith("j"):
                if i.target is None:
                    path.call(i.symbol)
                    break
                jumps = True if i.name == "jmp" else path.jumps(i)
                if jumps is None and i.target <= i.address:
                    raise ValueError("expected fetches on straight paths, found a loop")
                if jumps is None:
                    todo.append((index[i.target], path.copy()))
                elif jumps:
                    at = index[i.target]
                    continue
            elif i.name.startswith("ret"):
                break
            else:
                path.step(i)
            at += 1
        yield path


def guarded(function: Function | None) -> bool:
    """Checks that each cmpxchg is between the two updates of a counter."""
    code = function.code if function else []
    places = [n for n, i in enumerate(code) if "cmpxchg" in i.name]

    def updates(part: list[Instruction], names: str) -> set[str]:
        return {i.memory for i in part if re.match(names, i.name) and i.memory}

    return bool(places) and all(
        updates(code[:n], "inc|add") & updates(code[n:], "dec|sub") for n in places
    )


def is_loaded(expression: object) -> bool:
    """Returns true if an expression contains a loaded pointer."""
    if isinstance(expression, tuple):
        return expression[:1] == ("loaded",) or any(map(is_loaded, expression))
    return False


def fetches(function: Function, helpers: dict[str, Function]) -> list[int]:
    """Returns the sizes of the loads through loaded pointers, on the longest path."""
    longest: list[int] = []
    for path in paths(function, helpers):
        loads = [load for load in path.loads if is_loaded(load[0]) or load[0][0] == "unknown"]
        for n, (base, offset, size) in enumerate(loads):
            for other, other_offset, other_size in loads[:n]:
                if base == other and offset < other_offset + other_size \
                        and other_offset < offset + size:
                    raise ValueError(f"expected one fetch of the {size} bytes at {offset}, found two")
        longest = max(longest, [size for _, _, size in loads], key=len)
    return sorted(longest)


def comments(path: str):
    """Reads the functions of a Rust file, in order, with the lines of their comments."""
    lines: dict[str, str] = {}
    with open(path, encoding="utf-8") as source:
        for line in source:
            if match := re.match(r"/// ([a-z-]+): (.*)$", line):
                lines[match[1]] = match[2]
            elif match := re.match(r"pub fn (\w+)", line):
                yield match[1], lines
                lines = {}


def judge(function: Function, twin: Function | None, helpers: dict[str, Function],
          lines: dict[str, str], fast: bool) -> tuple[str, list[str]]:
    """Returns the measurements of a function, and the limits that it exceeds."""
    wrong = []
    needed = lines.get("needs", "").split()
    for symbol in sorted(set(needed)):
        if function.called(symbol) < needed.count(symbol):
            wrong.append(f"expected {needed.count(symbol)} calls of {symbol}, found {function.called(symbol)}")
    allowed = lines.get("calls", "").split() + needed
    others = {call for call in function.calls if re.sub(r".*::", "", call) not in allowed}
    if others and allowed != ["any"]:
        wrong.append(f"expected only the calls {' '.join(allowed) or 'none'}, found {', '.join(sorted(others))}")
    limit = int(lines["frame"]) if fast else LARGE_FRAME
    if function.frame > limit:
        wrong.append(f"expected at most {limit} bytes of stack, found {function.frame}")
    if "fetches" in lines:
        try:
            found = fetches(function, helpers)
            if " ".join(map(str, found)) != lines["fetches"].replace("none", ""):
                wrong.append(f"expected fetches {lines['fetches']}, found {found}")
        except ValueError as error:
            wrong.append(str(error))
    if "guarded" in lines and not guarded(helpers.get(lines["guarded"])):
        wrong.append(f"expected a guard around the atomic operation of {lines['guarded']}, found none")
    for what in ("instructions", "branches", "loads"):
        beyond = re.search(rf"(\d+) {what}", lines.get("beyond-c", ""))
        more = int(beyond[1]) if beyond else 0
        if twin and fast and getattr(function, what) > getattr(twin, what) + more:
            wrong.append(f"expected at most {getattr(twin, what) + more} {what}, found {getattr(function, what)}")
    said = ", ".join(
        f"{getattr(function, what)} {what}" + (f" ({getattr(twin, what)} in C)" if twin else "")
        for what in ("instructions", "branches", "loads")
    )
    return f"{said}, {function.frame} bytes of stack", wrong


def main() -> int:
    """Checks all functions of all files."""
    cases, folders = sys.argv[1], sys.argv[2:]
    results = []
    for folder in folders:
        level = os.path.basename(folder)
        helpers = read(os.path.join(folder, "helpers.s"))
        for file in sorted(os.listdir(cases)):
            if not file.endswith(".rs"):
                continue
            name = file.removesuffix(".rs")
            rust = read(os.path.join(folder, f"{name}.s"))
            twins = os.path.join(folder, f"{name}_c.s")
            c = read(twins) if os.path.exists(twins) else {}
            for function, lines in comments(os.path.join(cases, file)):
                said, wrong = judge(rust[function], c.get(function), helpers, lines, level == "2")
                if c and function not in c:
                    wrong.append("expected a counterpart in C, found none")
                results.append((f"-O{level} {name}::{function}", said, wrong))
    print(f"KTAP version 1\n1..{len(results)}")
    for number, (name, said, wrong) in enumerate(results, 1):
        print(f"# {name}: {said}")
        for complaint in wrong:
            print(f"# {name}: {complaint}")
        print(f"{'not ' if wrong else ''}ok {number} {name}")
    return any(wrong for _, _, wrong in results)


if __name__ == "__main__":
    sys.exit(main())
