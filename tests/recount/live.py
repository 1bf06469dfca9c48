"""The live recount: what the live APIs give of a folder's records, and a folder that a fake AWS can serve in full."""

import json
import re
import subprocess
import tempfile
import time
import zlib
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import events
import findings
from containers import read_folder, text
from program import environment
from when import DAY, EPOCH, SECOND, instant

REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-[0-9]")
# Records of anonymised regions, which no live call can name, are served from these.
STAND_IN_REGIONS = ("eu-west-1", "us-east-1", "us-west-2")
# LookupEvents keeps 90 days; served events lie well inside.
SERVED_DAYS = 40
BUDGET_SECONDS = "500"


def environment_for(endpoint):
    """The environment of a run against a fake AWS."""
    return environment(
        AWS_ENDPOINT_URL=endpoint,
        AWS_ACCESS_KEY_ID="AKIAEXAMPLEEXAMPLE00",
        AWS_SECRET_ACCESS_KEY="example-only",
        AWS_REGION=STAND_IN_REGIONS[0],
    )


@contextmanager
def served(fake, folder):
    """A fake AWS that serves all of the folder's records it can: its endpoint, and the records as it serves them."""
    with tempfile.TemporaryDirectory() as prepared:
        print(prepare([folder], Path(prepared)))
        command = [fake, "--events", prepared, "--findings", prepared, "--exit-on-stdin-eof"]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            yield process.stdout.readline().rpartition(" ")[2].strip(), read_folder(prepared)
        finally:
            process.stdin.close()
            process.wait()


def runs(files):
    """The live runs for the records of these files, and what should come out."""
    records = [record for file in files for record in file.events if can_be_looked_up(record)]
    asff = [record for file in files for record in file.findings if REGION.fullmatch(finding_region(record) or "")]
    if records:
        times = [instant(record["eventTime"]) for record in records]
        regions = ",".join(sorted({record["awsRegion"] for record in records}))
        flags = ("--source", "aws", "--regions", regions, "--max-seconds", BUDGET_SECONDS)
        window = ("--start", rfc3339(min(times)), "--end", rfc3339(max(times) + SECOND))
        yield "live [cloudtrail]", "cloudtrail", (*flags, *window), as_seen_live(events.recount(records))
    if asff:
        regions = ",".join(sorted({finding_region(record) for record in asff}))
        flags = ("--source", "aws", "--regions", regions, "--max-seconds", BUDGET_SECONDS)
        for name, include_all, include in (("", False, ()), (", all", True, ("--include", "all"))):
            yield f"live [security-hub{name}]", "security-hub", (*flags, *include), findings_at_the_call(
                asff, include_all
            )


def findings_at_the_call(records, include_all):
    return lambda answer: as_seen_live(findings.recount(records, include_all, as_of=as_of(answer)))


def as_of(answer):
    """The instant that "last 7 days" counts from."""
    return instant(answer["scope"]["as_of"])


def as_seen_live(expected):
    """What services filter is never seen, and pages may overlap; the regions are those that were asked."""
    for name in ("seen", "excluded", "duplicates"):
        expected.numbers.pop(f"coverage.{name}")
    expected.numbers["coverage.complete"] = True
    expected.rows.pop("coverage.sources")
    expected.names.pop("scope.regions")
    expected.instants.pop("scope.as_of", None)
    return expected


def can_be_looked_up(record):
    """Management events of a named region, with a time; records that do not say are management events."""
    category, management = text(record, "eventCategory"), record.get("managementEvent")
    looked_up = category == "Management" or (category is None and management in (None, True))
    named = REGION.fullmatch(text(record, "awsRegion") or "")
    return bool(looked_up and named and instant(record.get("eventTime")) is not None)


def finding_region(record):
    if "class_uid" in record:
        return None
    in_arn = (text(record, "ProductArn") or "").split(":")[3:4]
    return text(record, "Region") or next(iter(in_arn), None)


def prepare(folders, out):
    """Writes all records of the folders so that the live APIs can give every one of them back."""
    base = (int(time.time()) // 86_400 - SERVED_DAYS - 1) * 86_400 * SECOND
    records, asff, left_out = [], {}, 0
    for file in (file for folder in folders for file in read_folder(folder)):
        for record in file.events:
            at = instant(record.get("eventTime"))
            if at is None:
                left_out += 1
                continue
            record["eventTime"] = rfc3339(base + at % (SERVED_DAYS * DAY))
            if not REGION.fullmatch(text(record, "awsRegion") or ""):
                name = str(record.get("awsRegion")).encode()
                record["awsRegion"] = STAND_IN_REGIONS[zlib.crc32(name) % len(STAND_IN_REGIONS)]
            left_out += not can_be_looked_up(record)
            records.append(record)
        for record in file.findings:
            # A hub holds one finding of each id.
            known = asff.setdefault((text(record, "ProductArn"), record.get("Id")), record)
            left_out += "class_uid" in record or known is not record
            # Security Hub fills in the region of every finding it holds.
            if region := finding_region(record):
                record["Region"] = region
    hub = [record for record in asff.values() if "class_uid" not in record]
    out.mkdir(parents=True, exist_ok=True)
    (out / "events.json").write_text(json.dumps({"Records": records}))
    (out / "findings.json").write_text(json.dumps({"Findings": hub}))
    counts = f"{len(records)} events and {len(hub)} findings"
    return f"{', '.join(map(str, folders))}: {counts} can be served; {left_out} records are in no live API"


def rfc3339(nanoseconds):
    """Whole seconds, as CloudTrail writes them."""
    return (EPOCH + timedelta(seconds=nanoseconds // SECOND)).strftime("%Y-%m-%dT%H:%M:%SZ")
