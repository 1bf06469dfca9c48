#!/usr/bin/env python3
"""The official Python MCP SDK as a real client: both transports, both protocol eras, every tool.

    python_sdk.py --nightdesk BIN [--sample DATA]

DATA holds the sample's raw records. Prints every failed check and a summary; ends with 1 if any check failed.
"""

import argparse
import asyncio
import json
import logging
import os
import sys
import tempfile
import traceback
from contextlib import asynccontextmanager
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "recount"))

from jsonschema import Draft202012Validator  # noqa: E402
from mcp import Client, StdioServerParameters  # noqa: E402
from mcp.shared.exceptions import MCPError  # noqa: E402

from original_cases import event, finding  # noqa: E402
from program import environment  # noqa: E402
from sample import CLOUDTRAIL, SECURITY_HUB, Sample  # noqa: E402
from servers import http_server, http_status, opening, raw_stdio, refused_address  # noqa: E402
from when import instant  # noqa: E402

EVIDENCE = "get_evidence"
VERIFY = "verify_report"
RULES, EXPLAIN = "list_detections", "explain_detection"
INVESTIGATE, SEARCH = "investigate", "search_events"
MODERN, LEGACY = "2026-07-28", "2025-11-25"
ERAS = {"auto": MODERN, "legacy": LEGACY}
MAX_TEXT, MAX_ANSWER, MAX_FACTS = 4_096, 40_000, 60
MAX_CATALOGUE, MAX_INPUTS = 45_000, 14_000
ANNOTATIONS = ("read_only_hint", "destructive_hint", "idempotent_hint", "open_world_hint")
FILES = 6
# Arguments that cannot be used, and what the answer must name.
BAD_ARGUMENTS = [
    (CLOUDTRAIL, {"source": "sample", "regoins": ["eu-west-1"]}, "regoins"),
    (CLOUDTRAIL, {"source": "sample", "start": "yesterday"}, "RFC 3339"),
    (CLOUDTRAIL, {"source": "sample", "last": "1d", "start": "2026-11-20T00:00:00Z"}, "last"),
    (CLOUDTRAIL, {"source": "s3://bucket/prefix"}, "s3://"),
    (CLOUDTRAIL, {"source": "sample", "detail": "everything"}, "everything"),
    (SECURITY_HUB, {"source": "sample", "severity": ["severe"]}, "severe"),
    (SECURITY_HUB, {"source": "sample", "accounts": ["12"]}, "12 digits"),
    (SECURITY_HUB, {"source": "sample", "max_findings": "many"}, "many"),
    (EVIDENCE, {"analysis_id": "a-unknown", "evidence_id": "failed"}, "analysis_id"),
    (EVIDENCE, {"evidence_id": "failed"}, "analysis_id"),
]


class Checks:
    """Counts checks, keeps those that failed."""

    def __init__(self):
        self.made, self.failed, self.where = 0, [], ""

    def that(self, holds, what):
        self.made += 1
        if not holds:
            self.failed.append(f"{self.where}: {what}")

    def equal(self, ours, theirs, what):
        self.that(ours == theirs, f"{what}: expected {ours!r}, got {theirs!r}")


class Conversation:
    """One connection to one server, and everything that is checked over it."""

    def __init__(self, checks, sample, client):
        self.checks, self.sample, self.client = checks, sample, client
        self.validators = {}

    async def run(self):
        """Everything that needs no path; returns the default answers for comparison across connections."""
        await self.catalogue()
        await self.prompts()
        answers = {}
        for tool in (SECURITY_HUB, CLOUDTRAIL):
            answers[tool] = default = await self.default_answer(tool)
            whole = await self.structured(tool, source="sample", detail="full")
            comparison = self.sample.differences(tool, whole, default)
            self.checks.made += comparison.numbers
            self.checks.failed += [f"{self.checks.where}: {difference}" for difference in comparison.differences]
            await self.evidence(default)
            await self.verdicts(default)
            await self.detections(default)
        await self.filters(answers)
        await self.pages(answers[CLOUDTRAIL], "failed", "events")
        await self.pages(answers[SECURITY_HUB], "findings", "findings")
        await self.bad_arguments(answers[CLOUDTRAIL])
        return answers

    async def catalogue(self):
        tools = (await self.client.list_tools()).tools
        expected = [SECURITY_HUB, CLOUDTRAIL, EVIDENCE, INVESTIGATE, SEARCH, RULES, EXPLAIN, VERIFY]
        self.checks.equal(expected, [tool.name for tool in tools], "tools")
        for tool in tools:
            self.checks.that(tool.title and tool.description, f"{tool.name} has title and description")
            hints = [getattr(tool.annotations, name, None) for name in ANNOTATIONS]
            self.checks.that(all(isinstance(hint, bool) for hint in hints), f"{tool.name} has all annotations: {hints}")
            for schema in (tool.input_schema, tool.output_schema):
                Draft202012Validator.check_schema(schema)
            self.validators[tool.name] = Draft202012Validator(tool.output_schema)

    async def prompts(self):
        prompts = (await self.client.list_prompts()).prompts
        self.checks.that(len(prompts) >= 3, f"{len(prompts)} prompts")
        for prompt in prompts:
            arguments = {argument.name: "alice" for argument in prompt.arguments or [] if argument.required}
            messages = (await self.client.get_prompt(prompt.name, arguments)).messages
            self.checks.that(messages, f"prompt {prompt.name} says something")

    async def call(self, tool, arguments, progress=None):
        return await self.client.call_tool(tool, arguments, progress_callback=progress)

    async def structured(self, tool, **arguments):
        """The structured content of an answer that must be one, valid by the tool's own schema."""
        result = await self.call(tool, arguments)
        self.checks.that(not result.is_error, f"{tool} {arguments}: {text_of(result)[:300]}")
        if result.is_error:
            raise RuntimeError(f"{tool} refused {arguments}: {text_of(result)[:300]}")
        for error in self.validators[tool].iter_errors(result.structured_content):
            what = f"{tool} {arguments}: not as its schema says"
            self.checks.that(False, f"{what} at {error.json_path}: {error.message[:200]}")
        return result.structured_content

    async def default_answer(self, tool):
        result = await self.call(tool, {"source": "sample"})
        text, answer = text_of(result), await self.structured(tool, source="sample")
        whole = {"content": [{"type": "text", "text": text}], "structuredContent": result.structured_content}
        self.checks.that(0 < len(text.encode()) <= MAX_TEXT, f"{tool}: text of {len(text.encode())} bytes")
        self.checks.that(size(whole) <= MAX_ANSWER, f"{tool}: answer of {size(whole)} bytes")
        self.checks.that(0 < len(answer["facts"]) <= MAX_FACTS, f"{tool}: {len(answer['facts'])} facts")
        self.checks.equal(unsigned(result.structured_content), unsigned(answer), f"{tool}: called twice")
        self.checks.equal(1, answer["schema_version"], "schema_version")
        self.checks.equal(tool, answer["tool"], "tool")
        return answer

    async def evidence(self, answer):
        """Behind every fact stand exactly as many records as it says."""
        for fact in answer["facts"]:
            if fact["evidence_id"] is None:
                continue
            page = await self.structured(
                EVIDENCE, analysis_id=answer["analysis_id"], evidence_id=fact["evidence_id"], limit=1
            )
            what = f"{answer['tool']}: evidence {fact['evidence_id']} of {fact['metric']} {fact['scope']!r}"
            self.checks.equal(fact["value"], page["total"], what)
            self.checks.that(page["events"] or page["findings"], f"{what} has rows")

    async def detections(self, answer):
        """Every detection is one of the rules, and says why it fired."""
        rules = await self.structured(RULES)
        self.checks.that(rules["detections"], "there are rules")
        found = answer.get("detections", [])
        self.checks.that(found or answer["tool"] != CLOUDTRAIL, "the sample's attack is detected")
        for row in found:
            why = await self.structured(EXPLAIN, id=row["id"], analysis_id=answer["analysis_id"])
            self.checks.that(row["title"] in json.dumps(why, ensure_ascii=False), f"{row['id']}: explained")

    async def verdicts(self, answer):
        """The report holds, and the same report with another total does not."""
        markdown = answer["report"]["markdown"]
        own = await self.structured(VERIFY, analysis_id=answer["analysis_id"], report=markdown)
        self.checks.equal(answer["report"]["verification"], own, f"{answer['tool']}: verdict")
        self.checks.equal("verified", own["verdict"], f"{answer['tool']}: verdict on its own report")
        total = (answer.get("events") or answer.get("findings"))["total"]
        wrong = markdown.replace(f"{total:,}", f"{total + 1:,}")
        self.checks.that(wrong != markdown, f"{answer['tool']}: the report states the total")
        verdict = await self.structured(VERIFY, analysis_id=answer["analysis_id"], report=wrong)
        self.checks.equal("failed", verdict["verdict"], f"{answer['tool']}: verdict on a wrong total")

    async def filters(self, answers):
        critical = await self.structured(SECURITY_HUB, source="sample", severity=["critical"])
        ours = answers[SECURITY_HUB]["findings"]["by_severity"]["CRITICAL"]
        self.checks.equal(ours, critical["findings"]["total"], "critical findings")
        failed = await self.structured(CLOUDTRAIL, source="sample", failed_only=True)
        self.checks.equal(self.sample.failures(), failed["events"]["total"], "events with failed_only")
        coverage = failed["coverage"]
        self.checks.equal(len(self.sample.events), coverage["seen"], "seen with failed_only")
        sums = sum(coverage[name] for name in ("counted", "excluded", "duplicates", "unreadable"))
        self.checks.equal(coverage["seen"], sums, "balance with failed_only")

    async def pages(self, answer, evidence_id, kind):
        """All rows of a set by its cursor: each once, newest first, and each the hash of a raw record."""
        rows, cursor, page = [], None, None
        while page is None or cursor is not None:
            more = {"cursor": cursor} if cursor is not None else {}
            page = await self.structured(
                EVIDENCE, analysis_id=answer["analysis_id"], evidence_id=evidence_id, limit=37, **more
            )
            self.checks.equal(len(rows), page["offset"], f"{evidence_id}: offset")
            rows += page[kind]
            cursor = page["next_cursor"]
            self.checks.that(size(page) <= MAX_ANSWER, f"{evidence_id}: page of {size(page)} bytes")
            if not page[kind]:
                break
        self.checks.equal(page["kept"], len(rows), f"{evidence_id}: rows over all pages")
        places = {(row["origin"], row["index"]) for row in rows}
        self.checks.equal(len(rows), len(places), f"{evidence_id}: distinct rows")
        times = [instant(row["time"] if kind == "events" else row["updated_at"]) or 0 for row in rows]
        self.checks.equal(sorted(times, reverse=True), times, f"{evidence_id}: newest first")
        for row in rows:
            record = self.sample.texts.get(row["sha256"], {})
            ours, theirs = (("eventID", "event_id"), ("Id", "id"))[kind == "findings"]
            self.checks.that(record and record.get(ours) == row[theirs], f"{evidence_id}: hash of {row[theirs]}")

    async def bad_arguments(self, answer):
        of_answer = {"analysis_id": answer["analysis_id"], "evidence_id": "failed"}
        for tool, arguments, named in [
            *BAD_ARGUMENTS,
            (EVIDENCE, of_answer | {"limit": 0}, "1 to 100"),
            (EVIDENCE, of_answer | {"cursor": "x"}, "next_cursor"),
            (EVIDENCE, of_answer | {"evidence_id": "nobody-1"}, "evidence_id"),
        ]:
            await self.refused(tool, arguments, named)

    async def refused(self, tool, arguments, named):
        """A tool error, not a protocol error: the model should read it."""
        try:
            result = await self.call(tool, arguments)
        except MCPError as error:
            self.checks.that(False, f"{tool} {arguments}: protocol error {error}")
            return
        self.checks.that(result.is_error, f"{tool} {arguments}: refused")
        self.checks.that(named in text_of(result), f"{tool} {arguments}: {named!r} is not in {text_of(result)[:300]!r}")


async def paths_are_refused(talk, folder):
    await talk.refused(CLOUDTRAIL, {"source": str(folder)}, "--allow-path")


async def paths_are_open(talk, folder):
    """Files below the allowed folder are read, with progress; what lies outside is refused."""
    checks, steps = talk.checks, []

    async def progress(done, total, message):
        steps.append(done)

    await talk.catalogue()
    result = await talk.call(CLOUDTRAIL, {"source": str(folder)}, progress)
    checks.that(not result.is_error, f"an allowed path: {text_of(result)[:300]}")
    answer = result.structured_content or {}
    checks.equal(FILES, answer.get("events", {}).get("total"), "events below the allowed path")
    checks.that(steps, "progress is reported")
    checks.equal(sorted(steps), steps, "progress only grows")
    hub = await talk.structured(SECURITY_HUB, source=str(folder))
    checks.equal(1, hub["findings"]["total"], "findings below the allowed path")
    for outside in (folder.parent, folder / "way-out.json", folder / "absent.json"):
        await talk.refused(CLOUDTRAIL, {"source": str(outside)}, "not below an allowed folder")


@asynccontextmanager
async def connected(binary, transport, mode, *flags):
    """A client of a fresh server."""
    if transport == "stdio":
        server = StdioServerParameters(command=binary, args=list(flags), env=quiet())
        async with Client(server, mode=mode) as client:
            yield client
        return
    with http_server(binary, *flags) as url:
        async with Client(url, mode=mode) as client:
            yield client


def quiet():
    """The environment of a server whose refusals are expected."""
    return environment(NIGHTDESK_LOG="error")


def write_folder(root):
    """A folder of small logs, one finding, and a link that leads out of it."""
    folder = Path(root) / "logs"
    folder.mkdir()
    for number in range(FILES):
        log = {"Records": [event(number, "ListUsers", "iam.amazonaws.com")]}
        (folder / f"{number}.json").write_text(json.dumps(log))
    (folder / "findings.json").write_text(json.dumps({"Findings": [finding("2026-11-21T02:13:00Z")]}))
    outside = Path(root) / "outside.json"
    outside.write_text(json.dumps({"Records": [event(9, "ListUsers", "iam.amazonaws.com")]}))
    os.symlink(outside, folder / "way-out.json")
    return folder


def wire(checks, binary):
    """What the SDK would hide: nothing but JSON-RPC on stdout, and what HTTP refuses."""
    checks.where = "raw stdio"
    call = {"name": CLOUDTRAIL, "arguments": {"source": "sample"}, "_meta": {"progressToken": "p"}}
    requests = [("tools/list", {}), ("tools/call", call), ("no/such/method", {})]
    messages = [
        {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
        for number, (method, params) in enumerate(requests, start=2)
    ]
    lines, code = raw_stdio(binary, opening() + messages)
    checks.that(all(line.get("jsonrpc") == "2.0" for line in lines), "only JSON-RPC on stdout")
    answered = [line["id"] for line in lines if "method" not in line]
    checks.equal([1, 2, 3, 4], answered, "one answer to each request")
    checks.that("error" in lines[-1], "an unknown method is an error")
    tools = next(line["result"]["tools"] for line in lines if line.get("id") == 2)
    inputs = [{key: value for key, value in tool.items() if key != "outputSchema"} for tool in tools]
    checks.that(size(tools) <= MAX_CATALOGUE, f"catalogue of {size(tools)} bytes")
    checks.that(size(inputs) <= MAX_INPUTS, f"names, descriptions and input schemas of {size(inputs)} bytes")
    checks.equal(0, code, "exit code after stdin closes")

    checks.where = "raw http"
    with http_server(binary) as url:
        health = url.removesuffix("/mcp") + "/healthz"
        body = json.dumps(opening()[0])
        plain = {"Content_Type": "application/json", "Accept": "application/json, text/event-stream"}
        checks.equal(200, http_status(health), "/healthz")
        checks.equal(200, http_status(url, "POST", body, **plain), "initialize")
        checks.equal(403, http_status(url, "POST", body, **plain, Origin="https://example.com"), "a foreign Origin")
        checks.that(http_status(url, "POST", body, **plain, Host="example.com") in (403, 421), "a foreign Host")
        large = json.dumps(opening()[0] | {"padding": "x" * (1 << 20)})
        checks.that(http_status(url, "POST", large, **plain) in (413, None), "a body of more than 1 MiB")
    code, words = refused_address(binary, "0.0.0.0:0")
    checks.equal(2, code, "exit code for an address that is not loopback")
    checks.that("loopback" in words, f"the reason: {words[:200]}")


async def talk_over(checks, binary, sample, transport, mode):
    """Everything over one transport in one era."""
    with tempfile.TemporaryDirectory() as root:
        folder = write_folder(root)
        async with connected(binary, transport, mode) as client:
            checks.equal(ERAS[mode], client.protocol_version, "protocol version")
            talk = Conversation(checks, sample, client)
            answers = await talk.run()
            await paths_are_refused(talk, folder)
        async with connected(binary, transport, mode, "--allow-path", str(folder)) as client:
            await paths_are_open(Conversation(checks, sample, client), folder)
    return answers


def cause(error):
    """What broke off, and where; task groups wrap it several times."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return "".join(traceback.format_exception(error, limit=-3)).strip()


def unsigned(answer):
    """An answer without what is new in every call."""
    kept = {name: value for name, value in answer.items() if name not in ("analysis_id", "generated_at")}
    report = kept.get("report")
    if report:
        writer = {name: value for name, value in report["writer"].items() if name != "elapsed_ms"}
        kept["report"] = report | {"writer": writer}
    return kept


def text_of(result):
    return "\n".join(block.text for block in result.content if block.type == "text")


def size(value):
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nightdesk", type=Path, metavar="BIN", required=True)
    parser.add_argument(
        "--sample", type=Path, metavar="DATA", default=HERE.parents[1] / "crates" / "sample-night" / "data"
    )
    arguments = parser.parse_args()
    # The SDK complains of 202 as an answer to the end of a session.
    logging.getLogger("mcp").setLevel(logging.ERROR)
    binary, checks, sample = str(arguments.nightdesk.resolve()), Checks(), Sample(arguments.sample)
    checks.that(sample.events and sample.findings, f"the raw records of the sample are in {arguments.sample}")

    answers = {}
    for transport in ("stdio", "http"):
        for mode in ERAS:
            checks.where = f"{transport} {ERAS[mode]}"
            try:
                answers[checks.where] = asyncio.run(talk_over(checks, binary, sample, transport, mode))
            except Exception as error:
                checks.that(False, f"broke off: {cause(error)}")
    first = next(iter(answers.values()), {})
    for where, answer in answers.items():
        checks.where = where
        for tool in first:
            same = unsigned(first[tool]) == unsigned(answer[tool])
            checks.that(same, f"{tool}: the same answer as over {next(iter(answers))}")
    try:
        wire(checks, binary)
    except Exception as error:
        checks.that(False, f"broke off: {cause(error)}")

    for failure in checks.failed:
        print(failure)
    print(f"python mcp sdk: {len(answers)} of 4 connections, {checks.made} checks, {len(checks.failed)} failed")
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main())
