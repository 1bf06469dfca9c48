//! The words of reasons: values from records in code spans, neutralised and short.

use security_model::filter::service_name;
use security_model::{SafeText, TextKind};

use super::Observed;
use crate::detect::short_principal;
use crate::identity::Text;
pub(super) use crate::names::last_part;

/// Longest value in a sentence, in words.
const VALUE_WORDS: usize = 2;

/// A principal in a code span: kind and name of an IAM ARN, else as it is.
pub(super) fn who(principal: &Text) -> String {
    value(short_principal(&principal.safe()).as_str().to_owned(), TextKind::Name)
}

/// A resource in a code span.
pub(super) fn thing(text: &str) -> String {
    value(text.to_owned(), TextKind::Reference)
}

/// A call, region, address or account in a code span.
pub(super) fn code(text: &str) -> String {
    value(text.to_owned(), TextKind::Identifier)
}

/// A call as people write it, e.g. `iam:CreateUser`.
pub(super) fn call(o: &Observed<'_>) -> String {
    code(&call_name(o))
}

pub(super) fn call_name(o: &Observed<'_>) -> String {
    format!("{}:{}", service_name(o.event_source), o.event_name)
}

fn value(text: String, kind: TextKind) -> String {
    let safe = SafeText::from_raw(&text, kind);
    if safe.as_str().split_whitespace().count() <= VALUE_WORDS {
        return safe.code_span();
    }
    let kept: Vec<&str> = safe.as_str().split_whitespace().take(VALUE_WORDS).collect();
    SafeText::from_raw(&format!("{}…", kept.join(" ")), kind).code_span()
}

/// A whole sentence.
pub(super) fn sentence(text: &str) -> SafeText {
    SafeText::from_raw(text, TextKind::Sentence)
}

/// `1 call`, `2 calls`.
pub(super) fn number(count: u64, one: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") }
}
