#!/usr/bin/env python3
"""Compares every number of both analyses with an independent recount, file by file and folder by folder.

    recount.py --nightdesk BIN FOLDER [FOLDER ...]         files
    recount.py --nightdesk BIN --sample DATA               the built-in sample, whose raw records are in DATA
    recount.py --nightdesk BIN --fake FAKE FOLDER ...      live, from a fake AWS (the program FAKE) that serves FOLDER
    recount.py --nightdesk BIN --live ENDPOINT FOLDER      live, from a fake AWS that already serves FOLDER
    recount.py --prepare OUT FOLDER [FOLDER ...]           writes a folder that a fake AWS can serve in full

Prints every difference and a summary; ends with 1 if there is any difference.
"""

import argparse
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import events
import findings
import live
from comparison import Comparison
from containers import read_folder
from program import NoAnswer, NothingThere, analyze

AT_ONCE = 2


def event_numbers(files):
    """What an analysis of events should say about these files."""
    read = [file for file in files if file.events or file.empty]
    unreadable = sum(file.others + file.broken for file in files if file.events)
    expected = events.recount([record for file in files for record in file.events], unreadable)
    return with_files(expected, files, len(read), unreadable)


def finding_numbers(files, include_all):
    """What an analysis of findings should say about these files."""
    read = [file for file in files if file.findings or file.empty]
    unreadable = sum(file.others + file.broken for file in files if file.findings)
    records = [record for file in files for record in file.findings]
    expected = findings.recount(records, include_all, unreadable)
    return with_files(expected, files, len(read), unreadable)


def with_files(expected, files, read, unreadable):
    expected.numbers |= {
        "coverage.files.seen": len(files),
        "coverage.files.read": read,
        "coverage.files.skipped": len(files) - read,
    }
    if not unreadable and not any(file.broken for file in files):
        expected.numbers["coverage.complete"] = True
    return expected


def runs_of(source, files):
    """The runs to make of one file or folder: a name, the analysis, its flags, and what should come out."""
    flags = ("--source", str(source))
    yield f"{source} [cloudtrail]", "cloudtrail", flags, event_numbers(files)
    yield f"{source} [security-hub]", "security-hub", flags, finding_numbers(files, False)
    yield f"{source} [security-hub, all]", "security-hub", (*flags, "--include", "all"), finding_numbers(files, True)


def sample_runs(data):
    """The runs to make of the built-in sample, whose raw records are in the folder `data`."""
    # The sample is two files, each known to one analysis only, and is looked at from an instant of its own.
    files = read_folder(data)
    records = [record for file in files for record in file.events]
    expected = events.recount(records)
    expected.instants.pop("scope.as_of", None)
    yield "sample [cloudtrail]", "cloudtrail", ("--source", "sample"), lambda answer: expected
    for name, include_all, flags in (("", False, ()), (", all", True, ("--include", "all"))):
        yield f"sample [security-hub{name}]", "security-hub", ("--source", "sample", *flags), at_its_instant(
            files, include_all
        )


def at_its_instant(files, include_all):
    records = [record for file in files for record in file.findings]
    return lambda answer: findings.recount(records, include_all, as_of=live.as_of(answer))


def compare(binary, runs, comparison, env=None):
    """Makes the runs, a few at a time, and compares them in order."""

    def answer_of(run):
        try:
            return analyze(binary, run[1], *run[2], env=env)
        except NoAnswer as problem:
            return problem

    with ThreadPoolExecutor(AT_ONCE) as pool:
        for (where, _, _, expected), answer in zip(runs, pool.map(answer_of, runs)):
            if isinstance(answer, NothingThere):
                # A file of the other kind, or of none, has no answer; the program must say so and count nothing.
                seen = sum(expected.numbers[name] for name in ("coverage.seen", "coverage.files.read"))
                comparison.check(where, "records or files read", seen, 0)
            elif isinstance(answer, NoAnswer):
                comparison.check(where, "answer", "an answer", str(answer))
            else:
                comparison.answer(where, expected(answer) if callable(expected) else expected, answer)


def compare_live(binary, endpoint, files, comparison):
    compare(binary, list(live.runs(files)), comparison, live.environment_for(endpoint))


def folder_runs(folder):
    """The runs of every file of a folder apart and of the folder as a whole; and what cannot be compared."""
    files = read_folder(folder)
    sound = [file for file in files if file.problem is None]
    runs = [run for file in sound for run in runs_of(file.path, [file])]
    if len(sound) == len(files) and Path(folder).is_dir():
        runs += runs_of(folder, files)
    return runs, [file for file in files if file.problem], len(files)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nightdesk", type=Path, metavar="BIN")
    parser.add_argument("--sample", type=Path, metavar="DATA")
    parser.add_argument("--fake", type=Path, metavar="FAKE")
    parser.add_argument("--live", metavar="ENDPOINT")
    parser.add_argument("--prepare", type=Path, metavar="OUT")
    parser.add_argument("folders", nargs="*", type=Path, metavar="FOLDER")
    arguments = parser.parse_args()
    for folder in (*arguments.folders, *filter(None, [arguments.sample])):
        if not folder.exists():
            parser.error(f"{folder} does not exist")
    if arguments.prepare:
        print(live.prepare(arguments.folders, arguments.prepare))
        return 0
    if not arguments.nightdesk or not (arguments.folders or arguments.sample):
        parser.error("--nightdesk and at least one folder, or --sample, are needed")

    comparison, compared, left_out = Comparison(), 0, []
    if arguments.sample:
        compared += len(read_folder(arguments.sample))
        compare(arguments.nightdesk, list(sample_runs(arguments.sample)), comparison)
    for folder in arguments.folders:
        if arguments.fake:
            with live.served(arguments.fake, folder) as (endpoint, files):
                compare_live(arguments.nightdesk, endpoint, files, comparison)
            compared += len(read_folder(folder))
            continue
        if arguments.live:
            files = read_folder(folder)
            compare_live(arguments.nightdesk, arguments.live, files, comparison)
            compared += len(files)
            continue
        runs, problems, files = folder_runs(folder)
        compare(arguments.nightdesk, runs, comparison)
        compared += files - len(problems)
        left_out += problems
    comparison.high_risk_everywhere()

    for difference in comparison.differences:
        print(difference)
    for file in left_out:
        print(f"not compared: {file.path}: {file.problem}")
    print("compared by sum only: by_user_agent_family; by count only: principals of other types or without an ARN")
    print(f"recount: {compared} files, {comparison.numbers} numbers, {len(comparison.differences)} differences")
    return 1 if comparison.differences else 0


if __name__ == "__main__":
    sys.exit(main())
