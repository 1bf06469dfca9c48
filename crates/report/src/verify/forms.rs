//! The forms in which a name may be written, and how alike two texts are.

use super::identify;
use super::known::{Kinds, bit};
use super::lexicon;
use super::words::concept::Concepts;
use super::words::names::PLACES;
use super::words::reading::GAP_KINDS;
use crate::{NameKind, arn};

/// Further forms of a name.
pub(super) fn forms(text: &str, kind: Kinds) -> Vec<String> {
    let mut forms = Vec::new();
    let is = |kinds: Kinds| kind & kinds != 0;
    if let Some(resource) = arn::resource(text) {
        arn_forms(resource, &mut forms);
    } else if is(bit(NameKind::Resource)) {
        forms.extend(text.rsplit_once(':').map(|(_, last)| last.to_owned()).filter(|last| last.len() > 2));
    }
    if is(bit(NameKind::Technique)) {
        forms.extend(text.split_once('.').map(|(family, _)| family.to_owned()));
    }
    if is(bit(NameKind::Principal)) {
        // A role of single sign-on: `AWSReservedSSO_PlatformAdmin_1b0fc669374112b7`
        let set = text.rsplit('/').next().and_then(|role| role.strip_prefix("AWSReservedSSO_"));
        forms.extend(set.and_then(|set| set.rsplit_once('_')).map(|(name, _)| name.to_owned()));
    }
    if is(bit(NameKind::Product)) {
        let vendor = ["AWS ", "Amazon ", "IAM "].iter().find_map(|vendor| text.strip_prefix(vendor));
        forms.extend(vendor.map(str::to_owned));
    }
    if is(bit(NameKind::Region)) {
        forms.extend(PLACES.iter().filter(|(_, region)| *region == text).map(|(place, _)| (*place).to_owned()));
    }
    if is(bit(NameKind::ErrorCode)) {
        let bare = text.rsplit_once('.').map_or(text, |(_, last)| last);
        forms.push(bare.to_owned());
        forms.extend(bare.strip_suffix("Exception").map(str::to_owned));
        let spelled = spelled_out(bare.strip_suffix("Exception").unwrap_or(bare));
        if let Some(what) = spelled.strip_suffix(" denied") {
            forms.extend([format!("{what} denial"), format!("{what} denials")]);
        }
        forms.push(spelled);
    }
    if is(bit(NameKind::EventName)) && identify::is_camel(text) {
        forms.push(spelled_out(text));
    }
    if is(bit(NameKind::Status)) {
        forms.extend(text.contains('_').then(|| text.replace('_', " ")));
        let said = GAP_KINDS.iter().filter(|(kind, _)| *kind == text).flat_map(|(_, said)| said.iter());
        forms.extend(said.map(|said| (*said).to_owned()));
    }
    if is(bit(NameKind::Category)) {
        forms.extend(text.rsplit_once('/').map(|(_, last)| last.to_owned()));
    }
    if is(bit(NameKind::ResourceType)) {
        forms.push(spelled_out(text));
    }
    forms
}

/// Longest name that is compared letter by letter.
pub(super) const MAX_COMPARED: usize = 120;

/// Whether two texts differ by at most two letters put in, left out or exchanged; for short texts by one.
pub(super) fn within_two_edits(a: &[char], form: &str) -> bool {
    let b: Vec<char> = form.chars().collect();
    let most = if a.len().min(b.len()) < 6 { 1 } else { 2 };
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.iter().enumerate() {
        let mut diagonal = i;
        let mut least = i + 1;
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
        let mut left = i + 1;
        for (cell, to) in row.iter_mut().skip(1).zip(&b) {
            let cost = (diagonal + usize::from(from != to)).min(*cell + 1).min(left + 1);
            diagonal = *cell;
            *cell = cost;
            left = cost;
            least = least.min(cost);
        }
        if least > most {
            return false;
        }
    }
    row.last().is_some_and(|distance| *distance <= most)
}

/// What a name says as words.
pub(super) fn meaning(text: &str) -> Concepts {
    let spelled = spelled_out(arn::resource(text).unwrap_or(text));
    let words: Vec<&str> = spelled.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    match lexicon::longest(&words) {
        Some((concepts, length)) if length == words.len() => concepts,
        _ => Concepts::NONE,
    }
}

/// `role/path/admin` also as `path/admin` and `admin`; what follows a colon likewise.
fn arn_forms(resource: &str, forms: &mut Vec<String>) {
    forms.push(resource.to_owned());
    let mut rest = resource;
    while let Some((head, tail)) = rest.split_once(['/', ':']) {
        if tail.len() > 2 {
            forms.push(tail.to_owned());
        }
        if head == "assumed-role"
            && let Some((role, _)) = tail.split_once('/')
        {
            forms.push(role.to_owned());
        }
        rest = tail;
    }
    // A role by its type and last name, whatever path lies between.
    if let (Some((kind, _)), Some((_, last))) = (resource.split_once('/'), resource.rsplit_once('/')) {
        forms.push(format!("{kind}/{last}"));
        forms.push(format!("{kind} {last}"));
    }
}

/// `StopLogging` as `stop logging`.
fn spelled_out(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 4);
    let mut before = ' ';
    for c in text.chars() {
        if c.is_ascii_uppercase() && before.is_ascii_lowercase() {
            out.push(' ');
        }
        out.push(c.to_ascii_lowercase());
        before = c;
    }
    out
}
