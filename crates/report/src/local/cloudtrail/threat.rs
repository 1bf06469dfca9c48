//! The risk rating, with the rule's reason.

use security_model::summary::EventsSummary;

use crate::facts::risk_rating;
use crate::local::case::Case;
use crate::local::layout::{Keep, Section};

pub(super) fn section(case: &Case<'_, EventsSummary>) -> Option<Section> {
    let (rating, why) = risk_rating(case.facts);
    let mut text = format!("Risk rating: **{}**, because {why}.", rating.label());
    if !case.coverage.complete {
        text.push_str(" What was not read may change it.");
    }
    if case.is_ample() {
        text.push_str(" The rating follows a fixed rule over the counts above and says nothing about intent.");
    }
    Some(Section::text("Threat Assessment", Keep::Urgent, "", vec![text]))
}
