//! The built-in pack, as the build script packs it.

use std::io::Read as _;

use super::PackBuilder;

/// An [`archive`](super::archive), deflated: it takes a seventh of the room, and is unpacked only when it is needed.
const PACKED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/rules.deflate"));

/// A builder that holds the built-in pack.
#[must_use]
pub fn built_in() -> PackBuilder {
    let mut archive = Vec::new();
    let mut builder = PackBuilder::default();
    // What the build script packed can be unpacked; that the pack is whole, a test says.
    if flate2::read::DeflateDecoder::new(PACKED).read_to_end(&mut archive).is_ok() {
        builder.add_archive(&archive);
    }
    builder
}
