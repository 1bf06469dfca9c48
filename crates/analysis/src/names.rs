//! Text of records, kept once: interned names for counting, a pool of shared strings for evidence rows.

use std::borrow::Cow;
use std::sync::Arc;

use crate::hash::{HashMap, HashSet};
use security_model::{SafeText, TextKind, Untrusted};
use sha2::{Digest, Sha256};

/// Longest text kept as it is; a longer one is kept by its hash and its neutralised form.
const LONGEST_WHOLE: usize = 1024;

/// An interned text. Equal names are equal raw texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Name(u32);

impl Name {
    /// What an absent or empty field is.
    pub(crate) const ABSENT: Self = Self(0);

    pub(crate) const fn is_absent(self) -> bool {
        self.0 == 0
    }

    /// A number that is equal exactly where names are.
    pub(crate) const fn index(self) -> u32 {
        self.0
    }

    /// The same, for lists.
    pub(crate) fn number(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }
}

/// Interns the texts that counters group by.
#[derive(Default)]
pub(crate) struct Names {
    texts: Texts,
    whole: HashMap<Arc<str>, Name>,
    hashed: HashMap<([u8; 32], usize), Name>,
}

impl Names {
    /// The name of `text`; absent and empty are [`Name::ABSENT`].
    pub(crate) fn intern(&mut self, text: Option<Untrusted<'_>>, kind: TextKind) -> Name {
        let Some(text) = text.filter(|text| !text.is_empty()) else { return Name::ABSENT };
        let raw = text.for_matching();
        if raw.len() > LONGEST_WHOLE {
            // Texts neutralised to different lengths are different entries.
            let key = (Sha256::digest(raw.as_bytes()).into(), kind.max_bytes());
            return *self
                .hashed
                .entry(key)
                .or_insert_with(|| self.texts.push(Text::Hashed(text.neutralise(kind), key.0)));
        }
        if let Some(name) = self.whole.get(raw) {
            return *name;
        }
        let shared: Arc<str> = Arc::from(raw);
        let name = self.texts.push(Text::Whole(Arc::clone(&shared)));
        self.whole.insert(shared, name);
        name
    }

    /// How many texts are interned.
    pub(crate) fn len(&self) -> usize {
        self.texts.0.len()
    }

    /// The texts alone, for when nothing more is interned.
    pub(crate) fn into_texts(self) -> Texts {
        self.texts
    }
}

enum Text {
    Whole(Arc<str>),
    Hashed(SafeText, [u8; 32]),
}

/// The texts behind names.
#[derive(Default)]
pub(crate) struct Texts(Vec<Text>);

impl Texts {
    fn push(&mut self, text: Text) -> Name {
        self.0.push(text);
        // More than 2^32 distinct texts do not fit into memory; if they did, the rest would count as one absent name.
        u32::try_from(self.0.len()).map_or(Name::ABSENT, Name)
    }

    fn get(&self, name: Name) -> Option<&Text> {
        self.0.get(usize::try_from(name.0).ok()?.checked_sub(1)?)
    }

    /// The text for comparing and grouping: raw when short, else neutralised with its digest; `None` for an absent one.
    pub(crate) fn raw(&self, name: Name) -> Option<&str> {
        Some(match self.get(name)? {
            Text::Whole(raw) => raw,
            Text::Hashed(safe, _) => safe.as_str(),
        })
    }

    /// The neutralised text; `None` for an absent one.
    pub(crate) fn safe(&self, name: Name, kind: TextKind) -> Option<SafeText> {
        Some(match self.get(name)? {
            Text::Whole(raw) => SafeText::from_raw(raw, kind),
            Text::Hashed(safe, _) => safe.clone(),
        })
    }

    /// The neutralised text; `(none)` for an absent one.
    pub(crate) fn label(&self, name: Name, kind: TextKind) -> SafeText {
        self.safe(name, kind).unwrap_or_else(|| SafeText::from_raw("(none)", kind))
    }

    /// What tells two names apart whose neutralised texts are the same; absent comes first.
    pub(crate) fn tie(&self, name: Name) -> Option<&[u8]> {
        Some(match self.get(name)? {
            Text::Whole(raw) => raw.as_bytes(),
            Text::Hashed(_, digest) => digest.as_slice(),
        })
    }

    /// Bytes on the heap.
    pub(crate) fn heap_bytes(&self) -> usize {
        let texts: usize = self
            .0
            .iter()
            .map(|text| match text {
                Text::Whole(raw) => shared_bytes(raw),
                Text::Hashed(safe, _) => safe.as_str().len(),
            })
            .sum();
        self.0.capacity() * size_of::<Text>() + texts
    }
}

/// Bytes that a shared text takes on the heap, reference counts included.
pub(crate) fn shared_bytes(text: &Arc<str>) -> usize {
    text.len() + 2 * size_of::<usize>()
}

/// The last part of an ARN or path, or a name as it is.
pub(crate) fn last_part(name: &str) -> &str {
    name.rsplit(['/', ':']).next().unwrap_or(name)
}

/// A text as it is kept for showing later: raw when short, else already neutralised.
pub(crate) fn kept_text(text: Untrusted<'_>, kind: TextKind) -> Cow<'_, str> {
    let raw = text.for_matching();
    if raw.len() <= LONGEST_WHOLE { Cow::Borrowed(raw) } else { Cow::Owned(text.neutralise(kind).as_str().to_owned()) }
}

/// Texts that only evidence rows show. Unlike [`Names`], it forgets those whose rows are gone.
#[derive(Default)]
pub(crate) struct Pool {
    texts: HashSet<Arc<str>>,
    /// Texts at which it looks for those to forget; it doubles, so that looking costs little per text.
    sweep_at: usize,
}

impl Pool {
    /// A shared copy of `text`; `None` when absent or empty.
    pub(crate) fn keep(&mut self, text: Option<Untrusted<'_>>, kind: TextKind) -> Option<Arc<str>> {
        let kept = kept_text(text.filter(|text| !text.is_empty())?, kind);
        Some(self.share(kept.as_ref()))
    }

    /// A shared copy of a text of ours; `None` when empty.
    pub(crate) fn keep_text(&mut self, text: &str) -> Option<Arc<str>> {
        (!text.is_empty()).then(|| self.share(text))
    }

    fn share(&mut self, kept: &str) -> Arc<str> {
        if let Some(shared) = self.texts.get(kept) {
            return Arc::clone(shared);
        }
        if self.texts.len() >= self.sweep_at {
            self.sweep();
            self.sweep_at = (self.texts.len() * 2).max(1024);
        }
        let shared: Arc<str> = Arc::from(kept);
        self.texts.insert(Arc::clone(&shared));
        shared
    }

    /// Forgets texts that nothing else holds.
    pub(crate) fn sweep(&mut self) {
        self.texts.retain(|text| Arc::strong_count(text) > 1);
    }

    /// Bytes of the texts held.
    pub(crate) fn heap_bytes(&self) -> usize {
        self.texts.iter().map(shared_bytes).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn intern(names: &mut Names, text: &str) -> Name {
        names.intern(Some(Untrusted::new(text)), TextKind::Name)
    }

    #[test]
    fn names_are_equal_exactly_when_raw_texts_are() {
        let mut names = Names::default();
        let (a, b) = (intern(&mut names, "a\u{200b}"), intern(&mut names, "a\\u{200b}"));
        assert_ne!(a, b);
        assert_eq!(a, intern(&mut names, "a\u{200b}"));
        assert!(intern(&mut names, "").is_absent());
        let texts = names.into_texts();
        assert_eq!(texts.label(a, TextKind::Name), texts.label(b, TextKind::Name));
        assert_ne!(texts.tie(a), texts.tie(b));
        assert_eq!(texts.label(Name::ABSENT, TextKind::Name).as_str(), "(none)");
        assert_eq!(texts.safe(Name::ABSENT, TextKind::Name), None);
    }

    #[test]
    fn long_texts_stay_apart_without_being_kept() {
        let mut names = Names::default();
        let (a, b) = ("x".repeat(1_000_000), "x".repeat(999_999) + "y");
        let (first, second) = (intern(&mut names, &a), intern(&mut names, &b));
        assert_ne!(first, second);
        assert_eq!(first, intern(&mut names, &a));
        let texts = names.into_texts();
        assert_eq!(texts.label(first, TextKind::Name), SafeText::from_raw(&a, TextKind::Name));
        assert!(texts.heap_bytes() < 10_000);
    }

    #[test]
    fn the_pool_forgets_what_no_row_holds() {
        let mut pool = Pool::default();
        let kept = pool.keep(Some(Untrusted::new("kept")), TextKind::Prose);
        drop(pool.keep(Some(Untrusted::new("dropped")), TextKind::Prose));
        pool.sweep();
        assert_eq!(pool.texts.len(), 1);
        assert_eq!(kept.as_deref(), Some("kept"));
        assert_eq!(pool.keep(Some(Untrusted::new("")), TextKind::Prose), None);
        for n in 0..10_000 {
            drop(pool.keep(Some(Untrusted::new(&n.to_string())), TextKind::Prose));
        }
        assert!(pool.texts.len() <= 1_025, "{}", pool.texts.len());
    }
}
