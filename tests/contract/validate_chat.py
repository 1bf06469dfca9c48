#!/usr/bin/env python3
"""Holds fake-chat against two clients that others wrote: boto3's bedrock-runtime and the official openai package.

    pip install -r tests/contract/requirements-chat.txt
    python3 tests/contract/validate_chat.py [PATH TO fake-chat]

Without a path, the FAKE_CHAT variable names the binary, else target/debug/fake-chat is used. Whole answers are also
held against botocore's output shapes, and botocore reads the frames of streams and checks their sums.
"""

import argparse
import json
import os
import pathlib
import sys
import urllib.error
import urllib.request

import boto3
import botocore.config
import botocore.exceptions
import openai

import chat_shapes
from chat_turns import ANSWER, CALLS, QUESTION, SCHEMA, THINKING, expected_content, results, text_turn, tool_turn, user
from fake_process import FakeProcess

MODEL = "us.amazon.nova-premier-v1:0"


class Tally:
    """Counts what was compared, and remembers what differed."""

    def __init__(self):
        self.counts = {}
        self.differences = []

    def equal(self, kind, name, actual, expected):
        self.counts[kind] = self.counts.get(kind, 0) + 1
        if actual != expected:
            self.differences.append(f"{kind}: {name}: got {actual!r}, expected {expected!r}")


class Fake(FakeProcess):
    """A fake-chat that is told what to say, and how to fail, before each question."""

    def script(self, *turns, faults=()):
        self._control("POST", "/_fake/turns", list(turns))
        self.set_faults(*({"kind": kind, "times": times} for kind, times in faults))

    def posted(self, path, body):
        """The raw reply to a POST: status, headers, document."""
        data = json.dumps(body).encode()
        request = urllib.request.Request(self.endpoint + path, data=data, method="POST")
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=10) as reply:
                return reply.status, dict(reply.headers), json.load(reply)
        except urllib.error.HTTPError as error:
            return error.code, dict(error.headers), json.load(error)


def bedrock(fake, attempts=1):
    config = botocore.config.Config(
        retries={"mode": "standard", "total_max_attempts": attempts}, proxies={}, connect_timeout=5, read_timeout=10
    )
    session = boto3.Session(aws_access_key_id="AKIAIOSFODNN7EXAMPLE", aws_secret_access_key="example")
    return session.client("bedrock-runtime", region_name="us-east-1", endpoint_url=fake.endpoint, config=config)


def request(messages):
    tool = {"toolSpec": {"name": "look", "description": "Looks at findings.", "inputSchema": {"json": SCHEMA}}}
    return {
        "modelId": MODEL,
        "system": [{"text": "Be brief."}],
        "messages": messages,
        "toolConfig": {"tools": [tool]},
        "inferenceConfig": {"maxTokens": 800, "temperature": 0},
    }


def gather(stream):
    """Puts a message together from ConverseStream's events, as a client does."""
    blocks, kinds, stop, usage = {}, [], None, None
    for event in stream:
        (kind, body), = event.items()
        kinds.append(kind)
        if kind == "contentBlockStart":
            blocks[body["contentBlockIndex"]] = {"toolUse": body["start"]["toolUse"] | {"input": ""}}
        elif kind == "contentBlockDelta":
            block = blocks.setdefault(body["contentBlockIndex"], {"text": ""})
            if "text" in block:
                block["text"] += body["delta"]["text"]
            else:
                block["toolUse"]["input"] += body["delta"]["toolUse"]["input"]
        elif kind == "messageStop":
            stop = body["stopReason"]
        elif kind == "metadata":
            usage = body["usage"]
    content = [blocks[index] for index in sorted(blocks)]
    for block in content:
        if "toolUse" in block:
            block["toolUse"]["input"] = json.loads(block["toolUse"]["input"])
    return content, kinds, stop, usage


def check_converse(fake, tally):
    """Two turns with two calls at once, whole."""
    client, messages = bedrock(fake), [user({"text": QUESTION})]
    fake.script(tool_turn(), text_turn())
    first = client.converse(**request(messages))
    message = first["output"]["message"]
    tally.equal("converse", "role", message["role"], "assistant")
    tally.equal("converse", "content", message["content"], expected_content())
    tally.equal("converse", "stop", first["stopReason"], "tool_use")
    usage = {"inputTokens": 20, "outputTokens": 7, "totalTokens": 30, "cacheReadInputTokens": 3}
    tally.equal("converse", "usage", first["usage"], usage)
    second = client.converse(**request([*messages, message, results()]))
    tally.equal("converse", "answer", second["output"]["message"]["content"], [{"text": ANSWER}])
    tally.equal("converse", "second stop", second["stopReason"], "end_turn")
    tally.equal("converse", "second usage", second["usage"]["totalTokens"], 15)


def check_converse_stream(fake, tally):
    """The same, streamed."""
    client, messages = bedrock(fake), [user({"text": QUESTION})]
    for fault in (None, "slow"):
        name = fault or "at once"
        fake.script(tool_turn(), text_turn(), faults=[(fault, 2)] if fault else [])
        content, kinds, stop, usage = gather(client.converse_stream(**request(messages))["stream"])
        tally.equal("stream", f"{name}: content", content, expected_content())
        tally.equal("stream", f"{name}: stop", stop, "tool_use")
        tally.equal("stream", f"{name}: usage", (usage["inputTokens"], usage["totalTokens"]), (20, 30))
        ends = (kinds[0], kinds[-2], kinds[-1])
        tally.equal("stream", f"{name}: order", ends, ("messageStart", "messageStop", "metadata"))
        tally.equal("stream", f"{name}: starts", kinds.count("contentBlockStart"), len(CALLS))
        tally.equal("stream", f"{name}: stops", kinds.count("contentBlockStop"), 1 + len(CALLS))
        said = {"role": "assistant", "content": content}
        again = client.converse_stream(**request([*messages, said, results()]))
        content, _, stop, usage = gather(again["stream"])
        tally.equal("stream", f"{name}: answer", content, [{"text": ANSWER}])
        tally.equal("stream", f"{name}: second stop", (stop, usage["totalTokens"]), ("end_turn", 15))


def error_of(call, **parameters):
    try:
        call(**parameters)
    except botocore.exceptions.ClientError as error:
        return type(error).__name__, error.response["ResponseMetadata"]["HTTPStatusCode"], str(error)
    return None, None, ""


def check_converse_errors(fake, tally):
    """Faults arrive as the exceptions of boto3's model."""
    client, asked = bedrock(fake), request([user({"text": QUESTION})])
    struck = {
        "throttle": ("ThrottlingException", 429),
        "overloaded": ("ServiceUnavailableException", 503),
        "service_error": ("InternalServerException", 500),
        "access_denied": ("AccessDeniedException", 403),
        "end_of_life": ("ResourceNotFoundException", 404),
        "model_not_found": ("ResourceNotFoundException", 404),
        "validation": ("ValidationException", 400),
        "context_overflow": ("ValidationException", 400),
        "malformed_tool_use": ("ModelErrorException", 424),
    }
    for kind, expected in struck.items():
        fake.script(text_turn(), faults=[(kind, 1)])
        name, status, message = error_of(client.converse, **asked)
        tally.equal("errors", kind, (name, status), expected)
        if kind == "end_of_life":
            tally.equal("errors", "end of life is said", "end of its life" in message, True)
        if kind not in ("malformed_tool_use",):
            fake.script(text_turn(), faults=[(kind, 1)])
            name, status, _ = error_of(client.converse_stream, **asked)
            tally.equal("errors", f"{kind}, streamed", (name, status), expected)
    fake.script(text_turn(), faults=[("throttle", 2)])
    patient = bedrock(fake, attempts=5).converse(**asked)
    tally.equal("errors", "throttle waited out", patient["ResponseMetadata"]["RetryAttempts"], 2)


def check_broken_streams(fake, tally):
    """Within a stream: an exception frame, a reset, and stops for cause."""
    client, asked = bedrock(fake), request([user({"text": QUESTION})])
    for kind, shown in (("throttle_at_start", False), ("throttle_mid_stream", True)):
        fake.script(text_turn(), faults=[(kind, 1)])
        text, error = "", None
        try:
            for event in client.converse_stream(**asked)["stream"]:
                text += event.get("contentBlockDelta", {}).get("delta", {}).get("text", "")
        except botocore.exceptions.EventStreamError as caught:
            error = caught.response["Error"]["Code"]
        tally.equal("broken", f"{kind}: error", error, "throttlingException")
        tally.equal("broken", f"{kind}: text before", bool(text) and ANSWER.startswith(text), shown)
    fake.script(text_turn(), faults=[("reset_mid_stream", 1)])
    error = None
    try:
        list(client.converse_stream(**asked)["stream"])
    except Exception as caught:  # noqa: BLE001 - whichever layer notices first
        error = caught
    tally.equal("broken", "a reset is felt", error is not None, True)
    for kind, reason in (("content_filter", "content_filtered"), ("guardrail", "guardrail_intervened")):
        fake.script(text_turn(), faults=[(kind, 1)])
        _, _, stop, _ = gather(client.converse_stream(**asked)["stream"])
        tally.equal("broken", kind, stop, reason)


def check_conversations(fake, tally):
    """What Bedrock refuses, the fake refuses."""
    client = bedrock(fake)
    question, use = user({"text": QUESTION}), {"role": "assistant", "content": expected_content()}
    without_tools = request([question, use, results()])
    del without_tools["toolConfig"]
    bad = {
        "two users": request([question, question]),
        "ends with the model": request([question, use]),
        "blank text": request([user({"text": " "})]),
        "missing result": request([question, use, user(results()["content"][0])]),
        "no toolConfig": without_tools,
    }
    for name, parameters in bad.items():
        fake.script(text_turn())
        tally.equal("refused", name, error_of(client.converse, **parameters)[0], "ValidationException")
    fake.script(text_turn())
    tally.equal("refused", "a good one is not", error_of(client.converse, **request([question]))[0], None)


def check_shapes(fake, tally):
    """Raw replies have only members that botocore's model knows, of their types, and a spoilt one is noticed."""
    shape = chat_shapes.output_shape("bedrock-runtime", "Converse")
    asked = request([user({"text": QUESTION})])
    path = f"/model/{asked.pop('modelId')}/converse"
    for name, turn in (("tools", tool_turn()), ("text", text_turn())):
        fake.script(turn)
        _, _, document = fake.posted(path, asked)
        tally.equal("shapes", name, chat_shapes.problems(document, shape), [])
        spoilt = document | {"stopReason": 7}
        tally.equal("shapes", f"{name}, mistyped", bool(chat_shapes.problems(spoilt, shape)), True)
        spoilt = document | {"unheard": 1}
        tally.equal("shapes", f"{name}, unknown member", bool(chat_shapes.problems(spoilt, shape)), True)


def chat(fake, retries=0):
    return openai.OpenAI(base_url=fake.endpoint + "/v1", api_key="sk-test", max_retries=retries, timeout=10)


def ask_openai(client, messages, **options):
    function = {"name": "look", "description": "Looks at findings.", "parameters": SCHEMA}
    tools = [{"type": "function", "function": function}]
    return client.chat.completions.create(model="jamba2-mini", messages=messages, tools=tools, **options)


def check_openai(fake, tally):
    """Two turns with two calls at once, whole."""
    client, messages = chat(fake), [{"role": "user", "content": QUESTION}]
    fake.script(tool_turn(), text_turn())
    first = ask_openai(client, messages)
    choice = first.choices[0]
    calls = [(c.id, c.function.name, json.loads(c.function.arguments)) for c in choice.message.tool_calls]
    tally.equal("openai", "calls", calls, CALLS)
    tally.equal("openai", "text", choice.message.content, THINKING)
    tally.equal("openai", "finish", choice.finish_reason, "tool_calls")
    usage = (first.usage.prompt_tokens, first.usage.completion_tokens, first.usage.total_tokens)
    tally.equal("openai", "usage", usage, (23, 7, 30))
    tally.equal("openai", "cached", first.usage.prompt_tokens_details.cached_tokens, 3)
    said = choice.message.model_dump(exclude_none=True)
    answers = [{"role": "tool", "tool_call_id": call, "content": "3"} for call, _, _ in CALLS]
    second = ask_openai(client, [*messages, said, *answers])
    tally.equal("openai", "answer", second.choices[0].message.content, ANSWER)
    tally.equal("openai", "second finish", second.choices[0].finish_reason, "stop")


def check_openai_stream(fake, tally):
    """The same, streamed; the package's own accumulator puts it together."""
    client, messages = chat(fake), [{"role": "user", "content": QUESTION}]
    for fault in (None, "slow"):
        name = fault or "at once"
        fake.script(tool_turn(), faults=[(fault, 1)] if fault else [])
        function = {"name": "look", "parameters": SCHEMA}
        with client.chat.completions.stream(
            model="jamba2-mini",
            messages=messages,
            tools=[{"type": "function", "function": function}],
            stream_options={"include_usage": True},
        ) as stream:
            for _ in stream:
                pass
            final = stream.get_final_completion()
        choice = final.choices[0]
        calls = [(c.id, c.function.name, json.loads(c.function.arguments)) for c in choice.message.tool_calls]
        tally.equal("openai stream", f"{name}: calls", calls, CALLS)
        tally.equal("openai stream", f"{name}: text", choice.message.content, THINKING)
        tally.equal("openai stream", f"{name}: finish", choice.finish_reason, "tool_calls")
        tally.equal("openai stream", f"{name}: usage", final.usage.total_tokens, 30)


def check_openai_errors(fake, tally):
    """Faults arrive as the package's exceptions."""
    client, messages = chat(fake), [{"role": "user", "content": QUESTION}]
    struck = {
        "throttle": (openai.RateLimitError, "rate_limit_exceeded"),
        "unauthorised": (openai.AuthenticationError, "invalid_api_key"),
        "access_denied": (openai.PermissionDeniedError, "permission_denied"),
        "end_of_life": (openai.NotFoundError, "model_decommissioned"),
        "model_not_found": (openai.NotFoundError, "model_not_found"),
        "context_overflow": (openai.BadRequestError, "context_length_exceeded"),
        "service_error": (openai.InternalServerError, "server_error"),
        "reset": (openai.APIConnectionError, None),
    }
    for kind, expected in struck.items():
        for stream in (False, True):
            fake.script(text_turn(), faults=[(kind, 1)])
            caught = None
            try:
                ask_openai(client, messages, stream=stream)
            except openai.OpenAIError as error:
                caught = type(error), getattr(error, "code", None)
            tally.equal("openai errors", f"{kind}, stream={stream}", caught, expected)
    fake.script(text_turn(), faults=[("throttle_mid_stream", 1)])
    text, caught = "", None
    try:
        for chunk in ask_openai(client, messages, stream=True):
            text += chunk.choices[0].delta.content or ""
    except openai.APIError as error:
        caught = error.code
    tally.equal("openai errors", "throttle_mid_stream", caught, "rate_limit_exceeded")
    tally.equal("openai errors", "text before it", bool(text) and ANSWER.startswith(text), True)
    fake.script(text_turn(), faults=[("content_filter", 1)])
    finish = ask_openai(client, messages).choices[0].finish_reason
    tally.equal("openai errors", "content_filter", finish, "content_filter")


def check_log(fake, tally):
    """The log has every byte that a search for secrets needs."""
    calls = fake.log()
    faces = {call["face"] for call in calls}
    tally.equal("log", "faces", faces, {"converse", "openai"})
    tally.equal("log", "question", all(QUESTION in c["body"] for c in calls if c["outcome"] == "ok"), True)
    key = [c for c in calls if c["face"] == "openai" and "authorization: Bearer sk-test" in c["headers"]]
    tally.equal("log", "key", len(key), sum(call["face"] == "openai" for call in calls))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    root = pathlib.Path(__file__).resolve().parents[2]
    default = os.environ.get("FAKE_CHAT", root / "target/debug/fake-chat")
    parser.add_argument("binary", nargs="?", default=default, help="the fake-chat binary")
    arguments = parser.parse_args()
    # The clients get keys and addresses from this script, and must not look for others.
    os.environ |= {"AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": os.devnull, "NO_PROXY": "127.0.0.1"}
    os.environ |= {"AWS_SHARED_CREDENTIALS_FILE": os.devnull}

    tally = Tally()
    with Fake(arguments.binary, "--mode", "script") as fake:
        check_converse(fake, tally)
        check_converse_stream(fake, tally)
        check_converse_errors(fake, tally)
        check_broken_streams(fake, tally)
        check_conversations(fake, tally)
        check_shapes(fake, tally)
        check_openai(fake, tally)
        check_openai_stream(fake, tally)
        check_openai_errors(fake, tally)
        check_log(fake, tally)
    for difference in tally.differences:
        print(f"DIFFERENCE {difference}")
    counts = ", ".join(f"{count} {kind}" for kind, count in tally.counts.items())
    versions = f"boto3 {boto3.__version__}, openai {openai.__version__}"
    print(f"chat contract ({versions}): {counts} checked; {len(tally.differences)} differences")
    return 1 if tally.differences or not tally.counts else 0


if __name__ == "__main__":
    sys.exit(main())
