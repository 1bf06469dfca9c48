//! Fact sets: the numbers a report may use, each with how it was counted and where its rows are; the names that the
//! evidence shows together; and what a report has to say.
//!
//! One file of numbers and one of rows per answer. Of the numbers, those about everything come first, then the first rows
//! of each list, then further totals, the rest of the lists and the further columns of their rows: whoever needs few facts
//! takes them from the front.

mod builder;
mod cloudtrail;
mod cloudtrail_rows;
mod countries;
mod coverage;
mod detections;
mod incidents;
mod rating;
mod required;
mod scope;
mod security_hub;
mod security_hub_rows;

pub use cloudtrail::cloudtrail_fact_set;
pub(crate) use countries::by_country;
pub(crate) use detections::{DETECTIONS, MOST_DETECTIONS};
pub(crate) use incidents::{INCIDENTS, MOST_INCIDENTS};
pub(crate) use rating::{FAILED_SIGN_INS, fails_often};
pub use rating::{RiskLabel, risk_rating};
pub use security_hub::security_hub_fact_set;

/// Rows of each list that become facts and rows of a fact set. The lists themselves are whole in the answer.
pub(crate) const ROWS: usize = 50;

/// What records that do not say something are counted under.
pub(crate) const NOT_SAID: &str = "(none)";
