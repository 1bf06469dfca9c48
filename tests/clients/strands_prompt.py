#!/usr/bin/env python3
"""The prompt of strands-agent, at a terminal: commands, approval, and Ctrl-C that stops an answer and not the session.

    strands_prompt.py --agent BIN --nightdesk BIN --test-server BIN --fake-chat BIN

Needs no package. Prints every failed check and a summary; ends with 1 if any check failed.
"""

import argparse
import json
import os
import pathlib
import pty
import re
import select
import signal
import sys
import tempfile
import termios
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "recount"))
sys.path.insert(0, str(HERE.parent / "contract"))

from fake_process import FakeProcess  # noqa: E402
from program import environment  # noqa: E402

PROMPT = "Security Analyst> "
PATIENCE_SECONDS = 30
KEYS = {"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "us-east-1"}
CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|[\r\x07]|\x1b[=>]")


class Session:
    """A program at a terminal of its own."""

    def __init__(self, command, variables):
        self.seen, self.at = "", 0
        self.process, self.terminal = pty.fork()
        if self.process == 0:
            os.execve(command[0], command, environment(TERM="xterm", NO_COLOR="1", **variables))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.close(self.terminal)
        os.waitpid(self.process, 0)

    def send(self, text):
        os.write(self.terminal, text.encode())

    def until(self, text):
        """Everything up to and with `text`, from where the last call ended."""
        ends = time.monotonic() + PATIENCE_SECONDS
        while (found := self.seen.find(text, self.at)) < 0:
            ready, _, _ = select.select([self.terminal], [], [], max(0, ends - time.monotonic()))
            piece = self._read() if ready else b""
            if not piece:
                raise RuntimeError(f"{text!r} never came after {self.seen[self.at:]!r}")
            self.seen += CONTROL.sub("", piece.decode("utf-8", "replace"))
        passed = self.seen[self.at : found + len(text)]
        self.at = found + len(text)
        return passed

    def command(self, line):
        """What a line leads to, up to the next prompt."""
        self.send(line + "\r")
        return self.until(PROMPT)

    def ended(self):
        """Whether the program ends by itself."""
        ends = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < ends:
            if select.select([self.terminal], [], [], 0.1)[0] and not self._read():
                return True
        return False

    def _read(self):
        try:
            return os.read(self.terminal, 65_536)
        except OSError:
            return b""


class Checks:
    """Counts checks, keeps those that failed."""

    def __init__(self):
        self.made, self.failed = 0, []

    def holds(self, what, text, *words):
        self.made += 1
        missing = [word for word in words if word not in text]
        if missing:
            self.failed.append(f"{what}: {missing} not in {text!r}")


def check_commands(checks, agent, nightdesk):
    """A newcomer without an account: the offer, the example questions, every command."""
    folder = tempfile.mkdtemp()
    with Session([agent], {"NIGHTDESK": nightdesk}) as session:
        checks.holds("no credentials", session.until("[y/N]: "), "aws sso login", "--provider offline")
        session.send("y\r")
        checks.holds("welcome", session.until(PROMPT), "1  Analyze my Security Hub findings", "sample")
        checks.holds("example 4", session.command("4"), "analyze_aws_cloudtrail", "sign-ins", "1 tool call")
        checks.holds("/tools", session.command("/tools"), "analyze_aws_security_hub (only reads)", "MCP ")
        checks.holds("/model", session.command("/model"), "offline stand-in")
        checks.holds("/cost", session.command("/cost"), "1 question", "no price is known")
        for name, word in (("a.md", "# Are there any failed login attempts?"), ("a.json", '"question"')):
            path = os.path.join(folder, name)
            checks.holds("/save", session.command(f"/save {path}"), "1 answers are in")
            checks.holds(name, pathlib.Path(path).read_text(), word)
            checks.holds("not over a file", session.command(f"/save {path}"), "exists")
            checks.holds("for its owner only", oct(os.stat(path).st_mode), "600")
        checks.holds("/reset", session.command("/reset"), "forgotten")
        checks.holds("/help", session.command("/help"), "/save FILE", "Ctrl-C")
        checks.holds("Ctrl-C at the prompt", session.command("half a line\x03"), "Ctrl-D leave")
        session.send("quit\r")
        checks.holds("quit", str(session.ended()), "True")


def check_control(checks, agent, test_server, fake_chat):
    """Approval, elicitation, and an answer that is stopped."""
    config = tempfile.NamedTemporaryFile("w", suffix=".json")
    json.dump({"mcpServers": {"test": {"command": test_server}}}, config)
    config.flush()
    with FakeProcess(fake_chat, "--mode", "script") as fake:
        variables = {**KEYS, "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": fake.endpoint}
        with Session([agent, "--mcp-config", config.name], variables) as session:
            session.until(PROMPT)

            def script(*tools):
                calls = [{"parts": [{"tool": {"id": "t", "name": name, "input": ['{"id": 7}']}}]} for name in tools]
                fake._control("POST", "/_fake/turns", [*calls, {"parts": [{"text": ["All ", "done."]}]}])

            script("erase", "erase")
            session.send("Erase.\r")
            checks.holds("approval", session.until("[N]o: "), "erase", '"id": 7', "destroy")
            session.send("a\r")
            checks.holds("always", session.until(PROMPT), "All done.", "2 tool calls")
            script("unmarked")
            session.send("Do it.\r")
            session.until("[N]o: ")
            session.send("n\r")
            checks.holds("denied", session.until(PROMPT), "did not approve", "All done.")
            script("ask")
            session.send("Ask.\r")
            checks.holds("elicitation", session.until("]: "), "The server test asks: Who are you?", "name")
            session.send("Ada\r")
            checks.holds("answered", session.until(PROMPT), "All done.")
            script("hang")
            session.send("Hang.\r")
            session.until("→ hang")
            session.send("\x03")
            checks.holds("Ctrl-C", session.until(PROMPT), "Stopped.")
            script("state")
            checks.holds("the session goes on", session.command("Still there?"), "✓ state", "All done.")
            stuck = {"parts": [{"text": ["As far ", "as I ", "can"]}], "fault": "hang_mid_stream"}
            fake._control("POST", "/_fake/turns", [stuck])
            session.send("Well?\r")
            checks.holds("words come before the answer ends", session.until("As far"), "As far")
            session.send("\x03")
            checks.holds("Ctrl-C in the middle of a word", session.until(PROMPT), "Stopped.")
            script("state")
            session.send("\x1b[A\x1b[A\r")
            checks.holds("history has the line before", session.until("All done."), "Still there?", "✓ state")
            session.until(PROMPT)
            script("state")
            session.send("Are you here\x17\x17we well?\r")
            session.until("All done.")
            session.until(PROMPT)
            path = os.path.join(tempfile.mkdtemp(), "all.json")
            session.command(f"/save {path}")
            checks.holds("editing takes words back", pathlib.Path(path).read_text(), '"Are we well?"')
            session.send("\x04")
            checks.holds("Ctrl-D", str(session.ended()), "True")


def check_told_to_end(checks, agent, nightdesk):
    """SIGTERM while a line is being typed: the program ends, and the terminal is as it was."""
    with Session([agent, "--provider", "offline"], {"NIGHTDESK": nightdesk}) as session:
        found = termios.tcgetattr(session.terminal)
        session.until(PROMPT)
        session.send("half a line")
        session.until("half a line")
        os.kill(session.process, signal.SIGTERM)
        checks.holds("SIGTERM at the prompt", str(session.ended()), "True")
        checks.holds("the terminal is as it was", str(termios.tcgetattr(session.terminal) == found), "True")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("agent", "nightdesk", "test-server", "fake-chat"):
        parser.add_argument(f"--{name}", required=True)
    arguments = parser.parse_args()
    checks = Checks()
    check_commands(checks, arguments.agent, arguments.nightdesk)
    check_told_to_end(checks, arguments.agent, arguments.nightdesk)
    check_control(checks, arguments.agent, arguments.test_server, arguments.fake_chat)
    for failure in checks.failed:
        print(f"FAILED: {failure}")
    print(f"strands-agent at a terminal: {checks.made} checks, {len(checks.failed)} failed")
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main())
