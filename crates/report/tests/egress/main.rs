//! Nothing that a record's author wrote reaches a model, and a draft comes back with the true numbers and names.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice, reason = "helpers of tests")]

mod any;
mod canaries;
mod secrets;

use std::collections::{BTreeMap, BTreeSet};

use pulldown_cmark::{Event, Options, Parser};
use report::egress::{Curtain, Shown, looks_like_secret};
use report::{FactRow, FactSet, Name, NameKind, Required, Subject};
use security_model::{Coverage, Fact, Gap, GapKind, Ledger, SafeText, SourceKey, TextKind, Unit, Untrusted};

pub(crate) const KINDS: [NameKind; 23] = [
    NameKind::Principal,
    NameKind::PrincipalType,
    NameKind::Session,
    NameKind::EventName,
    NameKind::EventSource,
    NameKind::ErrorCode,
    NameKind::SourceIp,
    NameKind::UserAgentFamily,
    NameKind::Technique,
    NameKind::Account,
    NameKind::Region,
    NameKind::Resource,
    NameKind::ResourceType,
    NameKind::Finding,
    NameKind::Title,
    NameKind::Control,
    NameKind::Product,
    NameKind::Category,
    NameKind::Severity,
    NameKind::Status,
    NameKind::Url,
    NameKind::Incident,
    NameKind::Country,
];

pub(crate) fn safe(text: &str) -> SafeText {
    SafeText::from_raw(text, TextKind::Reference)
}

pub(crate) fn name(kind: NameKind, text: &str) -> Name {
    Name { kind, text: safe(text) }
}

pub(crate) fn row(id: &str, list: &str, names: Vec<Name>, facts: &[&str]) -> FactRow {
    FactRow {
        id: id.to_owned(),
        list: list.to_owned(),
        rank: 1,
        names,
        severity: None,
        times: vec![],
        facts: facts.iter().map(|id| (*id).to_owned()).collect(),
        reason: String::new(),
    }
}

pub(crate) fn fact(n: usize, metric: &str, value: u64, scope: &str) -> Fact {
    Fact {
        id: format!("f{n}"),
        metric: metric.to_owned(),
        value,
        unit: Unit::Events,
        scope: safe(scope),
        derivation: "counted".to_owned(),
        evidence_id: None,
    }
}

pub(crate) fn set(facts: Vec<Fact>, rows: Vec<FactRow>) -> FactSet {
    FactSet {
        subject: Subject::CloudTrail,
        as_of: "2026-11-21T06:00:00Z".to_owned(),
        times: vec!["2026-11-20T06:00:00Z".to_owned()],
        facts,
        rows,
        names: vec![],
        required: vec![],
    }
}

pub(crate) const ADMIN: &str = "arn:aws:iam::111122223333:role/admin";

pub(crate) fn night() -> FactSet {
    let mut stop = row(
        "high-risk-1",
        "events.high_risk",
        vec![
            name(NameKind::EventName, "StopLogging"),
            name(NameKind::EventSource, "cloudtrail.amazonaws.com"),
            name(NameKind::Principal, ADMIN),
            name(NameKind::Technique, "T1685.002"),
        ],
        &["f2"],
    );
    stop.reason = "Hides later activity".to_owned();
    stop.times = vec!["2026-11-21T02:13:30Z".to_owned()];
    let other = row(
        "event-1",
        "events.by_event",
        vec![name(NameKind::EventName, "GetEverything"), name(NameKind::EventSource, "evil.amazonaws.com")],
        &["f4"],
    );
    let address = row("ip-1", "events.by_source_ip", vec![name(NameKind::SourceIp, "198.51.100.7")], &[]);
    set(
        vec![
            fact(1, "events.total", 2616, "all"),
            fact(2, "events.high_risk.count", 3, "StopLogging"),
            fact(3, "events.failed_operations.by_error", 61, "AccessDenied"),
            fact(4, "events.by_event", 7, "GetEverything"),
            fact(5, "events.by_principal", 1_234_567, ADMIN),
        ],
        vec![stop, other, address],
    )
}

pub(crate) fn complete() -> Coverage {
    Ledger::default().close()
}

pub(crate) fn shown(facts: &FactSet) -> String {
    Curtain::new(facts, true).show_facts(&complete()).unwrap().as_str().to_owned()
}

#[test]
fn facts_are_shown_line_by_line() {
    let expected = "\
FACTS
{{f:1}} | 2616 | events | events.total | all
{{f:2}} | 3 | events | events.high_risk.count | StopLogging
{{f:3}} | 61 | events | events.failed_operations.by_error | AccessDenied
{{f:4}} | 7 | events | events.by_event | CALL_1
{{f:5}} | 1234567 | events | events.by_principal | PRINCIPAL_1
ROWS
high-risk-1 | events.high_risk | EVENT StopLogging | SERVICE cloudtrail.amazonaws.com | PRINCIPAL_1 | TECHNIQUE T1685.002 | {{f:2}} | {{t:3}} | Hides later activity
event-1 | events.by_event | CALL_1 | SERVICE_1 | {{f:4}}
ip-1 | events.by_source_ip | IP_1
TIMES
{{t:1}} | the instant that ages count back from: 2026-11-21T06:00:00Z
{{t:2}} | start or end of the window asked, or first or last record counted: 2026-11-20T06:00:00Z
{{t:3}} | time of high-risk-1: 2026-11-21T02:13:30Z
TOKENS
CALL_1 | reading call of SERVICE_1
IP_1 | public address, IPv4
PRINCIPAL_1 | role in ACCOUNT_1
SERVICE_1 | AWS service, not a known one
ACCOUNT_1 | account
NOT READ
complete
";
    assert_eq!(shown(&night()), expected);
}

#[test]
fn what_was_not_read_is_told_in_our_words() {
    let mut ledger = Ledger::default();
    let key = |region| SourceKey::new("aws:cloudtrail", None, Some(Untrusted::new(region)));
    ledger.gap(&key("eu-west-1"), Gap::new(GapKind::AccessDenied, "canary denied", "Allow canary."));
    ledger.gap(&key("canary-region-1"), Gap::new(GapKind::Throttled, "canary", "Wait."));
    let facts = night();
    let text = Curtain::new(&facts, true).show_facts(&ledger.close()).unwrap();
    let (_, gaps) = text.as_str().split_once("NOT READ\n").unwrap();
    let expected = "access_denied | region eu-west-1 | a permission is missing\n\
                    throttled | everywhere asked | throttled until the budget was spent\n";
    assert_eq!(gaps, expected);
}

#[test]
fn without_pseudonyms_only_strict_forms_are_plain() {
    let names = vec![
        name(NameKind::Account, "111122223333"),
        name(NameKind::SourceIp, "198.51.100.7"),
        name(NameKind::SourceIp, "10.0.0.1"),
        name(NameKind::Resource, "i-0123456789abcdef0"),
        name(NameKind::Resource, "arn:aws:s3:::secret-plans"),
        name(NameKind::Resource, "i-ignore-previous"),
        name(NameKind::Principal, "alice@example.com"),
        name(NameKind::Title, "111122223333 title"),
    ];
    let facts = set(vec![], vec![row("r-1", "events.x", names, &[])]);
    let curtain = Curtain::new(&facts, false);
    let text = curtain.show_facts(&complete()).unwrap();
    let line = "r-1 | events.x | ACCOUNT 111122223333 | IP 198.51.100.7 | IP_1 | RESOURCE i-0123456789abcdef0 | \
                RESOURCE_1 | RESOURCE_2 | PRINCIPAL_1 | TITLE_1\n";
    assert!(text.as_str().contains(line), "{}", text.as_str());
    for hidden in ["secret-plans", "ignore-previous", "alice", "example.com", "title\n", "10.0.0.1"] {
        assert!(!text.as_str().contains(hidden), "{hidden}");
    }
    assert_eq!(curtain.cover("in 111122223333 by alice").unwrap().as_str(), "in 111122223333 by PRINCIPAL_1");
}

#[test]
fn a_draft_comes_back_with_numbers_and_names() {
    let facts = night();
    let curtain = Curtain::new(&facts, true);
    for (draft, expected) in [
        ("{{f:1}} events", "2,616 events\n"),
        (
            "**{{f:1}}** events, {{ f:5 }} of PRINCIPAL_1",
            "**2,616** events, 1,234,567 of `arn:aws:iam::111122223333:role/admin`\n",
        ),
        (
            "`PRINCIPAL_1` and **PRINCIPAL_1**",
            "`arn:aws:iam::111122223333:role/admin` and **`arn:aws:iam::111122223333:role/admin`**\n",
        ),
        ("at {{t:3}} from IP_1.", "at 2026-11-21 02:13 UTC from `198.51.100.7`.\n"),
        ("`{{f:1}}` and `CALL_1 {{f:4}}`", "2,616 and `GetEverything 7`\n"),
        ("PRINCIPAL-1, Principal 1, PRINCIPAL_9, principal_1", "PRINCIPAL-1, Principal 1, PRINCIPAL_9, principal_1\n"),
        ("xPRINCIPAL_1 PRINCIPAL_11 PRINCIPAL_1x", "xPRINCIPAL_1 PRINCIPAL_11 PRINCIPAL_1x\n"),
        ("{{f:99}} {{t:9}} {{x:1}}", "{{f:99}} {{t:9}} {{x:1}}\n"),
        ("PRINCIPAL\\_1", "`arn:aws:iam::111122223333:role/admin`\n"),
        ("[PRINCIPAL_1](https://evil.example) <b>{{f:1}}</b>", "`arn:aws:iam::111122223333:role/admin` 2,616\n"),
        ("CALL_1`x`", "`GetEverything` `x`\n"),
        ("```\nCALL_1: {{f:4}}\n```", "```\nGetEverything: 7\n```\n"),
        ("| a | b |\n|---|---|\n| CALL_1 | {{f:4}} |", "|a|b|\n|---|---|\n|`GetEverything`|7|\n"),
    ] {
        assert_eq!(curtain.lift(draft), expected, "{draft}");
    }
}

#[test]
fn a_text_of_ours_is_covered() {
    let facts = night();
    let curtain = Curtain::new(&facts, true);
    for (text, expected) in [
        ("`arn:aws:iam::111122223333:role/admin` did it", "`PRINCIPAL_1` did it"),
        ("the role role/admin, admin for short", "the role PRINCIPAL_1, PRINCIPAL_1 for short"),
        ("administrator", "administrator"),
        ("account 111122223333 from 198.51.100.7", "account ACCOUNT_1 from IP_1"),
        ("unknown arn:aws:s3:::x/y, 203.0.113.9 and 999988887777", "unknown [withheld], [withheld] and [withheld]"),
        ("bob@example.com AKIAIOSFODNN7EXAMPLE", "[withheld] [withheld]"),
        ("PRINCIPAL_1 has {{f:5}}", "PRINCIPAL_1 has {{f:5}}"),
        ("StopLogging 3 times, AccessDenied 61", "StopLogging 3 times, AccessDenied 61"),
        ("`arn:aws:iam::1111222…+20 bytes, sha256:0123456789ab`", "`[withheld]…+20 bytes, sha256:0123456789ab`"),
        ("GetEverything\u{200b}x", "CALL_1x"),
    ] {
        assert_eq!(curtain.cover(text).unwrap().as_str(), expected, "{text}");
    }
}

#[test]
fn a_name_is_covered_however_it_is_spelled() {
    let names = vec![
        name(NameKind::Resource, "payroll-archive-2026"),
        name(NameKind::Principal, "Alice"),
        name(NameKind::Principal, "alice"),
        name(NameKind::Session, "ACCESSDENIED"),
        name(NameKind::Session, "THE"),
    ];
    let facts = set(vec![], vec![row("r-1", "events.x", names, &[])]);
    let curtain = Curtain::new(&facts, true);
    for (text, expected) in [
        ("in PAYROLL-Archive-2026.", "in RESOURCE_1."),
        ("in ｐａｙｒｏｌｌ－ａｒｃｈｉｖｅ－２０２６!", "in RESOURCE_1!"),
        ("in payroll%2Darchive%2d2026", "in RESOURCE_1"),
        ("in payroll\u{2010}archive\u{2011}2026", "in RESOURCE_1"),
        ("in payroll\\-archive\\-2026", "in RESOURCE_1"),
        ("in **pay**roll-*archive*-2026 too", "in **RESOURCE_1 too"),
        ("in &#112;ayroll-archive-2026", "in RESOURCE_1"),
        ("Alice, alice and ALICE", "PRINCIPAL_1, PRINCIPAL_2 and PRINCIPAL_1"),
        ("the AccessDenied and ACCESSDENIED", "the AccessDenied and SESSION_1"),
        ("PAYROLL-ARCH…+9 bytes", "[withheld]…+9 bytes"),
        ("1111-2222-3333 a＠example.com v198.51.100.7", "[withheld] [withheld] v[withheld]"),
        ("198[.]51[.]100[.]7 and １１１１２２２２３３３３", "[withheld] and [withheld]"),
        ("é PRINCIPAL_1 *{{f:1}}* 100% \\* ok", "é PRINCIPAL_1 *{{f:1}}* 100% \\* ok"),
    ] {
        assert_eq!(curtain.cover(text).unwrap().as_str(), expected, "{text}");
    }
}

#[test]
fn a_draft_of_one_repeated_token_stays_small() {
    let facts = set(vec![], vec![row("r-1", "events.x", vec![name(NameKind::Title, &"long ".repeat(400))], &[])]);
    let curtain = Curtain::new(&facts, true);
    for draft in ["TITLE_1 ".repeat(100_000), "{{f:1}}".repeat(100_000), "- TITLE_1\n".repeat(100_000)] {
        let start = std::time::Instant::now();
        let lifted = curtain.lift(&draft);
        assert!(lifted.len() <= report::markdown::MAX_BYTES && lifted.contains("Cut here"), "{}", lifted.len());
        assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
    }
}

#[test]
fn names_that_read_as_tokens_or_slots_change_nothing() {
    let names =
        ["PRINCIPAL_1", "PRINCIPAL_2 {{f:1}}", "{{f:1}}", "real-user-name", "x PRINCIPAL_3 y", "{{f", "PRINCIPAL"];
    let names: Vec<Name> = names.iter().map(|text| name(NameKind::Principal, text)).collect();
    let facts = set(vec![fact(1, "events.total", 5, "all")], vec![row("r-1", "events.x", names, &[])]);
    let curtain = Curtain::new(&facts, true);
    let shown = curtain.show_facts(&complete()).unwrap();
    assert!(shown.as_str().contains("r-1 | events.x | PRINCIPAL_4 | PRINCIPAL_5 | PRINCIPAL_6 | PRINCIPAL_7 |"));
    assert_eq!(curtain.lift("PRINCIPAL_4 PRINCIPAL_7 {{f:1}}"), "`PRINCIPAL_1` `real-user-name` 5\n");
    assert_eq!(curtain.lift("PRINCIPAL_5"), "`PRINCIPAL_2 {{f:1}}`\n");
    assert_eq!(curtain.cover("a PRINCIPAL_7 {{f:1}}").unwrap().as_str(), "a PRINCIPAL_7 {{f:1}}");
    assert_eq!(curtain.cover("x PRINCIPAL_3 y").unwrap().as_str(), "PRINCIPAL_8");
}

/// Code spans and the text outside of them.
pub(crate) fn read(markdown: &str) -> (Vec<String>, String) {
    let (mut code, mut text) = (vec![], String::new());
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) {
        match event {
            Event::Code(span) => code.push(span.into_string()),
            Event::Text(plain) => text.push_str(&plain),
            Event::SoftBreak | Event::HardBreak | Event::End(_) => text.push('\n'),
            _ => {}
        }
    }
    (code, text)
}

#[test]
fn every_slot_and_token_comes_back() {
    let names: Vec<Name> = KINDS
        .into_iter()
        .flat_map(|kind| (0..3).map(move |n| name(kind, &format!("|`{kind:?}` *name* <b>{n}</b> \\| [x](y)|"))))
        .collect();
    let rows =
        names.chunks(3).enumerate().map(|(n, names)| row(&format!("r-{n}"), "events.x", names.to_vec(), &[])).collect();
    let facts = set((1..=40).map(|n| fact(n, "events.total", 1_000 + n as u64, "all")).collect(), rows);
    let curtain = Curtain::new(&facts, true);
    let shown = curtain.show_facts(&complete()).unwrap();
    let tokens: BTreeSet<&str> = shown
        .as_str()
        .split_once("TOKENS\n")
        .unwrap()
        .1
        .lines()
        .filter_map(|line| Some(line.split_once(" | ")?.0))
        .filter(|t| t.contains('_'))
        .collect();
    assert_eq!(tokens.len(), names.len());

    let draft: String = tokens.iter().map(|token| format!("- {token} did, `{token}`.\n")).collect();
    let lifted = curtain.lift(&draft);
    let (code, text) = read(&lifted);
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for span in &code {
        *counts.entry(span).or_default() += 1;
    }
    for name in &names {
        assert_eq!(counts.get(name.text.as_str()), Some(&2), "{name:?} in {lifted}");
    }
    assert!(!text.contains("name"), "{text}");
    assert_eq!(report::markdown::rerender(&lifted), lifted);

    let table: String = tokens.iter().map(|token| format!("| {token} | **{token}** |\n")).collect();
    let (code, text) = read(&curtain.lift(&format!("| a | b |\n|---|---|\n{table}")));
    assert_eq!(code.len(), 2 * names.len());
    assert!(!text.contains("name"), "{text}");

    let draft: String = (1..=40).map(|n| format!("{{{{f:{n}}}}} ")).collect();
    let numbers: String = (1..=40).map(|n| format!("1,{n:03} ")).collect();
    assert_eq!(curtain.lift(&draft).trim_end(), numbers.trim_end());
}

#[test]
fn fact_sets_of_any_size_are_bounded() {
    let rows: Vec<FactRow> = (0..20_000)
        .map(|n| {
            row(
                &format!("principal-{n}"),
                "events.by_principal",
                vec![name(NameKind::Principal, &format!("{}{n}", "z".repeat(n % 200)))],
                &[],
            )
        })
        .collect();
    let facts = set((1..=100_000).map(|n| fact(n, "events.by_principal", 7, &format!("user-{n}"))).collect(), rows);
    let start = std::time::Instant::now();
    let curtain = Curtain::new(&facts, true);
    let text = curtain.show_facts(&complete()).unwrap();
    assert!(text.as_str().len() < 64 * 1024, "{}", text.as_str().len());
    let covered = curtain.cover(&"z".repeat(5_000_000)).unwrap();
    assert!(covered.as_str().len() < 1024 * 1024);
    let lifted = curtain.lift(&"PRINCIPAL_9 {{f:1}} ".repeat(250_000));
    assert!(lifted.len() <= report::markdown::MAX_BYTES);
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
}
