//! Collects findings and events from AWS and from files, and keeps the coverage ledger.
