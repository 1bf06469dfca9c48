//! Entering AWS calls into the books.

use security_model::{Ledger, SourceKey};

/// Enters calls that were made on behalf of a source.
pub(crate) fn declare_calls(ledger: &mut Ledger, key: &SourceKey, calls: u64) {
    ledger.asked(key);
    for _ in 0..calls {
        ledger.call(key);
    }
}
