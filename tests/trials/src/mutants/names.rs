//! Faults in names.

use std::net::Ipv4Addr;
use std::ops::Range;

use report::NameKind;

use super::annotate::code_spans;
use super::judge::{holds_with, may_be_real, names_of, short};
use super::{Made, Original};
use crate::claims::Claim;
use crate::rng::Rng;

type Found<'a> = (Range<usize>, NameKind, &'a str);

fn names<'a>(original: &'a Original<'_>, wanted: impl Fn(NameKind, &str) -> bool) -> Vec<Found<'a>> {
    let claims = original.sheet.claims.iter().filter_map(|(span, claim)| match claim {
        Claim::Name(kind, name) => Some((span.clone(), *kind, name.as_str())),
        _ => None,
    });
    claims.filter(|(span, kind, _)| wanted(*kind, original.at(span))).collect()
}

fn choose<'a>(original: &'a Original<'_>, rng: &mut Rng, wanted: impl Fn(NameKind, &str) -> bool) -> Option<Found<'a>> {
    let found = names(original, wanted);
    (!found.is_empty()).then(|| found[rng.below(found.len())].clone())
}

/// Puts a name that is no name of the evidence.
fn put_unreal(original: &Original<'_>, span: &Range<usize>, by: &str) -> Made {
    if may_be_real(&original.case.facts, by) || original.at(span) == by {
        return Made::StillTrue;
    }
    original.replaced(span, by)
}

/// A real name of the same kind in the place of another.
pub(crate) fn name_swap(original: &Original<'_>, rng: &mut Rng) -> Made {
    let swappable = |kind: NameKind| {
        matches!(
            kind,
            NameKind::Principal
                | NameKind::EventName
                | NameKind::SourceIp
                | NameKind::Region
                | NameKind::ErrorCode
                | NameKind::Resource
                | NameKind::Title
                | NameKind::Control
                | NameKind::Product
                | NameKind::Category
        )
    };
    let Some((span, kind, name)) = choose(original, rng, |kind, _| swappable(kind)) else { return Made::Nothing };
    let others = names_of(&original.case.facts, kind);
    // Names of the scope alone, such as a filter's, have nothing beside them.
    if others.is_empty() {
        return Made::StillTrue;
    }
    let other = *rng.pick(&others);
    let shown = if original.at(&span) == name { other } else { short(other) };
    let odd = other.contains(['`', '\\', '|']) || other.starts_with('(') || shown == original.at(&span);
    if odd || name.ends_with(shown) || holds_with(original, span.start, other) {
        return Made::StillTrue;
    }
    original.replaced(&span, shown)
}

/// One octet of an address changes.
pub(crate) fn ip_octet(original: &Original<'_>, rng: &mut Rng) -> Made {
    let Some((span, _, name)) = choose(original, rng, |_, text| text.parse::<Ipv4Addr>().is_ok()) else {
        return Made::Nothing;
    };
    let Ok(address) = name.parse::<Ipv4Addr>() else { return Made::Nothing };
    let mut octets = address.octets();
    let which = rng.below(4);
    octets[which] = match rng.below(3) {
        0 => octets[which].wrapping_add(1),
        1 => octets[which].wrapping_sub(1).max(1),
        _ => u8::try_from(1 + rng.below(254)).unwrap_or(7),
    };
    put_unreal(original, &span, &Ipv4Addr::from(octets).to_string())
}

/// Two digits of an account id change places.
pub(crate) fn account_transposition(original: &Original<'_>, rng: &mut Rng) -> Made {
    let text = &original.sheet.text;
    let digit = |at: usize| text.as_bytes().get(at).is_some_and(u8::is_ascii_digit);
    let runs: Vec<usize> = (0..text.len())
        .filter(|at| (*at..at + 12).all(digit) && !digit(at + 12) && (*at == 0 || !digit(at - 1)))
        .filter(|at| may_be_real(&original.case.facts, &text[*at..at + 12]))
        .collect();
    if runs.is_empty() {
        return Made::Nothing;
    }
    let start = *rng.pick(&runs);
    let mut bytes = text.as_bytes()[start..start + 12].to_vec();
    let one = rng.below(11);
    bytes.swap(one, one + 1);
    let by = String::from_utf8_lossy(&bytes).into_owned();
    put_unreal(original, &(start..start + 12), &by)
}

/// The region or the name in an ARN changes.
pub(crate) fn arn_part(original: &Original<'_>, rng: &mut Rng) -> Made {
    let Some((span, _, name)) = choose(original, rng, |_, text| text.starts_with("arn:")) else {
        return Made::Nothing;
    };
    let mut parts: Vec<String> = name.splitn(6, ':').map(str::to_owned).collect();
    if parts.len() < 6 {
        return Made::StillTrue;
    }
    match rng.below(4) {
        0 if !parts[3].is_empty() => {
            let regions = ["eu-west-3", "us-east-2", "ap-south-1", "eu-central-2"];
            parts[3] = rng.word(&regions).to_owned();
        }
        1 => parts[2] = rng.word(&["lambda", "dynamodb", "sqs", "redshift"]).to_owned(),
        2 => parts[5].push_str(rng.word(&["-2", "s", "-prod", "1", "-dr"])),
        _ => parts[5] = altered(&parts[5], rng),
    }
    put_unreal(original, &span, &parts.join(":"))
}

/// Some letter or digit in the last part becomes another one.
fn altered(name: &str, rng: &mut Rng) -> String {
    let from = name.len() - short(name).len();
    let places: Vec<(usize, char)> =
        name.char_indices().filter(|(at, c)| *at >= from && c.is_ascii_alphanumeric()).collect();
    if places.is_empty() {
        return format!("{name}x");
    }
    let (at, old) = *rng.pick(&places);
    let pool = if old.is_ascii_digit() { "0123456789" } else { "abcdefghijklmnopqrstuvwxyz" };
    let letters: Vec<char> = pool.chars().filter(|c| !c.eq_ignore_ascii_case(&old)).collect();
    let new = *rng.pick(&letters);
    let new = if old.is_ascii_uppercase() { new.to_ascii_uppercase() } else { new };
    format!("{}{new}{}", &name[..at], &name[at + 1..])
}

/// A character of an instance, key, volume, … id changes.
pub(crate) fn resource_id(original: &Original<'_>, rng: &mut Rng) -> Made {
    let marks = ["i-0", "AKIA", "ASIA", "sg-0", "vol-0", "snap-0", "vpc-0", "subnet-0", "fs-0"];
    let has_id = |_: NameKind, text: &str| marks.iter().any(|mark| text.contains(mark));
    let Some((span, _, name)) = choose(original, rng, has_id) else { return Made::Nothing };
    let by = altered(original.at(&span), rng);
    let _ = name;
    put_unreal(original, &span, &by)
}

/// Another region of AWS, where nothing was seen.
pub(crate) fn region(original: &Original<'_>, rng: &mut Rng) -> Made {
    let Some((span, _, _)) = choose(original, rng, |kind, _| kind == NameKind::Region) else { return Made::Nothing };
    let regions =
        ["ap-south-2", "me-central-1", "af-south-1", "il-central-1", "ca-central-1", "ap-east-1", "us-west-1"];
    put_unreal(original, &span, rng.word(&regions))
}

/// Another API of AWS, which was not called.
pub(crate) fn event_name(original: &Original<'_>, rng: &mut Rng) -> Made {
    let Some((span, _, _)) = choose(original, rng, |kind, _| kind == NameKind::EventName) else {
        return Made::Nothing;
    };
    let others = [
        "DeleteTrail",
        "PutKeyPolicy",
        "ScheduleKeyDeletion",
        "CreateVpnConnection",
        "DeleteDBCluster",
        "LeaveOrganization",
        "DisableKey",
        "PutRolePolicy",
        "DeleteFlowLogs",
        "StopInstances",
        "CreateSAMLProvider",
        "DeregisterImage",
        "PurgeQueue",
        "SendCommand",
        "UpdateEventSourceMapping",
    ];
    put_unreal(original, &span, rng.word(&others))
}

/// A control or technique with another number.
pub(crate) fn control_or_technique(original: &Original<'_>, rng: &mut Rng) -> Made {
    let wanted = |kind, _: &str| matches!(kind, NameKind::Control | NameKind::Technique);
    let mut found: Vec<Range<usize>> = names(original, wanted).into_iter().map(|(span, _, _)| span).collect();
    // The local writer sets techniques without code spans.
    let techniques = names_of(&original.case.facts, NameKind::Technique);
    for (start, _) in original.sheet.text.match_indices("(T1").chain(original.sheet.text.match_indices(", T1")) {
        let rest = &original.sheet.text[start..];
        let lead = if rest.starts_with('(') { 1 } else { 2 };
        let length = rest[lead..].find(|c: char| !c.is_ascii_alphanumeric() && c != '.').unwrap_or(0);
        let span = start + lead..start + lead + length;
        if techniques.contains(&original.at(&span)) {
            found.push(span);
        }
    }
    if found.is_empty() {
        return Made::Nothing;
    }
    let span = rng.pick(&found).clone();
    let text = original.at(&span);
    let digits: Vec<usize> =
        text.char_indices().filter(|(at, c)| *at > 0 && c.is_ascii_digit()).map(|(at, _)| at).collect();
    if digits.is_empty() {
        return Made::StillTrue;
    }
    let at = *rng.pick(&digits);
    let by = format!("{}{}{}", &text[..at], rng.below(10), &text[at + 1..]);
    put_unreal(original, &span, &by)
}

/// A character of a name changes.
pub(crate) fn misspelt(original: &Original<'_>, rng: &mut Rng) -> Made {
    let wanted = |kind, text: &str| {
        matches!(
            kind,
            NameKind::Principal | NameKind::Resource | NameKind::Session | NameKind::Title | NameKind::ErrorCode
        ) && text.len() > 5
    };
    let Some((span, _, _)) = choose(original, rng, wanted) else { return Made::Nothing };
    // Only what is set as code is meant as a name to the letter.
    let line = original.line(span.start);
    let inside = span.start - line.start;
    if !code_spans(original.at(&line)).iter().any(|code| code.contains(&inside)) {
        return Made::StillTrue;
    }
    let by = altered(original.at(&span), rng);
    put_unreal(original, &span, &by)
}
