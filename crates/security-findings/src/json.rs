//! Lenient access to the few fields that are read, straight from JSON text: nothing else is decoded or stored.
//!
//! Skipped values cost no memory and no recursion, however deep they are.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use jiff::Timestamp;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// A field that may be there; null is absent.
pub(crate) type Field<'a> = Option<&'a RawValue>;

/// Declares a struct of the fields that are read from an object, each beside its name there.
macro_rules! object_fields {
    ($(#[$doc:meta])* struct $record:ident { $($field:ident: $name:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy)]
        struct $record<'a> { $($field: $crate::json::Field<'a>,)+ }

        impl<'a> $record<'a> {
            fn of(text: &'a str) -> serde_json::Result<Self> {
                let [$($field),+] = $crate::json::object(text, [$($name),+])?;
                Ok(Self { $($field),+ })
            }
        }
    };
}
pub(crate) use object_fields;

/// The named fields of the object in `text`; of a repeated field the last one.
///
/// # Errors
/// A data error when `text` is another JSON value than an object, else a syntax error.
pub(crate) fn object<'a, const N: usize>(text: &'a str, names: [&str; N]) -> serde_json::Result<[Field<'a>; N]> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let fields = deserializer.deserialize_map(Fields(names))?;
    deserializer.end()?;
    Ok(fields)
}

/// The named fields of an optional object; all absent when it is absent or of another type.
pub(crate) fn fields<'a, const N: usize>(field: Field<'a>, names: [&str; N]) -> [Field<'a>; N] {
    field.and_then(|value| object(value.get(), names).ok()).unwrap_or([None; N])
}

/// One field of an optional object.
pub(crate) fn member<'a>(field: Field<'a>, name: &str) -> Field<'a> {
    let [value] = fields(field, [name]);
    value
}

/// Calls `each` for the elements of an optional array, one at a time. Says whether it was an array.
pub(crate) fn for_each<'a>(field: Field<'a>, each: impl FnMut(&'a RawValue)) -> bool {
    field.is_some_and(|value| serde_json::Deserializer::from_str(value.get()).deserialize_seq(Elements(each)).is_ok())
}

/// A string that is not blank.
pub(crate) fn text(field: Field<'_>) -> Option<Cow<'_, str>> {
    // As bytes, so that an unpaired surrogate costs its own character and not the finding.
    let text = serde_json::Deserializer::from_str(field?.get()).deserialize_bytes(Text).ok()?;
    (!text.trim().is_empty()).then_some(text)
}

/// A number, or a string that holds one.
pub(crate) fn number(field: Field<'_>) -> Option<f64> {
    let literal = text(field).or_else(|| field.map(|value| Cow::Borrowed(value.get())))?;
    literal.trim().parse::<f64>().ok().filter(|number| number.is_finite())
}

/// A whole number, or a string that holds one.
pub(crate) fn integer(field: Field<'_>) -> Option<i64> {
    // Enumerations are far below 2^53, where every whole number is exact.
    number(field).filter(|number| number.fract() == 0.0 && number.abs() < 9e15).map(|number| number as i64)
}

/// A time in text, else one in milliseconds since the epoch.
///
/// Some tools write seconds where OCSF asks for milliseconds. A number below 10^11 is read as seconds: as milliseconds it
/// would lie before March 1973.
pub(crate) fn time(field: Field<'_>) -> Option<Timestamp> {
    if let Some(text) = text(field) {
        return security_model::parse_timestamp(&text);
    }
    let count = integer(field)?;
    if count.abs() < 100_000_000_000 {
        Timestamp::from_second(count).ok()
    } else {
        Timestamp::from_millisecond(count).ok()
    }
}

/// The strings of arrays, or single strings, in order and without repeats.
pub(crate) fn texts<'a>(lists: impl IntoIterator<Item = Field<'a>>) -> Vec<Cow<'a, str>> {
    let (mut texts, mut seen) = (Vec::new(), HashSet::new());
    let mut add = |found: Option<Cow<'a, str>>| {
        if let Some(text) = found
            && seen.insert(text.clone())
        {
            texts.push(text);
        }
    };
    for list in lists {
        if !for_each(list, |element| add(text(Some(element)))) {
            add(text(list));
        }
    }
    texts
}

struct Fields<'n, const N: usize>([&'n str; N]);

impl<'de, const N: usize> Visitor<'de> for Fields<'_, N> {
    type Value = [Field<'de>; N];

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = [None; N];
        while let Some(position) = map.next_key_seed(Name(&self.0))? {
            match position.and_then(|position| found.get_mut(position)) {
                Some(slot) => *slot = map.next_value::<Field<'de>>()?,
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(found)
    }
}

/// The position of a field name among those asked for.
struct Name<'n>(&'n [&'n str]);

impl<'de> DeserializeSeed<'de> for Name<'_> {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_bytes(self)
    }
}

impl Visitor<'_> for Name<'_> {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a field name")
    }

    fn visit_bytes<E>(self, name: &[u8]) -> Result<Self::Value, E> {
        Ok(self.0.iter().position(|wanted| wanted.as_bytes() == name))
    }
}

struct Elements<F>(F);

impl<'de, F: FnMut(&'de RawValue)> Visitor<'de> for Elements<F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut elements: A) -> Result<(), A::Error> {
        while let Some(element) = elements.next_element()? {
            (self.0)(element);
        }
        Ok(())
    }
}

struct Text;

impl<'de> Visitor<'de> for Text {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_borrowed_bytes<E>(self, text: &'de [u8]) -> Result<Self::Value, E> {
        Ok(String::from_utf8_lossy(text))
    }

    fn visit_bytes<E>(self, text: &[u8]) -> Result<Self::Value, E> {
        Ok(Cow::Owned(String::from_utf8_lossy(text).into_owned()))
    }
}

#[cfg(test)]
mod tests {
    use security_model::rfc3339;

    use super::*;

    fn field(json: &str) -> &RawValue {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn fields_are_found_by_name_and_the_last_of_a_repeated_one_counts() {
        let [a, b, missing] = object(r#"{"b": [1], "a": 1, "\u0061": 2, "c": {}}"#, ["a", "b", "d"]).unwrap();
        assert_eq!(a.map(RawValue::get), Some("2"));
        assert_eq!(b.map(RawValue::get), Some("[1]"));
        assert!(missing.is_none());
    }

    #[test]
    fn what_is_no_object_or_no_json_is_told_apart() {
        assert!(object("[1]", ["a"]).unwrap_err().is_data());
        assert!(object("{\"a\": ", ["a"]).unwrap_err().is_eof());
        assert!(object("{} {}", ["a"]).unwrap_err().is_syntax());
    }

    #[test]
    fn deep_values_are_skipped_and_kept_as_text() {
        let deep = format!("{}1{}", "[".repeat(10_000), "]".repeat(10_000));
        let record = format!(r#"{{"skipped": {deep}, "kept": {deep}, "a": "x"}}"#);
        let [kept, a] = object(&record, ["kept", "a"]).unwrap();
        assert_eq!(kept.map(|value| value.get().len()), Some(deep.len()));
        assert_eq!(text(a).as_deref(), Some("x"));
    }

    #[test]
    fn only_strings_that_say_something_are_text() {
        assert_eq!(text(Some(field(r#""a\u00e9""#))).as_deref(), Some("aé"));
        for json in [r#""""#, r#"" \t""#, "1", "null", "true", "[\"a\"]", "{}", "[97]"] {
            assert_eq!(text(Some(field(json))), None, "{json}");
        }
    }

    #[test]
    fn an_unpaired_surrogate_costs_its_own_character() {
        let kept = text(Some(field(r#""before \ud800 after""#))).unwrap();
        assert!(kept.starts_with("before \u{fffd}") && kept.ends_with(" after"), "{kept}");
    }

    #[test]
    fn numbers_may_be_written_as_strings() {
        assert_eq!(number(Some(field("70"))), Some(70.0));
        assert_eq!(number(Some(field(r#"" 8.5 ""#))), Some(8.5));
        for json in ["1e999", r#""NaN""#, r#""seventy""#, "true", "null", "[1]"] {
            assert_eq!(number(Some(field(json))), None, "{json}");
        }
        assert_eq!(integer(Some(field("2004"))), Some(2004));
        assert_eq!(integer(Some(field("2004.5"))), None);
    }

    #[test]
    fn times_are_text_milliseconds_or_seconds() {
        let at = |json| time(Some(field(json))).map(rfc3339);
        assert_eq!(at(r#""2026-11-21T02:13:00Z""#).as_deref(), Some("2026-11-21T02:13:00Z"));
        assert_eq!(at("1700000000000").as_deref(), Some("2023-11-14T22:13:20Z"));
        assert_eq!(at("1700000000").as_deref(), Some("2023-11-14T22:13:20Z"));
        for json in ["9e15", "1e300", r#""soon""#, "[]"] {
            assert_eq!(at(json), None, "{json}");
        }
    }

    #[test]
    fn texts_come_from_an_array_or_a_single_string_once_each() {
        let lists = [r#"["a", 1, "b", "a", null]"#, r#""c""#, r#"{"d": "e"}"#, r#"["b"]"#];
        let found = texts(lists.map(|list| Some(field(list))));
        assert_eq!(found, ["a", "b", "c"]);
    }
}
