"""Reads the records of a file, whatever container they stand in. Shares nothing with the Rust readers.

A record is handed out as parsed JSON with its kind: `event` (CloudTrail), `finding` (ASFF or OCSF), `other`, or
`broken` for text that is no JSON. The reader is plain and holds a whole file in memory: damage, bombs and limits are
not its subject, and a file it cannot read from end to end is reported as not comparable.
"""

import gzip
import json
import zlib
from dataclasses import dataclass, field
from pathlib import Path

GZIP_MAGIC = b"\x1f\x8b"
ENVELOPES = ("Records", "Events", "Findings", "findings")


class NotComparable(Exception):
    """The file is damaged as a whole; what remains of it is not for a recount to judge."""


@dataclass
class Contents:
    """What a file held."""

    path: Path
    events: list = field(default_factory=list)
    findings: list = field(default_factory=list)
    others: int = 0
    broken: int = 0
    # An envelope was there and empty: the file was understood although it holds nothing.
    empty: bool = False
    problem: str | None = None


def read_folder(path):
    """The contents of every file at or below `path`, in path order."""
    path = Path(path)
    files = sorted(p for p in path.rglob("*") if p.is_file() and not p.is_symlink()) if path.is_dir() else [path]
    return [read_file(file) for file in files]


def read_file(path):
    """The contents of one file."""
    contents = Contents(Path(path))
    try:
        read_bytes(Path(path).read_bytes(), contents)
    except NotComparable as problem:
        contents.problem = str(problem)
    return contents


def read_bytes(data, contents):
    """Adds the records of one file's bytes."""
    try:
        text = inflate(data).decode("utf-8-sig")
    except UnicodeDecodeError:
        # Pictures and other binary files are not damaged records.
        contents.others += 1
        return
    if text.lstrip()[:1] not in ("{", "["):
        contents.others += 1
        return
    for value, broken in top_values(text):
        if broken:
            contents.broken += 1
        else:
            unpack(value, contents)


def inflate(data):
    """The bytes of a gzip file, all members, or the bytes themselves."""
    if not data.startswith(GZIP_MAGIC):
        return data
    try:
        return gzip.decompress(data)
    except (EOFError, OSError, zlib.error) as error:
        raise NotComparable(f"damaged gzip: {error}") from error


def top_values(text):
    """The JSON values that stand one after the other, else those that stand one per line."""
    try:
        return [(value, False) for value in concatenated(text)]
    except (json.JSONDecodeError, RecursionError):
        pass
    lines = [parse_line(line) for line in text.splitlines() if line.strip()]
    if all(broken for _, broken in lines):
        raise NotComparable("neither JSON nor JSON lines")
    return lines


def concatenated(text):
    position, values = 0, []
    while True:
        while position < len(text) and text[position].isspace():
            position += 1
        if position == len(text):
            return values
        value, position = DECODER.raw_decode(text, position)
        values.append(value)


def parse_line(line):
    try:
        return DECODER.decode(line), False
    except (json.JSONDecodeError, RecursionError):
        return None, True


def refuse_constant(name):
    raise json.JSONDecodeError("no JSON", name, 0)


DECODER = json.JSONDecoder(parse_constant=refuse_constant)


def unpack(value, contents):
    """Takes a value apart until only records are left."""
    if isinstance(value, list):
        contents.empty |= not value
        for element in value:
            unpack(element, contents)
        return
    if not isinstance(value, dict):
        contents.others += 1
        return
    kind = kind_of(value)
    if kind == "event":
        contents.events.append(value)
    elif kind == "finding":
        contents.findings.append(value)
    elif isinstance(value.get("CloudTrailEvent"), str):
        inner, broken = parse_line(value["CloudTrailEvent"])
        if broken:
            contents.broken += 1
        else:
            unpack(inner, contents)
    elif isinstance(value.get("detail"), dict):
        unpack(value["detail"], contents)
    elif lists := [name for name in ENVELOPES if isinstance(value.get(name), list)]:
        for name in lists:
            contents.empty |= not value[name]
            for element in value[name]:
                unpack(element, contents)
    else:
        contents.others += 1


def kind_of(record):
    """`event`, `finding` or None."""
    # Hand-edited records may have lost their source; nothing else that names an event has a region.
    if text(record, "eventName") and (text(record, "eventSource") or text(record, "awsRegion")):
        return "event"
    if text(record, "Id") and any(text(record, name) for name in ("ProductArn", "SchemaVersion", "GeneratorId")):
        return "finding"
    if isinstance(record.get("class_uid"), int) and text(part(record, "finding_info"), "uid"):
        return "finding"
    return None


def text(mapping, name):
    """A non-empty string member, else None: redacted logs are full of other things."""
    value = mapping.get(name) if isinstance(mapping, dict) else None
    return value if isinstance(value, str) and value else None


def part(mapping, *names):
    """A member that is an object, along a path; an empty one where it is absent or of another type."""
    for name in names:
        mapping = mapping.get(name) if isinstance(mapping, dict) else None
        if not isinstance(mapping, dict):
            return {}
    return mapping


def parts(mapping, name):
    """A member that is a list; an empty one where it is absent or of another type."""
    value = mapping.get(name) if isinstance(mapping, dict) else None
    return value if isinstance(value, list) else []


def same_content(record):
    """A text that is equal for equal JSON, whatever the order of keys and the spaces."""
    return json.dumps(record, sort_keys=True, separators=(",", ":"))
