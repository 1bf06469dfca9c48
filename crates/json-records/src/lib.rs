//! Finds the records in JSON containers (arrays, envelopes, lines, concatenations, gzip) in bounded memory.
