//! The bounds of this crate. Rules may come from anywhere, so nothing grows with them unchecked.

/// Bytes of one rule file.
pub const FILE_BYTES: usize = 1 << 20;
/// Lists and maps inside each other in a rule file.
pub const YAML_DEPTH: usize = 24;
/// Bytes and nodes (64 bytes each) of one YAML document once its aliases stand for what they name.
pub const YAML_WEIGHT: usize = 8 << 20;
/// The same for all documents of one file together.
pub const FILE_WEIGHT: usize = 64 << 20;
/// Problems that are told of one file, or of one rule when rules are compiled; a last one says how many more there are.
pub const PROBLEMS: usize = 1000;
/// Bytes of one pattern: a value of a field, or a keyword.
pub const PATTERN_BYTES: usize = 4096;
/// Patterns of one field or keyword list once placeholders and offsets stand for what they mean.
pub const PATTERNS: usize = 65_536;
/// Bytes of one condition.
pub const CONDITION_BYTES: usize = 8192;
/// Conditions of one rule.
pub const CONDITIONS: usize = 64;
/// Searches that the conditions of one rule refer to or choose from, each as often as they do.
pub const CONDITION_SEARCHES: usize = 1 << 18;
/// Parentheses, `not`s and lists inside each other in a condition or a search.
pub const CONDITION_DEPTH: usize = 48;
/// Bytes of the texts that one value with placeholders stands for.
pub const EXPANDED_BYTES: usize = 8 << 20;
/// Bytes that one compiled regular expression may take; the largest step of [`REGEX_STEPS`].
pub const REGEX_BYTES: usize = 10 << 20;
/// Bytes that all compiled regular expressions of a rule set may take together.
pub const REGEX_TOTAL_BYTES: usize = 128 << 20;
/// Bytes of regular expressions that are built before they turn out to be too large; afterwards only small ones are
/// taken.
pub const REGEX_IN_VAIN_BYTES: usize = 32 << 20;
/// Sizes at which a regular expression is tried, so that a small one is charged little of [`REGEX_TOTAL_BYTES`].
pub const REGEX_STEPS: [usize; 5] = [16 << 10, 128 << 10, 512 << 10, 2 << 20, REGEX_BYTES];
/// Bytes that searching with a small regular expression may use to be fast, beside what it takes compiled; with less, the
/// search falls back to a way that is many times slower. A larger one may use as much as it takes compiled.
pub const REGEX_CACHE_BYTES: usize = 256 << 10;
/// Rules of one rule set.
pub const RULES: usize = 100_000;
/// Fields that a rule set may tell apart.
pub const FIELDS: usize = 65_536;
/// Correlations of one rule set.
pub const CORRELATIONS: usize = 10_000;
/// Rules that one correlation may refer to.
pub const CORRELATED_RULES: usize = 64;
/// Fields of one `group-by`, or of one counted combination; aliases of one correlation.
pub const GROUP_FIELDS: usize = 32;
/// Rules that one alias may name.
pub const ALIASED_RULES: usize = 256;
/// Correlations that refer to each other one after the other.
pub const CHAINED: usize = 16;
/// Ways, over all correlations of a rule set, in which events of a rule reach a correlation.
pub const FEEDS: usize = 1 << 18;
/// Bytes of a text that `fieldref` compares for one of [`REFERENCE_PAIRS`]; a longer one takes several.
pub const REFERENCE_TEXT_BYTES: usize = 256;
/// Pairs of texts that one `fieldref` compares in one record where it cannot look them up.
pub const REFERENCE_PAIRS: usize = 1 << 20;
/// Lists inside lists in a record that are still searched.
pub const RECORD_DEPTH: usize = 128;
/// Characters of a value that an explanation shows.
pub const SHOWN_CHARS: usize = 200;
