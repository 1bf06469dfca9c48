"""Expected numbers, and their comparison with an answer of the program.

Rows are compared by key and numbers. Where the key cannot be foretold (a name that is neutralised on the way out, or
one for which the definitions leave a choice) only its numbers are: the program's remaining rows must carry the same.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from derived import DERIVED, ROW_NAMES, is_shared, lookup, named
from when import instant

LONGEST_PLAIN_KEY = 120


def is_plain(key):
    """Whether a text leaves the program as it is."""
    return key is None or (len(key) <= LONGEST_PLAIN_KEY and all(" " <= c <= "~" for c in key))


@dataclass
class Rows:
    """The expected rows of one list. A number that is None cannot be foretold; `loose` are compared without the key."""

    keys: tuple
    numbers: tuple
    loose: tuple = ()
    named: list = field(default_factory=list)
    unnamed: list = field(default_factory=list)

    def add(self, key, numbers, named=True):
        plain = named and all(map(is_plain, key))
        (self.named if plain else self.unnamed).append((key, numbers))

    @property
    def total(self):
        return len(self.named) + len(self.unnamed)


@dataclass
class Expected:
    """Everything an answer should say, as far as the definitions determine it."""

    # Path in the answer to a number, or to any other plain value.
    numbers: dict = field(default_factory=dict)
    # Path to an instant, in nanoseconds.
    instants: dict = field(default_factory=dict)
    # Path to a list of rows.
    rows: dict = field(default_factory=dict)
    # Path to a list whose counts must add up, and the count of its row `(none)`.
    sums: dict = field(default_factory=dict)
    absent: dict = field(default_factory=dict)
    # Path to a list of names.
    names: dict = field(default_factory=dict)
    # (event_name, event_source) to (count, failed): what a row of `events.high_risk` must say.
    high_risk: dict | None = None
    # Id to (severity, updated_at) of the findings counted: what a row of `findings.attention` must say.
    attention: dict | None = None

    def coverage(self, seen, counted, excluded, duplicates, unreadable, conflicting):
        values = (seen, counted, excluded, duplicates, unreadable, conflicting)
        names = ("seen", "counted", "excluded", "duplicates", "unreadable", "conflicting_ids")
        self.numbers |= {f"coverage.{name}": value for name, value in zip(names, values)}

    def sources(self, tallies, unreadable):
        """`tallies`: (account, region) to counted, excluded and duplicates."""
        fields = ("counted", "excluded", "duplicates", "unreadable")
        rows = Rows(keys=("account", "region"), numbers=("seen", *fields))
        tallies = {key: Counter(tally) for key, tally in tallies.items()}
        if unreadable:
            tallies.setdefault((None, None), Counter())["unreadable"] += unreadable
        for key, tally in tallies.items():
            rows.add(key, (sum(tally.values()), *(tally[name] for name in fields)))
        self.rows["coverage.sources"] = rows

    def scope(self, account_of, region_of, counted):
        self.names["scope.accounts"] = {name for record in counted if (name := account_of(record))}
        self.names["scope.regions"] = {name for record in counted if (name := region_of(record))}


class Comparison:
    """Compares answers, keeps the differences and counts the numbers."""

    def __init__(self):
        self.numbers = 0
        self.differences = []
        # APIs listed as high-risk anywhere, and where each was seen without being listed.
        self.listed, self.unlisted = set(), defaultdict(list)

    def check(self, where, what, ours, theirs):
        """One number."""
        self.numbers += 1
        if ours != theirs:
            self.differences.append(f"{where}: {what}: ours {ours!r}, theirs {theirs!r}")

    def answer(self, where, expected, answer):
        """A whole answer."""
        for path, value in expected.numbers.items():
            self.check(where, path, value, lookup(answer, path))
        for path, value in expected.instants.items():
            theirs = lookup(answer, path)
            self.check(where, path, value, instant(theirs) if theirs is not None else None)
        for path, rows in expected.rows.items():
            answered = lookup(answer, path) or []
            if path == "coverage.sources":
                # A source of which nothing was read appears for its gaps.
                answered = [row for row in answered if row["seen"] or not row.get("gaps")]
            self.rows(where, path, rows, answered)
        for path, total in expected.sums.items():
            counts = {row["name"]: row["count"] for row in lookup(answer, path) or []}
            self.check(where, f"{path}: sum", total, sum(counts.values()))
            self.check(where, f"{path}: (none)", expected.absent[path], counts.get("(none)", 0))
        for path, names in expected.names.items():
            self.name_list(where, path, names, lookup(answer, path) or [])
        if expected.high_risk is not None:
            self.high_risk(where, expected.high_risk, lookup(answer, "events.high_risk") or [])
        if expected.attention is not None:
            self.attention(where, expected.attention, lookup(answer, "findings.attention") or [])
        self.balance(where, answer["coverage"])
        self.facts(where, answer)
        for path in ("coverage.truncated", "events.truncated", "findings.truncated"):
            self.check(where, path, None, lookup(answer, path) or None)

    def rows(self, where, path, expected, answered):
        """A list of rows, as a multiset; and their order, where rows carry a `count`."""
        self.check(where, f"{path}: rows", expected.total, len(answered))
        left = defaultdict(list)
        for row in answered:
            left[tuple(row[key] for key in expected.keys)].append(row)
        for key, numbers in expected.named:
            row = left[key].pop() if left[key] else None
            for name, ours in zip(expected.numbers, numbers):
                if ours is not None:
                    self.check(where, f"{path} {key} {name}", ours, row and row[name])
        rest = [row for rows in left.values() for row in rows]
        self.unnamed_rows(where, path, expected, rest)
        if "count" in expected.numbers:
            order = [(-row["count"], row[expected.keys[0]]) for row in answered]
            self.check(where, f"{path}: highest first, ties by name", sorted(order), order)

    def unnamed_rows(self, where, path, expected, rest):
        fields = expected.loose or expected.numbers
        positions = [expected.numbers.index(name) for name in fields]
        ours = Counter(tuple(numbers[at] for at in positions) for _, numbers in expected.unnamed)
        theirs = Counter(tuple(row[name] for name in fields) for row in rest)
        self.numbers += len(fields) * len(expected.unnamed)
        missing = ours - theirs
        for numbers, times in missing.items():
            keys = [key for key, values in expected.unnamed if tuple(values[at] for at in positions) == numbers]
            self.differences.append(f"{where}: {path}: {times} row(s) with {fields}={numbers} are missing, of {keys}")
        if not missing:
            return
        for row in rest:
            if tuple(row[name] for name in fields) in theirs - ours:
                self.differences.append(f"{where}: {path}: not expected: {row}")

    def name_list(self, where, path, ours, theirs):
        self.check(where, f"{path}: length", len(ours), len(theirs))
        plain = {name for name in ours if is_plain(name)}
        self.check(where, f"{path}: missing", [], sorted(plain - set(theirs)))

    def high_risk(self, where, calls, answered):
        """Which calls are listed is not compared; the counts of those, and that they are listed everywhere, are."""
        rows = [((row["event_name"], row["event_source"]), row) for row in answered]
        self.check(where, "events.high_risk: rows listed twice", len(rows), len({api for api, _ in rows}))
        for api, row in rows:
            count, failed = calls.get(api, (0, 0))
            self.check(where, f"events.high_risk {api} count", count, row["count"])
            self.check(where, f"events.high_risk {api} failed", failed, row["failed"])
            self.listed.add(api)
        for api in set(calls) - {api for api, _ in rows}:
            self.unlisted[api].append(where)

    def high_risk_everywhere(self):
        """To be called last: an API that is high-risk in one answer is so in every answer that counts it."""
        for api in sorted(self.listed):
            for where in self.unlisted.get(api, []):
                self.check(where, f"events.high_risk {api}", "listed", "missing")

    def attention(self, where, findings, answered):
        for row in answered:
            if is_plain(row["id"]):
                ours = findings.get(row["id"], set())
                theirs = (row["severity"], instant(row["updated_at"]))
                self.check(where, f"findings.attention {row['id']}", True, theirs in ours)
        ids = [row["id"] for row in answered]
        known = sum(len(states) for states in findings.values())
        self.check(where, "findings.attention: more rows than findings", False, len(ids) > known)
        ranks = [SEVERITIES.index(row["severity"]) for row in answered]
        self.check(where, "findings.attention: worst first", sorted(ranks), ranks)

    def balance(self, where, coverage):
        """`seen = counted + excluded + duplicates + unreadable`, in total and per source."""
        fields = ("counted", "excluded", "duplicates", "unreadable")
        for source in (coverage, *coverage["sources"]):
            self.check(where, "coverage: balance", source["seen"], sum(source[name] for name in fields))
        for name in ("seen", *fields):
            total = sum(source[name] for source in coverage["sources"])
            self.check(where, f"coverage.{name}: sum of sources", total, coverage[name])

    def facts(self, where, answer):
        """Every fact says what the answer says where the fact points."""
        for fact in answer["facts"]:
            for value in fact_values(answer, fact):
                self.check(where, f"fact {fact['metric']} {fact['scope']!r}", value, fact["value"])


SEVERITIES = ["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL"]


def fact_values(answer, fact):
    """What the answer says for a fact: one value, or for rows of equal name any of theirs. Nothing if unresolved."""
    metric, scope = fact["metric"], fact["scope"]
    if metric in DERIVED:
        return [] if is_shared(answer, metric, scope) else [DERIVED[metric](answer, scope)]
    if metric.endswith(".length"):
        return [len(named(lookup(answer, metric.removesuffix(".length"))))]
    found, column = lookup(answer, metric), "count"
    # The end of a metric may name a column of the rows of a list.
    path = metric.split(".")
    for at in range(len(path) - 1, 0, -1):
        if isinstance(lookup(answer, ".".join(path[:at])), list):
            found, column = lookup(answer, ".".join(path[:at])), ".".join(path[at:])
    if isinstance(found, dict):
        return [found[scope]]
    if isinstance(found, list):
        if scope == "all":
            return [sum(lookup(row, column) for row in found)]
        values = [lookup(row, column) for row in found if scope in (row.get(name) for name in ROW_NAMES)]
        return [fact["value"]] if fact["value"] in values else values[:1] or [None]
    return [found]
