"""Facts that an answer does not hold as a number of its own: each worked out again from the fields that it does hold."""

NO_NAME = "(none)"
ROW_NAMES = ("name", "principal", "ip", "event_name", "id", "control_id")


def lookup(answer, path):
    """The value at a dotted path, None where there is none."""
    for name in path.split("."):
        answer = answer.get(name) if isinstance(answer, dict) else None
    return answer


def named(rows):
    """Rows, or names, but for the one that counts what has no name."""
    names = lambda row: [row.get(name) for name in ROW_NAMES] if isinstance(row, dict) else [row]
    return [row for row in rows if NO_NAME not in names(row)]


def rows_of(answer, path, scope):
    """The rows of a list that a scope names; all of them for `all`."""
    rows = lookup(answer, path)
    return rows if scope == "all" else [row for row in rows if scope in (row.get(name) for name in ROW_NAMES)]


def is_shared(answer, metric, scope):
    """Whether several rows of a fact's list have the name of its scope: counted together here, and apart in their facts."""
    path = metric.split(".")
    lists = [".".join(path[:at]) for at in range(1, len(path) + 1)]
    lists = [name for name in lists if isinstance(lookup(answer, name), list)]
    return scope != "all" and any(len(rows_of(answer, name, scope)) > 1 for name in lists)


def succeeded(answer, scope):
    return sum(row["count"] - row["failed"] for row in rows_of(answer, "events.high_risk", scope))


def high_risk_principals(answer, scope):
    return len({principal for row in rows_of(answer, "events.high_risk", scope) for principal in row["principals"]})


def principal_accounts(answer, _scope):
    return len({row.get("account") for row in answer["events"]["by_principal"]} - {None, NO_NAME})


def sessions(answer, scope):
    return sum(row["session_count"] for row in rows_of(answer, "events.by_principal", scope))


def sign_ins(answer, _scope):
    logins = answer["events"]["console_logins"]
    return logins["succeeded"] + logins["failed"]


def without_second_factor(answer, _scope):
    logins = answer["events"]["console_logins"]
    return logins["without_mfa"] - logins["without_mfa_federated"]


def addresses(kind, field):
    """How many addresses of a kind there are, or the events from them."""

    def count(answer, _scope):
        rows = [row for row in named(answer["events"]["by_source_ip"]) if row["kind"] == kind]
        return len(rows) if field is None else sum(row[field] for row in rows)

    return count


def country(answer, scope):
    return sum(row["count"] for row in answer["events"]["by_source_ip"] if row.get("country") == scope)


def changes(field):
    """Changes that all incidents, or the one of a scope, left behind or that are still live."""
    return lambda answer, scope: sum(len(row[field]) for row in rows_of(answer, "incidents", scope))


def detections_alone(answer, _scope):
    """Detections that ask to be looked at and are part of no incident."""
    worrying = ("medium", "high", "critical")
    return sum(row["level"] in worrying and row["incident"] is None for row in answer["detections"])


def gaps(answer, scope):
    """Gaps with the region of their source: of one kind, or all that make the answer incomplete."""
    for source in answer["coverage"]["sources"]:
        for gap in source["gaps"]:
            if gap["kind"] == scope or (scope == "all" and gap["kind"] != "not_records"):
                yield source.get("region")


def gap_count(answer, scope):
    return len(list(gaps(answer, scope)))


def gap_regions(answer, scope):
    return len(set(gaps(answer, scope)) - {None})


DERIVED = {
    "events.high_risk.succeeded": succeeded,
    "events.high_risk.principals.length": high_risk_principals,
    "events.by_principal.accounts.length": principal_accounts,
    "events.by_principal.session_count": sessions,
    "events.console_logins.total": sign_ins,
    "events.console_logins.without_mfa_not_federated": without_second_factor,
    "events.by_country": country,
    "incidents.still_live.length": changes("still_live"),
    "incidents.left_behind.length": changes("left_behind"),
    "detections.outside_incidents.length": detections_alone,
    "coverage.gaps.length": gap_count,
    "coverage.gaps": gap_count,
    "coverage.gaps.regions": gap_regions,
}
for kind in ("public", "private", "aws_service", "unparseable"):
    DERIVED[f"events.by_source_ip.{kind}.length"] = addresses(kind, None)
    DERIVED[f"events.by_source_ip.{kind}"] = addresses(kind, "count")
