#!/usr/bin/env python3
"""Finds the code that runs at every start, and writes it down for the linker to put side by side.

    python3 tests/bench/start_order.py

Builds the release binary without such an order, starts it under valgrind up to the answer to `tools/list`, looks up in
the linker's map which functions have run, and writes crates/mcp-server/start-order.ld. Names stand there without the
hashes of compiler and versions, by crate, and shortened as long as little else comes along. Worth a run when
tests/bench/startup.py shows more resident memory than it did. Linux with valgrind, and LLD, which writes the map.
"""

import bisect
import os
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

from startup import Server

ROOT = Path(__file__).resolve().parents[2]
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
SCRIPT = ROOT / "crates" / "mcp-server" / "start-order.ld"
HEADER = """/* Code that runs at every start, side by side. Written by tests/bench/start_order.py; run it again, do not edit. */
"""
# A shorter name is taken when what it covers is at most so many times what has run of it.
SURPLUS = 4
# Functions of which at least this share has run come first, those that bring much else along after them.
DENSE = 0.3

MAP_LINE = re.compile(r"\s*([0-9a-f]+)\s+[0-9a-f]+\s+([0-9a-f]+)\s+\d+\s+(\S.*):\((\.text[^)]*)\)$")
ARCHIVE = re.compile(r"lib([^/]+)-[0-9a-f]{16}\.rlib\(")
LEGACY = re.compile(r"(\.text(?:\.unlikely)?\._ZN)(.*)17h[0-9a-f]{16}E$")


def build(work):
    """The binary with its symbols, and the linker's map."""
    arguments = ["-C", "strip=none", "-C", f"link-arg=-Wl,-Map={work}/map"]
    command = ["cargo", "rustc", "--release", "--quiet", "-p", "mcp-server", "--bin", "nightdesk", "--", *arguments]
    subprocess.run(command, cwd=ROOT, check=True, env=dict(os.environ, NIGHTDESK_START_ORDER="off"))
    return TARGET / "release" / "nightdesk", Path(work) / "map"


def addresses_run(binary, work):
    """The addresses of the binary's own instructions that run up to `tools/list`."""
    record = Path(work) / "callgrind"
    command = ["valgrind", "--quiet", "--tool=callgrind", "--dump-instr=yes", f"--callgrind-out-file={record}", str(binary)]
    server = Server(command, {"PATH": os.environ["PATH"], "HOME": work})
    server.request("tools/list", {})
    server.close()
    names, current, position, is_call, run = {}, None, 0, False, set()
    for line in record.read_text(encoding="utf-8").splitlines():
        named = re.match(r"c?ob=\((\d+)\)(?: (.*))?$", line)
        if named:
            names.setdefault(named[1], named[2])
            current = current if line.startswith("c") else names[named[1]]
        elif line.startswith("calls="):
            is_call = True
        elif line[:1] in ("0", "+", "-", "*"):
            step = line.split()[0]
            position = int(step, 16) if step[0] == "0" else position + (0 if step == "*" else int(step, 0))
            # The line after `calls=` stands for what was called.
            if not is_call and current == str(binary):
                run.add(position)
            is_call = False
    return run


def sections(linker_map):
    """Address, size, where from, and name of every section of code."""
    lines = linker_map.read_text(encoding="utf-8", errors="replace").splitlines()
    found = [MAP_LINE.match(line) for line in lines]
    return sorted((int(m[1], 16), int(m[2], 16), m[3], m[4]) for m in found if m and int(m[2], 16))


def origin(file):
    """How the linker script names the crate that a section is from; None for what is not ours to name."""
    archive = ARCHIVE.search(file)
    if archive:
        return f"*lib{archive[1]}-*.rlib:*"
    return "*nightdesk-*.o" if "/nightdesk-" in file else None


def parts(section):
    """The parts of a name that a pattern may end after, without hashes."""
    section = section.split(".llvm.")[0]
    legacy = LEGACY.match(section)
    if not legacy:
        return [re.sub(r"Cs[0-9A-Za-z]+_", "Cs*_", section)]
    found, rest = [legacy[1]], legacy[2]
    while rest:
        length = re.match(r"\d+", rest)
        end = len(length[0]) + int(length[0])
        found.append(rest[:end])
        rest = rest[end:]
    return [*found, "17h"]


class Names:
    """A tree of names with the bytes in all, and of those that have run."""

    def __init__(self):
        self.bytes, self.run, self.below = 0, 0, defaultdict(Names)

    def add(self, path, size, has_run):
        self.bytes += size
        self.run += size if has_run else 0
        if path:
            self.below[path[0]].add(path[1:], size, has_run)

    def patterns(self, path=""):
        """The shortest patterns that cover what has run, and whether each covers little else."""
        if not self.run:
            return
        if not self.below or (path.count("_ZN") and path[-3:] != "_ZN" and self.run * SURPLUS >= self.bytes):
            yield path + "*", self.run >= DENSE * self.bytes
            return
        for part, names in self.below.items():
            yield from names.patterns(path + part)


def main():
    if sys.platform != "linux":
        sys.exit("this runs on Linux only")
    with tempfile.TemporaryDirectory() as work:
        binary, linker_map = build(work)
        code = sections(linker_map)
        starts = [address for address, *_ in code]
        run = {bisect.bisect_right(starts, address) - 1 for address in addresses_run(binary, work)}
    crates = defaultdict(Names)
    for index, (_, size, file, section) in enumerate(code):
        crates[origin(file)].add(parts(section), size, index in run)
    crates.pop(None, None)
    written = [HEADER, "SECTIONS\n{\n  .text.start :\n  {\n"]
    for dense in (True, False):
        for crate in sorted(crates):
            patterns = sorted(pattern for pattern, is_dense in crates[crate].patterns() if is_dense == dense)
            if patterns:
                lines = "".join(f"      {pattern}\n" for pattern in patterns)
                written.append(f"    {crate}(\n{lines}    )\n")
    written.append("  }\n}\nINSERT BEFORE .text;\n")
    SCRIPT.write_text("".join(written), encoding="utf-8")
    print(f"{SCRIPT.relative_to(ROOT)}: {len(run)} functions run at the start")


if __name__ == "__main__":
    main()
