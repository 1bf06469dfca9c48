//! Turns of phrase that no table knows: each class as it holds, and with one fault in it.

use super::fixtures::{fails, findings, holds, night};

#[test]
fn what_stands_between_commas_does_not_part_a_number_from_its_verb() {
    holds("Ninety-nine operations, under four percent, failed.", &night());
    fails("Ninety-eight operations, under four percent, failed.", &night());
    holds("After deduplication, which removed 36 records, 2,616 records were analyzed.", &night());
    fails("After deduplication, which removed 37 records, 2,616 records were analyzed.", &night());
}

#[test]
fn a_name_before_its_number_goes_with_that_number() {
    holds("AccessDenied came first with 61 and ThrottlingException with 13.", &night());
    fails("AccessDenied came first with 13 and ThrottlingException with 61.", &night());
    holds("ModifySnapshotAttribute x2, StopLogging x1.", &night());
    fails("ModifySnapshotAttribute x3, StopLogging x1.", &night());
}

#[test]
fn what_is_left_over_is_computed() {
    holds("eu-west-1 has 2,359 events; the remaining 257 lie elsewhere.", &night());
    fails("eu-west-1 has 2,359 events; the remaining 268 lie elsewhere.", &night());
    holds("AccessDenied was returned 61 times and ThrottlingException 13 times; the rest add another 25.", &night());
    holds("The remaining 90 findings are MEDIUM, LOW or INFORMATIONAL.", &findings());
    fails("The remaining 91 findings are MEDIUM, LOW or INFORMATIONAL.", &findings());
    holds("63 medium + 26 low + 1 informational = 90.", &findings());
    fails("63 medium + 26 low + 1 informational = 91.", &findings());
}

#[test]
fn rows_for_the_rest_and_the_total_of_a_column_add_up() {
    let table = |rest: u32, total: u32| {
        format!(
            "| Error | Hits |\n|---|---|\n| AccessDenied | 61 |\n| ThrottlingException | 13 |\n| Other | {rest} |\n| Total | {total} |"
        )
    };
    holds(&table(25, 99), &night());
    fails(&table(26, 99), &night());
    fails(&table(25, 98), &night());
}

#[test]
fn records_that_count_are_part_of_those_read() {
    holds("2,616 of 2,652 ingested records feed into the figures above.", &night());
    fails("2,615 of 2,652 ingested records feed into the figures above.", &night());
}

#[test]
fn parts_of_a_whole_in_words_are_shares() {
    holds("Roughly nine tenths of all events came from eu-west-1.", &night());
    fails("Roughly seven tenths of all events came from eu-west-1.", &night());
    fails("Review why 45 of the 88 events of deploy-storefront failed (1000.0%).", &night());
}

#[test]
fn severities_in_a_row_are_added() {
    holds("Critical and high-severity findings account for 36 of the 126 findings.", &findings());
    fails("Critical and high-severity findings account for 37 of the 126 findings.", &findings());
    holds("In other words, 36 findings deserve somebody's time today.", &findings());
    fails("In other words, 46 findings deserve somebody's time today.", &findings());
    holds("In addition, 63 findings are rated MEDIUM and 26 are rated LOW.", &findings());
    fails("In addition, 63 findings are rated LOW and 26 are rated MEDIUM.", &findings());
}

#[test]
fn the_highest_severity_of_a_thing_is_no_ranking() {
    holds("Control `S3.8` failed in 14 cases, with a highest severity of HIGH.", &findings());
    fails("Control `S3.8` failed in 14 cases, with a highest severity of LOW.", &findings());
}

#[test]
fn a_caller_named_without_quotes_is_held_to_the_call() {
    holds("The role break-glass-admin called StopLogging.", &night());
    fails("The user deploy-storefront called StopLogging.", &night());
}

#[test]
fn what_is_planned_is_no_claim() {
    holds("Consider adopting a 3-2-1 backup strategy.", &night());
    holds("Next review at 09:00, owner: SOC lead.", &night());
    fails("StopLogging was called at 09:00.", &night());
    holds("Fix the two critical items within 24 hours and the 34 high ones within 7 days.", &findings());
    fails("Fix the two critical items within 24 hours and the 35 high ones within 7 days.", &findings());
    holds("Target: 0 criticals by the end of the day.", &findings());
}

#[test]
fn labels_that_only_look_like_others_hold() {
    holds("No. of principals: 63.", &night());
    fails("No. of principals: 36.", &night());
    holds("Of those events 2,178 were read operations and 433 were write operations.", &night());
    fails("Of those events 433 were read operations and 2,178 were write operations.", &night());
    holds("Any failed sign-ins? Six events.", &night());
    fails("Any failed sign-ins? Nine events.", &night());
}

#[test]
fn an_item_that_speaks_of_nothing_in_the_evidence_is_a_plan() {
    for plan in [
        "1. Management to respond by 31 January 2027.",
        "1. Budget three days of a senior consultant and one of a junior.",
        "1. Shut 22 and 3389 to the world, leave 443 as is.",
        "1. Passwords: 15 characters minimum, no forced rotation.",
    ] {
        holds(plan, &night());
    }
    fails("1. Management was told of 31 January 2027, when StopLogging was called.", &night());
    fails("1. AccessDenied 62 times.", &night());
    fails("- 612 failed.", &night());
    fails("- 251\\. passwords were published", &night());
    fails("251. passwords were published", &night());
    holds("7. Rotate the keys of everybody concerned.", &night());
    fails("- 286 databases left the company", &findings());
    fails("1. Sign in with Tr0ub4dor-bf6e087400a78c to confirm it.", &night());
    holds("1. Encrypt it with AES-256, and require TLS-1.2 or later.", &night());
}

#[test]
fn a_column_of_numbers_may_be_headed_so() {
    holds("| Error | No. |\n|---|---|\n| AccessDenied | 61 |", &night());
    fails("| Error | No. |\n|---|---|\n| AccessDenied | 16 |", &night());
}

#[test]
fn the_number_of_a_paper_counts_nothing() {
    holds("## Findings review, working paper 2", &findings());
    fails("## Findings review, 12 findings", &findings());
}

#[test]
fn what_a_thing_is_compared_with_is_not_what_it_counts() {
    holds("`DescribeInstances` is called more than any other API (612).", &night());
    fails("`DescribeInstances` is called more than any other API (621).", &night());
}

#[test]
fn a_number_of_times_may_have_marks_of_thousands() {
    holds("eu-west-1 x2,359.", &night());
    fails("eu-west-1 x2,395.", &night());
}

#[test]
fn calls_that_change_nothing_read() {
    holds("2,178 non-changing events, 433 changing ones.", &night());
    fails("433 non-changing events, 2,178 changing ones.", &night());
}
