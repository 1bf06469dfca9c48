#!/usr/bin/env python3
"""The three inputs that break the project Nightdesk grew from, each written to a temporary folder and analysed.

    original_cases.py --nightdesk BIN

1. One good and one failed console login are one and one, not two failed ones.
2. Failed operations and source IP addresses, which stand only inside the `CloudTrailEvent` string, are not empty.
3. A time written with `+00:00` is a time.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

from comparison import Comparison
from program import NoAnswer, analyze

ACCOUNT = "111122223333"


def event(number, name, source, **more):
    """A record as CloudTrail writes it."""
    return {
        "eventVersion": "1.11",
        "userIdentity": {
            "type": "IAMUser",
            "arn": f"arn:aws:iam::{ACCOUNT}:user/alice",
            "accountId": ACCOUNT,
            "userName": "alice",
        },
        "eventTime": f"2026-11-21T02:00:0{number}Z",
        "eventSource": source,
        "eventName": name,
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "203.0.113.7",
        "userAgent": "aws-cli/2.31.0",
        "eventID": f"00000000-0000-4000-8000-00000000000{number}",
        "readOnly": False,
        "eventType": "AwsApiCall",
        "recipientAccountId": ACCOUNT,
    } | more


def looked_up(record):
    """The record as LookupEvents gives it: an outer summary, and the record as a string."""
    return {
        "EventId": record["eventID"],
        "EventName": record["eventName"],
        "EventTime": record["eventTime"],
        "EventSource": record["eventSource"],
        "Username": "alice",
        "CloudTrailEvent": json.dumps(record),
    }


def finding(updated_at):
    return {
        "SchemaVersion": "2018-10-08",
        "Id": "finding-1",
        "ProductArn": "arn:aws:securityhub:eu-west-1::product/aws/securityhub",
        "GeneratorId": "security-control/S3.8",
        "AwsAccountId": ACCOUNT,
        "Region": "eu-west-1",
        "Types": ["Software and Configuration Checks/Industry and Regulatory Standards"],
        "CreatedAt": updated_at,
        "UpdatedAt": updated_at,
        "Severity": {"Label": "HIGH"},
        "Title": "S3 general purpose buckets should block public access",
        "Resources": [{"Type": "AwsS3Bucket", "Id": "arn:aws:s3:::example-bucket"}],
        "RecordState": "ACTIVE",
        "Workflow": {"Status": "NEW"},
    }


LOGIN = "signin.amazonaws.com"
CASES = [
    (
        "one good and one failed console login",
        "cloudtrail",
        {
            "Events": [
                looked_up(event(1, "ConsoleLogin", LOGIN, responseElements={"ConsoleLogin": "Success"})),
                looked_up(event(2, "ConsoleLogin", LOGIN, responseElements={"ConsoleLogin": "Failure"})),
            ]
        },
        {
            "coverage.counted": 2,
            "events.console_logins.succeeded": 1,
            "events.console_logins.failed": 1,
        },
    ),
    (
        "failed operations and source IP addresses inside the inner record",
        "cloudtrail",
        {
            "Events": [
                looked_up(event(1, "CreateUser", "iam.amazonaws.com", errorCode="AccessDenied")),
                looked_up(event(2, "CreateUser", "iam.amazonaws.com", sourceIPAddress="198.51.100.9")),
            ]
        },
        {
            "events.failed_operations.total": 1,
            "events.failed_operations.by_error.0.name": "AccessDenied",
            "events.failed_operations.by_event.0.event_name": "CreateUser",
            "events.by_source_ip.0.ip": "198.51.100.9",
            "events.by_source_ip.0.kind": "public",
            "events.by_source_ip.0.count": 1,
            "events.by_source_ip.1.ip": "203.0.113.7",
            "events.by_source_ip.1.count": 1,
        },
    ),
    (
        "a finding's time with +00:00",
        "security-hub",
        {"Findings": [finding("2026-11-21T02:13:00+00:00")]},
        {
            "coverage.counted": 1,
            "findings.total": 1,
            "findings.new_last_7_days": 1,
            "findings.attention.0.updated_at": "2026-11-21T02:13:00Z",
            "scope.as_of": "2026-11-21T02:13:00Z",
        },
    ),
    (
        "an event's time with +00:00",
        "cloudtrail",
        {"Records": [event(1, "StopLogging", "cloudtrail.amazonaws.com", eventTime="2026-11-21T02:13:00+00:00")]},
        {
            "events.total": 1,
            "events.window.start": "2026-11-21T02:13:00Z",
            "events.window.end": "2026-11-21T02:13:00Z",
        },
    ),
]


def at(answer, path):
    """The value at a dotted path in which numbers are positions."""
    for name in path.split("."):
        try:
            answer = answer[int(name)] if isinstance(answer, list) else answer[name]
        except (KeyError, IndexError, TypeError):
            return None
    return answer


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nightdesk", type=Path, metavar="BIN", required=True)
    arguments = parser.parse_args()
    comparison = Comparison()
    for name, what, content, expected in CASES:
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "input.json").write_text(json.dumps(content))
            try:
                answer = analyze(arguments.nightdesk, what, "--source", folder)
            except NoAnswer as problem:
                comparison.check(name, "answer", "an answer", str(problem))
                continue
        for path, value in expected.items():
            comparison.check(name, path, value, at(answer, path))
    for difference in comparison.differences:
        print(difference)
    print(f"original cases: {len(CASES)} cases, {comparison.numbers} values, {len(comparison.differences)} differences")
    return 1 if comparison.differences else 0


if __name__ == "__main__":
    sys.exit(main())
