"""Proves that the recount of searches can fail, and what its filters, names and chains mean."""

import copy
import unittest

from comparison import Comparison
from identities import Chains, acting
from original_cases import ACCOUNT, event
from search_recount import Draw, compare_profile, compare_search, spelled
from searching import HOLDS, Event, events_of, found, is_naming, last_part, touched_names

ALICE = f"arn:aws:iam::{ACCOUNT}:user/alice"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/ops/Admin"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/Admin/night"
SSO = "AWSReservedSSO_Admin_0123456789abcdef"
STS = "sts.amazonaws.com"


def taken(number, identity, key, arn=SESSION, name="AssumeRole", **more):
    """A call by `identity` that answers with credentials for the session `arn`."""
    answer = {"credentials": {"accessKeyId": key}, "assumedRoleUser": {"arn": arn}}
    return event(number, name, STS, userIdentity=identity, responseElements=answer, **more)


def session(key, arn=SESSION, role=ROLE, **more):
    context = {"sessionIssuer": {"arn": role}} | more.pop("context", {})
    return {"type": "AssumedRole", "arn": arn, "accessKeyId": key, "sessionContext": context} | more


def user(key="AKIAIOSFODNN7EXAMPLE"):
    return {"type": "IAMUser", "arn": ALICE, "accountId": ACCOUNT, "accessKeyId": key}


def used(identity, **more):
    return event(5, "ListBuckets", "s3.amazonaws.com", userIdentity=identity, **more)


def first(*records):
    """The first identity behind the last record."""
    return Chains(records).first(records[-1])


class Names(unittest.TestCase):
    def test_last_part(self):
        names = {
            ALICE: "alice",
            "arn:aws:s3:::example-bucket": "example-bucket",
            f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:resize": "resize",
            f"{ACCOUNT}/AROAEXAMPLE": "AROAEXAMPLE",
            "i-0123456789abcdef0": "i-0123456789abcdef0",
        }
        for name, last in names.items():
            self.assertEqual(last_part(name), last)

    def test_principals_are_found_by_both_names_and_both_identities(self):
        one = Event(used(session("ASIAONE")), ALICE)
        for wanted in (ROLE, "Admin", "admin", ALICE, "alice"):
            self.assertTrue(HOLDS["principal"](one, wanted), wanted)
        for wanted in ("", "ops/Admin", "lice", "night", SESSION):
            self.assertFalse(HOLDS["principal"](one, wanted), wanted)

    def test_naming_parameters(self):
        for name in ("name", "userName", "instanceId", "roleARN", "dBInstanceIdentifier", "KeyIds", "arns"):
            self.assertTrue(is_naming(name), name)
        for name in ("names_of", "idle", "nameless", "value", "key", "", "identity"):
            self.assertFalse(is_naming(name), name)

    def test_touched_names(self):
        request = {
            "instancesSet": {"items": [{"instanceId": "i-1"}, {"instanceId": "i-2"}, {"instanceId": "i-1"}]},
            "DeleteFlowLogsRequest": {"FlowLogId": {"tag": 1, "content": "fl-1"}},
            "names": ["a", {"deep": ["b"], "bucketName": "c"}],
            "policyDocument": "{}",
            "maxId": 7,
        }
        resources = [{"ARN": "arn:aws:s3:::b"}, {"ARNPrefix": "x"}, "odd", {"ARN": "i-2"}]
        record = event(1, "RunInstances", "ec2.amazonaws.com", requestParameters=request, resources=resources)
        self.assertEqual(touched_names(record), ["arn:aws:s3:::b", "i-2", "i-1", "fl-1", "a", "c"])
        for odd in (None, "text", ["x"], 5):
            self.assertEqual(touched_names(record | {"requestParameters": odd, "resources": odd}), [])

    def test_principals(self):
        cases = [
            (user(), ALICE, None),
            (session("K", role=None), f"arn:aws:iam::{ACCOUNT}:role/Admin", "night"),
            (session("K", arn=None, principalId="AROAEXAMPLE:night"), ROLE, "night"),
            ({"type": "IAMUser", "userName": "bob", "accountId": ACCOUNT}, f"bob@{ACCOUNT}", None),
            ({"type": "AWSAccount", "accountId": ACCOUNT, "principalId": "A:s"}, f"{ACCOUNT}/A", "s"),
            ({"type": "SAMLUser", "userName": "bob", "identityProvider": "idp"}, "bob@idp", None),
            ({"type": "IdentityCenterUser", "onBehalfOf": {"userId": "u-1"}}, "u-1", None),
            ({"type": "AWSService", "invokedBy": "ec2.amazonaws.com"}, "ec2.amazonaws.com", None),
            ({"type": "Root", "accountId": ACCOUNT}, f"arn:aws:iam::{ACCOUNT}:root", None),
            ({}, "(unknown)", None),
        ]
        for identity, name, of_session in cases:
            who = acting(used(identity))
            self.assertEqual((who.name, who.session), (name, of_session), identity)


class FirstIdentities(unittest.TestCase):
    def test_chain_across_roles(self):
        vault = SESSION.replace("Admin/night", "Vault/door")
        records = [taken(1, user(), "ASIAONE"), taken(2, session("ASIAONE"), "ASIATWO", vault)]
        last = used(session("ASIATWO", vault, ROLE.replace("Admin", "Vault")))
        self.assertEqual(first(*records, last), ALICE)
        self.assertEqual(first(*reversed(records), last), ALICE)
        self.assertEqual(first(records[1], last), ROLE)

    def test_a_key_is_not_tied_to_another_session_or_to_a_later_call(self):
        self.assertEqual(first(taken(1, user(), "ASIAONE", SESSION + "mare"), used(session("ASIAONE"))), ROLE)
        late = taken(1, user(), "ASIAONE", eventTime="2026-11-21T03:00:00Z")
        self.assertEqual(first(late, used(session("ASIAONE"))), ROLE)

    def test_a_session_name_counts_only_without_a_key(self):
        call = taken(1, user(), "ASIAONE")
        self.assertEqual(first(call, used(session("ASIAOTHER"))), ROLE)
        self.assertEqual(first(call, used(session("ASIAOTHER"), sessionCredentialFromConsole="true")), ALICE)
        self.assertEqual(first(call, used(session(None))), ALICE)
        next_day = used(session(None), eventTime="2026-11-22T02:00:00Z")
        self.assertEqual(first(call, next_day), ROLE)

    def test_machines(self):
        instance = SESSION.replace("night", "i-0123456789abcdef0")
        service = {"type": "AWSService", "invokedBy": "ec2.amazonaws.com"}
        of_service = taken(1, service, "ASIAONE", instance)
        self.assertEqual(first(of_service, used(session("ASIAONE", instance))), "i-0123456789abcdef0")
        self.assertEqual(first(taken(1, service, "ASIAONE"), used(session("ASIAONE"))), "ec2.amazonaws.com")
        scope = {"inScopeOf": {"credentialsIssuedTo": "arn:aws:lambda:eu-west-1:1:function:resize"}}
        self.assertEqual(first(used(session("K", **scope))), scope["inScopeOf"]["credentialsIssuedTo"])
        self.assertEqual(first(used(session("K", context={"ec2RoleDelivery": "2.0"}))), "night")

    def test_people_of_identity_center(self):
        arn = SESSION.replace("Admin/night", f"{SSO}/bob@example.com")
        provider = {"type": "SAMLUser", "userName": "bob", "identityProvider": "idp"}
        sign_in = taken(1, provider, "ASIAONE", arn, "AssumeRoleWithSAML")
        calls = used(session("ASIAONE", arn, ROLE.replace("ops/Admin", SSO)))
        for records in ([sign_in, calls], [calls], [sign_in]):
            self.assertEqual(first(*records), "bob@example.com")
        self.assertEqual(first(taken(1, provider, "K", name="AssumeRoleWithSAML"), used(session("K"))), "bob@idp")

    def test_other_accounts(self):
        stranger = {"type": "AWSAccount", "accountId": "444455556666", "principalId": "AIDAEXAMPLE"}
        call = taken(2, stranger, "ASIAONE", sharedEventID="s")
        calls = used(session("ASIAONE"))
        self.assertEqual(first(call, calls), "444455556666/AIDAEXAMPLE")
        self.assertEqual(first(used(user() | {"principalId": "AIDAEXAMPLE"}), call, calls), ALICE)
        self.assertEqual(first(taken(1, user(), "ASIAONE", sharedEventID="s"), call, calls), ALICE)

    def test_loops_end(self):
        records = [taken(1, session("ASIATWO"), "ASIAONE"), taken(1, session("ASIAONE"), "ASIATWO")]
        self.assertEqual(first(*records, used(session("ASIAONE"))), ROLE)


class Filters(unittest.TestCase):
    def holds(self, name, value, **fields):
        return HOLDS[name](Event(event(1, "CreateUser", "iam.amazonaws.com", **fields), ALICE), value)

    def test_addresses_and_blocks(self):
        cases = [
            ("203.0.113.7", "203.0.113.7", True),
            ("203.0.113.0/24", "203.0.113.255", True),
            ("203.0.113.0/24", "203.0.114.0", False),
            ("203.0.113.7/32", "203.0.113.7", True),
            ("0.0.0.0/0", "2001:db8::1", False),
            ("0.0.0.0/0", "::ffff:203.0.113.7", True),
            ("2001:db8::/32", "2001:db8:51:7::2a", True),
            ("2001:DB8:51:7:0:0:0:2A", "2001:db8:51:7::2a", True),
            ("0.0.0.0/0", "lambda.amazonaws.com", False),
            ("Lambda.amazonaws.com", "lambda.amazonaws.com", True),
            ("203.0.113.7", "203.0.113.70", False),
        ]
        for wanted, own, expected in cases:
            self.assertEqual(self.holds("source_ip", wanted, sourceIPAddress=own), expected, (wanted, own))

    def test_services_with_and_without_suffix(self):
        for wanted in ("iam", "IAM", "iam.amazonaws.com"):
            self.assertTrue(self.holds("event_source", wanted), wanted)
        self.assertFalse(self.holds("event_source", "ia"))

    def test_flags(self):
        self.assertTrue(self.holds("failed", "true", errorCode="AccessDenied"))
        self.assertTrue(self.holds("failed", "false", errorCode="Client.DryRunOperation"))
        self.assertTrue(self.holds("read_only", "false"))
        for wanted in ("true", "false"):
            self.assertFalse(self.holds("read_only", wanted, readOnly=None))

    def test_times(self):
        time = "2026-11-21T03:00:01+01:00"
        self.assertTrue(self.holds("start", time))
        self.assertFalse(self.holds("end", time))
        self.assertTrue(self.holds("end", "2026-11-21T02:00:01.5Z"))
        for name in ("start", "end"):
            self.assertFalse(self.holds(name, time, eventTime="..."))
        self.assertEqual(spelled(1_795_227_180, 1), "2026-11-21T03:13:00+01:00")

    def test_text_is_looked_for_everywhere(self):
        for wanted in ("REATEUS", "iam.ama", "ser/alice", "203.0", "eu-west", ACCOUNT, "cli/2", "8000-", "denied"):
            fields = {"errorCode": "AccessDenied", "requestParameters": {"bucketName": "my-bucket"}}
            self.assertTrue(self.holds("text", wanted, **fields), wanted)
        self.assertTrue(self.holds("text", "Y-BUCK", **fields))
        self.assertFalse(self.holds("text", "bob"))

    def test_drawn_filters_are_the_same_each_time_and_hold_for_something(self):
        pool = events_of(RECORDS, Chains(RECORDS))
        drawn = Draw(pool, 1).filters(60)
        self.assertEqual(drawn, Draw(pool, 1).filters(60))
        self.assertEqual({name for asked in drawn for name in asked}, set(HOLDS))
        hits = sum(bool(found(pool, asked)) for asked in drawn)
        self.assertTrue(30 < hits < 60, hits)


RECORDS = [
    taken(1, user(), "ASIAONE"),
    event(3, "DeleteTrail", "cloudtrail.amazonaws.com", userIdentity=session("ASIAONE"), errorCode="AccessDenied"),
    event(
        2,
        "StopLogging",
        "cloudtrail.amazonaws.com",
        userIdentity=session("ASIAONE"),
        requestParameters={"name": "t"},
    ),
]


class EveryDifferenceCounts(unittest.TestCase):
    def setUp(self):
        self.pool = events_of(RECORDS, Chains(RECORDS))
        self.expected = found(self.pool, {"principal": "alice"})

    def row(self, at):
        one = self.expected[at]
        return {
            "time": one.text("eventTime"),
            "event_id": one.text("eventID"),
            "event_name": one.text("eventName"),
            "event_source": one.text("eventSource"),
            "principal": one.who.name,
            "account": ACCOUNT,
            "region": "eu-west-1",
            "source_ip": "203.0.113.7",
            "access_key_id": one.key,
            "read_only": False,
        } | ({"session": "night", "first_identity": ALICE} if one.session else {})

    def test_searches(self):
        rows = [self.row(0) | {"error_code": "AccessDenied"}, self.row(1), self.row(2)]
        page = {"total": 3, "searched": 3, "analysed": 3, "offset": 0, "next_cursor": None, "events": rows}
        self.assertEqual(self.searched(page), [])
        for name in ("total", "searched", "analysed", "offset"):
            self.assertTrue(self.searched(page | {name: page[name] + 1}), name)
        for changed in (rows[:2], [*rows, rows[0]], [rows[0], rows[0], rows[2]], [rows[1], rows[0], rows[2]]):
            self.assertTrue(self.searched(page | {"events": changed}))
        self.assertTrue(self.searched(page | {"next_cursor": "3"}))
        for name in rows[0].keys() - {"time"}:
            self.assertTrue(self.searched(page | {"events": [rows[0] | {name: "other"}, *rows[1:]]}), name)

    def test_pages_join(self):
        rows = [self.row(0) | {"error_code": "AccessDenied"}, self.row(1), self.row(2)]
        page = {"total": 3, "searched": 3, "analysed": 3, "offset": 0, "next_cursor": "1", "events": rows[:1]}
        second = page | {"offset": 1, "next_cursor": "2", "events": rows[1:2]}
        third = page | {"offset": 2, "next_cursor": None, "events": rows[2:]}
        for sound in ([page], [page, second], [page, second, third]):
            self.assertEqual(self.searched(*sound), [])
        for torn in ([page, third], [page, second | {"events": rows[:1]}, third], [page, second | {"events": []}]):
            self.assertTrue(self.searched(*torn))

    def searched(self, *pages):
        comparison = Comparison()
        compare_search(comparison, "here", self.pool, self.expected, list(pages))
        return comparison.differences

    def test_profiles(self):
        profile = {
            "total": 3,
            "failed": 1,
            "writes": 3,
            "first_seen": "2026-11-21T02:00:01Z",
            "last_seen": "2026-11-21T02:00:03Z",
            "principals": counted((ROLE, 2), (ALICE, 1)),
            "sessions": counted(("night", 2)),
            "access_keys": counted(("ASIAONE", 2), ("AKIAIOSFODNN7EXAMPLE", 1)),
            "source_ips": counted(("203.0.113.7, documentation address", 3)),
            "regions": counted(("eu-west-1", 3)),
            "calls": counted(("cloudtrail:DeleteTrail", 1), ("cloudtrail:StopLogging", 1)),
            "resources": counted(("t", 1)),
            "truncated": {"calls": 3},
            "timeline": [self.row(2), self.row(1)],
        }
        self.assertEqual(self.profiled(profile), [])
        for name, value in profile.items():
            changed = copy.deepcopy(value)
            if isinstance(value, int):
                changed += 1
            elif isinstance(value, str):
                changed = "2026-11-21T02:00:02Z"
            elif name == "timeline":
                changed.reverse()
            elif name == "truncated":
                changed = {}
            else:
                changed[0]["count"] += 1
            self.assertTrue(self.profiled(profile | {name: changed}), name)

    def profiled(self, profile):
        comparison = Comparison()
        compare_profile(comparison, "here", self.expected, profile)
        return comparison.differences


def counted(*rows):
    return [{"name": name, "count": count} for name, count in rows]


if __name__ == "__main__":
    unittest.main()
