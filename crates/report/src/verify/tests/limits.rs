//! Reports that are no reports, and hostile ones.

use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::fixtures::{complete, is_verified, night};
use crate::verify::{Checked, verify};

fn check(report: &str) -> Checked {
    verify(report, &night(), &complete())
}

/// The time that this thread works for it, where the system tells; what else the machine does is not the verifier's fault.
fn work_of(run: impl FnOnce()) -> Duration {
    let worked = || {
        let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
        told.split(' ').next()?.parse().ok().map(Duration::from_nanos)
    };
    let (before, begin) = (worked(), Instant::now());
    run();
    match (before, worked()) {
        (Some(before), Some(after)) => after - before,
        _ => begin.elapsed(),
    }
}

#[test]
fn what_cannot_be_checked_fails_with_one_issue_that_says_so() {
    let long = "All is well in the night. ".repeat(20_000);
    let german = "# Bericht\n\nIn der Nacht wurden die Ereignisse von den Rollen nicht mit dem Dienst gelesen, und das ist \
                  alles, was wir in den Daten gefunden haben.\n";
    let japanese = "# 報告\n\n夜間 に 操作 が 失敗 しました 。 攻撃 は 確認 されません でした 。 以上 です 。 追加 の 調査 が 必要 です 。\n";
    for (report, says) in
        [("", "empty"), (" \n\t", "empty"), (&long, "256 KiB"), (german, "English"), (japanese, "English")]
    {
        let checked = check(report);
        assert!(!is_verified(&checked));
        assert_eq!(checked.verification.issues.len(), 1, "{:?}", checked.verification.issues);
        assert!(checked.verification.issues[0].text.as_str().contains(says), "{:?}", checked.verification.issues);
    }
}

#[test]
fn five_megabytes_are_refused_at_once() {
    let report = "| a | 2,616 |\n".repeat(400_000);
    assert!(work_of(|| assert!(!is_verified(&check(&report)))) < Duration::from_millis(500));
}

#[test]
fn no_shape_of_text_is_slow() {
    let events: String = (0..400).map(|n| format!("| {n} | `StopLogging` ")).collect();
    for piece in [
        "5 (",
        "no ",
        "5 events and ",
        "5 more and ",
        "no MFA, lacked it ",
        "nothing has more than 5 ",
        "at 03:08 and ",
        "in the last week ",
        "10% of (5) ",
        "sections 3 and ",
        "`StopLogging` by `break-glass-admin` ",
        "`arn:aws:iam::111122223333:role/break-glass-adminx` ",
        "`12****34` ",
        "the busiest was `eu-west-1` with 5 ",
        "these 5:\n\n- a\n\n",
        "- 2 more\n",
        "> ",
        "a | b | ",
        "# x 5\n\n",
        "between 5 and ",
        "were ",
        "**",
        "[a](",
        events.as_str(),
    ] {
        let mut report = "This is what the data for the night shows, and it is what was read.\n\n".to_owned();
        report.push_str(&piece.repeat(100_000 / piece.len()));
        let work = work_of(|| drop(check(&report)));
        assert!(work < Duration::from_secs(20), "{piece:?} took {work:?}");
    }
}

#[test]
fn issues_are_bounded_and_counts_exact() {
    let report = "The address `203.0.113.9` was seen in the night.\n\n".repeat(500);
    let checked = check(&report);
    assert_eq!(checked.verification.unsupported, 500);
    let listed = checked.verification.issues.iter().filter(|issue| issue.span.is_some()).count();
    assert_eq!(listed, 200);
}

#[test]
fn text_hidden_in_markdown_is_checked_too() {
    for report in [
        "<div>In the night 98 operations failed, and that is all of it.</div>\n",
        "```\nIn the night 98 operations failed, and that is all of it.\n```\n",
        "> In the night 98 operations failed, and that is all of it.\n",
        "In the night &#57;8 operations failed, and that is all of it.\n",
        "In the night 9\u{200b}8 operations failed, and that is all of it.\n",
        "In the night **9**8 operations failed, and that is all of it.\n",
    ] {
        assert!(check(report).verification.contradicted > 0, "{report}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_text_makes_it_panic_and_spans_lie_within(report in "\\PC{0,400}") {
        let checked = check(&report);
        for claim in &checked.claims {
            prop_assert!(claim.span.start <= claim.span.end && claim.span.end <= report.len());
        }
    }

    #[test]
    fn no_markdown_makes_it_panic(pieces in prop::collection::vec(prop::sample::select(vec![
        "`", "``", "|", "---", "\n", "\n\n", "- ", "1. ", "# ", "99", " of ", "2,616", " events", "3.8%", "(", ")", "**", "<b>", "no ", "several ",
        "between ", " and ", "12", "…", "arn:aws:", "198.51.100.", "\u{202e}", "½", "٣", "2026-11-21", " 03:08", "failed ", "[", "](", "> ", "```\n", "{{f:", "}}", "é", "\\",
    ]), 0..80)) {
        let report: String = pieces.concat();
        let checked = check(&report);
        for claim in &checked.claims {
            prop_assert!(claim.span.end <= report.len());
            prop_assert!(report.is_char_boundary(claim.span.start) && report.is_char_boundary(claim.span.end), "{:?}", claim);
        }
    }
}
