"""Instants, as whole nanoseconds since 1970 UTC: what sorts, subtracts and compares without loss."""

import re
from datetime import datetime, timedelta, timezone

SECOND = 1_000_000_000
DAY = 86_400 * SECOND
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)

PATTERN = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:([Zz])|([+-])(\d\d):?(\d\d))?"
)


def instant(text):
    """Any RFC 3339 form, and the same without an offset, which is UTC; None for anything else."""
    match = PATTERN.fullmatch(text.strip()) if isinstance(text, str) else None
    if not match:
        return None
    year, month, day, hour, minute, second = (int(part) for part in match.groups()[:6])
    try:
        civil = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=timezone.utc)
    except ValueError:
        return None
    if second > 60:
        return None
    if match[9]:
        offset = timedelta(hours=int(match[10]), minutes=int(match[11]))
        civil = civil - offset if match[9] == "+" else civil + offset
    whole = (civil - EPOCH) // timedelta(seconds=1)
    return whole * SECOND + int((match[7] or "0").ljust(9, "0"))


def milliseconds(number):
    """An instant from the epoch milliseconds of OCSF; None for anything that is no number."""
    if isinstance(number, bool) or not isinstance(number, (int, float)):
        return None
    return int(number * 1_000_000)
