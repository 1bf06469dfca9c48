//! Whole statements that are made up, left out or turned around.

use std::ops::Range;

use report::{FactRow, NameKind};

use super::judge::may_be_real;
use super::{Made, Mutant, Original};
use crate::claims::{Claim, Hedge};
use crate::rng::Rng;

/// Adds a line below the heading-less part of a random section.
fn inserted(original: &Original<'_>, line: &str, rng: &mut Rng) -> Made {
    let text = &original.sheet.text;
    let ends: Vec<usize> = text.match_indices("\n\n").map(|(at, _)| at + 2).collect();
    let at = if ends.is_empty() { text.len() } else { *rng.pick(&ends) };
    let added = format!("- {line}\n\n");
    let (head, tail) = text.split_at(at);
    Made::Mutant(Mutant { text: format!("{head}{added}{tail}"), before: String::new(), after: line.to_owned(), at })
}

/// Something that nobody found or did, with names that do not exist.
pub(crate) fn invented(original: &Original<'_>, rng: &mut Rng) -> Made {
    let n = 2 + rng.below(40);
    let id = format!("{:08x}{:08x}", rng.next() & 0xffff_ffff, rng.next() & 0xffff_ffff);
    let (name, line) = if original.case.is_cloudtrail() {
        match rng.below(5) {
            0 => ("mallory", format!("`arn:aws:iam::111122223333:user/mallory` made {n} calls.")),
            1 => ("DeleteDBCluster", format!("`DeleteDBCluster` was called {n} times.")),
            2 => ("192.0.2.77", format!("{n} requests came from 192.0.2.77.")),
            3 => ("KmsDisabledException", format!("`KmsDisabledException` was returned {n} times.")),
            _ => ("AKIAZZ", format!("The access key `AKIAZZ{}` was used from abroad.", &id.to_uppercase()[..14])),
        }
    } else {
        match rng.below(5) {
            0 => (
                "prod-ledger",
                "CRITICAL: `RDS snapshot is public` on `arn:aws:rds:eu-west-1:111122223333:snapshot:prod-ledger`"
                    .to_owned(),
            ),
            1 => ("RDS.77", format!("Control `RDS.77` fails {n} times.")),
            2 => ("CVE-2021-99999", "`i-0a1b2c3d4e5f60718` is exposed to CVE-2021-99999.".to_owned()),
            3 => (
                "payroll-archive",
                "**HIGH**: the bucket `arn:aws:s3:::payroll-archive` is open to the world.".to_owned(),
            ),
            _ => (id.as_str(), format!("HIGH: instance `i-0{id}` talks to a known botnet.")),
        }
    };
    if may_be_real(&original.case.facts, name) {
        return Made::StillTrue;
    }
    inserted(original, &line, rng)
}

/// A call that was made, by somebody who was there but did not make it.
pub(crate) fn invented_pairing(original: &Original<'_>, rng: &mut Rng) -> Made {
    let facts = &original.case.facts;
    let (list, thing, holder) = if original.case.is_cloudtrail() {
        ("events.high_risk", NameKind::EventName, NameKind::Principal)
    } else {
        ("findings.attention", NameKind::Title, NameKind::Resource)
    };
    let rows: Vec<&FactRow> = facts.list(list).collect();
    if rows.is_empty() {
        return Made::Nothing;
    }
    let first =
        |row: &FactRow, kind| row.names.iter().find(|name| name.kind == kind).map(|name| name.text.as_str().to_owned());
    let Some(what) = first(rows[rng.below(rows.len())], thing) else { return Made::Nothing };
    let holders = super::judge::names_of(facts, holder);
    if holders.is_empty() {
        return Made::Nothing;
    }
    let who = *rng.pick(&holders);
    let together = facts.rows.iter().any(|row| {
        let has = |text: &str| row.names.iter().any(|name| name.text.as_str() == text);
        has(&what) && has(who)
    });
    if together || who.contains(['`', '\\']) || who.starts_with('(') || what.contains(['`', '\\']) {
        return Made::StillTrue;
    }
    let line = if original.case.is_cloudtrail() {
        rng.word(&["`{what}` was called by `{who}`.", "`{who}` used `{what}`."]).replace("{what}", &what)
    } else {
        rng.word(&["`{what}` concerns `{who}`.", "On `{who}`: `{what}`."]).replace("{what}", &what)
    };
    inserted(original, &line.replace("{who}", who), rng)
}

/// Somebody who is not the first is called the first.
pub(crate) fn ranking(original: &Original<'_>, rng: &mut Rng) -> Made {
    let facts = &original.case.facts;
    let lists: &[(&str, &str, &str)] = if original.case.is_cloudtrail() {
        &[
            ("events.by_principal", "events.by_principal", "The busiest principal was `{who}` with {n} events."),
            ("events.by_source_ip", "events.by_source_ip", "Most events came from `{who}` ({n})."),
            ("events.by_region", "events.by_region", "The region with the most events is `{who}` ({n} events)."),
            (
                "events.failed_operations.by_error",
                "events.failed_operations.by_error",
                "The most frequent error was `{who}` ({n} times).",
            ),
        ]
    } else {
        &[
            (
                "findings.top_resources",
                "findings.top_resources",
                "The resource with the most findings is `{who}` ({n} findings).",
            ),
            ("findings.by_product", "findings.by_product", "Most findings come from `{who}` ({n})."),
            ("findings.by_region", "findings.by_region", "The region with the most findings is `{who}` ({n})."),
        ]
    };
    let (list, metric, template) = *rng.pick(lists);
    let numbers: Vec<(&FactRow, u64)> = facts
        .list(list)
        .filter_map(|row| {
            let fact = row.facts.iter().filter_map(|id| facts.fact(id)).find(|fact| fact.metric == metric)?;
            Some((row, fact.value))
        })
        .collect();
    let Some(most) = numbers.iter().map(|(_, value)| *value).max() else { return Made::StillTrue };
    let (row, value) = *rng.pick(&numbers);
    let Some(name) = row.names.first().map(|name| name.text.as_str()) else { return Made::StillTrue };
    if value == most || value == 0 || name.contains(['`', '\\']) || name.starts_with('(') {
        return Made::StillTrue;
    }
    inserted(original, &template.replace("{who}", name).replace("{n}", &value.to_string()), rng)
}

/// A row that has to be named is nowhere named.
pub(crate) fn dropped_row(original: &Original<'_>, rng: &mut Rng) -> Made {
    let facts = &original.case.facts;
    let rows: Vec<&FactRow> = facts
        .required
        .iter()
        .filter(|required| required.omission)
        .filter_map(|required| facts.rows.iter().find(|row| row.id == required.id))
        .collect();
    if rows.is_empty() {
        return Made::Nothing;
    }
    let row = rows[rng.below(rows.len())];
    let named = |text: &str| {
        row.names.iter().any(|name| match name.kind {
            NameKind::EventName | NameKind::Title | NameKind::Finding => text.contains(name.text.as_str()),
            // The only finding on a resource may be known by it.
            NameKind::Resource => text.contains(super::judge::short(name.text.as_str())),
            _ => false,
        })
    };
    let kept: String = original
        .sheet
        .text
        .split_inclusive('\n')
        .map(|line| {
            if line.starts_with(['-', '|', '1', '2', '3', '4', '5', '6', '7', '8', '9']) && named(line) {
                String::new()
            } else {
                line.split_inclusive(". ").filter(|sentence| !named(sentence)).collect()
            }
        })
        .collect();
    if named(&kept) || kept == original.sheet.text || lost_numbers(original, &kept) {
        return Made::StillTrue;
    }
    Made::Mutant(Mutant { text: kept, before: row.id.clone(), after: String::new(), at: 0 })
}

/// Whether leaving the sentences out took a required number with them: that would be a second fault.
fn lost_numbers(original: &Original<'_>, kept: &str) -> bool {
    original.is_local && kept.len() + 1200 < original.sheet.text.len()
}

/// A number that has to be stated is nowhere stated.
pub(crate) fn dropped_number(original: &Original<'_>, rng: &mut Rng) -> Made {
    let facts = &original.case.facts;
    let required: Vec<_> = facts
        .required
        .iter()
        .filter(|required| required.omission)
        .filter_map(|required| facts.fact(&required.id))
        .filter(|fact| fact.value > 20)
        .collect();
    if required.is_empty() || original.is_local {
        return Made::Nothing;
    }
    let fact = *rng.pick(&required);
    let about = |(span, claim): &(Range<usize>, Claim)| match claim {
        Claim::Number(number) => {
            let of = number.of.iter().any(|(metric, scope)| *metric == fact.metric && scope == fact.scope.as_str());
            of.then(|| {
                // A table row or list item goes as a whole, a sentence alone.
                let line = original.line(span.start);
                let whole = original.at(&line).starts_with(['|', '-', '1']);
                if whole {
                    line.start..(line.end + 1).min(original.sheet.text.len())
                } else {
                    original.clause(span.start)
                }
            })
        }
        _ => None,
    };
    let mut cuts: Vec<Range<usize>> = original.sheet.claims.iter().filter_map(about).collect();
    cuts.sort_by_key(|cut| cut.start);
    cuts.dedup();
    let mut kept = String::new();
    let mut from = 0;
    for cut in &cuts {
        if cut.start >= from {
            kept.push_str(&original.sheet.text[from..cut.start]);
            from = cut.end;
        }
    }
    kept.push_str(&original.sheet.text[from..]);
    let shown = [fact.value.to_string(), crate::claims::grouped(fact.value)];
    if cuts.is_empty() || shown.iter().any(|shown| kept.contains(shown.as_str())) {
        return Made::StillTrue;
    }
    Made::Mutant(Mutant { text: kept, before: fact.metric.clone(), after: String::new(), at: 0 })
}

/// What was not read is said to have been read.
pub(crate) fn gaps_denied(original: &Original<'_>, rng: &mut Rng) -> Made {
    if original.case.coverage.complete || original.is_local {
        return Made::Nothing;
    }
    let text = &original.sheet.text;
    let Some(start) = ["## Data", "## Coverage", "## What this"].iter().filter_map(|heading| text.rfind(heading)).max()
    else {
        return Made::Nothing;
    };
    let Some(body) = text[start..].find("\n\n").map(|at| start + at + 2) else { return Made::Nothing };
    let lie = rng.word(&[
        "Everything that was asked for was read.\n",
        "All requested data was read.\n",
        "The reading is complete.\n",
        "",
    ]);
    let kept = format!("{}{lie}", &text[..body]);
    Made::Mutant(Mutant { text: kept, before: text[body..].to_owned(), after: lie.to_owned(), at: body })
}

/// Statements that nothing was there, and their contrary.
const NONE: &[(&str, &str)] = &[
    ("No high-risk calls were made", "High-risk calls were made"),
    ("There was no high-risk activity", "There was high-risk activity"),
    ("There were no failed operations", "There were failed operations"),
    ("There were no failed logins", "There were failed logins"),
    ("Nobody signed in to the console", "Several people signed in to the console"),
    ("No console sign-ins were recorded", "Console sign-ins were recorded"),
    ("No root activity", "Root activity was seen"),
    ("The root user was not active", "The root user was active"),
    ("There was no use of the root account", "The root account was used"),
    ("No sign-in without MFA was seen", "Sign-ins without MFA were seen"),
    ("No critical findings, but", "Critical findings, and"),
    ("There are no critical and no high findings", "There are critical and high findings"),
    ("No findings are open", "Some findings are open"),
    ("No events matched", "Some events matched"),
    ("There are no findings in scope", "There are findings in scope"),
    ("Nothing new appeared in the last 7 days", "New findings appeared in the last 7 days"),
];

/// "No" becomes "some", or a number becomes "no".
pub(crate) fn negation(original: &Original<'_>, rng: &mut Rng) -> Made {
    let text = &original.sheet.text;
    let mut found: Vec<(Range<usize>, String)> = Vec::new();
    for (none, some) in NONE {
        found.extend(text.match_indices(none).map(|(at, _)| (at..at + none.len(), (*some).to_owned())));
    }
    for (span, claim) in &original.sheet.claims {
        let Claim::Number(number) = claim else { continue };
        let plain = !number.share && number.hedge == Hedge::None && number.exact > 0.0;
        let (before, after) = (&text[..span.start], &text[span.end..]);
        let starts =
            before.ends_with("\n- ") || before.ends_with(". ") || before.ends_with("\n") || before.ends_with(": ");
        let word = after.strip_prefix(' ').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_lowercase()));
        if plain && starts && word && !after.starts_with(" of ") && !after.starts_with(" more") {
            let no = if before.ends_with(": ") { "no" } else { "No" };
            found.push((span.clone(), no.to_owned()));
        }
    }
    if found.is_empty() {
        return Made::Nothing;
    }
    let (span, by) = &found[rng.below(found.len())];
    original.replaced(span, by)
}
