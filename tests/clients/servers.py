"""Starts the program as an MCP server, and speaks to it without an SDK where the wire itself is what is checked."""

import http.client
import json
import queue
import re
import signal
import subprocess
import threading
from contextlib import contextmanager
from urllib.parse import urlsplit

from program import environment

STARTED = re.compile(r"nightdesk: MCP at (http://\S+)")
PATIENCE_SECONDS = 30


@contextmanager
def http_server(binary, *flags):
    """The URL of a server on a free loopback port; it must stop on an interrupt."""
    command = [binary, "serve", "--http", "127.0.0.1:0", *flags]
    process = subprocess.Popen(
        command, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    try:
        lines = following(process.stderr)
        while not (match := STARTED.search(lines.get(timeout=PATIENCE_SECONDS) or "")):
            if process.poll() is not None:
                raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}")
        yield match[1]
        process.send_signal(signal.SIGINT)
        process.wait(PATIENCE_SECONDS)
    finally:
        process.kill()
        process.wait()


def following(stream):
    """Lines of a stream as they come, None at its end; read to the end, so that the writer never waits."""
    lines = queue.Queue()

    def follow():
        for line in stream:
            lines.put(line)
        lines.put(None)

    threading.Thread(target=follow, daemon=True).start()
    return lines


def refused_address(binary, address):
    """Exit code and words of a server asked to listen where it must not."""
    command = [binary, "serve", "--http", address]
    run = subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=PATIENCE_SECONDS)
    return run.returncode, run.stderr


def http_status(url, method="GET", body=None, **headers):
    """The status of one plain request; header names are written with underscores."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=PATIENCE_SECONDS)
    try:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, parts.path, body, named)
        return connection.getresponse().status
    except (BrokenPipeError, ConnectionResetError):
        # A server may refuse a body before all of it was sent.
        return None
    finally:
        connection.close()


def raw_stdio(binary, messages):
    """Sends messages to a fresh server, one by one, waiting for the answer to each request.

    Returns every line of its stdout, parsed, and its exit code after stdin is closed.
    """
    process = subprocess.Popen(
        [binary],
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
    )
    lines, seen = following(process.stdout), []
    try:
        for message in messages:
            process.stdin.write(json.dumps(message) + "\n")
            process.stdin.flush()
            while "id" in message and not (seen and seen[-1].get("id") == message["id"]):
                line = lines.get(timeout=PATIENCE_SECONDS)
                if line is None:
                    raise RuntimeError("the server closed stdout before it answered")
                seen.append(json.loads(line))
        process.stdin.close()
        code = process.wait(PATIENCE_SECONDS)
        while (line := lines.get(timeout=PATIENCE_SECONDS)) is not None:
            seen.append(json.loads(line))
        return seen, code
    finally:
        process.kill()
        process.wait()


def opening():
    """A handshake written by hand."""
    return [
        {
            "jsonrpc": "2.0",
            "id": 1,
            "method": "initialize",
            "params": {
                "protocolVersion": "2025-11-25",
                "capabilities": {},
                "clientInfo": {"name": "raw", "version": "1"},
            },
        },
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
    ]
