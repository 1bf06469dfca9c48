#!/usr/bin/env python3
"""Holds fake-maestro against AI21's own Python SDK: what the SDK sends is taken, what the fake answers is understood.

    pip install -r tests/contract/requirements-maestro.txt
    python3 tests/contract/validate_maestro.py [PATH TO fake-maestro]

Without a path, the FAKE_MAESTRO variable names the binary, else target/debug/fake-maestro is used. This shows that the
fake and the SDK agree. It does not show what the live service does.
"""

import argparse
import asyncio
import json
import logging
import os
import pathlib
import sys
import time

import ai21
import ai21.errors
import httpx

from fake_process import FakeProcess

KEY = "k-contract"
REQUIREMENTS = [
    {"name": "headers", "description": "Use markdown headers", "is_mandatory": True},
    {"name": "length", "description": "Under 300 words"},
]
QUICK = {"poll_interval_sec": 0.05, "poll_timeout_sec": 10}


class Tally:
    """Counts what was compared, and remembers what differed."""

    def __init__(self):
        self.counts = {}
        self.differences = []

    def equal(self, kind, name, actual, expected):
        self.counts[kind] = self.counts.get(kind, 0) + 1
        if actual != expected:
            self.differences.append(f"{kind}: {name}: got {actual!r}, expected {expected!r}")


class FakeMaestro(FakeProcess):
    """A fake-maestro that runs until the `with` block ends."""

    def set_mode(self, mode):
        self._control("POST", "/_fake/mode", {"mode": mode})

    def requests(self):
        return self._control("GET", "/_fake/log")["requests"]

    def forget(self):
        self._control("DELETE", "/_fake/log")

    def planted(self):
        return self._control("GET", "/_fake/planted")["runs"]


class Sync:
    """The SDK's plain client."""

    name = "sync"

    def __init__(self, endpoint, key):
        self._client = ai21.AI21Client(api_key=key, api_host=f"{endpoint}/studio/v1", num_retries=0)

    def __getattr__(self, method):
        return getattr(self._client.beta.maestro.runs, method)


class Async:
    """The SDK's asynchronous client, called as if it were plain."""

    name = "async"

    def __init__(self, endpoint, key):
        self._arguments = {"api_key": key, "api_host": f"{endpoint}/studio/v1", "num_retries": 0}

    def __getattr__(self, method):
        async def call(*positional, **named):
            client = ai21.AsyncAI21Client(**self._arguments)
            return await getattr(client.beta.maestro.runs, method)(*positional, **named)

        return lambda *positional, **named: asyncio.run(call(*positional, **named))


def error_of(call, *positional, **named):
    try:
        call(*positional, **named)
    except Exception as error:  # whatever it is, it is compared
        return error
    return None


def check_success(fake, runs, tally):
    """A run to its end, with every field."""
    fake.set_mode("honest")
    fake.forget()
    budget = {"models": ["jamba-mini"], "budget": "low", "include": ["requirements_result", "data_sources"]}
    run = runs.create_and_poll(input="hello", requirements=REQUIREMENTS, **budget, **QUICK)
    name = runs.name
    tally.equal("fields", f"{name} status", run.status, "completed")
    tally.equal("fields", f"{name} error", run.error, None)
    tally.equal("fields", f"{name} result", type(run.result) is str and run.result.startswith("# "), True)
    scores = run.requirements_result
    read = scores if isinstance(scores, dict) else scores.model_dump()
    tally.equal("fields", f"{name} score", read["score"], 1.0)
    tally.equal("fields", f"{name} finish_reason", read["finish_reason"], "All requirements are met")
    for sent, told in zip(REQUIREMENTS, read["requirements"], strict=True):
        expected = {"is_mandatory": False} | sent | {"score": 1.0}
        tally.equal("fields", f"{name} {sent['name']}", {k: told[k] for k in expected}, expected)
        tally.equal("fields", f"{name} {sent['name']} reason", told["reason"] in (None, "None"), True)

    create, *polls = fake.requests()
    body = {"input": "hello", "requirements": REQUIREMENTS} | budget
    tally.equal("requests", f"{name} body", json.loads(create["body"]), body)
    tally.equal("requests", f"{name} path", (create["method"], create["path"]), ("POST", "/studio/v1/maestro/runs"))
    tally.equal("requests", f"{name} authorised", {request["authorised"] for request in [create, *polls]}, {True})
    path = f"/studio/v1/maestro/runs/{run.id}"
    tally.equal("requests", f"{name} polls", [(p["method"], p["path"]) for p in polls], [("GET", path)] * 2)

    again = runs.retrieve(run.id)
    tally.equal("fields", f"{name} retrieved", (again.id, again.status, again.result), (run.id, run.status, run.result))
    first = runs.create(input="hello")
    tally.equal("fields", f"{name} created", (first.status, first.result), ("in_progress", None))
    tally.equal("requests", f"{name} minimal", json.loads(fake.requests()[-1]["body"]), {"input": "hello"})


def check_forms(fake, runs, tally):
    """Messages, fields that pass through, and what is only told when asked for."""
    fake.set_mode("honest")
    fake.forget()
    messages = [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]
    extra = {"system_prompt": "You are..", "stream": False, "output_type": {"type": "string"}, "novel_field": 7}
    run = runs.create_and_poll(input=messages, response_language="english", **extra, **QUICK)
    tally.equal("fields", f"{runs.name} not included", run.requirements_result, None)
    sent = fake.requests()[0]
    tally.equal("requests", f"{runs.name} messages", json.loads(sent["body"])["input"], messages)
    tally.equal("requests", f"{runs.name} unknown fields", sent["unknown_fields"], ["novel_field"])


def check_ends(fake, runs, tally):
    """Runs that end otherwise."""
    for mode, status, result in (
        ("failed", "failed", None),
        ("requires_action", "requires_action", None),
        ("empty", "completed", ""),
        ("null_result", "completed", None),
    ):
        fake.set_mode(mode)
        run = runs.create_and_poll(input="hello", **QUICK)
        tally.equal("ends", f"{runs.name} {mode}", (run.status, run.result), (status, result))
        message = getattr(run.error, "message", None) if run.error else None
        if isinstance(run.error, dict):
            message = run.error.get("message")
        tally.equal("ends", f"{runs.name} {mode} error", bool(message), mode == "failed")
    fake.set_mode("wrong_type")
    run = runs.create_and_poll(input="hello", **QUICK)
    tally.equal("ends", f"{runs.name} wrong_type", type(run.result).__name__, "dict")
    fake.set_mode("unmet_mandatory")
    run = runs.create_and_poll(input="hello", requirements=REQUIREMENTS, include=["requirements_result"], **QUICK)
    scores = run.requirements_result
    read = scores if isinstance(scores, dict) else scores.model_dump()
    told = (read["score"], read["requirements"][0]["score"], read["requirements"][1]["score"])
    tally.equal("ends", f"{runs.name} unmet_mandatory", told, (0.0, 0.5, 1.0))

    fake.set_mode("stuck")
    started = time.monotonic()
    error = error_of(runs.create_and_poll, input="hello", poll_interval_sec=0.1, poll_timeout_sec=0.6)
    tally.equal("ends", f"{runs.name} stuck", type(error).__name__, "TimeoutError")
    tally.equal("ends", f"{runs.name} stuck in time", 0.5 < time.monotonic() - started < 5, True)


def check_refusals(fake, runs, tally):
    """What the service would not take, as the SDK's own classes."""
    fake.set_mode("honest")
    eleven = [{"name": f"r{n}", "description": "d"} for n in range(11)]
    wordy = [{"name": "r", "description": "word " * 129}]
    for name, arguments, place in (
        ("11 requirements", {"requirements": eleven}, ["body", "requirements"]),
        ("129 words", {"requirements": wordy}, ["body", "requirements", 0, "description"]),
        ("unknown budget", {"budget": "ultra"}, ["body", "budget"]),
        ("models as text", {"models": "jamba-mini"}, ["body", "models"]),
        ("no description", {"requirements": [{"name": "r"}]}, ["body", "requirements", 0, "description"]),
    ):
        error = error_of(runs.create_and_poll, input="hello", **arguments, **QUICK)
        tally.equal("refusals", f"{runs.name} {name}", type(error), ai21.errors.UnprocessableEntity)
        detail = json.loads(error.details)["detail"] if isinstance(error, ai21.errors.AI21APIError) else [{}]
        tally.equal("refusals", f"{runs.name} {name} place", detail[0].get("loc"), place)
        complete = all(isinstance(item.get("msg"), str) and isinstance(item.get("type"), str) for item in detail)
        tally.equal("refusals", f"{runs.name} {name} form", complete, True)
    ten = runs.create(input="hello", requirements=eleven[:10], budget="high")
    tally.equal("refusals", f"{runs.name} 10 requirements", ten.status, "in_progress")
    unknown = error_of(runs.retrieve, "a079e447-3c67-42c2-8241-93d8ba428631")
    tally.equal("refusals", f"{runs.name} unknown run", (type(unknown), unknown.status_code), (ai21.errors.AI21APIError, 404))
    intruder = type(runs)(fake.endpoint, "another key")
    error = error_of(intruder.create_and_poll, input="hello", **QUICK)
    tally.equal("refusals", f"{runs.name} wrong key", (type(error), error.status_code), (ai21.errors.Unauthorized, 401))


def check_faults(fake, runs, tally):
    """Errors of the way, at the creation and at polls."""
    for mode, expected, status in (
        ("http_400", ai21.errors.BadRequest, 400),
        ("http_402", ai21.errors.AI21APIError, 402),
        ("http_403", ai21.errors.AI21APIError, 403),
        ("http_404", ai21.errors.AI21APIError, 404),
        ("http_410", ai21.errors.AI21APIError, 410),
        ("http_422", ai21.errors.UnprocessableEntity, 422),
        ("http_429", ai21.errors.TooManyRequestsError, 429),
        ("http_500", ai21.errors.AI21ServerError, 500),
        ("http_502html", ai21.errors.AI21APIError, 502),
        ("http_503", ai21.errors.ServiceUnavailable, 503),
    ):
        for stage in ("", "poll:"):
            fake.set_mode(stage + mode)
            error = error_of(runs.create_and_poll, input="hello", **QUICK)
            arrived = (type(error), getattr(error, "status_code", None))
            tally.equal("faults", f"{runs.name} {stage}{mode}", arrived, (expected, status))
    for mode, expected in (
        ("not_json", json.JSONDecodeError),
        ("truncated_json", json.JSONDecodeError),
        ("reset", httpx.TransportError),
    ):
        for stage in ("", "poll:"):
            fake.set_mode(stage + mode)
            error = error_of(runs.create_and_poll, input="hello", **QUICK)
            tally.equal("faults", f"{runs.name} {stage}{mode}", isinstance(error, expected), True)
    fake.set_mode("poll:http_500:1")
    run = runs.create(input="hello")
    error_of(runs.retrieve, run.id)
    tally.equal("faults", f"{runs.name} a fault that passes", runs.retrieve(run.id).id, run.id)


BRIEF = """Write a report.
FACTS
{{f:1}} | 2616 | events | events.total | all
{{f:2}} | 51 | events | events.high_risk | all
ROWS
TOKENS
NOT READ
complete
"""


def check_lies(fake, runs, tally):
    """A lie is in the result and in the fake's own list."""
    fake.set_mode("invented_arn")
    run = runs.create_and_poll(input=BRIEF, **QUICK)
    planted = [item for item in fake.planted() if item["run_id"] == run.id]
    tally.equal("lies", f"{runs.name} listed", len(planted), 1)
    for falsehood in planted[0]["planted"]:
        tally.equal("lies", f"{runs.name} told", falsehood["value"] in run.result, True)
        tally.equal("lies", f"{runs.name} false", falsehood["value"] in BRIEF, False)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    root = pathlib.Path(__file__).resolve().parents[2]
    default = os.environ.get("FAKE_MAESTRO", root / "target/debug/fake-maestro")
    parser.add_argument("binary", nargs="?", default=default, help="the fake-maestro binary")
    arguments = parser.parse_args()
    # Straight to loopback, whatever proxy the environment names.
    os.environ |= {"NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}

    # It logs each error that this script provokes.
    logging.getLogger("ai21").setLevel(logging.CRITICAL)

    tally = Tally()
    with FakeMaestro(arguments.binary, "--key", KEY) as fake:
        for client in (Sync, Async):
            runs = client(fake.endpoint, KEY)
            for check in (check_success, check_forms, check_ends, check_refusals, check_faults, check_lies):
                check(fake, runs, tally)
    for difference in tally.differences:
        print(f"DIFFERENCE {difference}")
    counts = ", ".join(f"{count} {kind}" for kind, count in tally.counts.items())
    print(f"ai21 {ai21.__version__} contract: {counts or 'nothing'} checked; {len(tally.differences)} differences")
    return 1 if tally.differences or not tally.counts else 0


if __name__ == "__main__":
    sys.exit(main())
