"""Which records a search finds: what a filter means, worked out again from the raw records.

A record is first read into an `Event`, which holds every text that a filter can ask for; then each filter is one small
function of `HOLDS`. All filters of a search must hold. Texts are compared without regard to case.
"""

import ipaddress
from dataclasses import dataclass
from functools import cached_property

from containers import part, parts, text
from events import account_of, console_login, is_failed, read_only, region_of
from identities import access_key, acting
from when import instant

NAMING = ("name", "id", "arn", "identifier")
# EC2's requests wrap what a parameter holds in members of these names, which name nothing themselves.
WRAPPERS = ("content", "items", "tag")
SERVICE_SUFFIX = ".amazonaws.com"


@dataclass(frozen=True)
class Event:
    """A record, and the first identity behind it."""

    record: dict
    first: str

    def text(self, name):
        return text(self.record, name) or ""

    @cached_property
    def who(self):
        return acting(self.record)

    @cached_property
    def time(self):
        return instant(self.record.get("eventTime"))

    @cached_property
    def address(self):
        return parsed_address(self.text("sourceIPAddress"))

    @cached_property
    def touched(self):
        return touched_names(self.record)

    @property
    def key(self):
        return access_key(self.record) or ""

    @property
    def session(self):
        return self.who.session or ""

    @property
    def has_failed(self):
        """Whether the call failed; of a console sign-in the answer says so, not an error code."""
        return is_failed(self.record) or console_login(self.record) == "failed"

    @property
    def federated_user(self):
        """The ARN of a federated user, whose calls go by the name of the user who let him in."""
        identity = part(self.record, "userIdentity")
        return (text(identity, "arn") or "") if text(identity, "type") == "FederatedUser" else ""

    @property
    def call(self):
        """The call as `service:EventName`."""
        return f"{service_name(self.text('eventSource')) or '(none)'}:{self.record['eventName']}"

    @cached_property
    def texts(self):
        """Every text in which `text` looks."""
        own = ("sourceIPAddress", "eventName", "eventSource", "errorCode", "userAgent", "eventID")
        more = (self.who.name, self.first, self.session, self.key, region_of(self.record), account_of(self.record))
        return [found for found in (*map(self.text, own), *more, *self.touched) if found]


def events_of(records, chains):
    return [Event(record, chains.first(record)) for record in records]


def same(one, other):
    return one.lower() == other.lower()


def last_part(name):
    """`alice` of `arn:aws:iam::111122223333:user/alice`, `logs` of `arn:aws:s3:::logs`."""
    return name.replace(":", "/").rpartition("/")[2]


def is_named(wanted, name):
    """Whether this is the name, as a whole or by its last part."""
    return bool(name) and (same(wanted, name) or same(wanted, last_part(name)))


def service_name(source):
    return source.removesuffix(SERVICE_SUFFIX)


def parsed_address(value):
    """The address that a text is, an IPv4 address in IPv6 clothes undressed; None for the name of a service."""
    try:
        address = ipaddress.ip_address(value)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def is_from(wanted, event):
    """Whether a call comes from an address, however it is spelled, from a block, or from a service."""
    if "/" in wanted:
        block = ipaddress.ip_network(wanted)
        return event.address is not None and event.address.version == block.version and event.address in block
    address = parsed_address(wanted)
    return event.address == address if address else same(wanted, event.text("sourceIPAddress"))


def touched_names(record):
    """What a call is about: the ARNs that its record lists, and what its request names, each once."""
    listed = [text(resource, "ARN") for resource in parts(record, "resources")]
    return list(dict.fromkeys(filter(None, [*listed, *named_in("", record.get("requestParameters"))])))


def named_in(name, value):
    """The texts that stand, at any depth, under a parameter whose name says that it names something."""
    if isinstance(value, dict):
        for inner, member in value.items():
            yield from named_in(name if inner in WRAPPERS else inner, member)
    elif isinstance(value, list):
        for element in value:
            yield from named_in(name, element)
    elif isinstance(value, str) and is_naming(name):
        yield value


def is_naming(parameter):
    return parameter.lower().removesuffix("s").endswith(NAMING)


def flag(value):
    return {"true": True, "false": False}[value]


HOLDS = {
    "principal": lambda event, wanted: (
        is_named(wanted, event.who.name)
        or is_named(wanted, event.first)
        or (event.federated_user != "" and is_named(wanted, event.federated_user))
    ),
    "session": lambda event, wanted: same(wanted, event.session),
    "access_key": lambda event, wanted: same(wanted, event.key),
    "source_ip": lambda event, wanted: is_from(wanted, event),
    "region": lambda event, wanted: same(wanted, region_of(event.record) or ""),
    "account": lambda event, wanted: same(wanted, account_of(event.record) or ""),
    "event_name": lambda event, wanted: same(wanted, event.record["eventName"]),
    "event_source": lambda event, wanted: same(service_name(wanted), service_name(event.text("eventSource"))),
    "error_code": lambda event, wanted: same(wanted, event.text("errorCode")),
    "failed": lambda event, wanted: event.has_failed == flag(wanted),
    "resource": lambda event, wanted: any(is_named(wanted, name) for name in event.touched),
    "text": lambda event, wanted: any(wanted.lower() in found.lower() for found in event.texts),
    "read_only": lambda event, wanted: read_only(event.record) is flag(wanted),
    "start": lambda event, wanted: event.time is not None and event.time >= instant(wanted),
    "end": lambda event, wanted: event.time is not None and event.time < instant(wanted),
}


def found(events, filters):
    """The events for which all filters hold, newest first, unknown times last."""
    matching = [event for event in events if all(HOLDS[name](event, value) for name, value in filters.items())]
    return sorted(matching, key=lambda event: (event.time is not None, event.time or 0), reverse=True)
