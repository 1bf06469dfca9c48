"""Who made a call, and who is behind it: names of principals and chains of credentials, from the records alone.

The names follow the table in `crates/analysis/src/cloudtrail/principal.rs`, the chains the one in
`crates/analysis/src/identity/mod.rs`. A temporary key is tied to the call that answered with it, that call to the key
it was made with, and so on; whoever needed no call is the first identity. For example, after `alice` takes the role
`Admin` and the answer holds the key `ASIA…`, the first identity of every call with that key is `alice`.
"""

import re
from collections import defaultdict
from dataclasses import dataclass

from containers import part, text
from events import ASSUMED_ROLE, account_of
from when import SECOND, instant

# Calls that answer with credentials, by source and name.
HANDING_OUT = {
    ("sts.amazonaws.com", "AssumeRole"),
    ("sts.amazonaws.com", "AssumeRoleWithSAML"),
    ("sts.amazonaws.com", "AssumeRoleWithWebIdentity"),
    ("sts.amazonaws.com", "AssumeRoot"),
    ("sts.amazonaws.com", "GetSessionToken"),
    ("sts.amazonaws.com", "GetFederationToken"),
}
# Services that take a role for a machine and name the session after it.
COMPUTE_SERVICES = {"ec2.amazonaws.com", "lambda.amazonaws.com", "ecs-tasks.amazonaws.com"}
COMPUTE_ARN = re.compile(r"arn:[^:]*:(?:lambda:|ecs:|ec2:[^:]*:[^:]*:instance/)")
LONG_TERM = "AKIA"
# Clocks differ, and times are of whole seconds.
SKEW = 300 * SECOND
LONGEST_SESSION = 12 * 3600 * SECOND
MOST_LINKS = 64


@dataclass(frozen=True)
class Acting:
    """Who made a call, role sessions folded to their role; and the name of the session."""

    name: str
    session: str | None = None


def acting(record):
    """The principal of a call, by its `userIdentity.type`; the first field that is present where that one's are not."""
    identity = part(record, "userIdentity")
    by_type = {
        "AssumedRole": role,
        "FederatedUser": federated,
        "Root": lambda identity: root(identity, record),
        "AWSService": lambda identity: plain(text(identity, "invokedBy")),
        "AWSAccount": other_account,
        "SAMLUser": provided,
        "WebIdentityUser": provided,
        "IdentityCenterUser": lambda identity: plain(text(part(identity, "onBehalfOf"), "userId")),
    }.get(text(identity, "type"), lambda identity: None)
    return by_type(identity) or anybody(identity)


def plain(name):
    return Acting(name) if name else None


def folded(arn):
    """`arn:aws:sts::111122223333:assumed-role/Admin/night` is the role `Admin` in its session `night`."""
    match = ASSUMED_ROLE.fullmatch(arn or "")
    return match and Acting(f"arn:{match[1]}:iam::{match[2]}:role/{match[3]}", match[4])


def issuer_arn(identity):
    return text(part(identity, "sessionContext", "sessionIssuer"), "arn")


def role(identity):
    session = folded(text(identity, "arn"))
    _, _, of_id = (text(identity, "principalId") or "").partition(":")
    name = issuer_arn(identity) or (session and session.name)
    return Acting(name, (session and session.session) or of_id or None) if name else None


def federated(identity):
    arn = text(identity, "arn")
    name = issuer_arn(identity) or arn
    return Acting(name, after_last("/", arn) if arn and "/" in arn else None) if name else None


def root(identity, record):
    region = text(record, "awsRegion") or ""
    partition = next((name for name in ("aws-cn", "aws-us-gov") if region.startswith(name[4:] + "-")), "aws")
    account = text(identity, "accountId") or account_of(record)
    return plain(text(identity, "arn") or (account and f"arn:{partition}:iam::{account}:root"))


def other_account(identity):
    account = text(identity, "accountId")
    principal, _, session = (text(identity, "principalId") or "").partition(":")
    return account and Acting("/".join(filter(None, (account, principal))), session or None)


def provided(identity):
    name, provider = text(identity, "userName") or text(identity, "principalId"), text(identity, "identityProvider")
    return plain(name and "@".join(filter(None, (name, provider))))


def anybody(identity):
    arn, user, account = (text(identity, name) for name in ("arn", "userName", "accountId"))
    if arn:
        return folded(arn) or Acting(arn)
    if user:
        return Acting("@".join(filter(None, (user, account))))
    return Acting(text(identity, "principalId") or text(identity, "invokedBy") or account or "(unknown)")


def after_last(separator, name):
    return name.rpartition(separator)[2]


def is_identity_center_role(name):
    _, _, resource = name.partition(":role/")
    return resource.startswith(("aws-reserved/sso.amazonaws.com/", "AWSReservedSSO_"))


def is_instance_id(name):
    digits = name.removeprefix("i-")
    return digits != name and 8 <= len(digits) <= 17 and set(digits) <= set("0123456789abcdef")


def access_key(record):
    return text(part(record, "userIdentity"), "accessKeyId")


def answered_key(record):
    return text(part(record, "responseElements", "credentials"), "accessKeyId")


def session_taken(record):
    """The ARN of the session for which a call answers with credentials, or asks where the answer is not recorded."""
    response = part(record, "responseElements")
    answered = text(part(response, "assumedRoleUser"), "arn") or text(part(response, "federatedUser"), "arn")
    if answered:
        return answered
    request = part(record, "requestParameters")
    taken, session = text(request, "roleArn"), text(request, "roleSessionName")
    if not taken or not session or ":role/" not in taken:
        return None
    owner, _, path = taken.partition(":role/")
    return f"{owner.replace(':iam:', ':sts:')}:assumed-role/{after_last('/', path)}/{session}"


class Chains:
    """The calls that handed out credentials, to tell the first identity behind any record."""

    def __init__(self, records):
        self.by_key, self.by_session, self.shared = defaultdict(list), defaultdict(list), defaultdict(list)
        self.users = {}
        for record in records:
            self.note_user(record)
            if (text(record, "eventSource"), record["eventName"]) in HANDING_OUT:
                self.note_call(record)

    def note_user(self, record):
        """Records of other accounts name users by their unique id."""
        identity = part(record, "userIdentity")
        if text(identity, "type") == "IAMUser" and text(identity, "principalId"):
            self.users[identity["principalId"]] = acting(record).name

    def note_call(self, record):
        answer = part(record, "responseElements")
        for index, name in (
            (self.by_key, answered_key(record)),
            (self.by_session, text(record, "errorCode") is None and session_taken(record)),
            (self.by_session, text(part(answer, "assumedRoleUser"), "assumedRoleId")),
            (self.shared, text(record, "sharedEventID")),
        ):
            if name:
                index[name].append(record)

    def first(self, record):
        """The name of the first identity behind a call: the caller itself where there is nobody else."""
        call, taken = record, None
        for _ in range(MOST_LINKS):
            before = self.call_behind(call)
            if before is None:
                return self.first_by_record(call, taken)
            if machine := self.machine(before):
                return machine
            call, taken = before, call
        return acting(call).name

    def call_behind(self, record):
        """The call that handed out the credentials with which this one was made."""
        identity = part(record, "userIdentity")
        kind, key = text(identity, "type"), access_key(record)
        if kind == "AWSAccount":
            return self.call_from_other_account(record, identity)
        if kind not in ("AssumedRole", "IAMUser", "Root", "FederatedUser") or (key or "").startswith(LONG_TERM):
            return None
        arn = text(identity, "arn")
        fitting = [call for call in self.by_key.get(key, []) if session_taken(call) in (None, arn)]
        if fitting:
            return latest(fitting, record)
        if kind != "AssumedRole":
            return None
        # A session's name is anybody's to choose: it counts only where keys cannot tell.
        renewed = record.get("sessionCredentialFromConsole") in ("true", True)
        named = [call for call in self.by_session.get(arn, []) if renewed or not key or not answered_key(call)]
        return latest(named, record, LONGEST_SESSION)

    def call_from_other_account(self, record, identity):
        """The same call in the records of the caller's account, else the call for the session that the id names."""
        shared = self.shared.get(text(record, "sharedEventID"), [])
        theirs = [call for call in shared if text(part(call, "userIdentity"), "type") not in ("AWSAccount", None)]
        if theirs:
            return theirs[0]
        return latest(self.by_session.get(text(identity, "principalId"), []), record, LONGEST_SESSION)

    @staticmethod
    def machine(call):
        """The machine for which a service took a role: the session is named after it."""
        identity = part(call, "userIdentity")
        session = folded(session_taken(call))
        if text(identity, "type") != "AWSService" or text(identity, "invokedBy") not in COMPUTE_SERVICES or not session:
            return None
        is_instance = identity["invokedBy"] != "ec2.amazonaws.com" or is_instance_id(session.session)
        return session.session if is_instance else None

    def first_by_record(self, record, taken):
        """The first identity as far as the record itself names it. `taken`: the call made with what this one gave."""
        identity, who = part(record, "userIdentity"), acting(record)
        kind = text(identity, "type")
        if kind == "AssumedRole":
            return first_of_role(identity, who)
        if kind == "SAMLUser":
            session = acting(taken) if taken else folded(session_taken(record))
            # Identity Center signs its users in as SAML users and names the session after them.
            return session.session if session and is_identity_center_role(session.name) else who.name
        return self.users.get(text(identity, "principalId"), who.name) if kind == "AWSAccount" else who.name


def first_of_role(identity, who):
    """Who is behind a role session of which the call was not seen."""
    scope = part(identity, "inScopeOf")
    issued_to = text(scope, "credentialsIssuedTo") or text(scope, "sourceArn") or ""
    if COMPUTE_ARN.match(issued_to):
        return issued_to
    if who.session and "ec2RoleDelivery" in part(identity, "sessionContext"):
        return who.session
    if ":role/aws-service-role/" in who.name:
        return who.name
    if who.session and is_identity_center_role(who.name):
        return who.session
    if source := text(part(identity, "sessionContext"), "sourceIdentity"):
        return source
    return who.session if who.session and is_instance_id(who.session) else who.name


def latest(calls, record, within=None):
    """The latest of the calls that is not later than the record, and no older than `within`."""

    def fits(call):
        issued, used = instant(call.get("eventTime")), instant(record.get("eventTime"))
        if issued is None or used is None:
            return True
        return used - issued >= -SKEW and (within is None or used - issued <= within)

    fitting = [call for call in calls if fits(call)]
    return max(fitting, key=lambda call: instant(call.get("eventTime")) or 0, default=None)
