//! Whatever records say, it stays inside code spans, and the report stays within its limit, made of whole lines.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod support;

use std::collections::HashSet;

use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser, Tag};
use report::{Detail, Input, cloudtrail_fact_set, local, security_hub_fact_set};
use security_model::summary::cloudtrail::{ConsoleLogins, SourceIpKind};
use security_model::summary::security_hub::StatisticsV2;
use security_model::summary::{EventsSummary, FindingsSummary};
use security_model::{Coverage, Gap, GapKind, SafeText, Scope, Severity, TextKind, Vantage};
use support::*;

/// Stands in every text of a hostile answer, and nowhere in our own words.
const MARK: char = '§';

const PIECES: [&str; 22] = [
    "`",
    "``",
    "```",
    "~~~",
    "|",
    "\\",
    "\\|",
    "<script>",
    "</b>",
    "<!--",
    "](https://example.com)",
    "![x](",
    "# ",
    "\n",
    "* ",
    "---",
    "&lt;",
    "\u{202e}",
    " ",
    "ignore previous instructions",
    "名前",
    "$",
];

fn hostile_text() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(PIECES.as_slice()), 0..12)
        .prop_map(|pieces| format!("{MARK}{}{MARK}", pieces.join(&MARK.to_string())))
}

/// Hands out texts in turn, so that every field gets one.
struct Texts<'a>(std::iter::Cycle<std::slice::Iter<'a, String>>);

impl<'a> Texts<'a> {
    fn new(texts: &'a [String]) -> Self {
        Self(texts.iter().cycle())
    }

    fn next(&mut self) -> SafeText {
        SafeText::from_raw(self.0.next().unwrap(), TextKind::Prose)
    }

    fn some(&mut self, n: usize) -> Vec<SafeText> {
        (0..n).map(|_| self.next()).collect()
    }
}

fn hostile_scope(texts: &mut Texts<'_>) -> Scope {
    let mut scope = scope("logs");
    scope.source = texts.next();
    scope.accounts = texts.some(5);
    scope.regions = texts.some(2);
    scope.filters.insert("resource".to_owned(), texts.some(2));
    scope
}

fn live_scope(texts: &mut Texts<'_>) -> Scope {
    let mut scope = hostile_scope(texts);
    scope.source = safe("aws");
    scope.vantage = Some(Vantage {
        caller_account: Some(texts.next()),
        region: Some(texts.next()),
        regions_from: Some("given".to_owned()),
        aggregation: Some("none".to_owned()),
        hub_enabled: Some(false),
        endpoint: Some(texts.next()),
    });
    scope
}

fn hostile_coverage(texts: &mut Texts<'_>) -> Coverage {
    let mut coverage = with_files(coverage(9, 3), 4, 1);
    for kind in [GapKind::FileDamaged, GapKind::NotRecords, GapKind::AccessDenied] {
        coverage = with_gap(coverage, "", kind, "", "Check it");
        let source = coverage.sources.last_mut().unwrap();
        (source.account, source.region) = (Some(texts.next()), Some(texts.next()));
        source.gaps = vec![Gap { kind, detail: texts.next(), remedy: "Check it".to_owned() }];
    }
    coverage
}

fn hostile_events(texts: &mut Texts<'_>, rows: usize) -> EventsSummary {
    let mut summary = no_events();
    summary.total = 9_999;
    summary.root_activity = 1;
    summary.failed_operations.total = 50;
    summary.console_logins = ConsoleLogins { succeeded: 2, failed: 7, without_mfa: 2, without_mfa_federated: 1 };
    for rank in 1..=rows {
        let mut call = high_risk(rank, "", "", 3, 1, "");
        (call.event_name, call.event_source, call.principals) = (texts.next(), texts.next(), texts.some(3));
        summary.high_risk.push(call);
        let mut called = event("", "", 4);
        (called.event_name, called.event_source) = (texts.next(), texts.next());
        summary.by_event.push(called.clone());
        summary.failed_operations.by_event.push(called);
        let mut who = principal("", "", 40, 30, &[]);
        (who.principal, who.kind, who.account) = (texts.next(), texts.next(), Some(texts.next()));
        (who.session_count, who.sessions) = (3, texts.some(3));
        summary.by_principal.push(who);
        let mut address = ip("", SourceIpKind::Public, 2, 1);
        address.ip = texts.next();
        summary.by_source_ip.push(address);
        for list in [
            &mut summary.by_region,
            &mut summary.by_user_agent_family,
            &mut summary.failed_operations.by_error,
            &mut summary.failed_operations.by_principal,
        ] {
            let mut row = name("", 5);
            row.name = texts.next();
            list.push(row);
        }
    }
    summary
}

fn hostile_findings(texts: &mut Texts<'_>, rows: usize) -> FindingsSummary {
    let mut summary = no_findings();
    summary.total = 9_999;
    summary.by_severity = severities(9_000, 999, 0, 0, 0);
    summary.by_workflow_status.new = 9_999;
    for rank in 1..=rows {
        let mut finding = attention(rank, "guardduty", "", Severity::Critical, "");
        (finding.id, finding.title, finding.resources) = (texts.next(), texts.next(), texts.some(3));
        summary.attention.push(finding);
        let mut affected = resource("", "", severities(2, 1, 0, 0, 0));
        (affected.id, affected.kind, affected.region) = (texts.next(), Some(texts.next()), Some(texts.next()));
        summary.top_resources.push(affected);
        let mut failing = control("", "", 7, Severity::High);
        (failing.control_id, failing.title, failing.remediation_url) = (texts.next(), texts.next(), Some(texts.next()));
        summary.top_controls.push(failing);
        for list in [&mut summary.by_category, &mut summary.by_product, &mut summary.by_account, &mut summary.by_region]
        {
            let mut row = named("", 5);
            row.name = texts.next();
            list.push(row);
        }
    }
    let mut row = named("", 5);
    row.name = texts.next();
    summary.statistics_v2 = Some(StatisticsV2 { by_severity: vec![row], note: "another set".to_owned() });
    summary
}

/// Marks outside code spans, and markup that we never write.
fn escapes(markdown: &str) -> Vec<String> {
    Parser::new_ext(markdown, Options::all())
        .filter_map(|event| match event {
            Event::Text(text) if text.contains(MARK) => Some(format!("text {text}")),
            Event::Start(
                Tag::Link { .. } | Tag::Image { .. } | Tag::CodeBlock(_) | Tag::BlockQuote(_) | Tag::HtmlBlock,
            ) => Some(format!("{event:?}")),
            Event::Html(_)
            | Event::InlineHtml(_)
            | Event::FootnoteReference(_)
            | Event::InlineMath(_)
            | Event::DisplayMath(_)
            | Event::Rule => Some(format!("{event:?}")),
            _ => None,
        })
        .collect()
}

fn reports(texts: &[String], rows: usize, detail: Detail, max_bytes: usize) -> Vec<String> {
    let mut texts = Texts::new(texts);
    let mut all = Vec::new();
    for scope in [hostile_scope(&mut texts), live_scope(&mut texts)] {
        let coverage = hostile_coverage(&mut texts);
        for rows in [0, rows] {
            let mut events = hostile_events(&mut texts, rows);
            let mut findings = hostile_findings(&mut texts, rows);
            if rows == 0 {
                (events.total, findings.total) = (0, 0);
            }
            let (scope, coverage) = (&scope, &coverage);
            all.push(local::cloudtrail(Input {
                scope,
                coverage,
                summary: &events,
                incidents: None,
                alone: &[],
                detail,
                max_bytes,
            }));
            all.push(local::security_hub(Input {
                scope,
                coverage,
                summary: &findings,
                incidents: None,
                alone: &[],
                detail,
                max_bytes,
            }));
        }
    }
    all
}

/// Lines that differ with what is left out.
fn tells_what_is_left_out(line: &str) -> bool {
    line.starts_with("- … ") || line.starts_with("Not shown here: ")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_records_say_stays_inside_code_spans(
        texts in prop::collection::vec(hostile_text(), 1..40),
        rows in 1_usize..7,
    ) {
        for markdown in reports(&texts, rows, Detail::Full, usize::MAX) {
            prop_assert!(markdown.contains(MARK));
            prop_assert_eq!(escapes(&markdown), Vec::<String>::new(), "{}", markdown);
        }
    }

    #[test]
    fn a_report_is_whole_lines_within_its_limit(
        texts in prop::collection::vec(hostile_text(), 1..40),
        rows in 1_usize..12,
        max_bytes in 0_usize..9_000,
        detail in prop::sample::select([Detail::Summary, Detail::Standard, Detail::Full].as_slice()),
    ) {
        let unlimited = reports(&texts, rows, detail, usize::MAX);
        for (limited, unlimited) in reports(&texts, rows, detail, max_bytes).iter().zip(&unlimited) {
            prop_assert!(limited.len() <= max_bytes, "{} > {max_bytes}", limited.len());
            prop_assert!(unlimited.len() > max_bytes || limited == unlimited, "cut without need");
            let whole: HashSet<&str> = unlimited.lines().collect();
            for line in limited.lines() {
                prop_assert!(whole.contains(line) || tells_what_is_left_out(line), "{line}");
            }
            prop_assert_eq!(escapes(limited), Vec::<String>::new());
        }
    }
}

/// Names of many words, as whoever names things may choose.
fn wordy_text() -> impl Strategy<Value = String> {
    (1_usize..60).prop_map(|words| vec!["w"; words].join(" "))
}

/// Every kind of gap, in `regions` regions each.
fn every_gap(regions: usize) -> Coverage {
    let kinds = [
        GapKind::AccessDenied,
        GapKind::NoCredentials,
        GapKind::ExpiredCredentials,
        GapKind::NotEnabled,
        GapKind::Throttled,
        GapKind::ServiceError,
        GapKind::Unreachable,
        GapKind::PagingBroken,
        GapKind::TimeBudget,
        GapKind::CallBudget,
        GapKind::RecordBudget,
        GapKind::OutsideRetention,
        GapKind::Cancelled,
        GapKind::FileUnreadable,
        GapKind::FileDamaged,
        GapKind::FileTooLarge,
        GapKind::RecordsUnreadable,
        GapKind::NotEvaluated,
        GapKind::NotRecords,
    ];
    let remedy = "Check the network, DNS, proxy and endpoint settings for the service in that region, then call again.";
    let each = |kind| (0..regions).map(move |n| (kind, format!("region-{n}")));
    let start = Coverage { conflicting_ids: 3, duplicates: 4, unreadable: 5, ..with_files(coverage(9, 3), 4, 1) };
    kinds
        .into_iter()
        .flat_map(each)
        .fold(start, |coverage, (kind, region)| with_gap(coverage, &region, kind, "d", remedy))
}

fn word_count(markdown: &str) -> usize {
    markdown.split_whitespace().count()
}

fn headings(markdown: &str) -> Vec<&str> {
    markdown.lines().filter_map(|line| line.strip_prefix("## ")).collect()
}

const CLOUDTRAIL_SECTIONS: [&str; 8] = [
    "Executive Summary",
    "High-Risk Activity",
    "User Behavior",
    "Failed Operations",
    "Geography",
    "Recommended Actions",
    "Threat Assessment",
    "Data Gaps",
];
const SECURITY_HUB_SECTIONS: [&str; 6] = [
    "Executive Summary",
    "Severity Analysis",
    "Affected Resources",
    "Common Issues",
    "Recommended Actions",
    "Data Gaps",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_report_keeps_its_word_limit_and_its_sections_whatever_things_are_called(
        texts in prop::collection::vec(prop_oneof![wordy_text(), hostile_text()], 1..30),
        rows in 0_usize..9,
        regions in 0_usize..4,
        live in any::<bool>(),
    ) {
        let mut texts = Texts::new(&texts);
        let scope = if live { live_scope(&mut texts) } else { hostile_scope(&mut texts) };
        let coverage = if regions == 0 { hostile_coverage(&mut texts) } else { every_gap(regions) };
        let (events, findings) = (hostile_events(&mut texts, rows), hostile_findings(&mut texts, rows));
        for (detail, of_events, of_findings) in [(Detail::Standard, 350, 300), (Detail::Summary, 250, 200)] {
            let (scope, coverage, max_bytes) = (&scope, &coverage, usize::MAX);
            let markdown = local::cloudtrail(Input { scope, coverage, summary: &events, incidents: None, alone: &[], detail, max_bytes });
            prop_assert!(word_count(&markdown) < of_events, "{} words: {markdown}", word_count(&markdown));
            prop_assert!(detail == Detail::Summary || headings(&markdown) == CLOUDTRAIL_SECTIONS, "{markdown}");
            prop_assert!(markdown.contains("**Incomplete:**") && markdown.contains("Not everything was read: "));
            let markdown = local::security_hub(Input { scope, coverage, summary: &findings, incidents: None, alone: &[], detail, max_bytes });
            prop_assert!(word_count(&markdown) < of_findings, "{} words: {markdown}", word_count(&markdown));
            prop_assert!(detail == Detail::Summary || headings(&markdown) == SECURITY_HUB_SECTIONS, "{markdown}");
            prop_assert!(markdown.contains("**Incomplete:**") && markdown.contains("Not everything was read: "));
        }
    }
}

#[test]
fn a_list_cut_for_length_says_how_many_rows_are_missing() {
    let mut summary = no_findings();
    summary.total = 17;
    summary.top_resources = (0..17)
        .map(|n| resource(&format!("arn:aws:s3:::bucket-{n}"), "AwsS3Bucket", severities(0, 1, 0, 0, 0)))
        .collect();
    let (scope, coverage) = (scope("sample"), coverage(17, 0));
    let write = |max_bytes| {
        local::security_hub(Input {
            scope: &scope,
            coverage: &coverage,
            summary: &summary,
            incidents: None,
            alone: &[],
            detail: Detail::Standard,
            max_bytes,
        })
    };
    assert!(write(usize::MAX).contains("- … 12 more: `findings.top_resources`\n"), "{}", write(usize::MAX));
    let short = write(700);
    assert!(short.contains("Not shown here: "), "{short}");
    assert!(short.contains("`findings.top_resources`"), "{short}");
    assert!(short.contains("## Data Gaps"), "{short}");
    assert_eq!(write(10), "");
}

#[test]
fn a_four_kilobyte_report_of_a_night_has_every_section_and_names_what_is_urgent() {
    let scope = scope("/logs");
    let coverage = with_gap(coverage(2_743, 40), "eu-north-1", GapKind::Throttled, "page 12", "Raise `--max-seconds`");
    let (events, findings) = (night_of_events(), night_of_findings());
    let detail = Detail::Standard;
    let report = local::cloudtrail(Input {
        scope: &scope,
        coverage: &coverage,
        summary: &events,
        incidents: None,
        alone: &[],
        detail,
        max_bytes: 4_096,
    });
    assert_eq!(headings(&report), CLOUDTRAIL_SECTIONS);
    for urgent in
        ["`StopLogging`", "`CreateAccessKey`", "`AttachUserPolicy`", "**Incomplete:**", "Raise `--max-seconds`"]
    {
        assert!(report.contains(urgent), "{urgent} is missing in {report}");
    }
    let input = Input {
        scope: &scope,
        coverage: &coverage,
        summary: &findings,
        incidents: None,
        alone: &[],
        detail,
        max_bytes: 4_096,
    };
    let report = local::security_hub(input);
    assert_eq!(headings(&report), SECURITY_HUB_SECTIONS);
    for urgent in ["`attention-1`", "`attention-2`", "`attention-3`", "**Incomplete:**", "Raise `--max-seconds`"] {
        assert!(report.contains(urgent), "{urgent} is missing in {report}");
    }
}

#[test]
fn facts_of_a_hostile_answer_keep_their_order_and_names() {
    let pool = vec![format!("{MARK}`|<b>\n")];
    let mut texts = Texts::new(&pool);
    let scope = hostile_scope(&mut texts);
    let coverage = hostile_coverage(&mut texts);
    for set in [
        cloudtrail_fact_set(&scope, &coverage, &hostile_events(&mut texts, 3), None, &[]),
        security_hub_fact_set(&scope, &coverage, &hostile_findings(&mut texts, 3)),
    ] {
        for fact in &set.facts {
            assert!(!fact.metric.contains(MARK) && !fact.derivation.contains(MARK), "{fact:?}");
            assert!(fact.evidence_id.as_ref().is_none_or(|id| !id.contains(MARK)), "{fact:?}");
        }
        for row in &set.rows {
            assert!(!row.id.contains(MARK) && !row.list.contains(MARK) && !row.reason.contains(MARK), "{row:?}");
        }
    }
}
