//! Sigma rules and correlations: parsed with good errors, compiled once, matched against any record.
//!
//! This crate knows the [Sigma specification](https://github.com/SigmaHQ/sigma-specification), version 2.1.0, and
//! nothing of any log. It opens no files and reads no clock.
//!
//! ```
//! use sigma::{CompileOptions, JsonFields, RuleSet, Scratch, parse};
//!
//! let text = "
//! title: Access key for somebody else
//! id: 6f3a5a0e-0000-4000-8000-000000000001
//! level: medium
//! logsource: {product: example}
//! detection:
//!     selection:
//!         action: CreateAccessKey
//!     filter_self:
//!         actor|fieldref: target
//!     condition: selection and not filter_self
//! ";
//! // 1. Parse files. Problems are told with file, line and fix; what is whole is kept.
//! let parsed = parse("keys.yml", text.as_bytes());
//! assert!(parsed.problems.is_empty());
//!
//! // 2. Compile all documents together.
//! let (rules, problems) = RuleSet::compile(parsed.documents, &CompileOptions::default());
//! assert!(problems.is_empty());
//!
//! // 3. Match records.
//! let fields = JsonFields::new(&rules);
//! let mut scratch = Scratch::default();
//! let value = serde_json::json!({"action": "createaccesskey", "actor": "alice", "target": "bob"});
//! let record = fields.record(&value);
//! let matched: Vec<_> = rules.matches(&record, &mut scratch).collect();
//! assert_eq!(matched.len(), 1);
//!
//! // 4. Say why.
//! let explanation = rules.explain(matched[0], &record);
//! let (search, test) = explanation.evidence().next().unwrap();
//! assert_eq!((search, test.field.as_deref(), test.pattern.as_str()), ("selection", Some("action"), "CreateAccessKey"));
//! ```
//!
//! # What tests mean
//!
//! Where the specification leaves a choice, this is ours. It leaves null to the target system, and says nothing of lists,
//! objects and paths.
//!
//! | the record has | tests see |
//! |---|---|
//! | no such field, `null`, or a list of nulls | `field: null` holds, and nothing else does except what is negated; `exists` tells the two apart |
//! | `""` | `field: ''` holds, and so does `*` |
//! | a boolean | `true` and `'true'` match it |
//! | a number | numbers match by value (5 is 5.0, and is the text `5`) or as they are written in the rule (`0x1F`); texts match it as JSON writes it |
//! | a list | any element may match; `contains`-like tests also see the whole list as JSON; an empty list matches only `exists` |
//! | an object | text tests see it as compact JSON; `contains`-like tests also see each text inside; an empty object matches only `exists` |
//!
//! - Text is compared without case, also beyond ASCII; `cased` and `re` keep it.
//! - `a.b` is the member `b` of `a`, or a member called `a.b`. Lists on the way are gone through ([`JsonFields`]).
//! - Keywords are looked for in every text of the record and in the record as JSON.
//! - `neq` holds when the same item without it does not: so also when the field is missing.
//! - `fieldref` compares texts; a field that is missing or null equals nothing. With `contains`, `startswith` or `endswith`
//!   on long lists it stops after [`limits::REFERENCE_PAIRS`] comparisons.
//! - Plain scalars of rules have the types of YAML 1.2: `yes`, `on` and `1_000` are texts.
//! - `windash` takes any of its dashes, wherever it stands in the value, for any other.
//! - `base64` and its kin are compared without case too, unless `cased` is there.
//! - A regular expression is not anchored, and may use what the `regex` crate has beyond the specification's list.
//! - `2 of them`, which the specification lacks, is read as at least two, with a warning.
//!
//! # What is refused by name
//!
//! `action: global`, `timeframe` and pipes in conditions (`| count() by …`, `| near …`) of Sigma version 1; Sigma filters;
//! the correlation types `value_sum`, `value_avg` and `value_percentile`; the modifier `week`; look-around and
//! back-references in regular expressions; YAML merge keys and tags of one's own.
//!
//! # Correlations
//!
//! See [`Correlator`] and [`correlate`]. Bounds are in [`limits`].

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

mod alike;
mod compile;
pub mod correlate;
mod eval;
mod explain;
mod expr;
mod graph;
mod hash;
mod index;
mod json;
pub mod limits;
mod matcher;
mod matching;
mod memo;
mod parse;
mod problem;
mod record;
mod rule;
mod ruleset;
mod shape;
mod values;
mod yaml;

pub use correlate::{CorrelationIndex, CorrelationMatch, Correlator, CorrelatorCounts, CorrelatorOptions, Entrance};
pub use explain::{Explanation, SearchOutcome, TestOutcome};
pub use json::{JsonFields, JsonRecord};
pub use matcher::Scratch;
pub use matching::Modifier;
pub use parse::{Parsed, parse};
pub use problem::{Place, Problem, ProblemKind, Severity};
pub use record::{Inner, Likeness, Nested, Number, Record, Value};
pub use rule::{
    Bounds, Correlation, CorrelationKind, CustomAttribute, Document, Level, Literal, LogSource, Metadata, Origin,
    Related, Rule, Status,
};
pub use ruleset::{CompileOptions, RuleIndex, RuleSet, Slot};
