//! Every Unicode scalar value through the neutraliser and through the markdown re-writer.

use report::markdown::rerender;
use security_model::{SafeText, TextKind};

use crate::table::{say, verdict};

/// Characters that must never come out, by ranges of our own: controls, formats, separators, fillers, variation
/// selectors, tags, private use, noncharacters. Source: Unicode general categories and default-ignorable code points,
/// recalled.
fn is_forbidden(c: char) -> bool {
    let code = u32::from(c);
    matches!(
        code,
        0x00..=0x1F | 0x7F..=0xA0 | 0xAD | 0x034F | 0x0600..=0x0605 | 0x061C | 0x06DD | 0x070F | 0x0890..=0x0891
            | 0x08E2 | 0x115F..=0x1160 | 0x1680 | 0x17B4..=0x17B5 | 0x180B..=0x180F | 0x2000..=0x200F
            | 0x2028..=0x202F | 0x205F..=0x206F | 0x2800 | 0x3000 | 0x3164 | 0xE000..=0xF8FF | 0xFE00..=0xFE0F
            | 0xFEFF | 0xFFA0 | 0xFFF0..=0xFFFB | 0x110BD | 0x110CD | 0x13430..=0x1343F | 0x1BCA0..=0x1BCA3
            | 0x1D173..=0x1D17A | 0xE0000..=0xE0FFF
    ) || code & 0xFFFE == 0xFFFE
        || code >= 0xF0000
        || (0xFDD0..=0xFDEF).contains(&code)
}

/// Runs every scalar through both; whether nothing forbidden came out.
///
/// With a `step` above 1, of the characters beyond the first 12,288 only every `step`-th: for a quick look.
pub(crate) fn run(step: usize) -> bool {
    let (mut neutralised, mut rendered, mut grown) = (Vec::new(), Vec::new(), 0);
    let kinds = [TextKind::Identifier, TextKind::Name, TextKind::Reference, TextKind::Prose];
    let looked = |code: &u32| *code < 0x3000 || (*code as usize).is_multiple_of(step.max(1));
    let mut number = 0_u64;
    for c in (0..=0x10_FFFF).filter(looked).filter_map(char::from_u32) {
        number += 1;
        for kind in kinds {
            let once = SafeText::from_raw(&format!("a{c}b"), kind);
            if once.as_str().chars().any(is_forbidden) || once.as_str().len() > kind.max_bytes() {
                neutralised.push(c);
            }
            grown += usize::from(SafeText::from_raw(once.as_str(), kind) != once);
        }
        for text in [format!("a{c}b\n"), format!("# a{c}b\n\n`a{c}b` and *a{c}b*\n"), format!("- a{c}b\n")] {
            let out = rerender(&text);
            if out.chars().any(|c| c != '\n' && is_forbidden(c)) {
                rendered.push(c);
            }
        }
    }
    let show = |found: &[char]| found.iter().take(8).map(|c| format!("U+{:04X}", u32::from(*c))).collect::<Vec<_>>();
    say(&format!(
        "{number} of 1,112,064 scalar values: neutraliser lets {} through {:?}, is not idempotent for {grown}; re-writer lets {} through {:?}",
        neutralised.len(),
        show(&neutralised),
        rendered.len(),
        show(&rendered)
    ));
    let met = neutralised.is_empty() && rendered.is_empty() && grown == 0;
    say(&verdict(
        &format!("no forbidden character of {number} comes out, in 4 kinds of field and 3 places of a report"),
        met,
    ));
    met
}
