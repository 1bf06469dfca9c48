"""Starts the fake-aws binary and speaks to its /_fake endpoints."""

import json
import subprocess
import urllib.request


class FakeProcess:
    """A fake-aws that runs until the `with` block ends, or this process does."""

    def __init__(self, binary, *arguments):
        self._command = [str(binary), "--exit-on-stdin-eof", *map(str, arguments)]

    def __enter__(self):
        self._process = subprocess.Popen(
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        line = self._process.stdout.readline()
        if not line.startswith("listening on "):
            raise RuntimeError(f"fake-aws did not start: {line!r}")
        self.endpoint = line.removeprefix("listening on ").strip()
        return self

    def __exit__(self, *_):
        self._process.stdin.close()
        if self._process.wait(timeout=10) != 0:
            raise RuntimeError(f"fake-aws ended with {self._process.returncode}")

    def set_faults(self, *rules):
        self._control("POST", "/_fake/faults", list(rules))

    def stats(self):
        return self._control("GET", "/_fake/stats")

    def log(self):
        return self._control("GET", "/_fake/log")["calls"]

    def count(self, operation, outcome):
        calls = self.stats()["calls"]
        return sum(c["count"] for c in calls if (c["operation"], c["outcome"]) == (operation, outcome))

    def _control(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.endpoint + path, data=data, method=method)
        # Straight to loopback, whatever proxy the environment names.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=10) as reply:
            return json.load(reply)
