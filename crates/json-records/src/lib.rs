//! Finds the records in JSON containers (arrays, envelopes, lines, concatenations, gzip) in bounded memory.
//!
//! Logs arrive as one object around an array of records (`{"Records":[…]}`), as a bare array, one record per line,
//! pretty-printed, or one after the other with nothing between; plain or gzip, possibly of several members. A
//! [`RecordReader`] finds out which by looking, and hands out the text of one record at a time. An object without an
//! envelope key is itself a record, and so is every element of an array, whatever its type.
//!
//! An envelope that is empty or `null` holds no records, and an object with nothing else is none either, paging and
//! metadata of a list call aside (`NextToken`, `nextToken`, `ResponseMetadata`, `$metadata`). With any other key, the
//! object is a record that happens to have a key of that name: nothing that may be a record is dropped.
//!
//! It holds one record and one chunk, never the file, and it keeps going: a record that is too large, too deep, not
//! UTF-8 or cut short is one [`RecordFault`], and the next one is read. What is wrong with the input as a whole is
//! told at the end by [`RecordReader::damage`].
//!
//! ```
//! use json_records::{Limits, RecordReader};
//!
//! let text = r#"{"note":"two records","Records":[{"id":1},{"id":2}]}"#;
//! let mut reader = RecordReader::new(text.as_bytes(), &["Records"], Limits::default());
//! let mut found = Vec::new();
//! while let Some(record) = reader.next_record() {
//!     found.push(record?.text.to_owned());
//! }
//! assert_eq!(found, [r#"{"id":1}"#, r#"{"id":2}"#]);
//! assert_eq!(reader.damage(), None);
//! # Ok::<(), json_records::RecordFault>(())
//! ```

mod brackets;
mod current;
mod fault;
mod input;
mod place;
mod reader;
mod source;
mod splitter;

pub use fault::{Damage, DamageKind, Limits, RecordFault};
pub use reader::{Record, RecordReader};
