//! ATT&CK names in the tags of rules: v19's, with aliases for older ones.
//!
//! Version 19 divides Defense Evasion into Stealth and Defense Impairment, and replaces T1562 (Impair Defenses). Source:
//! ATT&CK v19 release notes, recalled, not re-read.

/// The ATT&CK version whose names rows have.
pub const ATTACK_VERSION: &str = "19";

/// The tactics of the enterprise matrix, in its order.
pub const TACTICS: [&str; 15] = [
    "reconnaissance",
    "resource-development",
    "initial-access",
    "execution",
    "persistence",
    "privilege-escalation",
    "stealth",
    "defense-impairment",
    "credential-access",
    "discovery",
    "lateral-movement",
    "collection",
    "command-and-control",
    "exfiltration",
    "impact",
];

/// Techniques that v19 calls otherwise.
const RENAMED: [(&str, &str); 4] =
    [("T1562", "T1685"), ("T1562.001", "T1685"), ("T1562.007", "T1686.001"), ("T1562.008", "T1685.002")];

/// Tactics and techniques of a rule, each once, in the order of its tags. Other tags are passed over.
pub(super) fn of_tags(tags: &[String]) -> (Vec<String>, Vec<String>) {
    let names: Vec<String> = tags
        .iter()
        .filter_map(|tag| tag.to_ascii_lowercase().strip_prefix("attack.").map(|name| name.replace('_', "-")))
        .collect();
    let mut techniques: Vec<String> = Vec::new();
    for technique in names.iter().filter_map(|name| technique(name)) {
        if !techniques.contains(&technique) {
            techniques.push(technique);
        }
    }
    let mut tactics: Vec<String> = Vec::new();
    for tactic in names.iter().filter_map(|name| tactic(name, &techniques)) {
        if !tactics.iter().any(|known| known == tactic) {
            tactics.push(tactic.to_owned());
        }
    }
    (tactics, techniques)
}

/// The tactic that a word means, whichever version and spelling it is from.
#[must_use]
pub fn tactic_named(word: &str) -> Option<&'static str> {
    tactic(&word.to_ascii_lowercase().replace(['_', ' '], "-"), &[])
}

fn tactic(name: &str, techniques: &[String]) -> Option<&'static str> {
    let impairs = || techniques.iter().any(|id| id.starts_with("T1685") || id.starts_with("T1686"));
    let name = match name {
        "defense-evasion" | "defence-evasion" if impairs() => "defense-impairment",
        "defense-evasion" | "defence-evasion" => "stealth",
        "defence-impairment" => "defense-impairment",
        _ => name,
    };
    TACTICS.into_iter().find(|tactic| *tactic == name)
}

/// `T1098.001` of `t1098.001`.
fn technique(name: &str) -> Option<String> {
    let digits = |text: &str, length: usize| text.len() == length && text.bytes().all(|b| b.is_ascii_digit());
    let number = name.strip_prefix('t')?;
    let is_id = match number.split_once('.') {
        Some((technique, sub)) => digits(technique, 4) && digits(sub, 3),
        None => digits(number, 4),
    };
    let id = format!("T{number}");
    is_id.then(|| RENAMED.iter().find(|(old, _)| *old == id).map_or(id, |(_, new)| (*new).to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(tags: &[&str]) -> (Vec<String>, Vec<String>) {
        of_tags(&tags.iter().map(|tag| (*tag).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn names_of_any_version_become_those_of_v19() {
        let (tactics, techniques) = of(&["attack.defense_evasion", "attack.t1562.008", "attack.T1562", "cve.2020.1"]);
        assert_eq!(
            (tactics, techniques),
            (vec!["defense-impairment".into()], vec!["T1685.002".into(), "T1685".into()])
        );
        assert_eq!(of(&["attack.defense-evasion", "attack.t1078.004"]).0, ["stealth"]);
        assert_eq!(
            of(&["attack.privilege_escalation", "attack.persistence"]).0,
            ["privilege-escalation", "persistence"]
        );
        assert_eq!(of(&["attack.g0001", "attack.t12", "attack.t1078.4", "attack.s0002"]), (vec![], vec![]));
        assert_eq!(tactic_named("Defence_Impairment"), Some("defense-impairment"));
        assert_eq!(tactic_named("nothing"), None);
    }
}
