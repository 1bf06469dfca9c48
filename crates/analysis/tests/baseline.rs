//! Baselines as files: what comes back, what is refused, and what does not stand in them.

#![allow(clippy::unwrap_used, reason = "a record that a test misspells must fail it")]

use std::sync::Arc;

use analysis::baseline::{Baseline, BaselineBuilder, BaselineError, Fit, MAX_BYTES};
use cloudtrail_log::read_event;
use jiff::{SignedDuration, Timestamp};
use security_model::RecordOrigin;
use sha2::{Digest as _, Sha256};

fn at(time: &str) -> Timestamp {
    time.parse().unwrap()
}

fn learned(salt: u128, days: u32) -> Baseline {
    learned_from("", salt, days)
}

fn learned_from(words: &str, salt: u128, days: u32) -> Baseline {
    let mut builder = BaselineBuilder::new(salt).built_from(words);
    for day in 1..=days {
        let record = format!(
            r#"{{"eventVersion":"1.11","eventID":"e{day}","eventName":"DescribeInstances","eventSource":"ec2.amazonaws.com",
            "eventTime":"2026-10-{day:02}T08:00:00Z","awsRegion":"eu-west-1","recipientAccountId":"111122223333",
            "sourceIPAddress":"130.149.1.1","userAgent":"aws-cli/2.15.0","userIdentity":{{"type":"IAMUser",
            "arn":"arn:aws:iam::111122223333:user/alice","accountId":"111122223333","userName":"alice",
            "accessKeyId":"AKIAIOSFODNN7EXAMPLE"}}}}"#
        );
        let origin = RecordOrigin { place: Arc::from("october.json"), index: day.into() };
        read_event(&record, |event| builder.observe(event, &origin)).unwrap();
    }
    builder.finish().unwrap()
}

#[test]
fn a_file_comes_back_as_it_was() {
    let baseline = learned(7, 30);
    assert_eq!(baseline.period(), (at("2026-10-01T08:00:00Z"), at("2026-10-30T08:00:00Z")));
    assert_eq!((baseline.events(), baseline.identities(), baseline.left_out()), (30, 1, 0));
    let bytes = baseline.to_bytes();
    assert_eq!(Baseline::from_bytes(&bytes).unwrap(), baseline);
    // Eight things done: the call, its service, the region in two ways, the tool, the country, the account's region and the
    // key's network. 104 of header and checksum, one identity of 26, one account of 12, one key of 9, and 1 to 6 for each.
    assert_eq!(bytes[62..66], [8, 0, 0, 0]);
    assert!((8..=8 * 6).contains(&(bytes.len() - (104 + 26 + 12 + 9))));
}

#[test]
fn a_file_says_which_events_it_was_made_of() {
    let words = "region eu-west-1; writes only";
    let baseline = learned_from(words, 7, 30);
    let bytes = baseline.to_bytes();
    assert_eq!(Baseline::from_bytes(&bytes).unwrap().built_from(), Some(words));
    assert_eq!(bytes.len(), learned(7, 30).to_bytes().len() + words.len());
    assert_eq!(Baseline::from_bytes(&learned(7, 30).to_bytes()).unwrap().built_from(), Some(""));
    // What does not fit is left out, at the end of a letter.
    let long = learned_from(&"ü".repeat(1_000), 7, 30);
    assert_eq!(long.built_from(), Some("ü".repeat(200).as_str()));
    assert_eq!(Baseline::from_bytes(&long.to_bytes()).unwrap(), long);
}

/// The first format has neither the words nor their length.
#[test]
fn a_file_of_the_first_format_is_read_as_ever() {
    let bytes = learned(7, 30).to_bytes();
    let mut first = [&bytes[..8], &[1, 0], &bytes[10..70], &bytes[72..bytes.len() - 32]].concat();
    first.extend(Sha256::digest(&first));
    let baseline = Baseline::from_bytes(&first).unwrap();
    assert_eq!((baseline.events(), baseline.identities(), baseline.built_from()), (30, 1, None));
    assert_eq!(baseline.period(), learned(7, 30).period());
    assert_eq!(baseline.to_bytes(), first);
    let cut = BaselineError::Length { found: 20, expected: 102 };
    assert_eq!(Baseline::from_bytes(&first[..20]).unwrap_err(), cut);
}

#[test]
fn names_do_not_stand_in_a_file_and_two_files_have_no_number_in_common() {
    let (one, other) = (learned(7, 3).to_bytes(), learned(8, 3).to_bytes());
    let text = String::from_utf8_lossy(&one);
    for name in ["alice", "AKIA", "111122223333", "ec2", "eu-west-1", "130.149"] {
        assert!(!text.contains(name), "{name}");
    }
    // The identity, the account and the key.
    for number in [72..80, 98..106, 110..118] {
        assert_ne!(one[number.clone()], other[number]);
    }
}

#[test]
fn the_number_of_a_name_never_changes() {
    // The first eight bytes of SHA-256 over the salt, the kind, and the length and bytes of each part.
    let name = b"arn:aws:iam::111122223333:user/alice";
    let mut hash = Sha256::new();
    hash.update(7_u128.to_le_bytes());
    hash.update([1]);
    hash.update(36_u64.to_le_bytes());
    hash.update(name);
    assert_eq!(learned(7, 3).to_bytes()[72..80], hash.finalize()[..8]);
}

#[test]
fn what_is_no_sound_file_is_refused_with_what_to_do() {
    let bytes = learned(7, 5).to_bytes();
    let refused = |bytes: &[u8]| Baseline::from_bytes(bytes).unwrap_err();
    for foreign in [&b""[..], b"{\"Records\":[]}", b"NDBASE", &vec![0; MAX_BYTES + 1]] {
        assert_eq!(refused(foreign), BaselineError::Foreign);
    }
    let cut = BaselineError::Length { found: 150, expected: bytes.len() };
    assert_eq!(refused(&bytes[..150]), cut);
    assert_eq!(refused(&bytes[..20]), BaselineError::Length { found: 20, expected: 104 });
    let longer = [&bytes[..], b"\n"].concat();
    assert_eq!(refused(&longer), BaselineError::Length { found: bytes.len() + 1, expected: bytes.len() });
    let newer = [&bytes[..8], &[3, 0], &bytes[10..]].concat();
    assert_eq!(refused(&newer), BaselineError::Newer(3));
    assert!(refused(&newer).to_string().contains("a newer version of the program"));
    let long = [&bytes[..], &vec![0; MAX_BYTES]].concat();
    assert_eq!(refused(&long), BaselineError::TooLong);
    // Whichever bit is turned.
    for at in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0x10;
        assert!(Baseline::from_bytes(&damaged).is_err(), "byte {at}");
    }
}

#[test]
fn lengths_that_cannot_be_cost_nothing() {
    let mut bytes = learned(7, 5).to_bytes();
    bytes[50..70].fill(0xff);
    assert_eq!(Baseline::from_bytes(&bytes).unwrap_err(), BaselineError::Damaged);
}

#[test]
fn a_baseline_lies_before_among_or_after_events() {
    let baseline = learned(7, 10);
    let fit = |from: &str, until: &str| baseline.fit(at(from), at(until));
    assert_eq!(fit("2026-10-11T08:00:00Z", "2026-10-12T00:00:00Z"), Fit::Before(SignedDuration::from_hours(24)));
    assert_eq!(fit("2026-10-10T08:00:00Z", "2026-10-12T00:00:00Z"), Fit::Overlaps);
    assert_eq!(fit("2026-09-01T00:00:00Z", "2026-10-01T08:00:00Z"), Fit::Overlaps);
    assert_eq!(fit("2026-09-01T00:00:00Z", "2026-10-01T07:59:59Z"), Fit::After);
}
