//! The verifier on hand-made facts: true reports in many wordings, and false ones.

mod faults;
pub(super) mod fixtures;
mod limits;
mod principles;
mod spread;
mod strangers;
mod truths;
mod wholes;
mod wordings;
