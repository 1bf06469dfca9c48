//! The one order of rows: highest count first, ties by neutralised name, then by raw name.

use std::hash::Hash;

use security_model::{SafeText, TextKind};

use crate::hash::HashMap;
use crate::names::{Name, Texts};

/// How often each key was seen.
pub(crate) type Counts<K> = HashMap<K, u64>;

/// Adds one to the count of `key`.
pub(crate) fn add<K: Eq + Hash>(counts: &mut Counts<K>, key: K) {
    *counts.entry(key).or_default() += 1;
}

/// A key with its count and the neutralised texts of its names.
pub(crate) struct Ranked<K, const N: usize> {
    pub(crate) key: K,
    pub(crate) count: u64,
    pub(crate) labels: [SafeText; N],
}

/// Ranks `counts`; `names` says which names a key is made of, in the order that decides ties.
pub(crate) fn rank<K: Copy, const N: usize>(
    counts: impl IntoIterator<Item = (K, u64)>,
    texts: &Texts,
    names: impl Fn(&K) -> [(Name, TextKind); N],
) -> Vec<Ranked<K, N>> {
    let mut rows: Vec<_> = counts
        .into_iter()
        .map(|(key, count)| Ranked { key, count, labels: names(&key).map(|(name, kind)| texts.label(name, kind)) })
        .collect();
    let tie = |key: &K| names(key).map(|(name, _)| texts.tie(name));
    rows.sort_unstable_by(|a, b| {
        b.count.cmp(&a.count).then_with(|| a.labels.cmp(&b.labels)).then_with(|| tie(&a.key).cmp(&tie(&b.key)))
    });
    rows
}

/// The distinct names of a set, neutralised and sorted, without the absent one.
pub(crate) fn sorted(names: impl IntoIterator<Item = Name>, texts: &Texts, kind: TextKind) -> Vec<SafeText> {
    let mut safe: Vec<_> = names.into_iter().filter_map(|name| texts.safe(name, kind)).collect();
    safe.sort_unstable();
    safe.dedup();
    safe
}

/// The names of a count, neutralised, highest count first.
pub(crate) fn busiest(counts: impl IntoIterator<Item = (Name, u64)>, texts: &Texts, kind: TextKind) -> Vec<SafeText> {
    rank(counts, texts, |name| [(*name, kind)]).into_iter().map(|Ranked { labels: [label], .. }| label).collect()
}
