//! Facts and the local writer that turns them into a report: no network, no AWS.
