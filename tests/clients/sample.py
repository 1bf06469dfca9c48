"""The built-in sample, recounted from its raw records, and the raw text of each record for checking evidence."""

import hashlib
import json
from functools import cached_property
from pathlib import Path

import events
import findings
from comparison import Comparison, lookup
from containers import inflate, read_folder, text
from when import instant

CLOUDTRAIL = "analyze_aws_cloudtrail"
SECURITY_HUB = "analyze_aws_security_hub"
# Lists of an answer, which a default answer may cut.
LISTS = {
    CLOUDTRAIL: {
        "events": ("by_event", "by_principal", "by_source_ip", "by_region", "by_user_agent_family", "high_risk"),
        "events.failed_operations": ("by_error", "by_event", "by_principal"),
    },
    SECURITY_HUB: {
        "findings": (
            "by_product",
            "by_account",
            "by_region",
            "by_category",
            "top_resources",
            "top_controls",
            "attention",
        ),
    },
}


class Sample:
    """The raw records of the sample."""

    def __init__(self, folder):
        self.files = read_folder(folder)
        self.folder = Path(folder)

    @cached_property
    def events(self):
        return [record for file in self.files for record in file.events]

    @cached_property
    def findings(self):
        return [record for file in self.files for record in file.findings]

    @cached_property
    def texts(self):
        """The text of each record, by SHA-256."""
        texts = {}
        for file in self.files:
            for record in element_texts(inflate(file.path.read_bytes()).decode()):
                texts[hashlib.sha256(record.encode()).hexdigest()] = json.loads(record)
        return texts

    def expected(self, tool, answer):
        """What an answer of the tool should say, looked at from the instant that the answer names."""
        if tool == CLOUDTRAIL:
            expected = events.recount(self.events)
            expected.instants.pop("scope.as_of", None)
            return expected
        return findings.recount(self.findings, as_of=instant(answer["scope"]["as_of"]))

    def failures(self):
        """Events that carry an error code, dry runs included."""
        counted, *_ = events.without_duplicates(self.events)
        return sum(text(record, "errorCode") is not None for record in counted)

    def differences(self, tool, whole, default):
        """Differences of a whole answer from the recount, and of a default answer from both."""
        comparison = Comparison()
        expected = self.expected(tool, whole)
        comparison.answer(f"{tool} full", expected, whole)
        for path, value in expected.numbers.items():
            comparison.check(f"{tool} default", path, value, lookup(default, path))
        for path, names in LISTS[tool].items():
            for name in names:
                self.cut_list(comparison, f"{tool} {path}.{name}", lookup(whole, path), lookup(default, path), name)
        values = {(fact["metric"], fact["scope"]): fact["value"] for fact in whole["facts"]}
        for fact in default["facts"]:
            ours = values.get((fact["metric"], fact["scope"]))
            comparison.check(f"{tool} default", f"fact {fact['metric']} {fact['scope']!r}", ours, fact["value"])
        return comparison

    @staticmethod
    def cut_list(comparison, where, whole, default, name):
        rows, kept = whole[name], default[name]
        told = default.get("truncated", {}).get(name, len(kept))
        comparison.check(where, "true length", len(rows), told)
        plain = [{key: value for key, value in row.items() if not isinstance(value, list)} for row in rows]
        shown = [{key: value for key, value in row.items() if not isinstance(value, list)} for row in kept]
        comparison.check(where, "first rows", plain[: len(shown)], shown)


def element_texts(whole):
    """The text of each element of the one array at the top, or of the first array in the object at the top."""
    position = whole.index("[") + 1
    decoder, texts = json.JSONDecoder(), []
    while True:
        while whole[position] in " \t\r\n,":
            position += 1
        if whole[position] == "]":
            return texts
        _, end = decoder.raw_decode(whole, position)
        texts.append(whole[position:end])
        position = end
