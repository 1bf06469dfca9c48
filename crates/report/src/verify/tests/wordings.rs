//! Rules that make room for wordings of strangers: for each a sentence that only it lets pass, and its false twin.

use super::fixtures::{complete, fails, findings, holds, night, with_gap};
use crate::verify::verify;

#[test]
fn numbers_of_a_pair_go_with_what_is_named() {
    // The names stand before, the number without a noun.
    holds("`StopLogging` by `break-glass-admin`: 1.", &night());
    fails("`StopLogging` by `break-glass-admin`: 2.", &night());
    holds("`AttachUserPolicy`, `deploy-storefront`, technique T1098.003: 3.", &night());
    fails("`AttachUserPolicy`, `deploy-storefront`, technique T1098.003: 4.", &night());
    fails("`AttachUserPolicy`, `break-glass-admin`: 3.", &night());
}

#[test]
fn the_number_of_whoever_leads_needs_no_name() {
    holds("The busiest principal, with 88 events, is an automation.", &night());
    fails("The busiest principal, with 49 events, is an automation.", &night());
    fails("The busiest principal, with 98 events, is an automation.", &night());
    holds("No control failed more than 14 times.", &findings());
    fails("No control failed more than 9 times.", &findings());
}

#[test]
fn a_part_of_a_stated_whole_says_what_it_is_a_part_of() {
    holds("Of 51 high-risk calls, 8 failed.", &night());
    fails("Of 51 high-risk calls, 6 failed.", &night());
    holds("Success rate of high-risk calls: 43 of 51.", &night());
    fails("Success rate of high-risk calls: 45 of 51.", &night());
    // Both numbers are those of the evidence, but not of each other.
    fails("10 of 51 went through.", &night());
}

#[test]
fn a_topic_holds_for_the_sentences_after_it() {
    holds("Console sign-ins. Successful: 10. Failed: 6.", &night());
    fails("Console sign-ins. Successful: 6. Failed: 10.", &night());
    fails("Console sign-ins. Successful: 10. Failed: 99.", &night());
}

#[test]
fn a_list_goes_on_without_its_names() {
    holds("By error: AccessDenied 61, then 13.", &night());
    fails("By error: AccessDenied 61, then 12.", &night());
    holds("Addresses: `198.51.100.24` 611, then 130 and 12.", &night());
    fails("Addresses: `198.51.100.24` 611, then 130 and 21.", &night());
}

#[test]
fn shares_are_of_numbers_that_stand_near() {
    holds("2 critical plus 34 high, 29% of the list.", &findings());
    fails("2 critical plus 34 high, 39% of the list.", &findings());
    holds("AccessDenied has 61 and ThrottlingException 13. Together they supply 2.8% of the log.", &night());
    fails("AccessDenied has 61 and ThrottlingException 13. Together they supply 8.2% of the log.", &night());
}

#[test]
fn sums_are_of_numbers_that_stand_near() {
    holds("36 belong to the two gravest classes (CRITICAL 2, HIGH 34).", &findings());
    fails("37 belong to the two gravest classes (CRITICAL 2, HIGH 34).", &findings());
    holds("AccessDenied has 61 and ThrottlingException 13. Between them: 74.", &night());
    fails("AccessDenied has 61 and ThrottlingException 13. Between them: 47.", &night());
}

#[test]
fn times_that_are_planned_are_no_claim() {
    for plan in [
        "The bridge opens 07:30 tomorrow.",
        "Reply by 24 November 2026.",
        "The rework comes at a cost of 40 hours.",
        "First statement within 15, shared within 30.",
    ] {
        holds(plan, &night());
    }
    for told in [
        "The attack opened at 07:30.",
        "The trail was stopped on 24 November 2026.",
        "StopLogging was in effect for 40 hours.",
        "Within 15 regions events were seen.",
    ] {
        fails(told, &night());
    }
}

#[test]
fn staff_and_money_of_a_plan_are_no_claim() {
    holds("Window tonight, 2 people.", &night());
    fails("Window tonight, 2 principals.", &night());
    holds("Budget EUR 40,000 for the rework.", &night());
    fails("The attack cost EUR 40,000.", &night());
    fails("4 people called `StopLogging`.", &night());
}

#[test]
fn a_hyphen_makes_another_word_of_a_noun() {
    holds("No call-back is needed.", &night());
    fails("No call was made.", &night());
    holds("2,178 look-only calls were made.", &night());
    fails("433 look-only calls were made.", &night());
}

#[test]
fn a_label_at_the_front_of_a_line_begins_a_sentence() {
    let lines = |new: u32, notified: u32| {
        format!("The list in short\nby workflow: {new} new, {notified} notified\nby grade: 2 critical, 34 high")
    };
    holds(&lines(105, 21), &findings());
    fails(&lines(21, 105), &findings());
    fails(&lines(105, 22), &findings());
}

#[test]
fn rows_in_running_text_are_rows() {
    let rows = |denied: u32| {
        format!("The errors:\n| AccessDenied | {denied} |\n| ThrottlingException | 13 |\nand that is all.")
    };
    holds(&rows(61), &night());
    fails(&rows(16), &night());
}

#[test]
fn what_all_of_them_are_is_counted_from_their_names() {
    holds(
        "`ModifySnapshotAttribute` (2), `StopLogging` (1) and `AttachUserPolicy` (3). All three succeeded at least once.",
        &night(),
    );
    fails(
        "`ModifySnapshotAttribute` (2), `StopLogging` (1) and `AttachUserPolicy` (3). All four succeeded at least once.",
        &night(),
    );
}

#[test]
fn what_is_compared_with_is_no_label() {
    holds("Console sign-ins: 6 failed, against 10 good ones.", &night());
    fails("Console sign-ins: 10 failed, against 6 good ones.", &night());
    holds("Console: 10 in, 6 turned away.", &night());
    fails("Console: 6 in, 10 turned away.", &night());
}

#[test]
fn steps_count_up_from_one() {
    holds("Now: (1) suspend the role, (2) restart the trail, (3) rotate the keys.", &night());
    fails("`StopLogging` (2), `ModifySnapshotAttribute` (2).", &night());
    fails("Failed (1), high-risk (2).", &night());
}

#[test]
fn leaders_of_a_ranking_may_stand_before_it() {
    holds("`AccessDenied` forms the largest group (61 failures), ahead of `ThrottlingException`.", &night());
    fails("`ThrottlingException` forms the largest group (13 failures), ahead of `AccessDenied`.", &night());
}

#[test]
fn a_rating_of_the_whole_has_several_names() {
    let (right, _) = crate::risk_rating(&night());
    for form in ["Overall: ?.", "Overall severity: ?.", "Severity seen: ?.", "Incident severity: ?."] {
        holds(&form.replace('?', right.label()), &night());
        fails(&form.replace('?', "LOW"), &night());
    }
}

#[test]
fn controls_of_frameworks_are_not_those_of_the_evidence() {
    holds("See SOC 2 CC6.1 for the wording.", &findings());
    fails("Control `CC6.1` fails.", &findings());
}

#[test]
fn shares_in_words_have_bounds() {
    holds("Less than one in twenty-five events failed.", &night());
    fails("Less than one in thirty events failed.", &night());
    fails("Less than one in ten events failed.", &night());
    holds("One in twenty-six events failed.", &night());
    fails("One in sixty-two events failed.", &night());
}

#[test]
fn nothing_is_said_of_the_evidence_by_what_is_said_of_us() {
    holds("Nothing was denied to us.", &night());
    fails("Nothing was denied.", &night());
    holds("No file was missing.", &night());
    fails("No call was denied.", &night());
}

#[test]
fn a_gap_told_is_no_count() {
    let mut facts = night();
    facts.required.clear();
    let issues = |text: &str, coverage| {
        let report = format!(
            "# Report\n\nThis is what the data for the night shows, as far as it goes.\n\n{text}\n\nAccess was denied in `ca-west-1`.\n"
        );
        verify(&report, &facts, &coverage).verification.issues
    };
    let damaged = "One file is damaged.";
    assert!(issues(damaged, with_gap()).is_empty(), "{:?}", issues(damaged, with_gap()));
    assert!(!issues("2 files are damaged.", with_gap()).is_empty());
    assert!(issues("1 file is damaged.", complete()).iter().any(|issue| issue.text.as_str() == "1"));
}

#[test]
fn pictures_are_no_words_and_numbers_no_pictures() {
    holds(":rotating_light: 99 operations failed.", &night());
    fails(":rotating_light: 98 operations failed.", &night());
    fails("Failed operations :98:", &night());
}

#[test]
fn one_that_stands_for_a_noun_counts_nothing() {
    holds("The trail was stopped, a short one this week.", &night());
    fails("Exactly one operation failed.", &night());
    fails("One operation failed.", &night());
}

#[test]
fn of_what_is_said_in_passing_nothing_is_counted() {
    holds("Three themes stand out.", &night());
    holds("Two questions remain.", &night());
    fails("We saw two failures.", &night());
    fails("We saw two things: failures and `StopLogging`.", &night());
}
