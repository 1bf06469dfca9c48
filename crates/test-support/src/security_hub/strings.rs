//! String comparisons of Security Hub filters (API reference `StringFilter` and `MapFilter`, read 2026-11-21).

use serde_json::Value;

/// How a filter compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Equals,
    Prefix,
    Contains,
    ContainsWord,
    NotEquals,
    PrefixNotEquals,
    NotContains,
}

impl Comparison {
    pub(super) fn read(filter: &Value) -> Result<Self, String> {
        Ok(match filter.get("Comparison").and_then(Value::as_str) {
            Some("EQUALS") => Self::Equals,
            Some("PREFIX") => Self::Prefix,
            Some("CONTAINS") => Self::Contains,
            Some("CONTAINS_WORD") => Self::ContainsWord,
            Some("NOT_EQUALS") => Self::NotEquals,
            Some("PREFIX_NOT_EQUALS") => Self::PrefixNotEquals,
            Some("NOT_CONTAINS") => Self::NotContains,
            Some(other) => return Err(format!("the comparison {other} does not exist")),
            None => return Err("a filter needs a Comparison".into()),
        })
    }

    /// Whether it excludes; excluding filters are AND-ed, the others OR-ed.
    const fn excludes(self) -> bool {
        matches!(self, Self::NotEquals | Self::PrefixNotEquals | Self::NotContains)
    }

    /// Whether one value has what is looked for, or what is excluded.
    fn finds(self, value: &str, wanted: &str) -> bool {
        match self {
            Self::Equals | Self::NotEquals => value == wanted,
            Self::Prefix | Self::PrefixNotEquals => value.starts_with(wanted),
            Self::Contains | Self::NotContains => value.contains(wanted),
            Self::ContainsWord => {
                value.split(|c: char| !c.is_alphanumeric()).any(|word| word.to_lowercase() == wanted.to_lowercase())
            }
        }
    }
}

/// All string filters on one field.
#[derive(Clone, Debug, Default)]
pub(super) struct StringConditions(Vec<(Comparison, String)>);

impl StringConditions {
    pub(super) fn add(&mut self, comparison: Comparison, value: String) {
        self.0.push((comparison, value));
    }

    /// Refuses filters that contradict each other. Looking for and excluding on one field is possible only as PREFIX
    /// with NOT_EQUALS or PREFIX_NOT_EQUALS.
    pub(super) fn checked(self) -> Result<Self, String> {
        use Comparison::{Contains, ContainsWord, Equals, NotContains, Prefix};
        let has = |wanted: &[Comparison]| self.0.iter().any(|(comparison, _)| wanted.contains(comparison));
        let excludes = self.0.iter().any(|(comparison, _)| comparison.excludes());
        if has(&[Equals, Contains, ContainsWord]) && excludes {
            return Err("EQUALS and CONTAINS cannot be combined with NOT_ filters on the same field".into());
        }
        if has(&[Prefix]) && has(&[NotContains]) {
            return Err("PREFIX cannot be combined with NOT_CONTAINS on the same field".into());
        }
        Ok(self)
    }

    /// Whether a field with these values passes. A field without a value passes when nothing is looked for.
    pub(super) fn hold(&self, values: &[&str]) -> bool {
        let found = |(comparison, wanted): &(Comparison, String)| values.iter().any(|v| comparison.finds(v, wanted));
        let (excluding, looking): (Vec<_>, Vec<_>) = self.0.iter().partition(|(comparison, _)| comparison.excludes());
        !excluding.into_iter().any(found) && (looking.is_empty() || looking.into_iter().any(found))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn conditions(filters: Filters<'_>) -> StringConditions {
        StringConditions(filters.iter().map(|(comparison, value)| (*comparison, (*value).to_owned())).collect())
    }

    type Filters<'a> = &'a [(Comparison, &'a str)];

    #[test]
    fn looking_is_any_and_excluding_is_all() {
        let cases: &[(Filters<'_>, &[&str], bool)] = &[
            (&[(Comparison::Equals, "HIGH"), (Comparison::Equals, "LOW")], &["LOW"], true),
            (&[(Comparison::Equals, "HIGH")], &["high"], false),
            (&[(Comparison::Equals, "HIGH")], &[], false),
            (&[(Comparison::NotEquals, "HIGH"), (Comparison::NotEquals, "LOW")], &["LOW"], false),
            (&[(Comparison::NotEquals, "HIGH")], &[], true),
            (&[(Comparison::ContainsWord, "lambda")], &["GuardDuty Lambda Protection"], true),
            (&[(Comparison::ContainsWord, "lamb")], &["GuardDuty Lambda Protection"], false),
            (&[(Comparison::Contains, "Cloud"), (Comparison::Prefix, "IAM")], &["IAM root key"], true),
            (&[(Comparison::Prefix, "AwsIam"), (Comparison::NotEquals, "AwsIamPolicy")], &["AwsIamUser"], true),
            (&[(Comparison::Prefix, "AwsIam"), (Comparison::NotEquals, "AwsIamPolicy")], &["AwsIamPolicy"], false),
            (&[(Comparison::PrefixNotEquals, "us")], &["us-east-1", "eu-west-1"], false),
            (&[(Comparison::NotContains, "x")], &["abc"], true),
        ];
        for (filters, values, expected) in cases {
            assert_eq!(conditions(filters).hold(values), *expected, "{filters:?} on {values:?}");
        }
    }

    #[test]
    fn only_prefix_mixes_with_exclusion() {
        let mixes = [
            (Comparison::Contains, Comparison::NotContains, false),
            (Comparison::Equals, Comparison::NotEquals, false),
            (Comparison::Equals, Comparison::PrefixNotEquals, false),
            (Comparison::Prefix, Comparison::NotContains, false),
            (Comparison::Prefix, Comparison::NotEquals, true),
            (Comparison::Prefix, Comparison::PrefixNotEquals, true),
            (Comparison::Equals, Comparison::Prefix, true),
        ];
        for (one, other, allowed) in mixes {
            assert_eq!(conditions(&[(one, "a"), (other, "b")]).checked().is_ok(), allowed, "{one:?} with {other:?}");
        }
    }
}
