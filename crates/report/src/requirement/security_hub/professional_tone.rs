//! The voice of an analyst: the one thing here that only a reader can judge.

use super::super::{Check, Requirement};

pub(super) fn requirement() -> Requirement {
    let description = "The voice of a professional security analyst: plain, factual and calm, without slang, drama, jokes, \
         sales talk, or remarks about how the report was written.";
    Requirement::built_in("professional_tone", description, Check::Reader)
}
