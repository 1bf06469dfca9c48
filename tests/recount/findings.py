"""The recount of a Security Hub analysis: ASFF and OCSF findings brought to one shape, then counted."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from comparison import SEVERITIES, Expected, Rows
from containers import part, parts, text
from when import DAY, instant, milliseconds

NONE = "(none)"
OCSF_SEVERITY_IDS = {1: "INFORMATIONAL", 2: "LOW", 3: "MEDIUM", 4: "HIGH", 5: "CRITICAL", 6: "CRITICAL"}
OCSF_STATUS_IDS = {1: "new", 2: "in progress", 3: "suppressed", 4: "resolved", 5: "archived"}
OCSF_COMPLIANCE = {"PASS": "PASSED", "FAIL": "FAILED", "WARNING": "WARNING"}
# Prowler's MANUAL: a person has to look, the check could not be evaluated.
STATUS_CODES = OCSF_COMPLIANCE | {"MANUAL": "NOT_AVAILABLE"}
OCSF_CLOSE = 3
OCSF_COMPLIANCE_IDS = {1: "PASSED", 2: "WARNING", 3: "FAILED"}


@dataclass
class Finding:
    """What the analysis looks at."""

    key: tuple
    id: str
    severity: str
    state: str
    workflow: str
    compliance: str
    product: str | None
    # Whether the definitions leave no choice about the product's name.
    product_named: bool
    account: str | None
    region: str | None
    categories: set
    resources: set
    control: object
    created: int | None
    updated: int | None


def recount(records, include_all=False, unreadable=0, as_of=None):
    """What the analysis should say about these records, looked at from `as_of`, else from the newest record's time."""
    latest, duplicates = newest_of_each([read(record) for record in records])
    counted = [finding for finding in latest if include_all or in_working_set(finding)]
    inside = {id(finding) for finding in counted}
    expected, sources = Expected(), defaultdict(Counter)
    for finding in latest:
        sources[finding.account, finding.region]["counted" if id(finding) in inside else "excluded"] += 1
    for finding in duplicates:
        sources[finding.account, finding.region]["duplicates"] += 1
    excluded = len(latest) - len(counted)
    expected.coverage(len(records) + unreadable, len(counted), excluded, len(duplicates), unreadable, 0)
    expected.sources(sources, unreadable)
    expected.scope(lambda finding: finding.account, lambda finding: finding.region, counted)
    times = [time for finding in counted for time in (finding.updated, finding.created) if time is not None]
    if as_of is None and times:
        as_of = expected.instants["scope.as_of"] = max(times)
    totals(expected, counted, latest, as_of)
    lists(expected, counted)
    return expected


def newest_of_each(findings):
    """The newest finding of each (ProductArn, Id), the last read of equally new ones; and the others."""
    latest, duplicates = {}, []
    for finding in findings:
        known = latest.get(finding.key)
        if known is None:
            latest[finding.key] = finding
        elif newness(finding) >= newness(known):
            latest[finding.key] = finding
            duplicates.append(known)
        else:
            duplicates.append(finding)
    return list(latest.values()), duplicates


def newness(finding):
    return float("-inf") if finding.updated is None else finding.updated


def in_working_set(finding):
    done = finding.state == "ARCHIVED" or finding.workflow in ("SUPPRESSED", "RESOLVED")
    return not done and finding.compliance != "PASSED"


def totals(expected, counted, latest, as_of):
    resolved = [finding for finding in latest if finding.workflow == "RESOLVED" and finding.state != "ARCHIVED"]
    expected.numbers["findings.total"] = len(counted)
    expected.numbers["findings.resolved"] = len(resolved)
    # Without an instant there is no dated finding either.
    new = [f for f in counted if f.created is not None and as_of - 7 * DAY < f.created <= as_of]
    expected.numbers["findings.new_last_7_days"] = len(new)
    for name, values, attribute in (
        ("by_severity", SEVERITIES, "severity"),
        ("by_record_state", ("ACTIVE", "ARCHIVED", "OTHER"), "state"),
        ("by_workflow_status", ("NEW", "NOTIFIED", "SUPPRESSED", "RESOLVED", "OTHER"), "workflow"),
        ("by_compliance_status", ("PASSED", "FAILED", "WARNING", "NOT_AVAILABLE", "NONE", "OTHER"), "compliance"),
    ):
        counts = Counter(getattr(finding, attribute) for finding in counted)
        expected.numbers[f"findings.{name}"] = {value: counts[value] for value in values}
    expected.attention = defaultdict(set)
    for finding in counted:
        expected.attention[finding.id].add((finding.severity, finding.updated))


def lists(expected, counted):
    expected.rows["findings.by_account"] = name_rows((finding.account or NONE, True) for finding in counted)
    expected.rows["findings.by_region"] = name_rows((finding.region or NONE, True) for finding in counted)
    expected.rows["findings.by_product"] = name_rows(
        (finding.product or NONE, finding.product_named) for finding in counted
    )
    expected.rows["findings.by_category"] = name_rows(
        (category, True) for finding in counted for category in finding.categories or {NONE}
    )
    expected.rows["findings.top_resources"] = resource_rows(counted)
    expected.rows["findings.top_controls"] = control_rows(counted)


def name_rows(names):
    rows = Rows(keys=("name",), numbers=("count",))
    for (name, named), count in Counter(names).items():
        rows.add((name,), (count,), named)
    return rows


def resource_rows(counted):
    rows = Rows(keys=("id",), numbers=("count", "by_severity"), loose=("count",))
    groups = defaultdict(Counter)
    for finding in counted:
        for resource in finding.resources:
            groups[resource][finding.severity] += 1
    for resource, severities in groups.items():
        by_severity = {severity: severities[severity] for severity in SEVERITIES}
        rows.add((resource,), (sum(severities.values()), by_severity))
    return rows


def control_rows(counted):
    rows = Rows(keys=("control_id",), numbers=("count", "severity"))
    groups = defaultdict(list)
    for finding in counted:
        if finding.compliance == "FAILED" and finding.control:
            groups[finding.control].append(SEVERITIES.index(finding.severity))
    for control, ranks in groups.items():
        rows.add((control,), (len(ranks), SEVERITIES[min(ranks)]), not isinstance(control, Unnamed))
    return rows


def read(record):
    return read_ocsf(record) if "class_uid" in record else read_asff(record)


def read_asff(record):
    arn, name = text(record, "ProductArn"), text(record, "ProductName")
    provider = part(record, "FindingProviderFields")
    fields, compliance = part(record, "ProductFields"), part(record, "Compliance")
    listed = text(fields, "aws/securityhub/ProductName")
    types = [t for t in parts(record, "Types") + parts(provider, "Types") if isinstance(t, str) and t]
    return Finding(
        key=(arn, record["Id"]),
        id=record["Id"],
        severity=asff_severity(record, provider, is_guardduty(arn, name)),
        state=one_of(text(record, "RecordState"), ("ACTIVE", "ARCHIVED"), "ACTIVE"),
        workflow=one_of(
            text(part(record, "Workflow"), "Status"), ("NEW", "NOTIFIED", "SUPPRESSED", "RESOLVED"), "NEW"
        ),
        compliance=one_of(
            text(compliance, "Status"), ("PASSED", "FAILED", "WARNING", "NOT_AVAILABLE"), "NONE"
        ),
        product=name or listed or product_in(arn),
        product_named=bool(name or listed),
        account=text(record, "AwsAccountId"),
        region=text(record, "Region") or region_in(arn),
        categories=categories(types),
        resources={name for resource in parts(record, "Resources") if (name := text(resource, "Id"))},
        control=text(compliance, "SecurityControlId") or text(fields, "ControlId") or rule(record, fields),
        created=instant(record.get("CreatedAt")),
        updated=instant(record.get("UpdatedAt")),
    )


def one_of(value, known, absent):
    if value is None:
        return absent
    return value if value in known else "OTHER"


def is_guardduty(arn, name):
    return name == "GuardDuty" or (arn or "").endswith("product/aws/guardduty")


def rule(record, fields):
    """A rule of a standard older than control ids: one control, whose name is not defined."""
    number = text(fields, "RuleId")
    return Unnamed((text(record, "GeneratorId"), number)) if number else None


class Unnamed(tuple):
    """What tells a row from others where its name cannot be foretold."""


def region_in(arn):
    return next((part for part in (arn or "").split(":")[3:4] if part), None)


def product_in(arn):
    return arn.split("product/", 1)[1] if arn and "product/" in arn else None


def categories(types):
    return {"/".join(t.split("/")[:2]) for t in types}


def asff_severity(record, provider, guardduty):
    severity, provided = part(record, "Severity"), part(provider, "Severity")
    for source in (severity, provided):
        label = (text(source, "Label") or "").strip().upper()
        if label in SEVERITIES:
            return label
    for source in (severity, provided):
        if (score := number(source.get("Normalized"))) is not None:
            return banded(score, ((90, "CRITICAL"), (70, "HIGH"), (40, "MEDIUM"), (1, "LOW")), "INFORMATIONAL")
    if guardduty and (score := number(severity.get("Product"))) is not None:
        return banded(score, ((9, "CRITICAL"), (7, "HIGH"), (4, "MEDIUM")), "LOW")
    return "INFORMATIONAL"


def number(value):
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def banded(score, bands, rest):
    return next((label for least, label in bands if score >= least), rest)


def read_ocsf(record):
    info, product = part(record, "finding_info"), part(record, "metadata", "product")
    cloud, status = part(record, "cloud"), ocsf_status(record)
    workflow = {"in progress": "NOTIFIED", "suppressed": "SUPPRESSED", "resolved": "RESOLVED"}.get(status, "NEW")
    types = [t for t in parts(info, "types") if isinstance(t, str) and t]
    return Finding(
        key=(text(product, "uid"), info["uid"]),
        id=info["uid"],
        severity=ocsf_severity(record),
        state="ARCHIVED" if status == "archived" or record.get("activity_id") == OCSF_CLOSE else "ACTIVE",
        workflow=workflow,
        compliance=ocsf_compliance(record),
        product=text(product, "name") or text(product, "uid"),
        product_named=text(product, "name") is not None,
        account=text(part(cloud, "account"), "uid"),
        region=text(cloud, "region"),
        categories=categories(types),
        resources={name for resource in parts(record, "resources") if (name := text(resource, "uid"))},
        control=text(part(record, "compliance"), "control") or text(part(record, "metadata"), "event_code"),
        created=ocsf_time(info, "created_time"),
        updated=ocsf_time(info, "modified_time") if has_time(info, "modified_time") else ocsf_time(record, "time"),
    )


def ocsf_status(record):
    named = (text(record, "status") or "").lower()
    return named if named in OCSF_STATUS_IDS.values() else OCSF_STATUS_IDS.get(record.get("status_id"))


def ocsf_severity(record):
    label = (text(record, "severity") or "").strip().upper()
    label = {"FATAL": "CRITICAL"}.get(label, label)
    return label if label in SEVERITIES else OCSF_SEVERITY_IDS.get(record.get("severity_id"), "INFORMATIONAL")


def ocsf_compliance(record):
    compliance = part(record, "compliance")
    named = OCSF_COMPLIANCE.get((text(compliance, "status") or "").upper())
    by_id = OCSF_COMPLIANCE_IDS.get(compliance.get("status_id"))
    return named or by_id or STATUS_CODES.get((text(record, "status_code") or "").upper(), "NONE")


def has_time(mapping, name):
    return f"{name}_dt" in mapping or name in mapping


def ocsf_time(mapping, name):
    """The `_dt` twin where it can be read, else the number."""
    time = instant(mapping.get(f"{name}_dt"))
    return time if time is not None else milliseconds(mapping.get(name))
