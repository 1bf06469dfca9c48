//! Looks for canaries in what came out, through whatever they were wrapped in.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use icu_normalizer::ComposingNormalizerBorrowed;

use super::grammar::MARK;

/// A text in every way in which it may be read: as it is, after NFKC, or decoded from base64, hex, URL escapes, character
/// references, `\u` escapes, tag characters; reversed, rotated, or without what stands between the letters.
pub(crate) struct Forms(Vec<String>);

impl Forms {
    /// Works the forms out.
    pub(crate) fn of(text: &str) -> Self {
        let normal = ComposingNormalizerBorrowed::new_nfkc().normalize(text).into_owned();
        let visible: String = normal.chars().filter_map(untagged).collect();
        let plain = unescaped(&visible);
        let mut runs = String::new();
        for run in visible.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '='))) {
            decode(run, &mut runs);
        }
        let forms = [
            text.to_owned(),
            visible.chars().rev().collect(),
            rotated(&visible),
            url_decoded(&visible),
            url_decoded(&plain),
            visible.chars().filter(|c| !c.is_whitespace()).collect(),
            plain,
            runs,
            normal,
        ];
        Self(forms.into_iter().map(|form: String| form.to_lowercase()).collect())
    }

    /// Whether the needle stands in any of them, whatever its case.
    pub(crate) fn hold(&self, needle: &str) -> bool {
        let needle = needle.to_lowercase();
        self.0.iter().any(|form| form.contains(&needle))
    }
}

/// Canaries in a text, whichever way they are written.
pub(crate) fn marks_in(text: &str) -> usize {
    Forms::of(text).0.iter().map(|form| form.matches(MARK).count()).max().unwrap_or(0)
}

/// The first canary with what stands around it, in the form in which it was found.
pub(crate) fn around(text: &str) -> String {
    let forms = Forms::of(text).0;
    let Some((form, at)) = forms.iter().find_map(|form| Some((form, form.find(MARK)?))) else { return String::new() };
    let start = (0..=at.saturating_sub(150)).rev().find(|at| form.is_char_boundary(*at)).unwrap_or(0);
    form[start..].chars().take(400).collect()
}

/// Tag characters as what they stand for; nothing for what is drawn as nothing or over the letter before.
fn untagged(c: char) -> Option<char> {
    match u32::from(c) {
        code @ 0xE0021..=0xE007E => char::from_u32(code - 0xE0000),
        0x0300..=0x036F | 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x2069 | 0xFEFF | 0xE0000..=0xE0FFF => None,
        code => {
            // Letters with an accent that was composed onto them.
            let plain = ACCENTED.chars().position(|accented| accented == c);
            plain.and_then(|at| PLAIN.chars().nth(at)).or(char::from_u32(code))
        }
    }
}

const ACCENTED: &str = "áéíóúýńśźćŕĺǵḱḿṕẃÁÉÍÓÚÝŃŚŹĆŔĹǴḰḾṔẂ";
const PLAIN: &str = "aeiouynszcrlgkmpwAEIOUYNSZCRLGKMPW";

fn rotated(text: &str) -> String {
    let turn = |c: char, first: u8| char::from((u8::try_from(c).unwrap_or(first) - first + 13) % 26 + first);
    text.chars()
        .map(|c| match c {
            'a'..='z' => turn(c, b'a'),
            'A'..='Z' => turn(c, b'A'),
            _ => c,
        })
        .collect()
}

/// `%41` as `A`.
fn url_decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let escape = (bytes[at] == b'%').then(|| bytes.get(at + 1..at + 3)).flatten();
        match escape.and_then(|two| std::str::from_utf8(two).ok()).and_then(|two| u8::from_str_radix(two, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// `&#x41;`, `\u0041` and `\u{41}` as `A`; an escape of an escape as well.
fn unescaped(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['&', '\\']) {
        let (plain, tail) = rest.split_at(at);
        out.push_str(plain);
        let candidates = [("&#x", ";", 8), ("\\u{", "}", 8), ("\\u", "", 4), ("\\\\u", "", 4)];
        let found = candidates.iter().find_map(|(open, close, most)| {
            let body = tail.strip_prefix(open)?;
            let length = if close.is_empty() { *most } else { body.find(close).filter(|length| length <= most)? };
            let code = u32::from_str_radix(body.get(..length)?, 16).ok()?;
            Some((char::from_u32(code)?, open.len() + length + close.len()))
        });
        match found {
            Some((c, length)) => {
                out.extend(untagged(c));
                rest = &tail[length..];
            }
            None => {
                out.push_str(&tail[..1]);
                rest = &tail[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// What a run of letters is in base64, from each of the places where a group may start, and in hex, one per line.
fn decode(run: &str, into: &mut String) {
    if run.len() < 12 {
        return;
    }
    let config = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    let engine = GeneralPurpose::new(&STANDARD, config);
    let mut line = |bytes: Vec<u8>| {
        into.push_str(&String::from_utf8_lossy(&bytes));
        into.push('\n');
    };
    for start in 0..4 {
        let body = run.get(start..).unwrap_or_default().trim_end_matches('=');
        let whole = &body[..body.len() - body.len() % 4];
        if let Ok(bytes) = engine.decode(whole) {
            line(bytes);
        }
    }
    for start in 0..2 {
        let digits = run.get(start..).unwrap_or_default().as_bytes();
        let hex = digits.chunks_exact(2).take_while(|pair| pair.iter().all(u8::is_ascii_hexdigit));
        let bytes =
            hex.filter_map(|pair| std::str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok()));
        let bytes: Vec<u8> = bytes.collect();
        if bytes.len() > 5 {
            line(bytes);
        }
    }
}
