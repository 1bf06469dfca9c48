//! Where the splitter stands: which list its records belong to, and how they lie on their lines.

use crate::current::Start;

/// How the records of one list stand on their lines.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Layout {
    /// Indentation of the first record that starts a line.
    pub(crate) indent: Option<usize>,
    /// Whether a whole record was seen on a line of its own.
    pub(crate) lines: bool,
}

/// The list being read: the top level, a bare array in it, or an envelope in an object of either.
#[derive(Debug, Default)]
pub(crate) struct Place {
    pub(crate) top: Layout,
    pub(crate) array: Option<Layout>,
    /// Start of the object whose envelope was found.
    pub(crate) container: Option<Start>,
    pub(crate) envelope: Option<(&'static str, Layout)>,
}

impl Place {
    pub(crate) const fn list(&self) -> &Layout {
        match (&self.envelope, &self.array) {
            (Some((_, layout)), _) | (None, Some(layout)) => layout,
            (None, None) => &self.top,
        }
    }

    pub(crate) const fn list_mut(&mut self) -> &mut Layout {
        match (&mut self.envelope, &mut self.array) {
            (Some((_, layout)), _) | (None, Some(layout)) => layout,
            (None, None) => &mut self.top,
        }
    }

    pub(crate) const fn is_top(&self) -> bool {
        self.array.is_none() && self.container.is_none()
    }
}
