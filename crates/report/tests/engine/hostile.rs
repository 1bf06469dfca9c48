//! Drafts of a model that was told what to write by whoever wrote the records.

use report::engine::{Assignment, Delivery, Report, compose};
use report::requirement::{Judge, select};
use report::verify::Verdict;
use report::writer::{Budget, ModelScore, WriterKind, Written};
use report::{FactSet, Subject};

use super::scripted::{Scripted, block_on, draft};
use super::{Desk, HONEST, assert_replaced, fact_sets, score, wish};

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

fn with(sentence: &str) -> String {
    HONEST.replace("## Severity", &format!("{sentence}\n\n## Severity"))
}

/// Everything of a report that a reader is given.
fn delivered(report: &Report) -> String {
    format!("{report:?}")
}

#[test]
fn a_secret_that_comes_back_makes_the_draft_unusable() {
    let (start, end) = SECRET.split_at(12);
    for hidden in [
        format!("Use the secret access key {SECRET}."),
        format!("Use the secret access key {start}\u{200b}{end}."),
        format!("Use password=**hunter2-{start}**."),
        "Sign in with &#65;KIAIOSFODNN7EXAMPLE.".to_owned(),
    ] {
        let writer = Scripted::new([draft(&with(&hidden)), draft(&with(&hidden))]);
        let report = Desk::new().run(&writer, Budget::Low);
        assert_replaced(&report, "held what looks like");
        let all = format!("{} {}", delivered(&report), writer.everything_sent());
        assert!(!all.contains(start) && !all.contains("KIAIOSFODNN7"), "{all}");
        let mended = Desk::new().run(&Scripted::new([draft(&with(&hidden)), draft(HONEST)]), Budget::Low);
        assert_eq!(mended.delivery, Delivery::Repaired, "it may write the report without it");
    }
}

#[test]
fn a_secret_in_a_reason_or_as_a_models_name_is_dropped() {
    let reason = Some(format!("Its tone is fine, secret access key {SECRET}."));
    let scores = vec![ModelScore { name: "professional_tone".to_owned(), score: 1.0, reason }];
    let told = Written { scores, model: Some("AKIAIOSFODNN7EXAMPLE".to_owned()), ..draft(HONEST).unwrap() };
    let report = Desk::new().run(&Scripted::new([Ok(told)]), Budget::Low);
    assert_eq!(score(&report, "professional_tone"), (Some(1.0), Judge::Model), "the score is no secret");
    assert_eq!(report.writer.kind, WriterKind::Bedrock);
    let all = delivered(&report);
    assert!(!all.contains("wJalrXUtn") && !all.contains("AKIAIOSFODNN7EXAMPLE"), "{all}");
}

#[test]
fn a_model_has_a_name_or_none() {
    for (named, expected) in [
        ("anthropic.claude-v2:1/eu_west", Some("anthropic.claude-v2:1/eu_west")),
        ("a model, verified by Nightdesk", None),
        ("m`](https://evil.example.com)", None),
        ("", None),
        (&"m".repeat(129), None),
    ] {
        let written = Written { model: Some(named.to_owned()), ..draft(HONEST).unwrap() };
        let report = Desk::new().run(&Scripted::new([Ok(written)]), Budget::Low);
        assert_eq!(report.writer.model.as_deref(), expected, "{named}");
    }
}

#[test]
fn a_sentence_in_another_language_within_an_english_report_fails_it() {
    for sentence in [
        "Alle Befunde wurden bereits behoben und es besteht keinerlei Handlungsbedarf mehr.",
        "- Todos los hallazgos ya fueron resueltos y no hace falta hacer nada.",
        "Kaikki havainnot on jo korjattu eikä mitään toimenpiteitä enää tarvita nyt.",
    ] {
        let writer = Scripted::new([draft(&with(sentence)), draft(&with(sentence))]);
        let report = Desk::new().run(&writer, Budget::Low);
        assert_replaced(&report, "art of the best draft of Amazon Bedrock was not in English");
        assert!(writer.sent_back()[0].contains("not in English"));
    }
}

#[test]
fn a_report_that_takes_itself_back_is_not_delivered() {
    let sentences = [
        "Everything in this report is false.",
        "All of these findings were remediated; nothing needs to be done.",
        "There are only informational findings that can be ignored.",
        "No findings need attention.",
    ];
    let of_fleet =
        |sentence| Desk::new().run(&Scripted::new([draft(&with(sentence)), draft(&with(sentence))]), Budget::Low);
    let of_night = |sentence| on_a_night("", sentence);
    let all = sentences.map(|sentence| (sentence, of_fleet(sentence))).into_iter().chain(
        ["Everything in this report is false.", "No events need attention."]
            .map(|sentence| (sentence, of_night(sentence))),
    );
    let through: Vec<&str> =
        all.filter(|(_, report)| report.delivery != Delivery::Replaced).map(|(sentence, _)| sentence).collect();
    assert!(through.is_empty(), "delivered: {through:?}");
}

/// What the local writer would say about the night, with a rating and a sentence more.
fn night(facts: &FactSet, rating: &str, more: &str) -> String {
    let (right, _) = report::risk_rating(facts);
    NIGHT.replace("RATING", if rating.is_empty() { right.label() } else { rating }).replace("MORE", more)
}

const NIGHT: &str = "# CloudTrail activity\n\n## Executive Summary\n\n2616 events were recorded, and 61 operations failed. There were \
     6 high-risk calls.\n\nMORE\n\n## High-Risk Activity\n\n1. `StopLogging` by `arn:aws:iam::111122223333:user/dana`\n2. \
     `CreateAccessKey` by `arn:aws:iam::111122223333:user/dana`\n3. `PutBucketPolicy` by \
     `arn:aws:iam::111122223333:role/ci-deploy`\n\n## Threat Assessment\n\nRisk rating: **RATING**\n";

fn on_a_night(rating: &str, more: &str) -> Report {
    let fact_sets::Case { facts, coverage } = fact_sets::case("night");
    let local = night(&facts, "", "");
    let drafted = night(&facts, rating, more);
    let selection = select(Subject::CloudTrail, &[]).unwrap();
    let assignment = Assignment {
        facts: &facts,
        coverage: &coverage,
        selection: &selection,
        budget: Budget::Low,
        pseudonyms: true,
        local: &local,
        max_bytes: 4096,
    };
    let writer = Scripted::new([draft(&drafted), draft(&drafted)]);
    block_on(compose(&writer, &assignment))
}

#[test]
fn a_wrong_risk_rating_is_not_delivered() {
    let right = on_a_night("", "");
    assert_eq!(right.verification.verdict, Verdict::Verified, "{:?}", right.verification.issues);
    assert_eq!(score(&right, "threat_assessment").0, Some(1.0), "{:?}", right.requirements);
    assert_eq!(right.delivery, Delivery::AsWritten, "{:?}", right.writer);
    let wrong = on_a_night("LOW", "");
    assert_eq!(wrong.delivery, Delivery::Replaced, "{:?}", wrong.writer);
    assert!(!wrong.markdown.contains("LOW"));
}

#[test]
fn requirements_whose_covered_names_are_alike_keep_their_scores() {
    let stated = [wish("check 999988887777", "Is it calm?"), wish("check 555566667777", "Is it kind?")];
    let desk = Desk::asking(&stated);
    let first = Scripted::new([draft(HONEST)]);
    desk.run(&first, Budget::Low);
    let names: Vec<String> = first.brief().into_iter().filter(|part| part.starts_with("check ")).collect();
    let [calm, kind] = names.as_slice() else { panic!("{names:?}") };
    assert_ne!(calm, kind);
    for stated in &stated {
        assert!(!names.concat().contains(stated.name.trim_start_matches("check ")));
    }
    let writer = Scripted::new([draft(HONEST), draft(HONEST)]).judging([(calm.as_str(), 0.25), (kind.as_str(), 0.75)]);
    let report = desk.run(&writer, Budget::Low);
    assert_eq!(score(&report, &stated[0].name), (Some(0.25), Judge::Model));
    assert_eq!(score(&report, &stated[1].name), (Some(0.75), Judge::Model));
}
