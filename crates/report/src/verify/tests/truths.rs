//! True statements, in the wordings that a simple comparison of numbers would flag.

use super::fixtures::{findings, holds, night};

#[test]
fn list_and_section_numbers_are_no_claims() {
    holds(
        "## 1. Overview\n\n1. Look at `StopLogging`.\n2. Then at `AttachUserPolicy`.\n\nSee section 3 and step 2.",
        &night(),
    );
}

#[test]
fn figures_of_speech_and_of_advice_are_no_claims() {
    for sentence in [
        "This report stays under 300 words.",
        "The desk is staffed 24/7.",
        "## Recommendations\n\n1. Rotate the key of `break-glass-admin` within 24 hours and every 90 days.",
        "## Recommendations\n\n1. Restrict ports 22 and 3389, and `0.0.0.0/0` above all.",
        "## Recommendations\n\n1. Follow CIS 1.14 and require at least 14 characters.",
        "Zero trust needs a second factor and single sign-on, first of all.",
        "One of the principals needs a look, an account is not enough.",
    ] {
        holds(sentence, &night());
    }
}

#[test]
fn digits_in_names_are_names() {
    holds("TLS 1.2, IMDSv2, S3, EC2, Route 53, p99 latency and SHA-256 are in use.", &night());
}

#[test]
fn numbers_may_be_rounded_hedged_or_spelled() {
    for sentence in [
        "2,616 events were recorded.",
        "2616 events were recorded, 99 of which failed.",
        "About 2,600 events were recorded.",
        "Some 2.6k events were recorded.",
        "Over 2,500 events were recorded, and nearly 100 operations failed.",
        "Between 90 and 110 operations failed.",
        "Ninety-nine operations failed.",
        "99 of 2,616 events (3.8%) failed.",
        "Roughly 4% of all events failed.",
        "Of the 2,616 events, 99 failed.",
        "Failed operations: 99.",
        "**High-risk calls:** 51 (8 failed)",
        "Six console sign-ins failed and ten succeeded, seven of them without MFA.",
        "There were 16 console sign-ins in total.",
        "2,616 events, 99 of them unsuccessful, came from 63 principals in two regions.",
        "The 63 principals made 2\u{202f}616 calls.",
        "２，６１６ events were recorded.",
    ] {
        holds(sentence, &night());
    }
}

#[test]
fn shares_are_recomputed() {
    for sentence in [
        "27.0% of the findings are HIGH.",
        "Half of all findings are MEDIUM.",
        "About one in four findings is rated HIGH.",
        "36 findings are CRITICAL or HIGH.",
        "Roughly a fifth of the findings are LOW.",
        "| Severity | Findings | Share |\n|---|---:|---:|\n| CRITICAL | 2 | 1.6% |\n| HIGH | 34 | 27.0% |",
    ] {
        holds(sentence, &findings());
    }
}

#[test]
fn rows_and_lists_pair_names_with_numbers() {
    for sentence in [
        "Failures by error: `AccessDenied` 61, `ThrottlingException` 13.",
        "61 failures were `AccessDenied`, 13 were `ThrottlingException`.",
        "`deploy-storefront` made 88 calls, 45 of which failed (51.1%).",
        "| Principal | Events | Failed |\n|---|---|---|\n| `deploy-storefront` | 88 | 45 |\n| `break-glass-admin` | 49 | 5 |",
        "Two regions saw events: `eu-west-1` (2,359) and `us-east-1` (257).",
        "`StopLogging` (T1685.002) was called once by `break-glass-admin` (`high-risk-2`).",
        "1. `AttachUserPolicy`: 3 calls (1 failed) by `arn:aws:iam::111122223333:user/deploy-storefront`. T1098.003.",
        "Ireland saw 2,359 events.",
    ] {
        holds(sentence, &night());
    }
}

#[test]
fn names_may_be_short_masked_or_broken() {
    for sentence in [
        "Account `1111****3333` is in scope.",
        "`arn:aws:iam::…:role/break-glass-admin` was active.",
        "`role/break-glass-admin` and `2001:DB8:0:0:0:0:0:19` were seen.",
        "`arn:aws:iam::111122223333:role/break-glass- admin` was active.",
    ] {
        holds(sentence, &night());
    }
}

#[test]
fn times_may_be_cut_to_the_minute_the_day_or_another_zone() {
    for sentence in [
        "`A stolen key led to the data in harbour-customer-exports` was updated 2026-11-21 03:08 UTC.",
        "`A stolen key led to the data in harbour-customer-exports` was updated on 21 November 2026.",
        "`A stolen key led to the data in harbour-customer-exports` was updated at 04:08 CET on Nov 21.",
        "The events run from 20 November 2026, 18:00 UTC to 05:59 UTC the next day, about 12 hours.",
    ] {
        holds(sentence, &findings());
    }
}

#[test]
fn severities_and_titles_stand_with_their_rows() {
    for sentence in [
        "**CRITICAL** `A stolen key led to the data in harbour-customer-exports` on `harbour-customer-exports` (`attention-1`).",
        "HIGH: CVE-2026-0001 in openssl 3.0.2 on `i-0b5e7c1d2f3a40011`.",
        "`EC2.19` is a CRITICAL control with 9 failed checks.",
        "`arn:aws:s3:::harbour-customer-exports` has 12 findings, 7 of them HIGH.",
        "105 findings are still NEW, 21 are NOTIFIED; 39 appeared in the last 7 days and 124 are resolved.",
    ] {
        holds(sentence, &findings());
    }
}

#[test]
fn nothing_found_is_true_where_nothing_was_found() {
    for sentence in ["No root activity was recorded.", "The root user was not used.", "`DeleteTrail` was not called."] {
        holds(sentence, &night());
    }
}

#[test]
fn rankings_are_compared() {
    for sentence in [
        "The busiest region was `eu-west-1`.",
        "Most failures were `AccessDenied` (61).",
        "`deploy-storefront` had the most failures.",
        "The most active address was `198.51.100.24` with 611 events.",
    ] {
        holds(sentence, &night());
    }
}

#[test]
fn wordings_of_strangers_hold() {
    for (facts, sentences) in [
        (
            night(),
            vec![
                "During the reporting period (20 Nov 2026 18:00 – 21 Nov 2026 06:00 UTC), CloudTrail captured a total of 2,616 API events.",
                "The overall failure rate was 3.8%, i.e. 99 events returned an error.",
                "**Total events analysed:** 2,616",
                "Error rate of roughly 1 in 26 calls.",
                "The IAM user `deploy-storefront` generated 88 events, more than half of which (45) were denied or otherwise failed.",
                "Of particular concern, the role `break-glass-admin` invoked `StopLogging` once and `ModifySnapshotAttribute` twice.",
                "AccessDenied errors dominate with 61 occurrences, followed by ThrottlingException at 13.",
                "Activity was concentrated in eu-west-1 (90.2%), with the remaining 257 events in us-east-1.",
                "The top source IP, 198.51.100.24, accounted for 611 requests; 203.0.113.118 came second with 130.",
                "boto3 was the most common client (382 events), ahead of browsers (247).",
                "There were sixteen console logins: ten successful and six failed.",
                "Seven of the ten successful logins did not use MFA (70%).",
                "No root account usage was detected during the window.",
                "Reads outnumber writes by roughly 5 to 1 (2,178 vs. 433).",
                "- High-risk API calls: 51, of which 8 were unsuccessful",
                "| Metric | Count |\n|---|---|\n| Events | 2,616 |\n| Failed | 99 |\n| High-risk calls | 51 |\n| Failed console logins | 6 |",
                "| # | Event | Principal | ATT&CK | Count |\n|---|---|---|---|---|\n| 1 | ModifySnapshotAttribute | break-glass-admin | T1537 | 2 |\n| 2 | StopLogging | break-glass-admin | T1685.002 | 1 |",
                "In total, 63 distinct identities were active across 2 regions and 3 source addresses.",
                "deploy-storefront and break-glass-admin together account for 137 events.",
                "We processed 2,652 records, 36 of which were duplicates.",
                "It is recommended to enable MFA for all 7 sign-ins that lacked it, and to rotate credentials every 90 days.",
                "1. **Investigate `break-glass-admin`** – this role disabled logging (`StopLogging`, T1685.002) and should be suspended until its 49 calls are explained.",
                "Every one of the 51 high-risk calls deserves review; 43 of them succeeded.",
                "The attacker likely used stolen keys, because of which the trail was stopped.",
                "Four dry-run requests are not counted as failures.",
                "Threat level: HIGH. The combination of log tampering and snapshot sharing suggests exfiltration.",
            ],
        ),
        (
            findings(),
            vec![
                "Security Hub currently reports 126 active findings across 52 resources: 2 critical, 34 high, 63 medium, 26 low and one informational.",
                "Medium-severity issues make up exactly half of the backlog (63/126).",
                "Critical and high findings combined: 36 (28.6%).",
                "In the past week 39 new findings were created, while 124 have been resolved.",
                "The S3 bucket harbour-customer-exports is the most affected resource with 12 findings, including 7 high.",
                "| Resource | Findings | High |\n|---|---|---|\n| harbour-customer-exports | 12 | 7 |\n| i-0b5e7c1d2f3a40011 | 7 | 2 |",
                "Control S3.8 failed 14 times, EC2.19 nine times and IAM.6 once.",
                "The most frequently failing control is S3.8 with 14 failures.",
                "**Priority 1 – Critical:** `EC2.19` (Security groups should not allow unrestricted access to port 22). Restrict inbound SSH (port 22) to known CIDR ranges such as 10.0.0.0/8.",
                "CVE-2026-0001 in openssl 3.0.2 affects i-0b5e7c1d2f3a40011 and should be patched within 7 days.",
                "105 findings have not been triaged (status NEW) and 21 owners have been notified.",
                "All findings relate to account 111122223333.",
                "Less than 1% of findings are informational.",
                "More than a quarter of the findings (34) carry HIGH severity.",
                "Remediate the 2 CRITICAL findings first, then the 34 HIGH ones.",
            ],
        ),
    ] {
        for sentence in sentences {
            holds(sentence, &facts);
        }
    }
}

#[test]
fn parts_refer_to_what_was_named() {
    for sentence in [
        "AccessDenied leads with 61. The user deploy-storefront is responsible for 45 of them, by far the most.",
        "The failures are not spread evenly: deploy-storefront has 45 of its 88 events among them.",
        "Eight of the high-risk calls failed and forty-three did not.",
    ] {
        holds(sentence, &night());
    }
    for sentence in [
        "The bucket harbour-customer-exports stands out. That same bucket has 12 findings, seven of them HIGH.",
        "The findings are 34 HIGH, 26 LOW and 1 (0.8 %) INFORMATIONAL.",
    ] {
        holds(sentence, &findings());
    }
}

#[test]
fn numbers_that_the_writer_sets_are_no_claims() {
    for sentence in [
        "**Test 1: privileged calls.** There were 51 high-risk calls.",
        "Next: 1) deactivate the key 2) close the port 3) rotate.",
        "Sections A.5.16 and A.8.15 of ISO/IEC 27001:2022 cannot be attested.",
        "Remedial action is due within 14 days.",
        "Key revocation within 1 hour, the review within 10 working days.",
        "The next update follows in 60 min.",
        "This covers the night of 20 to 21 November 2026.",
        "# Shift log 21/11\n\nNothing else.",
    ] {
        holds(sentence, &night());
    }
}
