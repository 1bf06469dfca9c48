//! Numbers, names and times whose label is spread over a sentence: what is borrowed from where, and what is not.

use security_model::{Fact, Unit};

use super::fixtures::{BUCKET, WEB, fails, findings, holds, night};

#[test]
fn what_matches_nothing_was_read_all_the_same() {
    for sentence in [
        "No records were read.",
        "0 records were read.",
        "No log records were read, and nothing that was asked for is missing.",
        "0 records read: 2,616 left out and 36 duplicates.",
    ] {
        fails(sentence, &night());
    }
    holds("2,652 records were read, and nothing that was asked for is missing.", &night());
    holds("No source was missing.", &night());
}

#[test]
fn a_number_in_words_behind_a_name_and_a_colon_counts() {
    fails("`eu-west-1`: one. `us-east-1`: 257 events.", &night());
    fails("`eu-west-1`: two.", &night());
    holds("`StopLogging`: one.", &night());
    holds("`eu-west-1`: one of the regions.", &night());
}

#[test]
fn a_range_that_doubles_says_nothing() {
    holds("Between 90 and 110 operations failed.", &night());
    holds("Between 6 and 10 high-risk calls failed.", &night());
    fails("Between 10 and 110 operations failed.", &night());
    fails("Between 100 and 110 operations failed.", &night());
}

#[test]
fn a_share_restates_the_number_and_not_the_parts_in_its_brackets() {
    holds("**36** are CRITICAL or HIGH (two and 34), nearly 29% of the total.", &findings());
    fails("**36** are CRITICAL or HIGH (two and 34), nearly 28% of the total.", &findings());
    fails("Of 126 findings, 36 are CRITICAL or HIGH, 30% of the total.", &findings());
    holds("34 are HIGH, 50% of the total are MEDIUM.", &findings());
}

#[test]
fn what_is_said_behind_a_semicolon_is_about_something_else() {
    let title = "A stolen key led to the data in harbour-customer-exports";
    let mut facts = findings();
    let mut critical = facts.facts[0].clone();
    critical = Fact {
        id: "f99".to_owned(),
        metric: "findings.top_resources.by_severity.CRITICAL".to_owned(),
        unit: Unit::Findings,
        value: 1,
        scope: security_model::SafeText::from_raw(BUCKET, security_model::TextKind::Reference),
        ..critical
    };
    facts.facts.push(critical);
    let text = |count: u32| format!("{count} CRITICAL and 34 HIGH findings; look first at `{title}` on `{BUCKET}`.");
    holds(&text(2), &facts);
    fails(&text(1), &facts);
    holds("`deploy-storefront` made 88 calls; 45 failed.", &night());
}

#[test]
fn a_title_that_speaks_of_a_resource_is_not_on_it() {
    let mut facts = findings();
    let title = format!("The key of {} was used", "i-0b5e7c1d2f3a40011");
    for name in facts.rows.iter_mut().filter(|row| row.id == "attention-1").flat_map(|row| &mut row.names) {
        if name.kind == crate::NameKind::Title {
            name.text = security_model::SafeText::from_raw(&title, security_model::TextKind::Reference);
        }
    }
    holds(&format!("- `{title}` on `{BUCKET}`"), &facts);
    fails(&format!("- `{title}` on `{WEB}`"), &facts);
    fails(&format!("- `{WEB}` has the finding `{title}`"), &facts);
}

#[test]
fn a_day_to_come_is_a_plan_only_where_something_is_to_be_done() {
    let advice = |text: &str| format!("## Recommended Actions\n\n{text}");
    let finding = "`CVE-2026-0001 in openssl 3.0.2`";
    holds(&advice(&format!("1. Fix {finding} by 2026-11-24.")), &findings());
    holds(&advice(&format!("1. {finding} - HIGH, last updated 2026-11-20 20:42 UTC.")), &findings());
    fails(&advice(&format!("1. {finding} - HIGH, last updated 2026-11-22 20:42 UTC.")), &findings());
    let table = |day: u32| {
        format!("| Finding | Severity | Updated |\n|---|---|---|\n| {finding} | HIGH | 2026-11-{day} 20:42 UTC |")
    };
    holds(&advice(&table(20)), &findings());
    fails(&advice(&table(22)), &findings());
}

#[test]
fn the_whole_of_a_dimension_is_none_of_its_parts() {
    let mut facts = night();
    for (metric, value) in [("succeeded", 2), ("failed", 0), ("without_mfa", 2)] {
        for fact in facts.facts.iter_mut().filter(|fact| fact.metric == format!("events.console_logins.{metric}")) {
            fact.value = value;
        }
    }
    holds("- Console sign-ins that succeeded: 2\n- Console sign-ins that failed: 0", &facts);
    for sentence in ["- Console sign-ins that failed: 2", "2 console sign-ins failed.", "Console. Failed: 2."] {
        fails(sentence, &facts);
    }
}

#[test]
fn names_that_are_added_up_are_not_the_list_before() {
    let list = "- `eu-west-1`: 2,359 events\n- `us-east-1`: 257 events\n- `198.51.100.24`: 611 events\n- `203.0.113.118`: 130 events";
    let sum = |number: &str| format!("{list}\n\neu-west-1 and us-east-1 together: {number} events.");
    holds(&sum("2,616"), &night());
    for wrong in ["130", "741", "998", "2,617"] {
        fails(&sum(wrong), &night());
    }
    let errors = "- `AccessDenied`: 61\n- `ThrottlingException`: 13";
    holds(&format!("{errors}\n\nThese two make up 74 of the 99 failures."), &night());
    fails(&format!("{errors}\n\nThese two make up 13 of the 99 failures."), &night());
}

#[test]
fn failed_operations_are_calls_unless_they_are_said_to_differ() {
    let mut facts = night();
    let total = facts.facts[1].clone();
    let metric = "events.failed_operations.by_event.length".to_owned();
    facts.facts.push(Fact { id: "f98".to_owned(), metric, unit: Unit::Operations, value: 12, ..total });
    for form in ["- Failed operations: ?", "? operations failed.", "? failed operations were seen."] {
        holds(&form.replace('?', "99"), &facts);
        fails(&form.replace('?', "12"), &facts);
    }
    holds("12 different operations failed.", &facts);
    holds("The failures are spread over 12 operations.", &facts);
}

#[test]
fn a_remainder_is_of_what_the_part_is_of() {
    holds("Eight of the high-risk calls failed and forty-three did not.", &night());
    // 2 regions and 8 of something are 10 sign-ins.
    fails("2,178 read events and 433 write events in 2 regions, and 8 events that do not say.", &night());
}
