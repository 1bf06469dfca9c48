//! Reads CloudTrail records in every container they travel in.
