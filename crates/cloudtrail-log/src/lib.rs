//! Reads CloudTrail records in every container they travel in.
//!
//! `json-records` finds the records of a file; this crate reads one of them, whatever is wrapped around it:
//!
//! | the record | comes from |
//! |---|---|
//! | itself, an element of `Records` | the log files in S3 |
//! | itself, with other keys such as `@timestamp` beside its own | exports of log stores, one per line |
//! | `detail` of an event | EventBridge |
//! | the string `CloudTrailEvent` of an element of `Events` | `LookupEvents`, whose outer summary is never used |
//!
//! [`read_event`] lends the record as the [`EventView`](security_model::EventView) that the analysis reads. A field
//! that is absent, null or of another type than documented is `None`; a record is unreadable only if it is not JSON or
//! not of CloudTrail, and then [`RecordError`] says which. [`Deduplicator`] tells records that were read before.
//!
//! ```
//! use cloudtrail_log::{Deduplicator, ENVELOPES, Seen, read_event};
//! use json_records::{Limits, RecordReader};
//!
//! let file = br#"{"Records":[
//!     {"eventID":"e-1","eventName":"GetObject","eventSource":"s3.amazonaws.com"},
//!     {"eventSource":"s3.amazonaws.com","eventName":"GetObject","eventID":"e-1"}]}"#;
//! let mut reader = RecordReader::new(file.as_slice(), ENVELOPES, Limits::default());
//! let mut deduplicator = Deduplicator::new();
//! let mut seen = Vec::new();
//! while let Some(Ok(record)) = reader.next_record() {
//!     seen.push(read_event(record.text, |event| deduplicator.check(event))?);
//! }
//! assert_eq!(seen, [Seen::First, Seen::Duplicate]);
//! # Ok::<(), cloudtrail_log::RecordError>(())
//! ```

mod duplicates;
mod fingerprint;
mod json;
mod recognise;
mod record;
mod wrapping;

pub use duplicates::{Deduplicator, Seen};
pub use fingerprint::{FingerprintKeys, fingerprint};
pub use wrapping::{RecordError, read_event};

/// Keys whose array holds records: `Records` in log files, `Events` in the output of `LookupEvents`.
pub const ENVELOPES: &[&str] = &["Records", "Events"];
