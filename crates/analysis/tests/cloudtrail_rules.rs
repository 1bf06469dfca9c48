//! The rules for CloudTrail events, on inputs small enough to work out by hand.

mod support;

use analysis::EvidenceLimits;
use security_model::evidence::ids::{self, List};
use security_model::summary::NamedCount;
use security_model::summary::cloudtrail::{ConsoleLogins, EventCount, PrincipalCount, SourceIpKind};

use support::{BLANK, Event, analyse, analyse_within, strings};

fn events_by_name(rows: &[EventCount]) -> Vec<(&str, &str, u64)> {
    rows.iter().map(|row| (row.event_name.as_str(), row.event_source.as_str(), row.count)).collect()
}

fn names(rows: &[NamedCount]) -> Vec<(&str, u64)> {
    rows.iter().map(|row| (row.name.as_str(), row.count)).collect()
}

const EC2: Event = Event { name: "DescribeInstances", source: "ec2.amazonaws.com", ..BLANK };
const SIGN_IN: Event = Event { name: "ConsoleLogin", source: "signin.amazonaws.com", ..BLANK };

#[test]
fn nothing_seen_is_nothing_counted() {
    let result = analyse(&[]);
    assert_eq!((result.summary.total, result.newest, result.oldest), (0, None, None));
    assert!(result.summary.by_event.is_empty() && result.accounts.is_empty() && result.regions.is_empty());
    let page = result.evidence.page(ids::EVENTS, 0, 10).unwrap();
    assert_eq!((page.total, page.kept, page.rows.len()), (0, 0, 0));
    assert!(result.evidence.page(&List::Event.id(0), 0, 10).is_none());
    assert!(result.evidence.page("nobody", 0, 10).is_none());
}

#[test]
fn reads_and_writes_go_by_read_only_alone() {
    let read = Event { read_only: Some(true), ..EC2 };
    let write = Event { read_only: Some(false), ..EC2 };
    let summary = analyse(&[read, read, write, EC2]).summary;
    assert_eq!((summary.total, summary.read, summary.write, summary.read_write_unknown), (4, 2, 1, 1));
}

#[test]
fn events_are_counted_as_recorded_and_ranked_by_count_then_name() {
    let versioned = Event { name: "UpdateFunctionCode20150331v2", source: "lambda.amazonaws.com", ..BLANK };
    let plain = Event { name: "UpdateFunctionCode", ..versioned };
    let nameless = BLANK;
    let summary = analyse(&[versioned, EC2, plain, EC2, nameless]).summary;
    assert_eq!(
        events_by_name(&summary.by_event),
        [
            ("DescribeInstances", "ec2.amazonaws.com", 2),
            ("(none)", "(none)", 1),
            ("UpdateFunctionCode", "lambda.amazonaws.com", 1),
            ("UpdateFunctionCode20150331v2", "lambda.amazonaws.com", 1),
        ]
    );
}

#[test]
fn the_window_is_the_first_and_the_last_event_in_any_spelling_of_time() {
    let result = analyse(&[
        Event { time: Some("2026-11-21T02:13:00+00:00"), ..EC2 },
        Event { time: Some("2026-11-20T23:00:00-05:00"), ..EC2 },
        Event { time: Some("..."), ..EC2 },
        Event { time: Some("2026-11-20T22:00:00Z"), ..EC2 },
    ]);
    // 23:00 at five hours west of Greenwich is 04:00 UTC of the next day.
    assert_eq!(result.summary.window.start.as_deref(), Some("2026-11-20T22:00:00Z"));
    assert_eq!(result.summary.window.end.as_deref(), Some("2026-11-21T04:00:00Z"));
    assert_eq!(result.summary.total, 4);
    let times: Vec<_> = result.evidence.page(ids::EVENTS, 0, 9).unwrap().rows.into_iter().map(|row| row.time).collect();
    assert_eq!(
        times.iter().map(Option::as_deref).collect::<Vec<_>>(),
        [Some("2026-11-21T04:00:00Z"), Some("2026-11-21T02:13:00Z"), Some("2026-11-20T22:00:00Z"), None]
    );
}

/// The first of the cases that break other tools: one good and one failed sign-in are one and one.
#[test]
fn sign_ins_go_by_the_response_and_not_by_the_error_code() {
    let good = Event { console: Some("Success"), mfa: Some("Yes"), kind: Some("IAMUser"), ..SIGN_IN };
    let failed = Event { console: Some("Failure"), mfa: Some("No"), kind: Some("IAMUser"), ..SIGN_IN };
    let result = analyse(&[good, failed]);
    let logins = result.summary.console_logins;
    assert_eq!(logins, ConsoleLogins { succeeded: 1, failed: 1, without_mfa: 0, without_mfa_federated: 0 });
    assert_eq!(result.summary.failed_operations.total, 0);
    assert_eq!(result.evidence.page(ids::CONSOLE_SUCCEEDED, 0, 9).unwrap().rows.len(), 1);
    assert_eq!(result.evidence.page(ids::CONSOLE_FAILED, 0, 9).unwrap().rows.len(), 1);
}

#[test]
fn sign_ins_without_mfa_are_split_into_own_and_federated() {
    let plain = Event { console: Some("success"), mfa: Some("no"), kind: Some("Root"), ..SIGN_IN };
    let logins = analyse(&[
        plain,
        Event { kind: Some("AssumedRole"), ..plain },
        Event { kind: Some("SAMLUser"), ..plain },
        Event { mfa: None, ..plain },
        // Says nothing of its outcome, but an error code does.
        Event { console: None, error: Some("AccessDenied"), ..plain },
        // Says nothing at all.
        Event { console: None, ..plain },
        // Not a sign-in.
        Event { name: "SwitchRole", ..plain },
    ])
    .summary
    .console_logins;
    assert_eq!(logins, ConsoleLogins { succeeded: 4, failed: 1, without_mfa: 3, without_mfa_federated: 2 });
}

/// The second of the cases that break other tools: failed operations and source addresses are there.
#[test]
fn failed_operations_are_those_with_an_error_code_dry_runs_apart() {
    let arn = Some("arn:aws:iam::111122223333:user/alice");
    let denied = Event { error: Some("AccessDenied"), ip: Some("203.0.113.7"), kind: Some("IAMUser"), arn, ..EC2 };
    let dry = Event { error: Some("Client.DryRunOperation"), name: "RunInstances", ..denied };
    let summary = analyse(&[
        denied,
        denied,
        Event { error: Some("Throttling"), arn: None, kind: None, ..denied },
        dry,
        Event { error: Some("DryRunOperation"), ..dry },
        Event { error: Some(""), ..EC2 },
    ])
    .summary;
    let failed = &summary.failed_operations;
    assert_eq!((failed.total, failed.dry_run), (3, 2));
    assert_eq!(names(&failed.by_error), [("AccessDenied", 2), ("Throttling", 1)]);
    assert_eq!(events_by_name(&failed.by_event), [("DescribeInstances", "ec2.amazonaws.com", 3)]);
    assert_eq!(names(&failed.by_principal), [("arn:aws:iam::111122223333:user/alice", 2), ("(unknown)", 1)]);
    let alice = summary.by_principal.iter().find(|row| row.principal.as_str().ends_with("alice")).unwrap();
    assert_eq!((alice.count, alice.failed), (4, 2));
    let ips: Vec<_> = summary.by_source_ip.iter().map(|row| (row.ip.as_str(), row.count)).collect();
    assert_eq!(ips, [("203.0.113.7", 5), ("(none)", 1)]);
}

#[test]
fn source_addresses_carry_their_kind_and_their_principals() {
    let from = |ip, arn| Event { ip: Some(ip), kind: Some("IAMUser"), arn: Some(arn), ..EC2 };
    let (alice, bob) = ("arn:aws:iam::111122223333:user/alice", "arn:aws:iam::111122223333:user/bob");
    let summary = analyse(&[
        from("198.51.100.4", alice),
        from("198.51.100.4", bob),
        from("198.51.100.4", bob),
        from("10.0.0.1", alice),
        from("config.amazonaws.com", alice),
        from("253.252.51.07", alice),
        EC2,
    ])
    .summary;
    let rows: Vec<_> =
        summary.by_source_ip.iter().map(|row| (row.ip.as_str(), row.kind, row.count, row.principal_count)).collect();
    assert_eq!(
        rows,
        [
            ("198.51.100.4", SourceIpKind::Public, 3, 2),
            ("(none)", SourceIpKind::Unparseable, 1, 1),
            ("10.0.0.1", SourceIpKind::Private, 1, 1),
            ("253.252.51.07", SourceIpKind::Unparseable, 1, 1),
            ("config.amazonaws.com", SourceIpKind::AwsService, 1, 1),
        ]
    );
}

fn principal(event: Event) -> (String, String, Option<String>, Vec<String>) {
    let mut rows = analyse(&[event]).summary.by_principal;
    let PrincipalCount { principal, kind, account, sessions, .. } = rows.remove(0);
    (
        principal.as_str().to_owned(),
        kind.as_str().to_owned(),
        account.map(|account| account.as_str().to_owned()),
        sessions.iter().map(|session| session.as_str().to_owned()).collect(),
    )
}

#[test]
fn each_type_of_identity_is_named_by_its_own_fields() {
    const ACCOUNT: Option<&str> = Some("111122223333");
    let of = |kind| Event { kind: Some(kind), identity_account: ACCOUNT, ..EC2 };
    let session = Some("arn:aws:sts::111122223333:assumed-role/Deploy/build-7");
    let cases: [(Event, &str, &[&str]); 19] = [
        (
            Event { arn: session, issuer_arn: Some("arn:aws:iam::111122223333:role/ci/Deploy"), ..of("AssumedRole") },
            "arn:aws:iam::111122223333:role/ci/Deploy",
            &["build-7"],
        ),
        (Event { arn: session, ..of("AssumedRole") }, "arn:aws:iam::111122223333:role/Deploy", &["build-7"]),
        (
            Event { arn: Some("arn:aws-us-gov:sts::111122223333:assumed-role/Deploy/b"), ..of("AssumedRole") },
            "arn:aws-us-gov:iam::111122223333:role/Deploy",
            &["b"],
        ),
        (
            Event {
                principal_id: Some("AROAEXAMPLE:i-0abc"),
                issuer_arn: Some("arn:aws-cn:iam::111122223333:role/Web"),
                ..of("AssumedRole")
            },
            "arn:aws-cn:iam::111122223333:role/Web",
            &["i-0abc"],
        ),
        (Event { user_name: Some("alice"), ..of("AssumedRole") }, "alice@111122223333", &[]),
        (
            Event { arn: Some("arn:aws:iam::111122223333:user/a"), user_name: Some("a"), ..of("IAMUser") },
            "arn:aws:iam::111122223333:user/a",
            &[],
        ),
        (
            Event { user_name: Some("HIDDEN_DUE_TO_SECURITY_REASONS"), arn: Some(""), ..of("IAMUser") },
            "HIDDEN_DUE_TO_SECURITY_REASONS@111122223333",
            &[],
        ),
        (Event { principal_id: Some("AIDAEXAMPLE"), ..of("IAMUser") }, "AIDAEXAMPLE", &[]),
        (of("Root"), "arn:aws:iam::111122223333:root", &[]),
        (Event { region: Some("cn-north-1"), ..of("Root") }, "arn:aws-cn:iam::111122223333:root", &[]),
        (Event { invoked_by: Some("autoscaling.amazonaws.com"), ..of("AWSService") }, "autoscaling.amazonaws.com", &[]),
        (Event { principal_id: Some("AROAOTHER:session"), ..of("AWSAccount") }, "111122223333/AROAOTHER", &["session"]),
        (of("AWSAccount"), "111122223333", &[]),
        (
            Event {
                arn: Some("arn:aws:sts::111122223333:federated-user/bob"),
                issuer_arn: Some("arn:aws:iam::111122223333:user/broker"),
                ..of("FederatedUser")
            },
            "arn:aws:iam::111122223333:user/broker",
            &["bob"],
        ),
        (
            Event { user_name: Some("carol"), provider: Some("idp.example.com"), ..of("SAMLUser") },
            "carol@idp.example.com",
            &[],
        ),
        (Event { principal_id: Some("sub:1"), ..of("WebIdentityUser") }, "sub:1", &[]),
        (Event { on_behalf_of: Some("94d0"), ..of("IdentityCenterUser") }, "94d0", &[]),
        (Event { arn: session, ..of("Unheard") }, "arn:aws:iam::111122223333:role/Deploy", &["build-7"]),
        (of("Unheard"), "111122223333", &[]),
    ];
    for (event, expected, sessions) in cases {
        let (name, kind, account, found) = principal(event);
        assert_eq!(name, expected, "{event:?}");
        assert_eq!(Some(kind.as_str()), event.kind);
        assert_eq!(account.as_deref(), ACCOUNT, "{event:?}");
        assert_eq!(found, sessions, "{event:?}");
    }
    assert_eq!(principal(EC2), ("(unknown)".to_owned(), "(none)".to_owned(), None, Vec::new()));
    let arn_only = Event { kind: Some("IAMUser"), arn: Some("arn:aws:iam::444455556666:user/a"), ..EC2 };
    assert_eq!(principal(arn_only).2.as_deref(), Some("444455556666"));
}

#[test]
fn sessions_of_a_role_are_folded_and_listed_busiest_first() {
    let session = |arn| Event { kind: Some("AssumedRole"), arn: Some(arn), ..EC2 };
    let (a, b, c) = (
        session("arn:aws:sts::111122223333:assumed-role/Deploy/a"),
        session("arn:aws:sts::111122223333:assumed-role/Deploy/b"),
        session("arn:aws:sts::111122223333:assumed-role/Deploy/c"),
    );
    let summary = analyse(&[c, a, b, b]).summary;
    let [role] = &summary.by_principal[..] else { panic!("one role") };
    assert_eq!(role.principal.as_str(), "arn:aws:iam::111122223333:role/Deploy");
    assert_eq!((role.count, role.session_count), (4, 3));
    assert_eq!(strings(&role.sessions), ["b", "a", "c"]);
}

#[test]
fn the_root_user_is_counted_when_it_acts_itself() {
    let root = Event { kind: Some("Root"), ..EC2 };
    let result = analyse(&[
        root,
        Event { event_type: Some("AwsConsoleSignIn"), invoked_by: Some(""), ..root },
        Event { invoked_by: Some("backup.amazonaws.com"), ..root },
        Event { event_type: Some("AwsServiceEvent"), ..root },
        Event { kind: Some("IAMUser"), ..root },
    ]);
    assert_eq!(result.summary.root_activity, 2);
    assert_eq!(result.evidence.page(ids::ROOT, 0, 9).unwrap().rows.len(), 2);
}

#[test]
fn high_risk_calls_are_found_with_or_without_a_version_and_ranked_worst_first() {
    let lambda = Event { name: "UpdateFunctionCode20150331v2", source: "lambda.amazonaws.com", ..BLANK };
    let stop = Event { name: "StopLogging", source: "cloudtrail.amazonaws.com", ..BLANK };
    let key = Event { name: "CreateAccessKey", source: "iam.amazonaws.com", user_name: Some("mallory"), ..BLANK };
    let result = analyse(&[
        lambda,
        lambda,
        Event { name: "UpdateFunctionCode", ..lambda },
        Event { error: Some("AccessDenied"), ..stop },
        key,
        Event { user_name: Some("alice"), ..key },
        key,
        EC2,
    ]);
    let rows: Vec<_> = result
        .summary
        .high_risk
        .iter()
        .map(|row| (row.event_name.as_str(), row.count, row.failed, row.evidence_id.as_str()))
        .collect();
    assert_eq!(
        rows,
        [
            ("StopLogging", 1, 1, "high-risk-1"),
            ("CreateAccessKey", 3, 0, "high-risk-2"),
            ("UpdateFunctionCode", 3, 0, "high-risk-3"),
        ]
    );
    assert_eq!(strings(&result.summary.high_risk[1].principals), ["mallory", "alice"]);
    assert_eq!(result.summary.high_risk[1].techniques, ["T1098.001"]);
    assert_eq!(result.evidence.page(ids::HIGH_RISK, 0, 9).unwrap().rows.len(), 7);
    let page = result.evidence.page("high-risk-3", 0, 9).unwrap();
    assert_eq!(page.description, "Calls of one high-risk API (row 3 of events.high_risk)");
    assert_eq!(page.rows.iter().filter(|row| row.event_name.as_str() == "UpdateFunctionCode20150331v2").count(), 2);
}

#[test]
fn texts_that_look_alike_stay_apart_and_leave_neutralised() {
    let disguised = Event { error: Some("Denied\u{200b}"), ..EC2 };
    let literal = Event { error: Some("Denied\\u{200b}"), ..EC2 };
    let result = analyse(&[disguised, literal, literal]);
    assert_eq!(names(&result.summary.failed_operations.by_error), [("Denied\\u{200b}", 2), ("Denied\\u{200b}", 1)]);
    assert_eq!(result.evidence.page("error-1", 0, 9).unwrap().total, 2);
    assert_eq!(result.evidence.page("error-2", 0, 9).unwrap().rows.len(), 1);
}

#[test]
fn rows_show_the_record_and_where_it_stood() {
    let event = Event {
        id: Some("b1f2"),
        time: Some("2026-11-21T02:13:00Z"),
        region: Some("eu-west-1"),
        account: Some("111122223333"),
        ip: Some("203.0.113.7"),
        agent: Some("curl/8.4.0"),
        access_key: Some("AKIAIOSFODNN7EXAMPLE"),
        read_only: Some(true),
        kind: Some("AssumedRole"),
        arn: Some("arn:aws:sts::111122223333:assumed-role/Deploy/a"),
        ..EC2
    };
    let result = analyse(&[event]);
    assert_eq!((strings(&result.accounts), strings(&result.regions)), (vec!["111122223333"], vec!["eu-west-1"]));
    let rows = result.evidence.page(ids::EVENTS, 0, 9).unwrap().rows;
    let row = &rows[0];
    let text = |text: &Option<security_model::SafeText>| text.as_ref().map(|text| text.as_str().to_owned()).unwrap();
    assert_eq!(row.time.as_deref(), Some("2026-11-21T02:13:00Z"));
    assert_eq!(text(&row.event_id), "b1f2");
    assert_eq!(row.principal.as_str(), "arn:aws:iam::111122223333:role/Deploy");
    assert_eq!(text(&row.session), "a");
    assert_eq!(text(&row.user_agent), "curl/8.4.0");
    assert_eq!(text(&row.access_key_id), "AKIAIOSFODNN7EXAMPLE");
    assert_eq!((row.origin.as_str(), row.index, row.read_only), ("trail.json", 0, Some(true)));
    // SHA-256 of the two bytes `{}`.
    assert_eq!(row.sha256, "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a");
    assert!(row.error_code.is_none());
}

#[test]
fn pages_follow_each_other_and_end() {
    let times = ["2026-11-21T00:00:00Z", "2026-11-21T00:00:01Z", "2026-11-21T00:00:02Z"];
    let result = analyse(&times.map(|time| Event { time: Some(time), ..EC2 }));
    let page = |offset, limit| -> Vec<u64> {
        result.evidence.page(ids::EVENTS, offset, limit).unwrap().rows.iter().map(|row| row.index).collect()
    };
    assert_eq!(page(0, 2), [2, 1]);
    assert_eq!(page(2, 2), [0]);
    assert_eq!(page(3, 2), [0_u64; 0]);
}

#[test]
fn notable_rows_outlast_ordinary_ones_and_totals_stay_true() {
    let stop = Event { name: "StopLogging", source: "cloudtrail.amazonaws.com", ..BLANK };
    let denied = Event { error: Some("AccessDenied"), ..EC2 };
    let mut events = vec![stop, denied, SIGN_IN];
    events.push(Event { console: Some("Success"), ..SIGN_IN });
    events.push(Event { kind: Some("Root"), ..EC2 });
    events.extend([Event { time: Some("2026-11-21T00:00:00Z"), ..EC2 }; 500]);
    let result = analyse_within(events.iter().enumerate(), EvidenceLimits { max_rows: 5 });
    let page = result.evidence.page(ids::EVENTS, 0, 100).unwrap();
    assert_eq!((page.total, page.kept, page.rows.len()), (505, 5, 5));
    for id in [ids::HIGH_RISK, ids::FAILED, ids::CONSOLE_SUCCEEDED, ids::ROOT] {
        let page = result.evidence.page(id, 0, 100).unwrap();
        assert_eq!((page.total, page.kept), (1, 1), "{id}");
    }
    assert!(result.evidence.heap_bytes() < 20_000, "{}", result.evidence.heap_bytes());
}
