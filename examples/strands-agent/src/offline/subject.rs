//! Which analysis a question is about, by the words in it.
//!
//! Security Hub is about states (what is wrong with a resource), CloudTrail about deeds (who did what). A word counts
//! for one of them; the name of a service counts most, and everyday words count least. Where no word counts, the tense
//! decides: what was done is a deed, what is the case is a state.

/// An analysis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Subject {
    SecurityHub,
    CloudTrail,
}

const NAME: u32 = 6;
const STRONG: u32 = 3;
const WEAK: u32 = 1;

/// Beginnings of words, or whole words where a blank ends them.
struct Words {
    names: &'static [&'static str],
    strong: &'static [&'static str],
    weak: &'static [&'static str],
}

#[rustfmt::skip] // One topic a line.
const STATES: Words = Words {
    names: &["security hub", "securityhub", "sechub", "guardduty", "inspector", "macie", "asff", "cspm", "finding"],
    strong: &[
        "severit", "critical", "priorit", "unresolved", "scan", "score", "remediat",
        "complian", "benchmark", "cis ", "nist", "pci ", "hipaa", "soc 2", "iso 27001", "standard", "auditor",
        "control", "checks ", "best practice", "foundational", "posture", "hygiene", "configur", "misconfig",
        "vulnerab", "cve", "patch", "unpatched", "outdated", "exploit", "weak", "secret",
        "expos", "public", "internet", "readable", "port ", "ports ", "security group", "firewall",
        "encrypt", "unencrypted", "at rest", "tls ", "ssl ", "certificate", "backup",
    ],
    weak: &[
        "issue", "problem", "risk", "urgen", "fix", "first", "important", "worst", "biggest", "top ", "focus", "start",
        "should", "attention", "would", "resource", "bucket", "database", "instance", "volume", "image", "high ",
        "highs ", "harden", "secur", "safe ",
    ],
};

#[rustfmt::skip]
const DEEDS: Words = Words {
    names: &["cloudtrail", "cloud trail", "ct ", "trail ", "trails ", "audit log", "audit trail", "event history"],
    strong: &[
        "log in", "login", "logon", "logged in", "logging", "sign in", "signin", "signed in", "signing in", "console",
        "brute", "password", "denied", "accessdenied", "unauthori", "rejected", "refused", "api ", "event", "history",
        "activ", "suspicious", "intru", "attack", "reconnaissance", "anomal", "unusual", "weird", "strange", "behavio",
        "root ", "ip ", "ips ", "countr", "geograph", "location", "user agent", "principal", "session", "assume",
        "access key", "credential", "who ", "whom ", "somebody", "someone", "people ", "timeline",
        "delete", "created", "creating", "changed", "disabled", "switched off", "turned off", "stopped", "exfiltrat",
        "copied", "stole", "tamper", "abus", "connected", "connecting",
    ],
    weak: &[
        "did ", "doing", "happen", "call", "mfa", "user", "yesterday", "overnight", "last night", "night ", "anybody",
        "anyone", "failed", "fail", "attempt", "policy", "role", "key ", "keys ", "log ", "logs ",
    ],
};

/// Words that ask for the whole picture.
const WHOLE: [&str; 6] = ["both ", "whole picture", "full picture", "breach", "hacked", "compromis"];
/// A question that begins so is about what was done. What it names besides is what it was done to.
const DONE: [&str; 9] = ["who ", "did ", "was ", "were ", "has any", "have any", "has some", "is some", "is anyone "];
/// Words about the place that both analyses look at.
const OURS: [&str; 9] = ["we ", "us ", "our ", "ours ", "my ", "account", "environment", "team", "infrastructure"];
const NEGATIONS: [&str; 8] = ["not", "don", "no", "without", "except", "skip", "ignore", "leave"];
/// The end of a clause, as a word.
const CLAUSE_END: &str = " , ";
/// A negation reaches this many words far.
const REACH: usize = 4;

/// The analyses that answer a question, none where nothing points to one.
pub(super) fn subjects(question: &str) -> Vec<Subject> {
    let words = Question::read(question);
    let is_done = words.begins_with_any(&DONE);
    let states = words.weight(&STATES, if is_done { WEAK } else { STRONG });
    let deeds = words.weight(&DEEDS, STRONG) + if is_done { WEAK } else { 0 };
    let lesser = states.min(deeds);
    if words.has_any(&WHOLE) || (lesser >= STRONG && lesser * 4 >= states.max(deeds)) {
        vec![Subject::SecurityHub, Subject::CloudTrail]
    } else if deeds > states {
        vec![Subject::CloudTrail]
    } else if states > 0 || words.has_any(&OURS) {
        vec![Subject::SecurityHub]
    } else if words.has("everything ") {
        vec![Subject::SecurityHub, Subject::CloudTrail]
    } else {
        Vec::new()
    }
}

/// A question as its words, in lower case, each between single blanks; a comma stands for the end of a clause.
struct Question(String);

impl Question {
    fn read(question: &str) -> Self {
        let lower = question.to_lowercase().replace([',', ';', ':', '.', '!', '?'], CLAUSE_END);
        let words: Vec<&str> =
            lower.split(|c: char| !c.is_alphanumeric() && c != ',').filter(|word| !word.is_empty()).collect();
        Self(format!(" {} ", words.join(" ")))
    }

    fn begins_with_any(&self, beginnings: &[&str]) -> bool {
        beginnings.iter().any(|beginning| self.0.trim_start().starts_with(beginning))
    }

    fn has_any(&self, beginnings: &[&str]) -> bool {
        beginnings.iter().any(|beginning| self.has(beginning))
    }

    fn has(&self, beginning: &str) -> bool {
        self.before(beginning).is_some()
    }

    /// What stands before the first word that begins so.
    fn before(&self, beginning: &str) -> Option<&str> {
        self.0.split_once(&format!(" {beginning}")).map(|(before, _)| before)
    }

    fn weight(&self, words: &Words, strong: u32) -> u32 {
        let count =
            |beginnings: &[&str]| beginnings.iter().map(|beginning| u32::from(self.has(beginning))).sum::<u32>();
        let wanted = |name: &&&str| self.before(name).is_some_and(|before| !ends_in_negation(before));
        let names = u32::try_from(words.names.iter().filter(wanted).count()).unwrap_or_default();
        names * NAME + count(words.strong) * strong + count(words.weak) * WEAK
    }
}

/// "I do not need the CloudTrail side": what comes right after a negation, in the same clause, is not asked for.
fn ends_in_negation(before: &str) -> bool {
    before.rsplit(' ').take_while(|word| *word != ",").take(REACH).any(|word| NEGATIONS.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::Subject::{CloudTrail, SecurityHub};
    use super::*;

    #[test]
    fn the_original_projects_four_questions() {
        assert_eq!(subjects("Analyze my Security Hub findings"), [SecurityHub]);
        assert_eq!(subjects("Check CloudTrail for suspicious activity"), [CloudTrail]);
        assert!(subjects("What security issues should I prioritize?").contains(&SecurityHub));
        assert_eq!(subjects("Are there any failed login attempts?"), [CloudTrail]);
    }

    #[test]
    fn what_is_about_neither_gets_neither() {
        assert_eq!(subjects("What is the weather in Oslo?"), []);
        assert_eq!(subjects(""), []);
    }

    #[test]
    fn without_a_word_that_counts_the_tense_decides() {
        assert_eq!(subjects("Was our gate left ajar?"), [CloudTrail]);
        assert_eq!(subjects("Is our gate ajar?"), [SecurityHub]);
    }

    #[test]
    fn what_was_done_to_something_is_a_deed() {
        assert_eq!(subjects("Who made the database public?"), [CloudTrail]);
        assert_eq!(subjects("Is the database public?"), [SecurityHub]);
    }

    #[test]
    fn a_service_that_is_not_wanted_is_not_asked() {
        assert_eq!(subjects("No CloudTrail please, findings only"), [SecurityHub]);
    }
}
