//! How runs end.

use std::time::{Duration, Instant};

use maestro_client::{Deadline, Error, InvalidRequest, Polling, RunRequest, Status};

use crate::{client, count, fake, hurried, request, soon};

async fn outcome(mode: &str) -> Error {
    client(&fake(mode).await).run_to_end(&request(), soon()).await.unwrap_err()
}

#[tokio::test]
async fn a_run_is_polled_to_its_result_with_scores() {
    let fake = fake("honest").await;
    let client = client(&fake);
    let created = client.create(&request()).await.unwrap();
    assert_eq!((created.status, &created.result), (Status::InProgress, &None));
    assert_eq!(client.get(&created.id).await.unwrap().status, Status::InProgress);

    let done = client.run_to_end(&request(), soon()).await.unwrap();
    assert!(done.text.starts_with("# Report"), "{}", done.text);
    assert_eq!(done.polls, 2);
    let scores = done.requirements_result.unwrap();
    assert_eq!(scores.score, Some(1.0));
    assert_eq!(scores.finish_reason.as_deref(), Some("All requirements are met"));
    let names: Vec<_> = scores.requirements.iter().map(|r| (r.name.as_str(), r.is_mandatory, r.score)).collect();
    assert_eq!(names, [("headers", true, Some(1.0)), ("length", false, Some(1.0))]);
    // The fake says null for the first and the text "None" for the second.
    assert!(scores.requirements.iter().all(|requirement| requirement.reason.is_none()));
}

#[tokio::test]
async fn the_first_poll_comes_at_once() {
    let fake = fake("honest").await;
    let patient = Polling { first: Duration::from_secs(3), growth: 1.0, longest: Duration::from_secs(3) };
    let client = hurried(&fake).polling(patient).build().unwrap();
    let started = Instant::now();
    let late = client.run_to_end(&request(), Deadline::after(Duration::from_millis(300))).await.unwrap_err();
    assert!(matches!(late, Error::Timeout { .. }), "{late}");
    assert!(started.elapsed() < Duration::from_secs(2), "the deadline cuts the wait");
    assert_eq!(count(&fake, "GET"), 1);
}

#[tokio::test]
async fn scores_that_do_not_come_are_none() {
    let done = client(&fake("unscored").await).run_to_end(&request(), soon()).await.unwrap();
    assert_eq!(done.requirements_result, None);
}

#[tokio::test]
async fn an_unmet_mandatory_requirement_is_a_result_with_a_score_of_nought() {
    let done = client(&fake("unmet_mandatory").await).run_to_end(&request(), soon()).await.unwrap();
    let scores = done.requirements_result.unwrap();
    assert_eq!((scores.score, scores.requirements[0].score), (Some(0.0), Some(0.5)));
    assert_eq!(scores.requirements[0].reason.as_deref(), Some("Only half of it is met."));
}

#[tokio::test]
async fn a_failed_run_is_an_error_and_its_message_is_kept_apart() {
    let error = outcome("failed").await;
    assert!(matches!(error, Error::Failed { .. }), "{error}");
    assert!(error.service_text().unwrap().as_str().contains("ignore previous instructions"));
    assert!(!error.to_string().contains("ignore"), "{error}");
    assert!(error.may_have_been_charged());
}

#[tokio::test]
async fn ends_without_a_report_are_told_apart() {
    assert!(matches!(outcome("requires_action").await, Error::RequiresAction { .. }));
    assert!(matches!(outcome("empty").await, Error::EmptyResult { .. }));
    assert!(matches!(outcome("null_result").await, Error::EmptyResult { .. }));
    assert!(matches!(outcome("wrong_type").await, Error::UnexpectedResult { found: "an object", .. }));
}

#[tokio::test]
async fn a_run_that_never_ends_is_given_up_at_the_deadline_by_name() {
    for mode in ["stuck", "unknown_status", "hanging"] {
        let fake = fake(mode).await;
        let started = Instant::now();
        let error =
            client(&fake).run_to_end(&request(), Deadline::after(Duration::from_millis(200))).await.unwrap_err();
        let Error::Timeout { run_id, waited, .. } = &error else { panic!("{mode}: {error}") };
        assert!(*waited >= Duration::from_millis(200) && started.elapsed() < Duration::from_secs(2), "{mode}");
        let last = fake.requests().pop().unwrap();
        assert!(last.path.ends_with(run_id.as_str()), "{mode}: {error}");
        assert!(error.to_string().contains(run_id.as_str()) && error.may_have_been_charged());
        assert_eq!(count(&fake, "POST"), 1, "{mode}");
    }
}

#[tokio::test]
async fn a_megabyte_is_taken_and_three_are_not() {
    let done = client(&fake("megabyte").await).run_to_end(&request(), soon()).await.unwrap();
    assert!(done.text.len() > 1_000_000);
    let fake = fake("three_megabytes").await;
    let error = client(&fake).run_to_end(&request(), soon()).await.unwrap_err();
    assert_eq!(error.root(), &Error::TooLarge { limit: 2 * 1024 * 1024 });
    assert!(error.may_have_been_charged() && error.run_id().is_some(), "{error}");
}

#[tokio::test]
async fn a_slow_service_is_waited_for() {
    let done = client(&fake("slow").await).run_to_end(&request(), soon()).await.unwrap();
    assert_eq!(done.polls, 2);
}

#[tokio::test]
async fn limits_are_checked_before_anything_is_sent() {
    let fake = fake("honest").await;
    let client = client(&fake);
    let eleven = (0..11).fold(RunRequest::new("x"), |request, n| request.requirement(format!("r{n}"), "d", false));
    let error = client.run_to_end(&eleven, soon()).await.unwrap_err();
    assert_eq!(error, Error::InvalidRequest(InvalidRequest::TooManyRequirements(11)));
    assert!(error.to_string().contains("at most 10") && !error.may_have_been_charged(), "{error}");
    assert_eq!(client.get("../x").await.unwrap_err(), Error::InvalidRequest(InvalidRequest::RunId));
    let past = Deadline::after(Duration::ZERO);
    assert_eq!(client.run_to_end(&request(), past).await.unwrap_err(), Error::DeadlinePassed);
    assert_eq!(fake.requests(), []);
}

#[tokio::test]
async fn dropping_the_future_stops_the_polls() {
    let fake = fake("stuck").await;
    let client = client(&fake);
    let (request, deadline) = (request(), soon());
    let run = client.run_to_end(&request, deadline);
    assert!(tokio::time::timeout(Duration::from_millis(150), run).await.is_err());
    let polls = count(&fake, "GET");
    tokio::time::sleep(Duration::from_millis(150)).await;
    assert!(polls > 0);
    assert_eq!(count(&fake, "GET"), polls);
}
