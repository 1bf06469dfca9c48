"""Proves that the recount can fail: an answer as expected has no difference, and any changed number is noticed."""

import copy
import gzip
import json
import tempfile
import unittest
from datetime import timedelta
from pathlib import Path

import events
import findings
from comparison import Comparison, lookup
from containers import read_file
from original_cases import event, finding
from recount import event_numbers, finding_numbers
from when import EPOCH, SECOND, instant

RECORDS = [
    event(1, "ConsoleLogin", "signin.amazonaws.com", responseElements={"ConsoleLogin": "Success"}),
    event(2, "CreateUser", "iam.amazonaws.com", errorCode="AccessDenied", userAgent=""),
    event(2, "CreateUser", "iam.amazonaws.com", errorCode="Client.DryRunOperation"),
    event(1, "ConsoleLogin", "signin.amazonaws.com", responseElements={"ConsoleLogin": "Success"}),
    event(3, "UpdateFunctionCode20150331v2", "lambda.amazonaws.com", sourceIPAddress="10.0.0.07", awsRegion="..."),
]


def spelled(nanoseconds):
    if nanoseconds is None:
        return None
    seconds, fraction = divmod(nanoseconds, SECOND)
    return f"{EPOCH + timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%S}.{fraction:09}Z"


def answer_as_expected(expected):
    """An answer that says exactly what is expected of it."""
    answer = {"facts": [], "coverage": {}}

    def put(path, value):
        *outer, last = path.split(".")
        at = answer
        for name in outer:
            at = at.setdefault(name, {})
        at[last] = value

    for path, value in expected.numbers.items():
        put(path, copy.deepcopy(value))
    for path, value in expected.instants.items():
        put(path, spelled(value))
    for path, names in expected.names.items():
        put(path, sorted(names))
    for path, rows in expected.rows.items():
        both = rows.named + rows.unnamed
        made = [dict(zip(rows.keys, key)) | dict(zip(rows.numbers, numbers)) for key, numbers in both]
        put(path, sorted(made, key=lambda row: (-row.get("count", 0), str(row[rows.keys[0]]))))
    for path, total in expected.sums.items():
        none = expected.absent[path]
        put(path, [{"name": "AWS CLI", "count": total - none}, {"name": "(none)", "count": none}])
    if expected.high_risk is not None:
        fields = ("event_name", "event_source", "count", "failed")
        put("events.high_risk", [dict(zip(fields, (*api, *calls))) for api, calls in expected.high_risk.items()])
    return answer


def places(value, path=()):
    """Where numbers stand in an answer."""
    if isinstance(value, dict):
        return [place for key, inner in value.items() for place in places(inner, (*path, key))]
    if isinstance(value, list):
        return [place for key, inner in enumerate(value) for place in places(inner, (*path, key))]
    return [path] if isinstance(value, int) and not isinstance(value, bool) else []


def differences(expected, answer):
    comparison = Comparison()
    comparison.answer("here", expected, answer)
    return comparison.differences


class EveryNumberCounts(unittest.TestCase):
    def notices_changes(self, expected):
        answer = answer_as_expected(expected)
        self.assertEqual(differences(expected, answer), [])
        for place in places(answer):
            changed = copy.deepcopy(answer)
            inner = changed
            for step in place[:-1]:
                inner = inner[step]
            inner[place[-1]] += 1
            self.assertTrue(differences(expected, changed), f"{place} can be changed unnoticed")

    def test_events(self):
        expected = events.recount(RECORDS, unreadable=1)
        self.assertEqual(expected.numbers["events.console_logins.succeeded"], 1)
        self.assertEqual(expected.numbers["coverage.duplicates"], 1)
        self.assertEqual(expected.numbers["coverage.conflicting_ids"], 1)
        self.assertEqual(expected.high_risk["UpdateFunctionCode", "lambda.amazonaws.com"], (1, 0))
        self.notices_changes(expected)

    def test_findings(self):
        older, newer = finding("2026-11-20T02:00:00Z"), finding("2026-11-21T03:00:00+01:00")
        done = finding("2026-11-21T02:00:00Z") | {"Id": "finding-2", "Workflow": {"Status": "RESOLVED"}}
        expected = findings.recount([newer, older, done])
        self.assertEqual(expected.numbers["coverage.duplicates"], 1)
        self.assertEqual(expected.numbers["coverage.excluded"], 1)
        self.assertEqual(expected.numbers["findings.resolved"], 1)
        self.assertEqual(expected.instants["scope.as_of"], instant("2026-11-21T02:00:00Z"))
        self.notices_changes(expected)

    def test_missing_rows_are_noticed(self):
        expected = events.recount(RECORDS)
        for path in (*expected.rows, "events.high_risk"):
            answer = answer_as_expected(expected)
            lookup(answer, path).pop()
            comparison = Comparison()
            comparison.answer("here", expected, answer)
            comparison.listed |= set(expected.high_risk)
            comparison.high_risk_everywhere()
            self.assertTrue(comparison.differences, path)


class Containers(unittest.TestCase):
    def contents(self, data):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "input"
            path.write_bytes(data)
            return read_file(path)

    def test_every_container_holds_the_same_records(self):
        one, two = RECORDS[:2]
        texts = [json.dumps(one), json.dumps(two)]
        containers = {
            "records": json.dumps({"Records": [one, two]}).encode(),
            "array": json.dumps([one, two], indent=1).encode(),
            "lines": "\n".join(texts).encode(),
            "concatenated": "".join(texts).encode(),
            "looked up": json.dumps({"Events": [{"CloudTrailEvent": text} for text in texts]}).encode(),
            "eventbridge": "\n".join(json.dumps({"detail": record}) for record in (one, two)).encode(),
            "gzip members": b"".join(gzip.compress(text.encode()) for text in texts),
        }
        for name, data in containers.items():
            self.assertEqual(self.contents(data).events, [one, two], name)

    def test_bad_neighbours_are_counted(self):
        contents = self.contents("\n".join([json.dumps(RECORDS[0]), "{broken", '{"note": 1}']).encode())
        self.assertEqual((len(contents.events), contents.broken, contents.others), (1, 1, 1))
        expected = event_numbers([contents])
        self.assertEqual(expected.numbers["coverage.unreadable"], 2)
        self.assertEqual(finding_numbers([contents], False).numbers["coverage.files.skipped"], 1)

    def test_a_truncated_gzip_is_not_compared(self):
        self.assertIsNotNone(self.contents(gzip.compress(b'{"Records": []}' * 99)[:-9]).problem)


class Instants(unittest.TestCase):
    def test_spellings(self):
        for text in ("2026-11-21T02:13:00Z", "2026-11-21t03:13:00.000+01:00", "2026-11-21 02:13:00.000000000"):
            self.assertEqual(instant(text), 1_795_227_180 * SECOND, text)
        for text in ("", "...", "2026-11-21", "2026-13-01T00:00:00Z", None, 5):
            self.assertIsNone(instant(text), text)


if __name__ == "__main__":
    unittest.main()
