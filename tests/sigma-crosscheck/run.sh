#!/bin/sh
# Runs the cross-check on the folders that SIGMA_RULES and SIGMA_RECORDS name, or says that it was skipped.
set -eu
cd "$(dirname "$0")"
skip() {
    echo "skipped: $1"
    exit 0
}
[ -n "${SIGMA_RULES:-}" ] && [ -d "$SIGMA_RULES" ] || skip "no rules folder (set SIGMA_RULES; see README.md)"
[ -n "${SIGMA_RECORDS:-}" ] && [ -d "$SIGMA_RECORDS" ] || skip "no records folder (set SIGMA_RECORDS; see README.md)"
exec cargo run --release --quiet -- "$SIGMA_RULES" "$SIGMA_RECORDS"
