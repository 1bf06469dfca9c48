#!/usr/bin/env python3
"""The official Python Strands SDK as a client of Nightdesk, without a model; and beside our own agent, with a fake one.

    strands_sdk.py --nightdesk BIN [--agent BIN --fake-chat BIN]

Lists the tools and calls both analyses over stdio and HTTP. With --agent and --fake-chat, the same question goes through
both agents against the same fake Bedrock and the same server, and what each took is printed side by side. Ends with 1
if a check failed.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "recount"))
sys.path.insert(0, str(HERE.parent / "contract"))

from fake_process import FakeProcess  # noqa: E402
from mcp import StdioServerParameters, stdio_client  # noqa: E402
from mcp.client.streamable_http import streamable_http_client  # noqa: E402
from program import environment  # noqa: E402
from servers import http_server  # noqa: E402
from strands.tools.mcp import MCPClient  # noqa: E402

ANALYSES = ("analyze_aws_security_hub", "analyze_aws_cloudtrail")
EVIDENCE = "get_evidence"
QUESTION = "Are there any failed login attempts?"
MODEL = "us.amazon.nova-premier-v1:0"
ROUNDS = 5
KEYS = {"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "us-east-1"}


class Checks:
    """Counts checks, keeps those that failed."""

    def __init__(self):
        self.made, self.failed = 0, []

    def that(self, holds, what):
        self.made += 1
        if not holds:
            self.failed.append(what)


def check_tools(checks, way, transport):
    """Lists the tools, and follows a number of each analysis to the records behind it."""
    with MCPClient(transport) as client:
        listed = {tool.tool_name for tool in client.list_tools_sync()}
        checks.that({*ANALYSES, EVIDENCE} <= listed, f"{way}: {listed} lacks a tool")
        for number, name in enumerate(ANALYSES):
            answer = client.call_tool_sync(tool_use_id=f"call-{number}", name=name, arguments={"source": "sample"})
            text = answer["content"][0]["text"]
            structured = answer.get("structuredContent") or {}
            checks.that(answer["status"] == "success", f"{way}: {name} answers {answer['status']}: {text[:200]}")
            checks.that(text.startswith("# "), f"{way}: {name} answers no report: {text[:200]}")
            checks.that("analysis_id" in structured, f"{way}: {name} has no structured content")
            follow(checks, way, client, structured)


def follow(checks, way, client, structured):
    """The records behind the first fact that has some."""
    evidence = next((fact["evidence_id"] for fact in structured.get("facts", []) if fact.get("evidence_id")), None)
    arguments = {"analysis_id": structured.get("analysis_id"), "evidence_id": evidence}
    answer = client.call_tool_sync(tool_use_id="evidence", name=EVIDENCE, arguments=arguments)
    checks.that(answer["status"] == "success", f"{way}: {EVIDENCE} {arguments} answers {answer['content']}")


class Fake(FakeProcess):
    """A fake Bedrock that asks for CloudTrail and then says something."""

    def prepare(self):
        turns = [
            {"parts": [{"tool": {"id": "t1", "name": ANALYSES[1], "input": ['{"source": "sam', 'ple"}']}}]},
            {"parts": [{"text": ["Six ", "sign-ins failed."]}]},
        ]
        self._control("POST", "/_fake/turns", turns)


def measured(command, variables):
    """What a program prints, its whole time, and its peak memory in MiB. It has no children of its own."""
    started = time.perf_counter()
    process = subprocess.Popen(command, env=environment(**variables), stdout=subprocess.PIPE, text=True)
    printed = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    if status != 0:
        raise RuntimeError(f"{command} ended with {status}: {printed}")
    return json.loads(printed), seconds, usage.ru_maxrss / 1024


def compare(checks, nightdesk, agent, fake_chat):
    """The same question through both agents. Prints the medians."""
    with http_server(nightdesk) as url, Fake(fake_chat, "--mode", "script") as fake:
        variables = {**KEYS, "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": fake.endpoint}
        programs = {
            "strands-agent (Rust)": [agent, "--server", url, "--format", "json", QUESTION],
            "Strands SDK (Python)": [sys.executable, __file__, "--ask", url],
        }
        print(f"{'':24}{'question':>12}{'program':>12}{'memory':>12}")
        for name, command in programs.items():
            rows = []
            for _ in range(ROUNDS):
                fake.prepare()
                answer, whole, memory = measured(command, variables)
                checks.that("Six sign-ins failed." in answer["text"], f"{name} answers {answer['text']!r}")
                rows.append((answer["seconds"], whole, memory))
            question, whole, memory = (statistics.median(column) for column in zip(*rows))
            print(f"{name:24}{question * 1000:>9.1f} ms{whole * 1000:>9.0f} ms{memory:>8.1f} MiB")


def ask(url):
    """One question through the official agent; run as a program of its own, so that it can be measured."""
    from strands import Agent
    from strands.models import BedrockModel

    with MCPClient(lambda: streamable_http_client(url)) as client:
        model = BedrockModel(model_id=MODEL, temperature=0.0)
        agent = Agent(model=model, tools=client.list_tools_sync(), callback_handler=None)
        started = time.perf_counter()
        text = str(agent(QUESTION))
        seconds = time.perf_counter() - started
    print(json.dumps({"text": text, "seconds": seconds}))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nightdesk", help="the server")
    parser.add_argument("--agent", help="our agent")
    parser.add_argument("--fake-chat", help="the fake Bedrock")
    parser.add_argument("--ask", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.ask:
        return ask(arguments.ask)
    checks = Checks()
    stdio = StdioServerParameters(command=arguments.nightdesk, env=environment())
    check_tools(checks, "stdio", lambda: stdio_client(stdio))
    with http_server(arguments.nightdesk) as url:
        check_tools(checks, "http", lambda: streamable_http_client(url))
    if arguments.agent and arguments.fake_chat:
        compare(checks, arguments.nightdesk, arguments.agent, arguments.fake_chat)
    for failure in checks.failed:
        print(f"FAILED: {failure}")
    print(f"Strands SDK: {checks.made} checks, {len(checks.failed)} failed")
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main())
