//! What goes wrong between the client and the run.

use std::time::Duration;

use maestro_client::{ApiKey, BuildError, Client, Deadline, Error, InvalidBaseUrl, Retry, Unreachable};
use test_support::maestro::FakeMaestro;

use crate::{KEY, client, count, fake, hurried, request, soon};

async fn refused(mode: &str) -> (Error, FakeMaestro) {
    let fake = fake(mode).await;
    let error = client(&fake).run_to_end(&request(), soon()).await.unwrap_err();
    (error, fake)
}

#[tokio::test]
async fn each_refusal_says_what_to_do_and_costs_nothing() {
    type Is = fn(&Error) -> bool;
    let table: [(&str, Is, bool); 7] = [
        ("http_400", |error| matches!(error, Error::Refused { status: 400, .. }), false),
        ("http_401", |error| matches!(error, Error::Unauthorised { .. }), false),
        ("http_402", |error| matches!(error, Error::PaymentRequired { .. }), false),
        ("http_403", |error| matches!(error, Error::Forbidden { .. }), true),
        ("http_404", |error| matches!(error, Error::NotFound { run_id: None, .. }), true),
        ("http_410", |error| matches!(error, Error::Gone { .. }), true),
        ("http_422", |error| matches!(error, Error::Unprocessable { .. }), false),
    ];
    for (mode, is, discontinued) in table {
        let (error, fake) = refused(mode).await;
        assert!(is(&error), "{mode}: {error:?}");
        assert_eq!(error.service_may_be_discontinued(), discontinued, "{mode}");
        assert!(!error.may_have_been_charged(), "{mode}");
        assert_eq!((count(&fake, "POST"), count(&fake, "GET")), (1, 0), "{mode}");
    }
}

#[tokio::test]
async fn a_wrong_key_is_refused_and_not_repeated_in_the_error() {
    let fake = FakeMaestro::builder().key("another").start().await.unwrap();
    let error = client(&fake).create(&request()).await.unwrap_err();
    assert!(matches!(error, Error::Unauthorised { .. }), "{error:?}");
    assert!(error.service_text().unwrap().as_str().contains("Bad or missing"));
}

#[tokio::test]
async fn problems_of_a_422_are_read() {
    let (error, _) = refused("http_422").await;
    let Error::Unprocessable { details, .. } = error else { panic!("{error}") };
    let read: Vec<_> = details.iter().map(|d| (d.field.as_str(), d.message.as_str())).collect();
    assert_eq!(read, [("body.input", "Value error, made up")]);
}

#[tokio::test]
async fn a_post_is_repeated_on_429_and_503_only() {
    for mode in ["http_429:2", "http_503:3"] {
        let fake = fake(mode).await;
        client(&fake).run_to_end(&request(), soon()).await.unwrap();
        let times = if mode == "http_429:2" { 3 } else { 4 };
        assert_eq!(count(&fake, "POST"), times, "{mode}");
    }
    let (error, fake) = refused("http_429").await;
    assert!(matches!(error, Error::TooManyRequests { retry_after: Some(Duration::ZERO) }), "{error:?}");
    assert!(!error.may_have_been_charged());
    assert_eq!(count(&fake, "POST"), 4);
    let (error, _) = refused("http_503").await;
    assert!(matches!(error, Error::ServerError { status: 503, .. }) && !error.may_have_been_charged(), "{error:?}");
}

#[tokio::test]
async fn a_post_of_unknown_fate_is_not_repeated_and_says_so() {
    for mode in ["http_500", "http_502html", "http_504", "reset", "truncated_json", "not_json"] {
        let (error, fake) = refused(mode).await;
        let Error::PossiblyCharged { run_id: None, cause } = &error else { panic!("{mode}: {error:?}") };
        match (mode, cause.as_ref()) {
            ("http_500", Error::ServerError { status: 500, .. })
            | ("http_502html", Error::ServerError { status: 502, .. })
            | ("http_504", Error::ServerError { status: 504, .. })
            | ("reset", Error::ConnectionLost)
            | ("truncated_json" | "not_json", Error::Malformed { .. }) => {}
            (mode, cause) => panic!("{mode}: {cause:?}"),
        }
        assert!(error.to_string().contains("may have been made and charged"), "{error}");
        assert_eq!((count(&fake, "POST"), count(&fake, "GET")), (1, 0), "{mode}");
    }
}

#[tokio::test]
async fn a_post_that_is_never_answered_is_not_repeated() {
    let fake = fake("hanging_create").await;
    let impatient = hurried(&fake).request_timeout(Duration::from_millis(100)).build().unwrap();
    let error = impatient.run_to_end(&request(), soon()).await.unwrap_err();
    assert!(matches!(error.root(), Error::NoAnswer { .. }) && error.may_have_been_charged(), "{error:?}");
    let patient = client(&fake);
    let short = Deadline::after(Duration::from_millis(200));
    let error = patient.run_to_end(&request(), short).await.unwrap_err();
    assert!(matches!(error.root(), Error::NoAnswer { .. }) && error.may_have_been_charged(), "{error:?}");
    assert_eq!(count(&fake, "POST"), 2, "one for each call");
}

#[tokio::test]
async fn polls_that_meet_trouble_go_on() {
    for mode in [
        "poll:http_500:3",
        "poll:http_502html:3",
        "poll:http_503:3",
        "poll:http_429:3",
        "poll:http_408:2",
        "poll:reset:3",
        "poll:truncated_json:3",
        "poll:not_json:3",
        "poll:http_404:2",
    ] {
        let fake = fake(mode).await;
        let done = client(&fake).run_to_end(&request(), soon()).await;
        assert!(done.is_ok(), "{mode}: {done:?}");
        assert_eq!(count(&fake, "POST"), 1, "{mode}");
        assert!(count(&fake, "GET") >= 4, "{mode}");
    }
}

#[tokio::test]
async fn polls_that_meet_trouble_to_the_end_say_what() {
    let fake = fake("poll:http_500").await;
    let error = client(&fake).run_to_end(&request(), Deadline::after(Duration::from_millis(200))).await.unwrap_err();
    let Error::Timeout { last: Some(last), .. } = &error else { panic!("{error:?}") };
    assert!(matches!(last.as_ref(), Error::ServerError { status: 500, .. }));
    assert!(error.to_string().contains("HTTP 500"), "{error}");
}

#[tokio::test]
async fn polls_that_cannot_get_better_end() {
    for mode in ["poll:http_401", "poll:http_402", "poll:http_403", "poll:http_410", "poll:http_422"] {
        let (error, fake) = refused(mode).await;
        let charged = matches!(&error, Error::PossiblyCharged { run_id: Some(_), .. });
        assert!(charged && error.run_id().is_some(), "{mode}: {error:?}");
        assert_eq!(count(&fake, "GET"), 1, "{mode}");
    }
    let (error, fake) = refused("poll:http_404").await;
    assert!(matches!(error, Error::NotFound { run_id: Some(_), .. }) && error.may_have_been_charged(), "{error:?}");
    assert!(!error.service_may_be_discontinued());
    assert_eq!(count(&fake, "GET"), 3);
}

#[tokio::test]
async fn get_is_repeated_freely() {
    let fake = fake("poll:http_500:3").await;
    let client = client(&fake);
    let run = client.create(&request()).await.unwrap();
    assert!(client.get(&run.id).await.is_ok());
    assert_eq!(count(&fake, "GET"), 4);
    let unknown = client.get("a079e447-3c67-42c2-8241-93d8ba428631").await.unwrap_err();
    assert!(matches!(unknown, Error::NotFound { run_id: Some(_), .. }), "{unknown:?}");
    assert_eq!(count(&fake, "GET"), 5, "that the run is unknown will not change");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let (error, fake) = refused("redirect").await;
    assert_eq!(error, Error::Redirected { status: 307 });
    assert_eq!(fake.requests().len(), 1);
    assert!(!error.to_string().contains("elsewhere"), "{error}");
}

#[tokio::test]
async fn a_host_that_is_not_there_is_told_from_one_that_refuses() {
    let nobody = FakeMaestro::builder().start().await.unwrap();
    let base = nobody.base_url();
    drop(nobody);
    tokio::time::sleep(Duration::from_millis(50)).await;
    let at = |base: &str| {
        let once = Retry { attempts: 1, ..Retry::default() };
        Client::builder().base_url(base).api_key(ApiKey::new(KEY).unwrap()).retry(once).build().unwrap()
    };
    let error = at(&base).run_to_end(&request(), soon()).await.unwrap_err();
    assert!(matches!(error, Error::Unreachable { reason: Unreachable::Refused, hosted: false, .. }), "{error:?}");
    assert!(!error.may_have_been_charged());
}

#[test]
fn a_client_is_not_built_to_send_the_key_in_the_open() {
    let build = |base: &str| Client::builder().base_url(base).api_key(ApiKey::new(KEY).unwrap()).build().map(|_| ());
    assert_eq!(build("https://maestro.example.com/studio/v1"), Ok(()));
    let plain = InvalidBaseUrl::Plain("maestro.example.com".to_owned());
    assert_eq!(build("http://maestro.example.com/studio/v1"), Err(BuildError::BaseUrl(plain)));
    assert_eq!(Client::builder().build().map(|_| ()), Err(BuildError::NoKey));
}
