//! What a part is said to be of, and what most of it is said to come from.

use super::fixtures::{fails, findings, holds, night};
use crate::FactSet;

/// A night with one count changed.
fn with(metric: &str, value: u64) -> FactSet {
    let mut facts = night();
    for fact in facts.facts.iter_mut().filter(|fact| fact.metric == metric && fact.scope.as_str() == "all") {
        fact.value = value;
    }
    facts
}

#[test]
fn a_whole_is_a_claim_of_its_own() {
    let quiet = with("events.failed_operations.total", 0);
    for whole in ["events", "calls", "operations", "records", "API calls"] {
        for form in [
            "No operation failed, out of ? #.",
            "No operations failed out of ? #.",
            "None of the ? # failed.",
            "None failed of ? #.",
            "No failures among ? #.",
            "Out of ? #, none failed.",
            "Of ? #, none failed.",
            "Zero of ? # failed.",
            "0 of ? # failed.",
            "0 of the ? # failed.",
            "0/? # failed.",
            "There were no failed operations in ? #.",
        ] {
            let form = form.replace('#', whole);
            holds(&form.replace('?', "2,616"), &quiet);
            for wrong in ["0", "5", "51", "2,617", "zero"] {
                if !form.contains("0/") || wrong != "zero" {
                    fails(&form.replace('?', wrong), &quiet);
                }
            }
        }
    }
    for form in ["No root activity was seen, out of ? events.", "0 of ? events were made by root."] {
        holds(&form.replace('?', "2,616"), &night());
        fails(&form.replace('?', "0"), &night());
        fails(&form.replace('?', "10"), &night());
    }
}

#[test]
fn a_whole_of_findings_is_a_claim_too() {
    let mut facts = findings();
    for fact in facts.facts.iter_mut().filter(|fact| fact.scope.as_str() == "CRITICAL") {
        fact.value = 0;
    }
    for form in [
        "No finding is CRITICAL, out of ? findings.",
        "None of the ? findings is CRITICAL.",
        "0 of ? findings are CRITICAL.",
        "Out of ? findings, none is CRITICAL.",
    ] {
        holds(&form.replace('?', "126"), &facts);
        fails(&form.replace('?', "0"), &facts);
        fails(&form.replace('?', "34"), &facts);
    }
}

#[test]
fn a_whole_may_be_narrower_than_everything() {
    holds("Of 16 console sign-ins, 6 failed.", &night());
    holds("8 of 51 high-risk calls failed.", &night());
    holds("`StopLogging` was called once and failed 0 times of 1.", &night());
    fails("`AttachUserPolicy` failed in 1 of 2 calls.", &night());
    let quiet = with("events.high_risk.failed", 0);
    holds("None of the 51 high-risk calls failed.", &quiet);
    fails("None of the 0 high-risk calls failed.", &quiet);
    fails("No high-risk call failed, out of 52.", &quiet);
    fails("No high-risk call failed, out of 0.", &quiet);
}

#[test]
fn nothing_of_nothing_is_true() {
    let mut facts = night();
    for fact in &mut facts.facts {
        fact.value = 0;
    }
    for sentence in ["No operation failed, out of 0 events.", "None of the 0 events failed.", "0 of 0 events failed."] {
        holds(sentence, &facts);
    }
    fails("No operation failed, out of 2 events.", &facts);
}

#[test]
fn most_of_it_comes_from_what_has_most() {
    for form in [
        "Most of it came from ?.",
        "Most of it comes from ?.",
        "Most of this was ?.",
        "Mostly it was ?.",
        "It was mostly ?.",
        "Mainly it came from ?.",
        "The bulk of it came from ?.",
        "The majority of the activity came from ?.",
        "Much of it was made from ?.",
        "The greater part of it came from ?.",
        "Most of the events came from ?.",
        "Most events came from ?.",
        "? accounts for most of it.",
        "? made most of the calls.",
        "? is behind the bulk of it.",
        "? was the main source.",
        "? was the primary source address.",
        "The main source is ?.",
    ] {
        let mut facts = night();
        // Most are from one address: 1,611 of 2,616.
        for fact in facts.facts.iter_mut().filter(|fact| fact.scope.as_str() == "198.51.100.24") {
            fact.value = 1_611;
        }
        holds(&form.replace('?', "`198.51.100.24`"), &facts);
        fails(&form.replace('?', "`203.0.113.118`"), &facts);
        fails(&form.replace('?', "`2001:db8::19`"), &facts);
    }
    holds("Nearly all of this originated at `eu-west-1`.", &night());
    fails("Nearly all of this originated at `us-east-1`.", &night());
    fails("Nearly all of this originated at `198.51.100.24`.", &night());
    fails("Almost everything came from `203.0.113.118`.", &night());
}

#[test]
fn only_one_is_more_than_most() {
    for form in [
        "The calls were made from ? and nowhere else.",
        "All of it came from ?.",
        "Everything came from ?.",
        "It came from ? alone.",
        "It came exclusively from ?.",
        "It all came from ?.",
        "The calls came only from ?.",
        "? was the only source address.",
    ] {
        fails(&form.replace('?', "`198.51.100.24`"), &night());
        fails(&form.replace('?', "`203.0.113.118`"), &night());
        let mut facts = night();
        for fact in facts.facts.iter_mut().filter(|fact| fact.scope.as_str() == "198.51.100.24") {
            fact.value = 2_616;
        }
        facts.facts.retain(|fact| !matches!(fact.scope.as_str(), "203.0.113.118" | "2001:db8::19"));
        facts.rows.retain(|row| row.list != "events.by_source_ip" || row.rank == 1);
        holds(&form.replace('?', "`198.51.100.24`"), &facts);
    }
}

#[test]
fn most_of_a_part_is_judged_by_the_part() {
    holds("Most of the failures were `AccessDenied`.", &night());
    fails("Most of the failures were `ThrottlingException`.", &night());
    holds("Most of the failures came from `deploy-storefront`.", &night());
    fails("Most of the failures came from `break-glass-admin`.", &night());
    holds("Most of the findings are on `harbour-customer-exports`.", &findings());
    fails("Most of the findings are on `i-0b5e7c1d2f3a40011`.", &findings());
}

#[test]
fn most_of_what_is_named_ranks_nothing() {
    holds("Most calls of `break-glass-admin` succeeded.", &night());
    holds("Most of the calls by `break-glass-admin` went through.", &night());
    holds("## Recommended Actions\n\n1. Look at `203.0.113.118` first; most of it can wait.", &night());
    holds("`203.0.113.118` is mostly harmless.", &night());
    holds("It was `break-glass-admin` alone that stopped the trail.", &night());
    holds("The finding is on `i-0b5e7c1d2f3a40011` alone.", &findings());
    holds("`StopLogging` came from `break-glass-admin`. The call came from `break-glass-admin` alone.", &night());
    // What the numbers do not tell.
    holds("Most of the sessions came from `203.0.113.118`.", &night());
    // Some of it only.
    holds("`eu-west-1` has 2,359 events; everything else came from `us-east-1`.", &night());
    holds("`198.51.100.24` comes first with 611 events, and most of the rest came from `203.0.113.118`.", &night());
    holds("Not all of it came from `203.0.113.118`.", &night());
    holds("It began with `StopLogging` by `break-glass-admin`. All of it was `break-glass-admin`.", &night());
    holds("## Recommended Actions\n\n1. Allow calls only from `203.0.113.118`.", &night());
}
