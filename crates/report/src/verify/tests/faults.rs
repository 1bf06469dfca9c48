//! False statements, one fault each.

use super::fixtures::{ADMIN, complete, fails, findings, is_verified, night, with_gap};
use crate::verify::{Judgement, verify};

#[test]
fn wrong_numbers_are_contradicted() {
    for sentence in [
        "2,661 events were recorded.",
        "2,617 events were recorded.",
        "26,160 events were recorded.",
        "98 operations failed.",
        "Ninety-eight operations failed.",
        "About 3,000 events were recorded.",
        "Over 2,700 events were recorded.",
        "99 of 2,616 events (8.3%) failed.",
        "High-risk calls: 51 (9 failed)",
        "Seven console sign-ins failed.",
        "There were 17 console sign-ins in total.",
        "`deploy-storefront` made 88 calls, 54 of which failed.",
        "| Principal | Events | Failed |\n|---|---|---|\n| `deploy-storefront` | 88 | 46 |",
        "The 62 principals made 2,616 calls.",
        "$4,000 were lost.",
        // 10 sign-ins succeeded and 6 failed; both are of nothing unheard of.
        "16 passwords were published.",
        // Another address has 12 events.
        "`203.0.113.118`: 130 events by 12 principals",
    ] {
        fails(sentence, &night());
    }
    for sentence in [
        "Three findings are CRITICAL.",
        "37 findings are CRITICAL or HIGH.",
        "72.0% of the findings are HIGH.",
        "A third of all findings are MEDIUM.",
    ] {
        fails(sentence, &findings());
    }
}

#[test]
fn the_right_value_is_given() {
    let mut facts = night();
    facts.required.clear();
    let checked =
        verify("# The report\n\nIn the night 98 operations failed, and that is all of it.\n", &facts, &complete());
    let issue = checked.verification.issues.first().unwrap();
    assert_eq!(issue.kind, Judgement::Contradicted);
    assert_eq!(issue.expected.as_ref().unwrap().as_str(), "99");
    assert_eq!(issue.facts, ["f2"]);
    let span = issue.span.unwrap();
    assert_eq!((span.start, span.end), (27, 29));
}

#[test]
fn numbers_under_another_label_are_misattributed() {
    for sentence in [
        "51 operations failed.",
        "99 high-risk calls were made.",
        "433 read events and 2,178 write events.",
        "10 console sign-ins failed.",
        "2,616 sessions were recorded.",
        "63 regions saw events.",
        "Failures by error: `AccessDenied` 13, `ThrottlingException` 61.",
    ] {
        assert_eq!(fails(sentence, &night()), Judgement::Misattributed, "{sentence}");
    }
    for sentence in ["34 findings are CRITICAL.", "There are 2 HIGH findings.", "126 resources were found."] {
        assert_eq!(fails(sentence, &findings()), Judgement::Misattributed, "{sentence}");
    }
}

#[test]
fn names_that_the_evidence_does_not_have_are_unsupported() {
    for sentence in [
        "Calls came from `198.51.100.25`.",
        "Calls came from 198.51.10.24.",
        "Account 111212223333 was used.",
        "`arn:aws:iam::111122223333:role/break-glass-admim` was active.",
        "`arn:aws:iam::111122232333:role/break-glass-admin` was active.",
        "`DeleteTrail` was called by `break-glass-admin`.",
        "Events were seen in `eu-west-2`.",
        "Technique T1537.001 was used.",
        "See `high-risk-9`.",
        "The key AKIAIOSFODNN7EXAMPLE was used.",
        "Finding 0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0 is new.",
        "PRINCIPAL_7 made {{f:12}} calls.",
        "CVE-2026-9999 is exploited.",
        "See https://example.invalid/more for the rest.",
        "[More](https://example.invalid/x) is there.",
    ] {
        assert_eq!(fails(sentence, &night()), Judgement::Unsupported, "{sentence}");
    }
    for sentence in [
        "`EC2.91` fails.",
        "`S3 buckets should block public acess` fails.",
        "CRITICAL: `RDS instances should be encrypted at rest`.",
    ] {
        assert_eq!(fails(sentence, &findings()), Judgement::Unsupported, "{sentence}");
    }
}

#[test]
fn names_that_do_not_belong_together_are_caught() {
    for sentence in [
        "`StopLogging` was called by `deploy-storefront`.",
        "`StopLogging` (T1537) was called by `break-glass-admin`.",
        "`AttachUserPolicy` by `break-glass-admin` (`high-risk-3`).",
        "`DescribeInstances` (`high-risk-2`) stopped the trail.",
        "| Call | By |\n|---|---|\n| `AttachUserPolicy` | `break-glass-admin` |",
    ] {
        assert_eq!(fails(sentence, &night()), Judgement::Misattributed, "{sentence}");
    }
    for sentence in [
        "**HIGH** `A stolen key led to the data in harbour-customer-exports` on `harbour-customer-exports`.",
        "`A stolen key led to the data in harbour-customer-exports` on `i-0b5e7c1d2f3a40011`.",
        "`S3.8` is a CRITICAL control.",
        "`A stolen key led to the data in harbour-customer-exports` was updated 2026-11-20 20:42 UTC.",
    ] {
        assert_eq!(fails(sentence, &findings()), Judgement::Misattributed, "{sentence}");
    }
}

#[test]
fn shifted_times_and_swapped_units_are_caught() {
    for sentence in [
        "`A stolen key led to the data in harbour-customer-exports` was updated 2026-11-22 03:08 UTC.",
        "`A stolen key led to the data in harbour-customer-exports` was updated at 03:08 CET on Nov 21.",
        "39 findings appeared in the last 8 days.",
        "The events cover 12 days.",
    ] {
        fails(sentence, &findings());
    }
}

#[test]
fn negations_are_turned_round() {
    for sentence in [
        "No operations failed.",
        "There were no high-risk calls.",
        "Several root events were recorded.",
        "Root activity was seen.",
        "None of the console sign-ins failed.",
        "No calls came from `198.51.100.24`.",
    ] {
        assert_eq!(fails(sentence, &night()), Judgement::Contradicted, "{sentence}");
    }
    assert_eq!(fails("No critical findings are open.", &findings()), Judgement::Contradicted);
}

#[test]
fn false_rankings_are_contradicted() {
    for sentence in [
        "The busiest region was `us-east-1`.",
        "Most failures were `ThrottlingException` (13).",
        "`break-glass-admin` had the most failures.",
    ] {
        assert_eq!(fails(sentence, &night()), Judgement::Contradicted, "{sentence}");
    }
}

const WHOLE: &str = "# The night\n\nOf 2,616 events, 99 failed. The worst call was `ModifySnapshotAttribute` by \
    `arn:aws:iam::111122223333:role/break-glass-admin`, called 2 times, and that is what to look at.\n";

#[test]
fn what_has_to_be_said_is_missed() {
    let facts = night();
    assert!(
        is_verified(&verify(WHOLE, &facts, &complete())),
        "{:?}",
        verify(WHOLE, &facts, &complete()).verification.issues
    );
    for (left_out, missing) in [
        ("99 failed. ", "the number of failed operations"),
        ("Of 2,616 events, ", "the number of events"),
        ("`ModifySnapshotAttribute` by ", "the high-risk call ModifySnapshotAttribute"),
    ] {
        let report = WHOLE.replace(left_out, "");
        let checked = verify(&report, &facts, &complete());
        let omitted: Vec<_> = checked.verification.issues.iter().filter(|i| i.kind == Judgement::Omitted).collect();
        assert!(
            omitted.iter().any(|issue| issue.text.as_str() == missing),
            "{left_out}: {:?}",
            checked.verification.issues
        );
        assert!(!is_verified(&checked));
    }
}

#[test]
fn gaps_have_to_be_said_and_may_not_be_denied() {
    let facts = night();
    let issues = |tail: &str| {
        let report = format!("{WHOLE}\n{tail}\n");
        verify(&report, &facts, &with_gap()).verification.issues.iter().map(|issue| issue.kind).collect::<Vec<_>>()
    };
    assert_eq!(issues(""), [Judgement::Omitted]);
    assert_eq!(issues("Everything asked for was read."), [Judgement::Contradicted, Judgement::Omitted]);
    assert_eq!(issues("Not everything was read: access was denied in `ca-west-1`."), []);
    let complete = verify(&format!("{WHOLE}\nNothing that was asked for is missing.\n"), &facts, &complete());
    assert!(is_verified(&complete), "{:?}", complete.verification.issues);
}

#[test]
fn what_is_stated_is_known_by_its_id() {
    let checked = verify(WHOLE, &night(), &complete());
    for id in ["f1", "f2", "high-risk-1"] {
        assert!(checked.stated.contains(id), "{id}: {:?}", checked.stated);
    }
    assert!(!checked.stated.contains("high-risk-2"), "{:?}", checked.stated);
    assert_eq!(checked.verification.claims as usize, checked.claims.len());
    assert!(WHOLE.contains(ADMIN));
}

#[test]
fn parts_and_shares_of_one_sentence_agree() {
    fails("36 are CRITICAL or HIGH (one and 34), about 29% of the total.", &findings());
    fails("433 writes make up about one in five of all events.", &night());
    fails("1 call in seventeen, or 12% of all events, failed.", &night());
}

#[test]
fn a_named_finding_of_another_severity_is_found_false_in_lower_case_too() {
    for sentence in [
        "Security Hub rates `CVE-2026-0001 in openssl 3.0.2` as informational.",
        "`CVE-2026-0001 in openssl 3.0.2` is rated low.",
    ] {
        fails(sentence, &findings());
    }
    super::fixtures::holds("Security Hub rates `CVE-2026-0001 in openssl 3.0.2` as high.", &findings());
}

#[test]
fn a_row_that_is_no_table_is_read_as_one() {
    let row = "| A stolen key led to the data in harbour-customer-exports | LOW |";
    let escaped = row.replace('|', "\\|");
    for sentence in [
        format!("Look at this first, which is CRITICAL\n{row}"),
        format!("Look at this first, which is CRITICAL  \n{escaped}"),
        format!("- Look at this first, which is CRITICAL\n  {row}\n  and the rest can wait"),
        row.to_owned(),
        row.replace("LOW", "CRITICAL") + "\n" + row,
    ] {
        fails(&sentence, &findings());
        super::fixtures::holds(&sentence.replace("LOW", "CRITICAL"), &findings());
    }
}

#[test]
fn parts_of_what_was_named_have_to_be_right() {
    for sentence in [
        "AccessDenied leads with 61. The user deploy-storefront is responsible for 47 of them.",
        "10 console sign-ins succeeded and 10 failed.",
        "Eight of the high-risk calls failed and forty-four did not.",
        "98 operations, equal to 3.8 per cent, ended in failure.",
        "35 findings appeared within 8 days.",
    ] {
        fails(sentence, &night());
    }
    fails("That same bucket harbour-customer-exports has 13 findings.", &findings());
}

#[test]
fn a_secret_is_no_setting_that_advice_speaks_of() {
    for secret in [
        "wJalr0bc55c5a1b2c3d/K7MDENG/0bc55c5a1b2c3dQZ",
        "wJalrdeadbeef12ab9c/K7MDENG/deadbeef12ab9cQZ",
        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "Tr0ub4dor-bf6e087400a78c",
        "Tr0ub4dor-d8485456e77310",
        "Tr0ub4dor-12345678901234",
        "wJalr12345678901234/K7MDENG/12345678901234QZ",
        "wJalrabcdefabcdef12/K7MDENG/abcdefabcdef12QZ",
    ] {
        for sentence in [
            format!("Sign in with {secret} to confirm it."),
            format!("1. Sign in with {secret} to confirm it."),
            format!("- The credential in use: `{secret}`"),
            format!("Use the policy {secret} to restrict it."),
            format!("{secret} was not seen."),
        ] {
            fails(&sentence, &night());
            fails(&sentence, &findings());
        }
    }
}
