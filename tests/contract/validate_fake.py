#!/usr/bin/env python3
"""Holds fake-aws against botocore: reply shapes, boto3's paginators, modelled errors, filter semantics.

    pip install -r tests/contract/requirements.txt
    python3 tests/contract/validate_fake.py [PATH TO fake-aws]

Without a path, the FAKE_AWS variable names the binary, else target/debug/fake-aws is used. With `--requests URL`
nothing is started: every request that the fake at URL has logged is held against botocore's input shapes.
"""

import argparse
import json
import os
import pathlib
import sys
import tempfile

import boto3
import botocore.config
import botocore.exceptions

import filter_table
import wire
from fake_process import FakeProcess

REGIONS = ("eu-west-1", "us-east-1")
EVENTS_PER_REGION = 230
FINDINGS_PER_REGION = 650


class Tally:
    """Counts what was compared, and remembers what differed."""

    def __init__(self):
        self.counts = {}
        self.differences = []

    def check(self, kind, name, problems):
        self.counts[kind] = self.counts.get(kind, 0) + 1
        self.differences += [f"{kind}: {name}: {problem}" for problem in problems]

    def equal(self, kind, name, actual, expected):
        self.check(kind, name, [] if actual == expected else [f"got {actual!r}, expected {expected!r}"])


def client(fake, service, region="us-east-1", attempts=1):
    config = botocore.config.Config(
        retries={"mode": "standard", "total_max_attempts": attempts}, proxies={}, connect_timeout=5, read_timeout=10
    )
    session = boto3.Session(aws_access_key_id="AKIAIOSFODNN7EXAMPLE", aws_secret_access_key="example")
    return session.client(service, region_name=region, endpoint_url=fake.endpoint, config=config)


def group_rules():
    fields = ("severity", "status", "cloud.account.uid", "metadata.product.name", "resources.type")
    return [{"GroupByField": field} for field in (*fields, "compliance.status", "compliance.control")]


def check_shapes(fake, tally):
    """Every operation, with few and many parameters, against its output shape."""
    name = {"AttributeKey": "EventName", "AttributeValue": "RunInstances"}
    listing = "securityhub", "ListFindingAggregators"
    aggregator = wire.parse(*listing, *wire.exchange(fake.endpoint, *listing, {}))["FindingAggregators"][0]
    newest_first = [{"Field": "UpdatedAt", "SortOrder": "desc"}]
    requests = [
        ("cloudtrail", "LookupEvents", {}),
        ("cloudtrail", "LookupEvents", {"MaxResults": 7, "LookupAttributes": [name]}),
        ("cloudtrail", "LookupEvents", {"StartTime": 1795132800, "EndTime": 1795132860.5}),
        ("cloudtrail", "LookupEvents", {"EventCategory": "insight"}),
        ("securityhub", "GetFindings", {}),
        ("securityhub", "GetFindings", {"SortCriteria": newest_first, "MaxResults": 3}),
        ("securityhub", "GetFindingStatisticsV2", {"GroupByRules": group_rules(), "MaxStatisticResults": 5}),
        ("securityhub", "DescribeHub", {}),
        ("securityhub", "ListFindingAggregators", {}),
        ("securityhub", "GetFindingAggregator", aggregator),
        ("account", "ListRegions", {}),
        ("account", "ListRegions", {"MaxResults": 1, "RegionOptStatusContains": ["ENABLED"]}),
        ("sts", "GetCallerIdentity", {}),
    ]
    for service, operation, parameters in requests:
        reply = wire.exchange(fake.endpoint, service, operation, parameters)
        tally.check("replies", f"{operation} {parameters}", wire.reply_problems(service, operation, *reply))
    return len({operation for _, operation, _ in requests})


def check_the_checker(fake, tally):
    """A shape check that lets these pass would prove nothing."""
    for service, operation, member in (
        ("cloudtrail", "LookupEvents", "Events"),
        ("securityhub", "GetFindings", "Findings"),
        ("account", "ListRegions", "Regions"),
    ):
        status, headers, body = wire.exchange(fake.endpoint, service, operation, {})
        good = json.loads(body)
        item = good[member][0]
        first = next(iter(item))
        unknown, mistyped = item | {"Unheard": 1}, item | {first: {"of": "another type"}}
        for bad in (good | {"Unheard": 1}, good | {member: [unknown]}, good | {member: [mistyped]}):
            problems = wire.reply_problems(service, operation, status, headers, json.dumps(bad).encode())
            tally.check("probes", operation, [] if problems else ["a spoilt reply passed"])


def check_paginators(fake, tally):
    """boto3 reads everything once, through the quotas."""
    for region in REGIONS:
        pages = client(fake, "cloudtrail", region, attempts=20).get_paginator("lookup_events").paginate()
        events = [event for page in pages for event in page["Events"]]
        times = [event["EventTime"] for event in events]
        tally.equal("totals", f"events of {region}", len(events), EVENTS_PER_REGION)
        tally.equal("totals", f"distinct events of {region}", len({e["EventId"] for e in events}), EVENTS_PER_REGION)
        tally.equal("totals", f"order of {region}", times, sorted(times, reverse=True))
        for event in events:
            record = json.loads(event["CloudTrailEvent"])
            outside = (event["EventId"], event["EventName"], event["EventTime"].strftime("%Y-%m-%dT%H:%M:%SZ"))
            inside = (record["eventID"], record["eventName"], record["eventTime"])
            tally.equal("records", f"event {event['EventId']}", (outside, record["awsRegion"]), (inside, region))

    held = FINDINGS_PER_REGION
    for region, expected in (("us-east-1", held * len(REGIONS)), ("eu-west-1", held)):
        pages = client(fake, "securityhub", region, attempts=20).get_paginator("get_findings").paginate(
            PaginationConfig={"PageSize": 100}
        )
        findings = [finding for page in pages for finding in page["Findings"]]
        tally.equal("totals", f"findings of {region}", len(findings), expected)
        tally.equal("totals", f"distinct findings of {region}", len({f["Id"] for f in findings}), expected)
        for finding in findings:
            tally.equal("records", f"finding {finding['Id']}", finding["AwsAccountId"], "111122223333")

    regions = client(fake, "account").get_paginator("list_regions").paginate(PaginationConfig={"PageSize": 1})
    names = [region["RegionName"] for page in regions for region in page["Regions"]]
    tally.equal("totals", "regions", names, [*REGIONS, "me-central-1"])
    tally.equal("totals", "caller", client(fake, "sts").get_caller_identity()["Account"], "111122223333")
    for operation, code in (("LookupEvents", "ThrottlingException"), ("GetFindings", "LimitExceededException")):
        throttled = fake.count(operation, code)
        tally.check("totals", f"throttled {operation}", [] if throttled else ["the quota was never felt"])


def error_of(call, parameters):
    try:
        call(**parameters)
    except botocore.exceptions.ClientError as error:
        return error
    return None


def check_errors(fake, tally):
    """Errors arrive with the right code and, where the model has a class for it, as that class."""
    trail, hub = client(fake, "cloudtrail"), client(fake, "securityhub")
    account, sts = client(fake, "account"), client(fake, "sts")
    off = client(fake, "securityhub", "ap-south-1")
    closed = client(fake, "cloudtrail", "me-central-1")
    attribute = {"AttributeKey": "EventName", "AttributeValue": "x"}
    group = {"GroupByRules": group_rules()}
    title = {"Title": [filter_table.text("EQUALS", "a"), filter_table.text("NOT_EQUALS", "b")]}
    plain = [
        (trail, "lookup_events", {"LookupAttributes": [attribute] * 2}, "InvalidLookupAttributesException", 400),
        (trail, "lookup_events", {"MaxResults": 51}, "InvalidMaxResultsException", 400),
        (trail, "lookup_events", {"StartTime": 2, "EndTime": 1}, "InvalidTimeRangeException", 400),
        (trail, "lookup_events", {"EventCategory": "x"}, "InvalidEventCategoryException", 400),
        (trail, "lookup_events", {"NextToken": "x"}, "InvalidNextTokenException", 400),
        (closed, "lookup_events", {}, "UnrecognizedClientException", 400),
        (hub, "get_findings", {"Filters": title}, "InvalidInputException", 400),
        (hub, "get_findings", {"NextToken": "x"}, "InvalidInputException", 400),
        (hub, "get_finding_aggregator", {"FindingAggregatorArn": "arn:x/y"}, "ResourceNotFoundException", 404),
        (hub, "get_finding_statistics_v2", {"GroupByRules": [{"GroupByField": "impact"}]}, "ValidationException", 400),
        (off, "get_findings", {}, "InvalidAccessException", 401),
        (off, "describe_hub", {}, "InvalidAccessException", 401),
        (account, "list_regions", {"NextToken": "x"}, "ValidationException", 400),
    ]
    calls = [
        (trail, "lookup_events", {}),
        (hub, "get_findings", {}),
        (hub, "describe_hub", {}),
        (hub, "get_finding_statistics_v2", group),
        (account, "list_regions", {}),
        (sts, "get_caller_identity", {}),
    ]
    # By fault kind: the code and status of each of the calls above.
    hub_throttle = ("LimitExceededException", 429)
    unavailable = ("ServiceUnavailableException", 503)
    expired, unknown = "ExpiredTokenException", "UnrecognizedClientException"
    denied = ("AccessDeniedException", 403)
    struck = {
        "throttle": [("ThrottlingException", 400), hub_throttle, hub_throttle, ("ThrottlingException", 429),
                     ("TooManyRequestsException", 429), ("Throttling", 400)],
        "access_denied": [("AccessDeniedException", 400), denied, denied, denied, denied, ("AccessDenied", 403)],
        "expired_token": [(expired, 400), *[(expired, 403)] * 4, ("ExpiredToken", 403)],
        "unrecognized_client": [(unknown, 400), *[(unknown, 403)] * 4, ("InvalidClientTokenId", 403)],
        "status,500": [("InternalFailure", 500), *[("InternalException", 500)] * 2,
                       *[("InternalServerException", 500)] * 2, ("InternalFailure", 500)],
        "status,503": [unavailable] * 6,
        "error,400": [("InvalidSignatureException", 400)] * 6,
    }
    for service, method, parameters, code, status in plain:
        judge_error(tally, service, method, error_without_client_check(service, method, parameters), code, status)
    for kind, expected in struck.items():
        kind, _, status = kind.partition(",")
        rule = {"kind": kind} | ({"status": int(status)} if status else {})
        if kind == "error":
            rule |= {"code": "InvalidSignatureException", "message": "Signature expired"}
        fake.set_faults(rule)
        for (service, method, parameters), (code, status) in zip(calls, expected, strict=True):
            error = error_of(getattr(service, method), parameters)
            judge_error(tally, service, f"{method} {kind}", error, code, status)
    fake.set_faults()


def error_without_client_check(service, method, parameters):
    """The limits under test are the fake's, so boto3's own check of parameters is off."""
    config = service.meta.config.merge(botocore.config.Config(parameter_validation=False))
    session = boto3.Session(aws_access_key_id="AKIAIOSFODNN7EXAMPLE", aws_secret_access_key="example")
    loose = session.client(
        service.meta.service_model.service_name,
        region_name=service.meta.region_name,
        endpoint_url=service.meta.endpoint_url,
        config=config,
    )
    return error_of(getattr(loose, method), parameters)


def judge_error(tally, service, name, error, code, status):
    if error is None:
        return tally.check("errors", name, ["no error"])
    arrived = (error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"])
    tally.equal("errors", name, arrived, (code, status))
    message = error.response["Error"].get("Message")
    tally.check("errors", f"{name} message", [] if message else ["there is no message"])
    operation = service.meta.method_to_api_mapping[name.split()[0]]
    model = service.meta.service_model.operation_model(operation)
    if code in {shape.name for shape in model.error_shapes}:
        tally.equal("errors", f"{name} class", type(error).__name__, code)
    return None


def check_filters(binary, tally):
    """The table of filters against a fake that holds the table's findings."""
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, "table.json").write_text(json.dumps({"Findings": filter_table.FINDINGS}), "utf-8")
        with FakeProcess(binary, "--findings", folder, "--now", filter_table.NOW, "--findings-rate", 0) as fake:
            hub = client(fake, "securityhub")
            for filters, expected in filter_table.SELECTS:
                found = "".join(sorted(finding["Id"] for finding in hub.get_findings(Filters=filters)["Findings"]))
                tally.equal("filters", str(filters), found, expected)
            for filters in filter_table.REFUSED:
                error = error_of(hub.get_findings, {"Filters": filters})
                tally.equal("filters", str(filters), type(error).__name__, "InvalidInputException")


def check_requests(calls, tally):
    """What clients sent, against the input shapes."""
    for call in calls:
        if call["request"] is not None and call["operation"] in wire.MODELS[call["service"]].operation_names:
            problems = wire.request_problems(call["service"], call["operation"], call["request"])
            tally.check("requests", call["operation"], problems)


def check_fake(binary, tally):
    rows = ["--synthetic-events", EVENTS_PER_REGION, "--synthetic-findings", FINDINGS_PER_REGION]
    places = ["--regions", ",".join(REGIONS), "--disabled-regions", "me-central-1", "--hub-disabled", "ap-south-1"]
    hub = ["--home-region", "us-east-1", "--statistics-v2", "on"]
    with FakeProcess(binary, *rows, *places, *hub, "--cloudtrail-rate", 0, "--findings-rate", 0) as fake:
        operations = check_shapes(fake, tally)
        check_the_checker(fake, tally)
        check_errors(fake, tally)
    with FakeProcess(binary, *rows, *places, *hub) as fake:
        check_paginators(fake, tally)
        check_requests(fake.log(), tally)
    check_filters(binary, tally)
    return f"{operations} operations, "


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    root = pathlib.Path(__file__).resolve().parents[2]
    default = os.environ.get("FAKE_AWS", root / "target/debug/fake-aws")
    parser.add_argument("binary", nargs="?", default=default, help="the fake-aws binary")
    parser.add_argument("--requests", metavar="URL", help="only check the requests that this running fake has logged")
    arguments = parser.parse_args()
    # The clients get keys and addresses from this script, and must not look for others.
    os.environ |= {"AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": os.devnull}
    os.environ |= {"AWS_SHARED_CREDENTIALS_FILE": os.devnull}

    tally, head = Tally(), ""
    if arguments.requests:
        running = FakeProcess(arguments.binary)
        running.endpoint = arguments.requests.rstrip("/")
        check_requests(running.log(), tally)
    else:
        head = check_fake(arguments.binary, tally)
    for difference in tally.differences:
        print(f"DIFFERENCE {difference}")
    counts = ", ".join(f"{count} {kind}" for kind, count in tally.counts.items())
    print(f"contract: {head}{counts or 'nothing'} checked; {len(tally.differences)} differences")
    return 1 if tally.differences or not tally.counts else 0


if __name__ == "__main__":
    sys.exit(main())
