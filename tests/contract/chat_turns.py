"""A question that takes two turns and two tool calls: as the fake is told it, and as Bedrock's clients see it."""

import json

QUESTION = "How many findings are critical?"
THINKING = "<thinking>Which tool?</thinking>"
CALLS = [("t1", "look", {"days": 30, "regions": ["eu-west-1"]}), ("t2", "look", {})]
ANSWER = "Three findings — all in one account."
SCHEMA = {"type": "object", "properties": {"days": {"type": "integer"}}}


def pieces(text, size):
    return [text[at : at + size] for at in range(0, len(text), size)]


def tool_turn():
    """Thinking whose tags are cut, and two calls whose arguments are cut."""
    parts = [{"text": pieces(THINKING, 6)}]
    for call, name, arguments in CALLS:
        parts.append({"tool": {"id": call, "name": name, "input": pieces(json.dumps(arguments), 4)}})
    return {"parts": parts, "input_tokens": 20, "output_tokens": 7, "cached_input_tokens": 3}


def text_turn():
    return {"parts": [{"text": pieces(ANSWER, 5)}]}


def user(*blocks):
    return {"role": "user", "content": list(blocks)}


def results():
    """What the tools said, for the second turn."""
    return user(*({"toolResult": {"toolUseId": call, "content": [{"text": "3"}]}} for call, _, _ in CALLS))


def expected_content():
    calls = [{"toolUse": {"toolUseId": i, "name": name, "input": arguments}} for i, name, arguments in CALLS]
    return [{"text": THINKING}, *calls]
