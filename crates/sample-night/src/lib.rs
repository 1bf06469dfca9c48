//! A night in a small company: deterministic CloudTrail events and findings in which an attack hides.
