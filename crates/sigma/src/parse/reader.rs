//! Maps read key by key, so that what nobody asked for is known at the end.

use crate::problem::{Place, ProblemKind, Problems, quoted};
use crate::yaml::{Content, Key, Node, Scalar};

/// A map of which keys are taken one after the other.
pub(super) struct Map<'n> {
    pub(super) at: Place,
    entries: Vec<Option<&'n (Key, Node)>>,
}

impl<'n> Map<'n> {
    pub(super) fn new(entries: &'n [(Key, Node)], at: Place) -> Self {
        Self { at, entries: entries.iter().map(Some).collect() }
    }

    /// The map that a node is, or a problem.
    pub(super) fn of(node: &'n Node, name: &str, problems: &mut Problems<'_>) -> Option<Self> {
        match &node.content {
            Content::Map(entries) => Some(Self::new(entries, node.at)),
            _ => {
                let what = format!("`{name}` is {}, not a map", node.kind());
                problems.error(ProblemKind::Structure, node.at, what, format!("write `{name}:` and indented keys"));
                None
            }
        }
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.entries.iter().flatten().any(|(name, _)| name.text == key)
    }

    /// Where the value of a key stands.
    pub(super) fn place(&self, key: &str) -> Option<Place> {
        self.entries.iter().flatten().find(|(name, _)| name.text == key).map(|(_, node)| node.at)
    }

    pub(super) fn take(&mut self, key: &str) -> Option<(&'n Key, &'n Node)> {
        let slot = self.entries.iter_mut().find(|entry| entry.is_some_and(|(name, _)| name.text == key))?;
        slot.take().map(|(key, node)| (key, node))
    }

    /// What is left, in the order of the file.
    pub(super) fn rest(self) -> impl Iterator<Item = (&'n Key, &'n Node)> {
        self.entries.into_iter().flatten().map(|(key, node)| (key, node))
    }

    /// A text attribute. Numbers and booleans are taken as written; lists and maps are a problem.
    pub(super) fn text(&mut self, key: &str, problems: &mut Problems<'_>) -> Option<String> {
        let (_, node) = self.take(key)?;
        match node.scalar() {
            Some(scalar) => scalar.written().map(|text| text.trim().to_owned()),
            None => {
                let what = format!("`{key}` is {}, not text", node.kind());
                problems.warning(ProblemKind::Structure, node.at, what, format!("write `{key}:` and one text"));
                None
            }
        }
    }

    /// A list of texts; one text alone is taken as a list of one.
    pub(super) fn texts(&mut self, key: &str, problems: &mut Problems<'_>) -> Vec<String> {
        let Some((_, node)) = self.take(key) else { return Vec::new() };
        texts(node, key, problems)
    }
}

/// A list of texts; one text alone is taken as a list of one.
pub(super) fn texts(node: &Node, key: &str, problems: &mut Problems<'_>) -> Vec<String> {
    match &node.content {
        Content::Scalar(scalar) => scalar.written().map(str::to_owned).into_iter().collect(),
        Content::List(items) => items.iter().filter_map(|item| entry(item, key, problems)).collect(),
        Content::Map(_) => {
            let what = format!("`{key}` is a map, not a list");
            problems.warning(ProblemKind::Structure, node.at, what, "write one `- text` per line");
            Vec::new()
        }
    }
}

fn entry(node: &Node, key: &str, problems: &mut Problems<'_>) -> Option<String> {
    let text = node.scalar().and_then(Scalar::written).map(str::to_owned);
    if text.is_none() {
        let what = format!("an entry of `{key}` is {}, not text", node.kind());
        problems.warning(ProblemKind::Structure, node.at, what, "quote the text");
    }
    text
}

/// Words of which one must be chosen.
pub(super) fn choice<T: Copy>(
    text: &str,
    key: &str,
    at: Place,
    known: &[(&'static str, T)],
    problems: &mut Problems<'_>,
) -> Option<T> {
    let found = known.iter().find(|(word, _)| word.eq_ignore_ascii_case(text)).map(|(_, value)| *value);
    if found.is_none() {
        let words: Vec<_> = known.iter().map(|(word, _)| *word).collect();
        let what = format!("`{key}` is {}", quoted(text));
        problems.warning(ProblemKind::Structure, at, what, format!("write one of {}", words.join(", ")));
    }
    found
}
