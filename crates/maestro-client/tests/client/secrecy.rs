//! The key is on the wire once a request, and nowhere else.

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use maestro_client::Deadline;
use tracing_subscriber::fmt::MakeWriter;

use crate::{KEY, client, fake, hurried, request, soon};

#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<u8>>>);

impl io::Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Captured {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn a_key_that_the_service_repeats_is_in_no_result() {
    let fake = fake("echo_key").await;
    let client = client(&fake);
    let done = client.run_to_end(&request(), soon()).await.unwrap();
    let run = client.get(&done.id).await.unwrap();
    let printed = format!("{done:?} {run:?} {}", done.text);
    assert!(!printed.contains(KEY), "{printed}");
    // The result, the error, the reason to stop and a reason for each requirement: twice each, and the first thrice.
    assert!(printed.matches("Bearer [key], or [key]").count() >= 8, "{printed}");
}

#[tokio::test]
async fn no_log_error_or_debug_form_holds_the_key_or_the_input() {
    let captured = Captured::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_writer(captured.clone())
        .finish();
    // Tests of this binary run in one process each or side by side; the log of the others does no harm.
    let _ = tracing::subscriber::set_global_default(subscriber);

    let mut printed = String::new();
    for mode in
        ["honest", "failed", "http_401", "http_422", "http_500", "reset", "poll:not_json", "not_json", "redirect"]
    {
        let fake = fake(mode).await;
        let client = client(&fake);
        let input = maestro_client::RunRequest::new("input-canary-77ab").requirement("name", "be short", true);
        let outcome = client.run_to_end(&input, Deadline::after(Duration::from_millis(200))).await;
        if let Err(error) = &outcome {
            printed.push_str(&format!("{error} {error:?}\n"));
        }
        printed.push_str(&format!("{client:?} {:?}\n", hurried(&fake)));
        assert!(fake.requests().iter().all(|request| !request.body.contains(KEY) && !request.path.contains(KEY)));
    }
    let log = String::from_utf8_lossy(&captured.0.lock().unwrap()).into_owned();
    assert!(log.contains("maestro answered"), "the log was read: {log}");
    for text in [&log, &printed] {
        assert!(!text.contains(KEY), "{text}");
        assert!(!text.contains("input-canary"), "{text}");
    }
    assert!(!printed.is_empty());
}
