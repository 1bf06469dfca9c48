#!/usr/bin/env python3
"""Compares `search` and `investigate` with an independent recount over the raw records.

    search_recount.py --nightdesk BIN --sample DATA            the built-in sample, whose raw records are in DATA
    search_recount.py --nightdesk BIN FOLDER [FOLDER ...]      folders of CloudTrail records
    search_recount.py ... --seed N --filters N                 other, or more, random filters
    search_recount.py ... --pages N                            more pages of each search

Random filters are drawn from the records, so that most find something: an event is picked, and one to six things that
it says are asked for, each perhaps spelled in another way, or made up. Answers are read page by page; the pages must
hold each event that the recount finds exactly once, newest first, as far as they are read. Then every principal and
first identity of the records is looked into, and what its profile counts is counted again. Prints every difference and
a summary; ends with 1 if there is any.
"""

import argparse
import ipaddress
import random
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta, timezone
from pathlib import Path

import events
from comparison import Comparison, is_plain
from containers import read_folder, text
from identities import Chains
from program import NoAnswer, ask
from searching import HOLDS, events_of, found, last_part, service_name
from when import EPOCH, SECOND, instant

AT_ONCE = 2
PAGE = 100
# Pages that are read of one search, unless told otherwise.
MOST_PAGES = 5
# How many more things are asked for than the first.
MORE_ASKED = (0, 1, 1, 2, 2, 3, 5)
MADE_UP = {
    "source_ip": "192.0.2.254",
    "failed": "true",
    "read_only": "false",
    "start": "2027-01-01T00:00:00Z",
    "end": "2020-01-01T00:00:00Z",
}
# Counted lists of a profile, and what each counts of an event.
COUNTED = {
    "principals": lambda event: [event.who.name],
    "sessions": lambda event: [event.session],
    "access_keys": lambda event: [event.key],
    "source_ips": lambda event: [event.text("sourceIPAddress")],
    "regions": lambda event: [event.text("awsRegion")],
    "calls": lambda event: [event.call],
    "resources": lambda event: event.touched,
}


class Draw:
    """Draws random filters from events."""

    def __init__(self, pool, seed):
        self.pool, self.random = pool, random.Random(seed)

    def filters(self, number):
        """So many searches; each filter is the first of one in turn, so that none is left out by chance."""
        names = list(HOLDS)
        return [self.search(names[at % len(names)]) for at in range(number)]

    def search(self, first):
        anchor = self.anchor(first)
        more = self.random.sample([name for name in HOLDS if name != first], self.random.choice(MORE_ASKED))
        asked = {}
        for name in (first, *more):
            values = self.values(name, anchor)
            if self.random.random() < 0.04 or (not values and name == first):
                asked[name] = MADE_UP.get(name, "no-such-thing")
            elif values:
                asked[name] = self.random.choice(values)
        if {"start", "end"} <= asked.keys() and instant(asked["start"]) >= instant(asked["end"]):
            # Which is refused.
            del asked["end" if first == "start" else "start"]
        return asked

    def anchor(self, name):
        """An event that has values of a filter, of any actor alike: most events are of a few."""
        fitting = [event for event in self.pool if self.values(name, event)] or self.pool
        actor = self.random.choice(sorted({event.who.name for event in fitting}))
        return self.random.choice([event for event in fitting if event.who.name == actor])

    def values(self, name, event):
        """Values of a filter that hold for an event. Those that stand twice are drawn twice as often."""
        if spellings := getattr(self, name, None):
            return [value for value in spellings(event) if value]
        return [value for value in PLAIN[name](event) for value in (value, value, value.upper()) if value]

    def principal(self, event):
        return [part for name in (event.who.name, event.first) for part in (name, last_part(name))]

    def resource(self, event):
        return [part for name in event.touched for part in (name, last_part(name))]

    def source_ip(self, event):
        own = event.text("sourceIPAddress")
        if event.address is None:
            return [own]
        lengths = (8, 16, 24, 32) if event.address.version == 4 else (32, 48, 64, 128)
        blocks = [str(ipaddress.ip_network((event.address, length), strict=False)) for length in lengths]
        return [own, own, event.address.exploded.upper(), *blocks]

    def event_source(self, event):
        return [event.text("eventSource"), service_name(event.text("eventSource")).upper()]

    def text(self, event):
        whole = self.random.choice(event.texts)
        at = self.random.randrange(max(1, len(whole) - 3))
        piece = whole[at : at + self.random.randint(3, 16)]
        return [piece.strip(), piece.strip().swapcase()]

    def failed(self, event):
        return [str(event.has_failed).lower()]

    def read_only(self, event):
        value = events.read_only(event.record)
        return [] if value is None else [str(value).lower()]

    def start(self, event):
        return self.around(event, -1)

    def end(self, event):
        return self.around(event, 1)

    def around(self, event, direction):
        """The very second of an event, which is within a start and beyond an end, and times up to hours off."""
        if event.time is None:
            return []
        off = direction * self.random.randrange(1, 6 * 3600)
        seconds = event.time // SECOND
        return [spelled(seconds, 0), spelled(seconds + off, 0), spelled(seconds + off, 1)]


PLAIN = {
    "session": lambda event: [event.session],
    "access_key": lambda event: [event.key],
    "region": lambda event: [events.region_of(event.record) or ""],
    "account": lambda event: [events.account_of(event.record) or ""],
    "event_name": lambda event: [event.record["eventName"]],
    "error_code": lambda event: [event.text("errorCode")],
}


def spelled(seconds, hours_east):
    """A time in RFC 3339, as clocks so many hours east of Greenwich show it."""
    zone = timezone(timedelta(hours=hours_east))
    return (EPOCH + timedelta(seconds=seconds)).astimezone(zone).isoformat().replace("+00:00", "Z")


def pages_of(binary, source, filters, most):
    """The first pages that a search answers with."""
    asked = [f"{name}={value}" for name, value in filters.items()]
    pages, cursor = [], ()
    while not pages or len(pages) < most:
        page = ask(binary, "search", *asked, "--source", source, "--limit", str(PAGE), *cursor)
        pages.append(page)
        if page["next_cursor"] is None:
            break
        cursor = ("--cursor", page["next_cursor"])
    return pages


def compare_search(comparison, where, pool, expected, pages):
    """The pages together hold every expected event once, newest first, as far as they are read."""
    comparison.check(where, "total", len(expected), pages[0]["total"])
    rows = []
    for page in pages:
        comparison.check(where, "total of every page", pages[0]["total"], page["total"])
        comparison.check(where, "searched", len(pool), page["searched"])
        comparison.check(where, "analysed", len(pool), page["analysed"])
        comparison.check(where, "offset", len(rows), page["offset"])
        rows += page["events"]
        follows = str(len(rows)) if len(rows) < page["total"] else None
        comparison.check(where, "next_cursor", follows, page["next_cursor"])
        comparison.check(where, "rows of a page", bool(expected), 0 < len(page["events"]) <= PAGE)
    is_whole = pages[-1]["next_cursor"] is None
    compare_ids(comparison, where, expected, rows, is_whole)
    compare_times(comparison, f"{where}: newest first", expected, rows)
    once = {name for name, count in ids_of(pool).items() if name and count == 1}
    by_id = {event.text("eventID"): event for event in expected if event.text("eventID") in once}
    for row in rows:
        if event := by_id.get(row.get("event_id")):
            compare_row(comparison, where, event, row)


def compare_ids(comparison, where, expected, rows, is_whole):
    """Every event once. Where pages are left unread, whatever is newer than the last row must have come before it."""
    theirs = Counter(row.get("event_id") for row in rows)
    oldest = min((time for time in times_of(rows) if time is not None), default=0)
    due = expected if is_whole else [event for event in expected if event.time is not None and event.time > oldest]
    missing, unexpected = ids_of(due) - theirs, theirs - ids_of(expected)
    comparison.check(where, "events missing", [], sorted(map(str, missing.elements())))
    comparison.check(where, "events not expected", [], sorted(map(str, unexpected.elements())))


def ids_of(found_events):
    return Counter(text(event.record, "eventID") for event in found_events)


def compare_times(comparison, where, expected, rows):
    """The order, up to the first row that is out of it. Events of equal time may stand in any order."""
    for at, (event, theirs) in enumerate(zip(expected, times_of(rows))):
        comparison.check(where, f"time of row {at}", event.time, theirs)
        if event.time != theirs:
            return


def times_of(rows):
    return [instant(row.get("time")) for row in rows]


def compare_row(comparison, where, event, row):
    fields = {
        "event_name": event.text("eventName"),
        "event_source": event.text("eventSource"),
        "principal": event.who.name,
        "session": event.session,
        "first_identity": event.first if event.first != event.who.name else "",
        "account": events.account_of(event.record),
        "region": event.text("awsRegion"),
        "source_ip": event.text("sourceIPAddress"),
        "access_key_id": event.key,
        "error_code": event.text("errorCode"),
        "read_only": events.read_only(event.record),
    }
    for name, ours in fields.items():
        if not isinstance(ours, str) or is_plain(ours):
            what = f"{event.text('eventID')} {name}"
            comparison.check(where, what, None if ours == "" else ours, row.get(name))


def compare_profile(comparison, where, expected, answer):
    """What `investigate` counts of an actor's events. `expected`: these events, newest first."""
    times = sorted(event.time for event in expected if event.time is not None)
    numbers = {
        "total": len(expected),
        "failed": sum(event.has_failed for event in expected),
        "writes": sum(events.read_only(event.record) is False for event in expected),
    }
    for name, ours in numbers.items():
        comparison.check(where, name, ours, answer[name])
    comparison.check(where, "first_seen", times[0] if times else None, instant(answer.get("first_seen")))
    comparison.check(where, "last_seen", times[-1] if times else None, instant(answer.get("last_seen")))
    for name, names_of in COUNTED.items():
        ours = Counter(said for event in expected for said in names_of(event) if said)
        compare_counted(comparison, f"{where}: {name}", ours, answer[name], (answer.get("truncated") or {}).get(name))
    shown = answer["timeline"]
    comparison.check(where, "timeline rows", bool(expected), 0 < len(shown) <= PAGE)
    compare_times(comparison, f"{where}: timeline, oldest first", expected[::-1], shown)


def compare_counted(comparison, where, ours, rows, whole):
    """A list of names and counts, highest first. `whole`: how many rows there are where not all are shown."""
    # An address is followed by its place.
    shown = {row["name"].split(", ")[0]: row["count"] for row in rows}
    comparison.check(where, "rows", len(ours), whole or len(rows))
    comparison.check(where, "highest counts", sorted(ours.values(), reverse=True)[: len(rows)], [*shown.values()])
    for name, count in ours.items():
        if is_plain(name) and (name in shown or not whole):
            comparison.check(where, name, count, shown.get(name))


def asked_for(command, run):
    """The answer, or why there is none."""
    try:
        return command(run)
    except NoAnswer as problem:
        return problem


def compare_all(comparison, runs, command, compare):
    """Makes the runs, a few at a time, and compares their answers in order."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for run, answer in zip(runs, pool.map(lambda run: asked_for(command, run), runs)):
            if isinstance(answer, NoAnswer):
                comparison.check(str(run), "answer", "an answer", str(answer))
            else:
                compare(run, answer)


def recount_source(comparison, source, folder, options):
    """Compares searches and profiles of one source; how many were made, and how many searches found something."""
    binary = options.nightdesk
    records, *_ = events.without_duplicates([record for file in read_folder(folder) for record in file.events])
    pool = events_of(records, Chains(records))
    searches = Draw(pool, options.seed).filters(options.filters) if pool else []
    actors = sorted({name for event in pool for name in (event.who.name, event.first)})

    flags = ("--source", source, "--limit", str(PAGE))

    def search(asked, pages):
        spelled_out = " ".join(f"{name}={value!r}" for name, value in asked.items())
        compare_search(comparison, f"{source} [search {spelled_out}]", pool, found(pool, asked), pages)

    def profile(actor, answer):
        compare_profile(comparison, f"{source} [{actor}]", found(pool, {"principal": actor}), answer)

    compare_all(comparison, searches, lambda asked: pages_of(binary, source, asked, options.pages), search)
    compare_all(comparison, actors, lambda actor: ask(binary, "investigate", "principal", actor, *flags), profile)
    return len(searches), sum(bool(found(pool, asked)) for asked in searches), len(actors)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nightdesk", type=Path, metavar="BIN", required=True)
    parser.add_argument("--sample", type=Path, metavar="DATA")
    parser.add_argument("--seed", type=int, default=4)
    parser.add_argument("--filters", type=int, default=50)
    parser.add_argument("--pages", type=int, default=MOST_PAGES)
    parser.add_argument("folders", nargs="*", type=Path, metavar="FOLDER")
    arguments = parser.parse_args()
    sources = [("sample", arguments.sample)] if arguments.sample else []
    sources += [(str(folder), folder) for folder in arguments.folders]
    if not sources:
        parser.error("at least one folder, or --sample, is needed")
    for _, folder in sources:
        if not folder.exists():
            parser.error(f"{folder} does not exist")

    comparison, done = Comparison(), Counter()
    for source, folder in sources:
        made = recount_source(comparison, source, folder, arguments)
        done.update(dict(zip(("filters", "found", "actors"), made)))
    for difference in comparison.differences:
        print(difference)
    print(
        f"search recount: {done['filters']} filters ({done['found']} found something), {done['actors']} actors, "
        f"{comparison.numbers} values, {len(comparison.differences)} differences"
    )
    return 1 if comparison.differences else 0


if __name__ == "__main__":
    sys.exit(main())
