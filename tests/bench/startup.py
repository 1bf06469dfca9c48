#!/usr/bin/env python3
"""Start-up time and memory of nightdesk, beside a minimal Python MCP server in the same run.

    python3 -m venv venv && venv/bin/pip install -r tests/clients/requirements.txt
    cargo build --release -p mcp-server && cargo build --release -p test-support --bin fake-aws
    venv/bin/python tests/bench/startup.py --nightdesk target/release/nightdesk --fake-aws target/release/fake-aws

Start-up: from spawning the process to the answer to `initialize`, over stdio, pipes as a host would use.
Memory: resident set (VmRSS) after `tools/list`; and, for nightdesk, after one live call of each tool through the fake.
The two programs are started in turn, so that a noisy machine troubles both alike. Linux only (reads /proc).
"""

import argparse
import importlib.util
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

INITIALIZE = {
    "jsonrpc": "2.0", "id": 1, "method": "initialize",
    "params": {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "bench", "version": "0"}},
}

PYTHON_SERVER = '''
from mcp.server import MCPServer
server = MCPServer("minimal")

@server.tool()
def hello(name: str) -> str:
    """Says hello."""
    return f"hello {name}"

server.run()
'''


class Server:
    def __init__(self, command, environment):
        self.started = time.perf_counter()
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment, bufsize=0)
        self.id = 1
        self.write(INITIALIZE)
        self.read()
        self.ready = time.perf_counter() - self.started
        self.write({"jsonrpc": "2.0", "method": "notifications/initialized"})

    def write(self, message):
        self.process.stdin.write(json.dumps(message).encode() + b"\n")

    def read(self):
        buffer = b""
        while not buffer.endswith(b"\n"):
            chunk = self.process.stdout.read(1 << 16)
            if not chunk:
                raise RuntimeError("the server ended")
            buffer += chunk
        return [json.loads(line) for line in buffer.splitlines()]

    def request(self, method, params):
        self.id += 1
        self.write({"jsonrpc": "2.0", "id": self.id, "method": method, "params": params})
        while True:
            for message in self.read():
                if message.get("id") == self.id:
                    return message["result"]

    def resident_mib(self):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as status:
            for line in status:
                if line.startswith("VmRSS"):
                    return int(line.split()[1]) / 1024
        raise RuntimeError("no VmRSS")

    def close(self):
        self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()


def start_fake(binary):
    fake = subprocess.Popen(
        [binary, "--listen", "127.0.0.1:0", "--synthetic-events", "400", "--synthetic-findings", "300"], stdout=subprocess.PIPE, text=True)
    line = fake.stdout.readline()
    return fake, line.split()[-1].strip()


def row(name, times, resident):
    print(f"{name:<24} start-up median {statistics.median(times) * 1e3:8.1f} ms   min {min(times) * 1e3:8.1f} ms   "
          f"resident after tools/list median {statistics.median(resident):6.1f} MiB   max {max(resident):6.1f} MiB")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nightdesk", required=True)
    parser.add_argument("--fake-aws", help="measures memory after live calls too")
    parser.add_argument("--runs", type=int, default=21)
    parser.add_argument("--at-most", type=float, metavar="MIB", help="fail when nightdesk's median memory is above this")
    arguments = parser.parse_args()
    nightdesk = os.path.abspath(arguments.nightdesk)
    clean = {"PATH": os.environ["PATH"], "HOME": tempfile.mkdtemp()}
    has_python_sdk = importlib.util.find_spec("mcp") is not None

    ours, theirs, our_memory, their_memory = [], [], [], []
    for run in range(arguments.runs):
        server = Server([nightdesk], clean)
        server.request("tools/list", {})
        ours.append(server.ready)
        our_memory.append(server.resident_mib())
        server.close()
        if has_python_sdk and run < 5:
            server = Server([sys.executable, "-c", PYTHON_SERVER], clean)
            server.request("tools/list", {})
            theirs.append(server.ready)
            their_memory.append(server.resident_mib())
            server.close()
    row("nightdesk", ours, our_memory)
    if theirs:
        row("minimal Python server", theirs, their_memory)
    else:
        print("minimal Python server    skipped: this Python has no mcp package")

    if arguments.fake_aws:
        fake, endpoint = start_fake(arguments.fake_aws)
        try:
            live = dict(clean, AWS_ENDPOINT_URL=endpoint, AWS_ACCESS_KEY_ID="AKIAIOSFODNN7EXAMPLE",
                        AWS_SECRET_ACCESS_KEY="wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", AWS_REGION="us-east-1")
            server = Server([nightdesk], live)
            server.request("tools/list", {})
            for tool, given in [("analyze_aws_cloudtrail", {"last": "7d"}), ("analyze_aws_security_hub", {})]:
                result = server.request("tools/call", {"name": tool, "arguments": given})
                if result.get("isError"):
                    sys.exit(f"{tool}: {result}")
                content = result["structuredContent"]
                print(f"nightdesk, live          {tool}: {content['coverage']['seen']} records, "
                      f"resident {server.resident_mib():.1f} MiB")
            server.close()
        finally:
            fake.terminate()
            fake.wait(10)

    if arguments.at_most and statistics.median(our_memory) > arguments.at_most:
        sys.exit(f"nightdesk takes more than {arguments.at_most} MiB; tests/bench/start_order.py may help")


if __name__ == "__main__":
    main()
