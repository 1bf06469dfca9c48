"""The recount of a CloudTrail analysis: expected numbers from parsed records, as the answer's schema defines them."""

import ipaddress
import re
from collections import Counter, defaultdict
from dataclasses import dataclass

from comparison import Expected, Rows
from containers import part, same_content, text
from when import instant

NONE = "(none)"
DRY_RUN = ("DryRunOperation", "Client.DryRunOperation")
FEDERATED = {"AssumedRole", "SAMLUser", "WebIdentityUser", "FederatedUser", "IdentityCenterUser"}
# Types for which the definitions fix the name of the principal; of the others only counts are compared.
NAMED_TYPES = {"AssumedRole", "IAMUser", "Root", "AWSService"}
ASSUMED_ROLE = re.compile(r"arn:([^:]*):sts::([^:]*):assumed-role/([^/]+)/(.+)")
PRIVATE = [
    ipaddress.ip_network(block)
    for block in (
        "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.168.0.0/16 224.0.0.0/4 "
        "240.0.0.0/4 ::/128 ::1/128 fc00::/7 fe80::/10 ff00::/8"
    ).split()
]


@dataclass(frozen=True)
class Principal:
    """Who made a call. `named`: the definitions leave no choice about the name."""

    name: str
    kind: str | None
    named: bool
    # Of a role session whose ARN names it; how other sessions are named is not defined.
    session: str | None


def recount(records, unreadable=0):
    """What the analysis should say about these records, duplicates included."""
    counted, duplicates, conflicting, sources = without_duplicates(records)
    expected = Expected()
    expected.coverage(len(records) + unreadable, len(counted), 0, len(duplicates), unreadable, conflicting)
    expected.sources(sources, unreadable)
    expected.scope(account_of, region_of, counted)
    totals(expected, counted)
    lists(expected, counted)
    failed_operations(expected, [record for record in counted if is_failed(record)])
    expected.high_risk = calls_by_api(counted)
    return expected


def without_duplicates(records):
    seen, counted, duplicates, sources = defaultdict(set), [], [], defaultdict(Counter)
    conflicting = 0
    for record in records:
        identity, content = text(record, "eventID"), same_content(record)
        source = sources[account_of(record), region_of(record)]
        if identity and content in seen[identity]:
            duplicates.append(record)
            source["duplicates"] += 1
            continue
        if identity:
            conflicting += bool(seen[identity])
            seen[identity].add(content)
        counted.append(record)
        source["counted"] += 1
    return counted, duplicates, conflicting, sources


def totals(expected, counted):
    times = [time for record in counted if (time := instant(record.get("eventTime"))) is not None]
    reads = Counter(read_only(record) for record in counted)
    logins = Counter(login for record in counted if (login := console_login(record)))
    unsafe = [record for record in counted if console_login(record) == "succeeded" and mfa_used(record) == "No"]
    expected.numbers |= {
        "events.total": len(counted),
        "events.read": reads[True],
        "events.write": reads[False],
        "events.read_write_unknown": reads[None],
        "events.console_logins.succeeded": logins["succeeded"],
        "events.console_logins.failed": logins["failed"],
        "events.console_logins.without_mfa": len(unsafe),
        "events.console_logins.without_mfa_federated": sum(identity_type(record) in FEDERATED for record in unsafe),
        "events.root_activity": sum(is_root_activity(record) for record in counted),
        "events.failed_operations.total": sum(is_failed(record) for record in counted),
        "events.failed_operations.dry_run": sum(text(record, "errorCode") in DRY_RUN for record in counted),
    }
    expected.instants |= {
        "events.window.start": min(times, default=None),
        "events.window.end": max(times, default=None),
    }
    if times:
        expected.instants["scope.as_of"] = max(times)
    expected.sums["events.by_user_agent_family"] = len(counted)
    expected.absent["events.by_user_agent_family"] = sum(not text(record, "userAgent") for record in counted)


def lists(expected, counted):
    expected.rows["events.by_event"] = event_rows(Counter(map(api, counted)))
    expected.rows["events.by_region"] = name_rows(text(record, "awsRegion") or NONE for record in counted)
    expected.rows["events.by_principal"] = principal_rows(counted)
    expected.rows["events.by_source_ip"] = source_ip_rows(counted)


def principal_rows(counted):
    rows = Rows(keys=("principal", "type"), numbers=("count", "failed", "session_count"), loose=("count", "failed"))
    groups = defaultdict(list)
    for record in counted:
        who = principal(record)
        groups[who.name, who.kind, who.named].append((who.session, is_failed(record)))
    for (name, kind, named), calls in groups.items():
        sessions = {session for session, _ in calls}
        count = None if None in sessions else len(sessions)
        rows.add((name, kind), (len(calls), sum(failed for _, failed in calls), count), named)
    return rows


def source_ip_rows(counted):
    rows = Rows(keys=("ip", "kind"), numbers=("count", "principal_count"), loose=("count",))
    groups = defaultdict(list)
    for record in counted:
        groups[text(record, "sourceIPAddress") or NONE].append(principal(record))
    for ip, principals in groups.items():
        distinct = len({who.name for who in principals}) if all(who.named for who in principals) else None
        rows.add((ip, ip_kind(ip)), (len(principals), distinct))
    return rows


def failed_operations(expected, failed):
    expected.rows["events.failed_operations.by_error"] = name_rows(record["errorCode"] for record in failed)
    expected.rows["events.failed_operations.by_event"] = event_rows(Counter(map(api, failed)))
    rows = Rows(keys=("name",), numbers=("count",))
    by_principal = Counter((who.name, who.named) for who in map(principal, failed))
    for (name, named), count in by_principal.items():
        rows.add((name,), (count,), named)
    expected.rows["events.failed_operations.by_principal"] = rows


def calls_by_api(counted):
    """Calls and failed calls of every API, version suffixes stripped."""
    calls = defaultdict(lambda: [0, 0])
    for record in counted:
        name, source = api(record)
        numbers = calls[base_name(name), source]
        numbers[0] += 1
        numbers[1] += is_failed(record)
    return {call: tuple(numbers) for call, numbers in calls.items()}


def name_rows(names):
    rows = Rows(keys=("name",), numbers=("count",))
    for name, count in Counter(names).items():
        rows.add((name,), (count,))
    return rows


def event_rows(apis):
    rows = Rows(keys=("event_name", "event_source"), numbers=("count",))
    for key, count in apis.items():
        rows.add(key, (count,))
    return rows


def api(record):
    return record["eventName"], text(record, "eventSource") or NONE


def account_of(record):
    return text(record, "recipientAccountId") or text(part(record, "userIdentity"), "accountId")


def region_of(record):
    return text(record, "awsRegion")


def identity_type(record):
    return text(part(record, "userIdentity"), "type")


def is_failed(record):
    code = text(record, "errorCode")
    return code is not None and code not in DRY_RUN


def read_only(record):
    value = record.get("readOnly")
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.lower())
    return value if isinstance(value, bool) else None


def console_login(record):
    if record["eventName"] != "ConsoleLogin":
        return None
    outcome = text(part(record, "responseElements"), "ConsoleLogin")
    if outcome is None and is_failed(record):
        return "failed"
    return {"Success": "succeeded", "Failure": "failed"}.get(outcome)


def mfa_used(record):
    return text(part(record, "additionalEventData"), "MFAUsed")


def is_root_activity(record):
    identity = part(record, "userIdentity")
    on_its_own = text(identity, "invokedBy") or text(record, "eventType") == "AwsServiceEvent"
    return identity_type(record) == "Root" and not on_its_own


def principal(record):
    """The principal of a call; role sessions are folded to their role."""
    identity = part(record, "userIdentity")
    issuer = part(identity, "sessionContext", "sessionIssuer")
    kind, arn = text(identity, "type"), text(identity, "arn")
    session = None
    if kind == "AssumedRole":
        folded = ASSUMED_ROLE.fullmatch(arn or "")
        session = folded and folded[4]
        if role := text(issuer, "arn"):
            return Principal(role, kind, True, session)
        if folded:
            return Principal(f"arn:{folded[1]}:iam::{folded[2]}:role/{folded[3]}", kind, True, session)
    if arn:
        return Principal(arn, kind, kind in NAMED_TYPES and kind != "AssumedRole", session)
    if kind == "AWSService" and text(identity, "invokedBy"):
        return Principal(identity["invokedBy"], kind, True, None)
    if kind == "AWSAccount" and text(identity, "principalId"):
        # A principal of another account, of which the record shows the id only.
        return Principal(f"{identity.get('accountId')} {identity['principalId'].split(':')[0]}", kind, False, None)
    candidates = (
        text(identity, "userName"),
        text(part(identity, "onBehalfOf"), "userId"),
        text(issuer, "userName"),
        text(identity, "principalId"),
        text(identity, "invokedBy"),
        text(identity, "accountId"),
    )
    return Principal(next(filter(None, candidates), NONE), kind, False, session)


def ip_kind(ip):
    service = ip.endswith((".amazonaws.com", ".amazonaws.com.cn", ".amazon.com")) or ip == "AWS Internal"
    if service:
        return "aws_service"
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return "unparseable"
    if getattr(address, "scope_id", None):
        return "unparseable"
    address = getattr(address, "ipv4_mapped", None) or address
    inside = any(address in block for block in PRIVATE if block.version == address.version)
    return "private" if inside else "public"


VERSION_SUFFIX = re.compile(r"(.*[^0-9])[0-9]{8}(?:v[0-9]+)?", re.DOTALL)


def base_name(name):
    """`UpdateFunctionCode20150331v2` is `UpdateFunctionCode`; exactly eight digits make a version."""
    match = VERSION_SUFFIX.fullmatch(name)
    return match[1] if match else name
