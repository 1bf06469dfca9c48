//! What a report is written from.

use security_model::{Coverage, Detection, Incident, Scope};

use crate::facts::ROWS;

/// How much a report shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Detail {
    /// The answer, what needs attention, what to do and what was not read.
    Summary,
    /// Every section, with the first rows of each, within the word limit of the built-in requirements.
    #[default]
    Standard,
    /// Every section, with up to fifty rows of each, and no limit of words.
    Full,
}

impl Detail {
    /// Rows that an ordinary section shows at most.
    pub(crate) const fn rows(self) -> usize {
        match self {
            Self::Summary => 3,
            Self::Standard => 5,
            Self::Full => ROWS,
        }
    }

    /// Rows that a section about what needs attention shows at most.
    pub(crate) const fn urgent_rows(self) -> usize {
        match self {
            Self::Summary => 5,
            Self::Standard => 10,
            Self::Full => ROWS,
        }
    }

    /// Names listed within one line.
    pub(crate) const fn names(self) -> usize {
        match self {
            Self::Summary | Self::Standard => 5,
            Self::Full => 20,
        }
    }
}

/// One answer to be written up.
#[derive(Debug)]
pub struct Input<'a, S> {
    /// What was asked.
    pub scope: &'a Scope,
    /// What was read, and what was not.
    pub coverage: &'a Coverage,
    /// What was found, with whole lists, highest first.
    pub summary: &'a S,
    /// The incidents of a CloudTrail answer, worst first; `None` where nobody looked for any.
    pub incidents: Option<&'a [Incident]>,
    /// The detections of a CloudTrail answer that [stand alone](Detection::stands_alone), worst first.
    pub alone: &'a [Detection],
    /// How much to show.
    pub detail: Detail,
    /// Longest report, in bytes of UTF-8. `usize::MAX` for no limit.
    pub max_bytes: usize,
}
