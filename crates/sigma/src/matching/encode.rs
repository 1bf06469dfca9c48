//! Encodings: what a value looks like inside Base64.

use super::Modifier;

/// The dashes that `windash` takes for each other (page `sigma-appendix-modifiers`, "String Modifiers").
pub(crate) const DASHES: [char; 5] = ['-', '/', '–', '—', '―'];

/// The texts that `value` becomes: one for `base64`, three for `base64offset`.
pub(crate) fn encoded(value: &str, encodings: &[Modifier]) -> Vec<String> {
    let mut bytes = value.as_bytes().to_vec();
    let mut texts = vec![value.to_owned()];
    for encoding in encodings {
        match encoding {
            Modifier::Wide | Modifier::Utf16Le => bytes = value.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            Modifier::Utf16Be => bytes = value.encode_utf16().flat_map(u16::to_be_bytes).collect(),
            Modifier::Utf16 => {
                bytes = [0xff, 0xfe].into_iter().chain(value.encode_utf16().flat_map(u16::to_le_bytes)).collect();
            }
            Modifier::Base64 => texts = vec![base64(&bytes)],
            Modifier::Base64Offset => texts = (0..3).map(|offset| base64_at(&bytes, offset)).collect(),
            _ => {}
        }
    }
    texts
}

/// The characters of Base64 that depend on `bytes` alone when `offset` unknown bytes stand before them.
fn base64_at(bytes: &[u8], offset: usize) -> String {
    let shifted: Vec<u8> = std::iter::repeat_n(0, offset).chain(bytes.iter().copied()).collect();
    // 6 bits a character: the first that is free of the unknown bytes, and the last that is free of what follows.
    let (first, last) = ((offset * 8).div_ceil(6), shifted.len() * 8 / 6);
    base64(&shifted).chars().take(last).skip(first).collect()
}

fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group =
            chunk.iter().fold(0_usize, |group, byte| group << 8 | usize::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let digit = ALPHABET.get(group >> (18 - 6 * place) & 63).copied().map_or('=', char::from);
            out.push(if place <= chunk.len() { digit } else { '=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_of_the_rfc() {
        // RFC 4648, section 10.
        for (text, expect) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("foobar", "Zm9vYmFy")]
        {
            assert_eq!(encoded(text, &[Modifier::Base64]), [expect]);
        }
    }

    #[test]
    fn each_offset_is_found_in_the_encoding_at_that_offset() {
        let found = encoded("foobar", &[Modifier::Base64Offset]);
        for (offset, prefix) in ["", "x", "xy"].iter().enumerate() {
            for tail in ["", "z", "zz"] {
                let whole = base64(format!("{prefix}foobar{tail}").as_bytes());
                assert!(whole.contains(&found[offset]), "{whole} has {}", found[offset]);
            }
        }
        // The first offset has no unknown bits at either end.
        assert_eq!(found[0], "Zm9vYmFy");
    }

    #[test]
    fn utf16_as_the_specification_shows_it() {
        // 63 00 6d 00, 00 63 00 6d and FF FE 63 00 6d 00, in Base64.
        assert_eq!(encoded("cm", &[Modifier::Wide, Modifier::Base64]), ["YwBtAA=="]);
        assert_eq!(encoded("cm", &[Modifier::Utf16Le, Modifier::Base64]), ["YwBtAA=="]);
        assert_eq!(encoded("cm", &[Modifier::Utf16Be, Modifier::Base64]), ["AGMAbQ=="]);
        assert_eq!(encoded("cm", &[Modifier::Utf16, Modifier::Base64]), ["//5jAG0A"]);
    }
}
