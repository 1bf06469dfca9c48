//! What a file was, once it is read: which count it goes under, and which gap it leaves.

use json_records::{Damage, DamageKind};
use security_model::{Gap, GapKind};

/// What was seen of a file.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct FileFacts {
    pub(crate) empty: bool,
    /// Records of the wanted kind.
    pub(crate) wanted: u64,
    /// Records that the other analysis reads.
    pub(crate) other_kind: u64,
    /// Well-formed records of neither kind.
    pub(crate) unknown: u64,
    pub(crate) unknown_looks_like: Option<&'static str>,
    /// Malformed records.
    pub(crate) faults: u64,
    pub(crate) looks_like_json: bool,
    pub(crate) damage: Option<Damage>,
}

/// How a file is entered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Verdict {
    /// Read rather than skipped.
    pub(crate) read: bool,
    /// A file for the other analysis.
    pub(crate) other_kind: bool,
    /// Whether its malformed records are records of ours that could not be read.
    pub(crate) counts_faults: bool,
    /// Whether its records of neither kind are, too.
    pub(crate) counts_unknown: bool,
    pub(crate) gap: Option<Gap>,
}

/// Endings that promise records: such a file without any is damaged, not a picture.
const RECORD_ENDINGS: [&str; 5] = ["json", "jsonl", "ndjson", "gz", "log"];

impl Verdict {
    /// Judges a file.
    pub(crate) fn of(name: &str, facts: &FileFacts, wanted: &str) -> Self {
        let damage = facts.damage.map(|damage| damaged(name, facts, damage));
        if facts.wanted > 0 {
            // Records of the other kind are somebody else's; what is neither is ours to declare.
            return Self { counts_unknown: true, ..Self::read(damage) };
        }
        if facts.empty {
            return Self::skipped(not_records(name, "it is empty"));
        }
        if !facts.looks_like_json {
            return Self::skipped(not_records(name, "it does not hold JSON"));
        }
        if facts.other_kind > 0 {
            // What is neither kind is the other analysis's to declare; what may be a broken record of ours never is.
            return Self { other_kind: true, counts_faults: facts.faults > 0, ..Self::skipped(damage) };
        }
        let is_text = facts.damage.is_some_and(|damage| damage.kind == DamageKind::TrailingJunk);
        if is_text && !promises_records(name) {
            return Self::skipped(not_records(name, "it does not hold JSON"));
        }
        if facts.faults > 0 {
            return Self { counts_faults: true, counts_unknown: facts.unknown > 0, ..Self::skipped(damage) };
        }
        if facts.unknown > 0 {
            let what = format!("it holds no {wanted}, but {}", facts.unknown_looks_like.unwrap_or("other JSON"));
            return Self::skipped(damage.or_else(|| Some(left_out(name, &what))));
        }
        match damage {
            Some(gap) => Self::skipped(Some(gap)),
            None => Self::read(None),
        }
    }

    fn read(gap: Option<Gap>) -> Self {
        Self { read: true, other_kind: false, counts_faults: true, counts_unknown: false, gap }
    }

    fn skipped(gap: Option<Gap>) -> Self {
        Self { read: false, other_kind: false, counts_faults: false, counts_unknown: false, gap }
    }
}

fn not_records(name: &str, what: &str) -> Option<Gap> {
    Some(if promises_records(name) {
        Gap::new(
            GapKind::FileUnreadable,
            &format!("{name}: {what}"),
            "Fetch the file again, or remove it from the folder.",
        )
    } else {
        left_out(name, what)
    })
}

fn promises_records(name: &str) -> bool {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    ending.is_some_and(|ending| RECORD_ENDINGS.contains(&ending.as_str()))
}

fn left_out(name: &str, what: &str) -> Gap {
    Gap::new(GapKind::NotRecords, &format!("{name}: {what}"), "Nothing to do, unless it should hold records.")
}

fn damaged(name: &str, facts: &FileFacts, damage: Damage) -> Gap {
    let before = facts.wanted;
    let detail = format!("{name}: {damage}; {before} record(s) before that were read");
    match damage.kind {
        DamageKind::Bomb => {
            Gap::new(GapKind::FileTooLarge, &detail, "Split the file, or unpack it yourself if you trust it.")
        }
        DamageKind::TooLong => Gap::new(GapKind::FileTooLarge, &detail, "Split the file."),
        DamageKind::Io(_) => Gap::new(GapKind::FileUnreadable, &detail, "Check the disk and the file's permissions."),
        _ => Gap::new(GapKind::FileDamaged, &detail, "Fetch the file again from where it came."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const JSON: FileFacts = FileFacts {
        empty: false,
        wanted: 0,
        other_kind: 0,
        unknown: 0,
        unknown_looks_like: None,
        faults: 0,
        looks_like_json: true,
        damage: None,
    };

    fn judge(name: &str, facts: FileFacts) -> (bool, Option<GapKind>) {
        let verdict = Verdict::of(name, &facts, "CloudTrail events");
        (verdict.read, verdict.gap.map(|gap| gap.kind))
    }

    #[test]
    fn a_picture_is_named_and_a_broken_log_is_missed() {
        let photo = FileFacts { looks_like_json: false, ..JSON };
        assert_eq!(judge("beach.jpg", photo), (false, Some(GapKind::NotRecords)));
        assert_eq!(judge("README", photo), (false, Some(GapKind::NotRecords)));
        assert_eq!(judge("trail.json.gz", photo), (false, Some(GapKind::FileUnreadable)));
        assert_eq!(judge("trail.JSON", FileFacts { empty: true, ..JSON }), (false, Some(GapKind::FileUnreadable)));
    }

    #[test]
    fn a_text_that_begins_like_json_is_a_text() {
        let junk = Damage { kind: DamageKind::TrailingJunk, offset: 74 };
        let facts = FileFacts { faults: 13, damage: Some(junk), ..JSON };
        assert_eq!(judge("NOTES", facts), (false, Some(GapKind::NotRecords)));
        assert_eq!(judge("trail.json", facts), (false, Some(GapKind::FileDamaged)));
    }

    #[test]
    fn a_file_of_the_other_kind_is_skipped_in_silence() {
        let findings = FileFacts { other_kind: 3, unknown: 1, ..JSON };
        assert_eq!(judge("findings.json", findings), (false, None));
        let verdict = Verdict::of("findings.json", &findings, "CloudTrail events");
        assert!(verdict.other_kind && !verdict.counts_faults);
    }

    #[test]
    fn one_record_of_the_other_kind_does_not_excuse_broken_ones() {
        let verdict = Verdict::of("trail.json", &FileFacts { other_kind: 1, faults: 50, ..JSON }, "CloudTrail events");
        assert!(verdict.other_kind && verdict.counts_faults && !verdict.counts_unknown);
    }

    #[test]
    fn a_log_without_records_was_read() {
        assert_eq!(judge("quiet.json", JSON), (true, None));
    }

    #[test]
    fn other_json_is_named() {
        let package = FileFacts { unknown: 1, ..JSON };
        assert_eq!(judge("package.json", package), (false, Some(GapKind::NotRecords)));
    }

    #[test]
    fn what_stood_before_damage_counts() {
        let cut = Damage { kind: DamageKind::TruncatedGzip, offset: 100 };
        assert_eq!(
            judge("a.gz", FileFacts { wanted: 2, damage: Some(cut), ..JSON }),
            (true, Some(GapKind::FileDamaged))
        );
        assert_eq!(judge("a.gz", FileFacts { damage: Some(cut), ..JSON }), (false, Some(GapKind::FileDamaged)));
        let bomb = Damage { kind: DamageKind::Bomb, offset: 100 };
        assert_eq!(judge("a.gz", FileFacts { damage: Some(bomb), ..JSON }), (false, Some(GapKind::FileTooLarge)));
        let long = Damage { kind: DamageKind::TooLong, offset: 100 };
        assert_eq!(judge("a.json", FileFacts { damage: Some(long), ..JSON }), (false, Some(GapKind::FileTooLarge)));
    }
}
