//! A rule over single records: its log source, searches and condition.

use super::metadata::Metadata;
use crate::matching::Modifier;
use crate::problem::Place;

/// The log that a rule is meant for (attribute `logsource`). This crate does not filter by it: the caller knows which
/// log it reads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogSource {
    /// A group of products, such as `process_creation`.
    pub category: Option<String>,
    /// A product, such as `aws`.
    pub product: Option<String>,
    /// A service of the product, such as `cloudtrail`.
    pub service: Option<String>,
    /// What has to be configured for the log to have the events.
    pub definition: Option<String>,
}

/// A rule, parsed and not yet compiled.
#[derive(Clone, Debug)]
pub struct Rule {
    /// What the rule says of itself.
    pub metadata: Metadata,
    /// The log that it is meant for.
    pub logsource: LogSource,
    pub(crate) searches: Vec<Search>,
    pub(crate) conditions: Vec<Condition>,
}

impl Rule {
    /// The conditions as written; the rule matches when any of them holds.
    pub fn conditions(&self) -> impl Iterator<Item = &str> {
        self.conditions.iter().map(|condition| condition.text.as_str())
    }

    /// The names of the searches, in the order of the file.
    pub fn searches(&self) -> impl Iterator<Item = &str> {
        self.searches.iter().map(|search| search.name.as_str())
    }

    /// The values that searches compare a field with, and the modifiers under which they do, in the order of the file.
    /// Whether the condition wants the search to hold or not makes no difference; nulls are left out.
    pub fn compared(&self, field: &str) -> Vec<(&[Modifier], &str)> {
        let mut found = Vec::new();
        for search in &self.searches {
            search.body.compared(field, &mut found);
        }
        found
    }
}

/// A value as written in a rule. Plain scalars have the types of YAML 1.2's core schema; numbers keep their text.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// `null`, `~` or nothing.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number and its text.
    Int(i128, String),
    /// Another number and its text.
    Float(f64, String),
    /// Text.
    Text(String),
}

impl Literal {
    /// The value as the author wrote it; `None` for null.
    pub fn written(&self) -> Option<&str> {
        match self {
            Self::Null => None,
            Self::Bool(true) => Some("true"),
            Self::Bool(false) => Some("false"),
            Self::Int(_, text) | Self::Float(_, text) | Self::Text(text) => Some(text),
        }
    }
}

/// A named search.
#[derive(Clone, Debug)]
pub(crate) struct Search {
    pub(crate) name: String,
    pub(crate) at: Place,
    pub(crate) body: SearchBody,
}

/// Lists are alternatives, maps are conjunctions.
#[derive(Clone, Debug)]
pub(crate) enum SearchBody {
    Any(Vec<SearchBody>),
    All(Vec<SearchBody>),
    Item(Item),
}

impl SearchBody {
    fn compared<'s>(&'s self, field: &str, found: &mut Vec<(&'s [Modifier], &'s str)>) {
        match self {
            Self::Any(parts) | Self::All(parts) => parts.iter().for_each(|part| part.compared(field, found)),
            Self::Item(item) if item.field.as_deref() == Some(field) => {
                let texts = item.values.iter().filter_map(|(literal, _)| literal.written());
                found.extend(texts.map(|text| (item.modifiers.as_slice(), text)));
            }
            Self::Item(_) => {}
        }
    }
}

/// A field, or the whole record, tested against values.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    /// `None`: keywords, tested against the whole record.
    pub(crate) field: Option<String>,
    pub(crate) modifiers: Vec<Modifier>,
    pub(crate) values: Vec<(Literal, Place)>,
    pub(crate) at: Place,
}

/// One condition.
#[derive(Clone, Debug)]
pub(crate) struct Condition {
    pub(crate) text: String,
    pub(crate) at: Place,
    pub(crate) expr: ConditionExpr,
}

/// A condition over the searches of its rule, by their places in the rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ConditionExpr {
    Search(usize),
    Not(Box<ConditionExpr>),
    All(Vec<ConditionExpr>),
    Any(Vec<ConditionExpr>),
    AtLeast(usize, Vec<ConditionExpr>),
}
