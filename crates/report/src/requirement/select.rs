//! A caller's requirements beside the built-in ones.

use security_model::secret::{self, Reading};

use super::profile::{profile_for, weight};
use super::shared::word_limit;
use super::{Check, MAX_DESCRIPTION_WORDS, MAX_REQUIREMENTS, Requirement, Selection, StatedRequirement, is_same};
use crate::{Detail, Subject};

/// Longest name of a requirement, in characters.
pub const MAX_NAME_CHARS: usize = 64;
/// Longest description, in bytes: words have no upper length of their own.
const MAX_DESCRIPTION_BYTES: usize = 4096;

/// The built-in requirements with the caller's: those of a built-in's name replace it, the others are added.
///
/// See [`select_for`]; this is a report of [`Detail::Standard`].
///
/// # Errors
/// What is wrong with which requirement, and what to write instead.
pub fn select(subject: Subject, stated: &[StatedRequirement]) -> Result<Selection, String> {
    select_for(subject, Detail::Standard, stated)
}

/// The built-in requirements for a report of this detail with the caller's.
///
/// A caller's requirement of a built-in's name replaces it, its check included, unless code can decide the new
/// description too (it is the same, or a word limit). The others are added; where that makes more than
/// [`MAX_REQUIREMENTS`], the built-in ones of least weight make way, mandatory ones last, and are named in
/// [`Selection::left_out`].
///
/// # Errors
/// What is wrong with which requirement, and what to write instead.
pub fn select_for(subject: Subject, detail: Detail, stated: &[StatedRequirement]) -> Result<Selection, String> {
    check(stated)?;
    let mut requirements = profile_for(subject, detail);
    let mut added = vec![];
    for (at, stated) in stated.iter().enumerate() {
        let name = stated.name.trim();
        // A built-in that this detail leaves out keeps its check when it is asked for word for word.
        let own = super::profile(subject).into_iter().find(|own| is_same(&own.name, name));
        let requirement = requirement(stated, at + 1, own.as_ref());
        match requirements.iter_mut().find(|own| is_same(&own.name, name)) {
            Some(own) => *own = requirement,
            None => added.push(requirement),
        }
    }
    let left_out = make_way(subject, &mut requirements, added.len(), stated);
    requirements.extend(added);
    Ok(Selection { requirements, left_out })
}

fn check(stated: &[StatedRequirement]) -> Result<(), String> {
    if stated.len() > MAX_REQUIREMENTS {
        let surplus = stated.len() - MAX_REQUIREMENTS;
        let what = if surplus == 1 { "one".to_owned() } else { surplus.to_string() };
        return Err(format!(
            "requirement {}: at most {MAX_REQUIREMENTS} in one run; leave {what} out",
            MAX_REQUIREMENTS + 1
        ));
    }
    for (at, requirement) in stated.iter().enumerate() {
        let number = at + 1;
        check_secrets(number, requirement)?;
        check_name(number, &requirement.name)?;
        check_description(number, &requirement.description)?;
        let earlier = stated.iter().take(at).position(|other| is_same(&other.name, requirement.name.trim()));
        if let Some(earlier) = earlier {
            return Err(format!("requirement {number}: has the name of requirement {}; give it another", earlier + 1));
        }
    }
    Ok(())
}

fn check_name(number: usize, name: &str) -> Result<(), String> {
    let name = name.trim();
    if name.is_empty() {
        return Err(format!("requirement {number}: name is empty; give it a short name"));
    }
    if name.chars().count() > MAX_NAME_CHARS {
        return Err(format!("requirement {number}: name is longer than {MAX_NAME_CHARS} characters; shorten it"));
    }
    if !security_model::SafeText::from_raw(name, security_model::TextKind::Prose).as_str().eq(name) {
        return Err(format!("requirement {number}: name has characters that cannot be seen; write it without them"));
    }
    Ok(())
}

fn check_description(number: usize, description: &str) -> Result<(), String> {
    let words = word_limit::count(description);
    if words == 0 {
        return Err(format!("requirement {number}: description is empty; say what the report has to be"));
    }
    if words > MAX_DESCRIPTION_WORDS {
        let limit = MAX_DESCRIPTION_WORDS;
        return Err(format!("requirement {number}: description has {words} words; at most {limit}, so shorten it"));
    }
    if description.len() > MAX_DESCRIPTION_BYTES {
        return Err(format!(
            "requirement {number}: description is longer than {MAX_DESCRIPTION_BYTES} bytes; shorten it"
        ));
    }
    Ok(())
}

/// Requirements go to a model and into answers and files: a secret in one is refused here, and not said again.
fn check_secrets(number: usize, requirement: &StatedRequirement) -> Result<(), String> {
    if let Some(what) = secret_in(&requirement.name) {
        return Err(format!(
            "requirement {number}: name holds what looks like a secret ({what}); requirements are sent to a model, so take \
             it out"
        ));
    }
    if let Some(what) = secret_in(&requirement.description) {
        let name = security_model::SafeText::from_raw(requirement.name.trim(), security_model::TextKind::Prose);
        return Err(format!(
            "requirement {number} ({name}): description holds what looks like a secret ({what}); requirements are sent to a \
             model, so take it out"
        ));
    }
    Ok(())
}

fn secret_in(text: &str) -> Option<&'static str> {
    secret::find(text, Reading::Prose).first().map(|secret| secret.kind)
}

fn requirement(stated: &StatedRequirement, position: usize, own: Option<&Requirement>) -> Requirement {
    let description = stated.description.trim();
    let check = match own {
        Some(own) if own.description == description => own.check,
        _ => word_limit::recognise(description).map_or(Check::Reader, Check::WordLimit),
    };
    // A replaced built-in keeps the spelling of its name.
    let name = own.map_or_else(|| stated.name.trim().to_owned(), |own| own.name.clone());
    Requirement {
        name,
        description: description.to_owned(),
        mandatory: stated.mandatory,
        check,
        stated: Some(position),
    }
}

/// Takes out the lightest built-ins until there is room; those that the caller stated stay.
fn make_way(
    subject: Subject,
    requirements: &mut Vec<Requirement>,
    added: usize,
    stated: &[StatedRequirement],
) -> Vec<String> {
    let mut left_out = vec![];
    while requirements.len() + added > MAX_REQUIREMENTS {
        let lightest = requirements
            .iter()
            .enumerate()
            .filter(|(_, own)| !stated.iter().any(|stated| is_same(&own.name, stated.name.trim())))
            .min_by_key(|(_, own)| (own.mandatory, weight(subject, &own.name)))
            .map(|(at, _)| at);
        let Some(at) = lightest else { break };
        left_out.push(requirements.remove(at).name);
    }
    left_out
}
