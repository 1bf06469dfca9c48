//! `serde_json` values as records.

use std::borrow::Borrow;
use std::cell::OnceCell;
use std::fmt::Write;

use serde_json::Value as Json;

use crate::record::{Inner, Nested, Number, Record, Value};
use crate::ruleset::{RuleSet, Slot};

/// Names inside each other that a path may have; what goes past it is one name.
const STEPS: usize = 32;

/// The fields of a rule set as paths into JSON.
///
/// `a.b` is the member `b` of the member `a`, or the member that is called `a.b`; the longest name that is there wins. A
/// path that meets a list goes on in each of its elements.
#[derive(Clone, Debug)]
pub struct JsonFields {
    paths: Vec<Box<str>>,
}

/// A `serde_json` value lent or given to the engine.
///
/// ```
/// use sigma::{CompileOptions, JsonFields, RuleSet, Scratch, parse};
///
/// let rule = "
/// title: Trail stopped
/// logsource: {product: aws, service: cloudtrail}
/// detection:
///     selection:
///         eventSource: cloudtrail.amazonaws.com
///         eventName: StopLogging
///     condition: selection
/// ";
/// let parsed = parse("trail.yml", rule.as_bytes());
/// let (rules, problems) = RuleSet::compile(parsed.documents, &CompileOptions::default());
/// assert!(parsed.problems.is_empty() && problems.is_empty());
///
/// let fields = JsonFields::new(&rules);
/// let record = serde_json::json!({"eventSource": "cloudtrail.amazonaws.com", "eventName": "StopLogging"});
/// let mut scratch = Scratch::default();
/// assert_eq!(rules.matches(&fields.record(&record), &mut scratch).count(), 1);
/// ```
#[derive(Debug)]
pub struct JsonRecord<'a, V = &'a Json> {
    value: V,
    fields: &'a JsonFields,
    text: OnceCell<String>,
}

impl JsonFields {
    /// The fields of a rule set.
    pub fn new(rules: &RuleSet) -> Self {
        Self { paths: rules.fields().iter().map(|name| name.as_str().into()).collect() }
    }

    /// The fields of a rule set that lie below a member of the record, for values that are that member. Other fields lead
    /// nowhere.
    ///
    /// ```
    /// use sigma::{CompileOptions, JsonFields, Record, RuleSet, Value, parse};
    ///
    /// let rule = "
    /// title: A bucket by name
    /// logsource: {product: example}
    /// detection:
    ///     selection: {request.bucket: secrets, action: read}
    ///     condition: selection
    /// ";
    /// let (rules, _) = RuleSet::compile(parse("a.yml", rule.as_bytes()).documents, &CompileOptions::default());
    /// let fields = JsonFields::below(&rules, "request");
    /// let request = fields.record(serde_json::json!({"bucket": "secrets", "action": "read"}));
    /// let bucket = rules.slot("request.bucket").and_then(|slot| request.get(slot));
    /// assert!(matches!(bucket, Some(Value::Text("secrets"))));
    /// assert!(rules.slot("action").and_then(|slot| request.get(slot)).is_none());
    /// ```
    pub fn below(rules: &RuleSet, member: &str) -> Self {
        let below = |name: &String| -> Option<Box<str>> {
            Some(name.strip_prefix(member)?.strip_prefix('.').filter(|rest| !rest.is_empty())?.into())
        };
        // No member of an object is found by the empty path but one that is called so.
        Self { paths: rules.fields().iter().map(|name| below(name).unwrap_or_default()).collect() }
    }

    /// A value to match the rule set against.
    pub fn record<V: Borrow<Json>>(&self, value: V) -> JsonRecord<'_, V> {
        JsonRecord { value, fields: self, text: OnceCell::new() }
    }
}

/// What a path leads to.
enum Found<'a> {
    Nothing,
    One(&'a Json),
    /// Through a list: look again with [`each`].
    Several,
}

impl<V> JsonRecord<'_, V> {
    /// The value.
    pub const fn value(&self) -> &V {
        &self.value
    }
}

impl<V: Borrow<Json>> Record for JsonRecord<'_, V> {
    fn get(&self, slot: Slot) -> Option<Value<'_>> {
        let path = self.fields.paths.get(slot.index())?;
        match find(self.value.borrow(), path) {
            Found::Nothing => None,
            Found::One(value) => Some(lend(value)),
            Found::Several => Some(Value::List(Inner::new(self, slot.index()))),
        }
    }

    /// Every text in the record, and then the record as compact JSON.
    fn texts(&self, test: &mut dyn FnMut(&str) -> bool) -> bool {
        let value = self.value.borrow();
        leaf_texts(value, test) || test(self.text.get_or_init(|| value.to_string()))
    }
}

impl<V: Borrow<Json>> Nested for JsonRecord<'_, V> {
    fn any(&self, key: usize, test: &mut dyn FnMut(Value<'_>) -> bool) -> bool {
        self.fields.paths.get(key).is_some_and(|path| each(self.value.borrow(), path, &mut |value| test(lend(value))))
    }

    fn write(&self, key: usize, out: &mut String) {
        let Some(path) = self.fields.paths.get(key) else { return };
        let mut before = '[';
        each(self.value.borrow(), path, &mut |value| {
            out.push(std::mem::replace(&mut before, ','));
            write(value, out);
            false
        });
        out.push(']');
    }
}

impl Nested for Json {
    fn any(&self, _: usize, test: &mut dyn FnMut(Value<'_>) -> bool) -> bool {
        match self {
            Self::Array(items) => items.iter().any(|item| test(lend(item))),
            Self::Object(members) => members.values().any(|member| test(lend(member))),
            _ => false,
        }
    }

    fn write(&self, _: usize, out: &mut String) {
        write(self, out);
    }
}

/// A JSON value lent as it is.
fn lend(value: &Json) -> Value<'_> {
    match value {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Bool(*value),
        Json::Number(number) => match (number.as_i64(), number.as_u64(), number.as_f64()) {
            (Some(value), ..) => Value::Number(Number::Int(value)),
            (_, Some(value), _) => Value::Number(Number::Unsigned(value)),
            (.., Some(value)) => Value::Number(Number::Float(value)),
            _ => Value::Null,
        },
        Json::String(text) => Value::Text(text),
        Json::Array(_) => Value::List(Inner::new(value, 0)),
        Json::Object(_) => Value::Object(Inner::new(value, 0)),
    }
}

/// Writing to a String cannot fail.
fn write(value: &Json, out: &mut String) {
    let _ = write!(out, "{value}");
}

fn find<'a>(value: &'a Json, path: &str) -> Found<'a> {
    match value {
        Json::Object(members) => {
            if let Some(member) = members.get(path) {
                return Found::One(member);
            }
            for (name, rest) in splits(path) {
                let Some(member) = members.get(name) else { continue };
                match find(member, rest) {
                    Found::Nothing => {}
                    found => return found,
                }
            }
            Found::Nothing
        }
        Json::Array(items) => {
            let found = items.iter().any(|item| !matches!(find(item, path), Found::Nothing));
            if found { Found::Several } else { Found::Nothing }
        }
        _ => Found::Nothing,
    }
}

/// Offers everything that a path leads to until `test` says true.
fn each(value: &Json, path: &str, test: &mut dyn FnMut(&Json) -> bool) -> bool {
    match value {
        Json::Object(members) => {
            if let Some(member) = members.get(path) {
                return test(member);
            }
            let inside = splits(path).find_map(|(name, rest)| {
                let member = members.get(name)?;
                (!matches!(find(member, rest), Found::Nothing)).then_some((member, rest))
            });
            inside.is_some_and(|(member, rest)| each(member, rest, test))
        }
        Json::Array(items) => items.iter().any(|item| each(item, path, test)),
        _ => false,
    }
}

/// A path cut at each of its dots, the longest first part first.
fn splits(path: &str) -> impl Iterator<Item = (&str, &str)> {
    let far = path.match_indices('.').nth(STEPS).map_or(path.len(), |(at, _)| at);
    let dots = path.get(..far).unwrap_or(path).rmatch_indices('.');
    dots.filter_map(move |(at, _)| Some((path.get(..at)?, path.get(at + 1..)?)))
}

fn leaf_texts(value: &Json, test: &mut dyn FnMut(&str) -> bool) -> bool {
    match value {
        Json::String(text) => test(text),
        Json::Array(items) => items.iter().any(|item| leaf_texts(item, test)),
        Json::Object(members) => members.values().any(|member| leaf_texts(member, test)),
        _ => false,
    }
}
