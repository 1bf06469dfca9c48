//! What the verifier goes by where the wording is new to it, one test per principle.

use super::fixtures::{fails, findings, holds, night};
use crate::FactSet;
use crate::verify::Judgement;

fn all_hold(sentences: &[&str], facts: &FactSet) {
    for sentence in sentences {
        holds(sentence, facts);
    }
}

fn all_fail(sentences: &[&str], facts: &FactSet) {
    for sentence in sentences {
        fails(sentence, facts);
    }
}

#[test]
fn an_unknown_noun_is_not_guessed_at_but_its_value_has_to_be_there() {
    all_hold(
        &[
            "The night brought 2,616 doodads.",
            "| Figure | Number |\n|---|---|\n| Doodads | 2,616 |",
            "51 calls that auditors keep an eye on were made.",
        ],
        &night(),
    );
    all_fail(&["The night brought 2,617 doodads.", "52 calls that auditors keep an eye on were made."], &night());
}

#[test]
fn known_words_beside_an_unknown_one_still_count() {
    all_fail(&["433 flashy failed calls were made.", "63 quaint console sign-ins were made."], &night());
    all_fail(&["126 gaudy CRITICAL findings are open."], &findings());
}

#[test]
fn the_last_noun_is_what_is_counted() {
    all_hold(&["52 finding targets are in scope.", "126 results from Security Hub are in scope."], &findings());
    fails("126 finding targets are in scope.", &findings());
}

#[test]
fn a_negation_turns_the_word_next_to_it_round() {
    all_hold(
        &[
            "99 requests did not go through.",
            "99 calls were not successful.",
            "MFA was missing in 7 of 10 successful console sign-ins.",
            "7 sign-ins were not protected by any kind of MFA.",
            "7 sign-ins with a password alone were seen.",
        ],
        &night(),
    );
    all_hold(&["105 findings have yet to be looked at."], &findings());
    all_fail(&["2,517 requests did not go through.", "10 sign-ins were not protected by MFA."], &night());
}

#[test]
fn the_last_seven_days_are_one_thing_however_they_are_said() {
    all_hold(
        &["39 findings are less than a week old.", "39 findings were raised over the past seven days."],
        &findings(),
    );
    all_fail(&["105 findings are less than a week old.", "126 findings were raised in the past week."], &findings());
}

#[test]
fn advice_may_set_numbers_of_its_own() {
    for advice in [
        "Follow NIST SP 800-61 and RFC 2196.",
        "See sections 3 and 4 of the handbook.",
        "Expect the clean-up to take 2 to 3 days.",
        "Two engineers should approve every change.",
        "Alert after 5 failed sign-ins within 10 minutes.",
        "Keep the logs for 400 days.",
        "Aim for 100% MFA coverage.",
        "Turn on GuardDuty in all regions, S3 included.",
    ] {
        holds(&format!("## Recommended Actions\n\n1. {advice}"), &night());
    }
}

#[test]
fn a_number_of_the_evidence_stays_a_claim_in_advice() {
    holds("## Recommended Actions\n\n1. Investigate the 99 failed operations.", &night());
    fails("## Recommended Actions\n\n1. Investigate the 98 failed operations.", &night());
    fails("## Recommended Actions\n\n1. Investigate 98 failed operations.", &night());
    fails("## Recommended Actions\n\n1. Review the findings of the last 8 days.", &findings());
}

#[test]
fn nobody_was_busier_is_a_ranking() {
    holds("Nobody was busier than `deploy-storefront` (88 events).", &night());
    assert_eq!(fails("Nobody was busier than `break-glass-admin` (49 events).", &night()), Judgement::Contradicted);
    holds("Nothing has more findings than `harbour-customer-exports` (12).", &findings());
}

#[test]
fn shares_are_recomputed_from_the_number_in_brackets() {
    all_hold(
        &["16.6 per cent of the events (433) wrote something.", "The failure rate is 3.8% (99 of 2,616)."],
        &night(),
    );
    all_hold(&["36 findings (28.6%) are CRITICAL or HIGH.", "36 findings are rated HIGH or worse."], &findings());
    all_fail(&["12.6 per cent of the events (433) wrote something."], &night());
    all_fail(&["36 findings (38.6%) are CRITICAL or HIGH."], &findings());
}

#[test]
fn attempts_at_something_are_counted_with_what_they_were_at() {
    holds("6 of the 16 attempts to sign in to the console went wrong.", &night());
    fails("6 of the 18 attempts to sign in to the console went wrong.", &night());
}

#[test]
fn times_may_be_written_with_an_x() {
    all_hold(&["`break-glass-admin` ran `ModifySnapshotAttribute` (2x).", "2 x `ModifySnapshotAttribute`."], &night());
    all_fail(&["`break-glass-admin` ran `ModifySnapshotAttribute` (3x).", "3 x `ModifySnapshotAttribute`."], &night());
}

#[test]
fn what_the_writer_did_is_not_what_was_counted() {
    holds("We went through 2,652 records; none of what you asked for was skipped.", &night());
}

#[test]
fn what_is_denied_of_something_named_is_judged() {
    all_fail(&["No fall under `AccessDenied`.", "No identities were at work."], &night());
}
