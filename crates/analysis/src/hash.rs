//! Hash tables of an analysis: most of its work is looking up names, again and again.
//!
//! The hash is fast and keyed anew in each run: whoever writes the records cannot know which of them collide.

use foldhash::quality::RandomState;

pub(crate) type HashMap<K, V> = std::collections::HashMap<K, V, RandomState>;
pub(crate) type HashSet<T> = std::collections::HashSet<T, RandomState>;
