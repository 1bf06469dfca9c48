"""Runs the program under test and reads its answer."""

import json
import os
import subprocess

TIMEOUT_SECONDS = 600


class NoAnswer(Exception):
    """The program ended without an answer."""


class NothingThere(NoAnswer):
    """The program says that the source holds no records of the kind it was asked for."""


BAD_INPUT = 2


def environment(**more):
    """A clean environment: nothing of the caller's AWS set-up or settings reaches the program."""
    kept = {name: os.environ[name] for name in ("PATH", "TMPDIR", "LANG", "LD_LIBRARY_PATH") if name in os.environ}
    return kept | {"HOME": "/nonexistent", "AWS_EC2_METADATA_DISABLED": "true"} | more


def analyze(binary, what, *flags, env=None):
    """The structured content of one analysis."""
    return ask(binary, "analyze", what, "--detail", "full", *flags, env=env)


def ask(binary, *arguments, env=None):
    """The structured content that a command answers with."""
    command = [str(binary), *arguments, "--format", "json"]
    try:
        run = subprocess.run(
            command, capture_output=True, env=env or environment(), timeout=TIMEOUT_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise NoAnswer(f"no answer within {TIMEOUT_SECONDS} s") from error
    complaint = run.stderr.decode("utf-8", "replace").strip()[-400:]
    if run.returncode == BAD_INPUT and " holds no " in complaint:
        raise NothingThere(complaint)
    if run.returncode != 0:
        raise NoAnswer(f"exit code {run.returncode}: {complaint}")
    try:
        return json.loads(run.stdout)
    except ValueError as error:
        raise NoAnswer(f"stdout is not JSON ({error}): {complaint}") from error
