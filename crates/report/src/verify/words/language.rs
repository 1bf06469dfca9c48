//! Whether a text is English, by its small words.

use super::super::line::Line;

/// Words that no English text does without.
const ENGLISH: &[&str] = &[
    "the", "of", "and", "to", "in", "a", "is", "by", "on", "for", "with", "was", "were", "are", "no", "not", "from",
    "at", "an", "be", "has", "have", "it", "that", "this", "all", "which", "as", "or", "its", "their", "events",
    "findings", "failed",
];

/// Words that mark other languages.
const OTHER: &[&str] = &[
    "der",
    "die",
    "das",
    "und",
    "mit",
    "von",
    "wurde",
    "wurden",
    "nicht",
    "ist",
    "sind",
    "auf",
    "fehlgeschlagen",
    "le",
    "la",
    "les",
    "des",
    "et",
    "dans",
    "avec",
    "sont",
    "une",
    "pour",
    "el",
    "los",
    "las",
    "por",
    "con",
    "una",
    "fueron",
    "del",
    "che",
    "di",
    "il",
    "sono",
    "nel",
    "het",
    "een",
    "van",
    "zijn",
    "niet",
    "da",
    "dos",
    "uma",
    "nao",
    "foram",
    "que",
    "og",
    "av",
    "ikke",
    "och",
    "inte",
    "nie",
    "oraz",
    "jest",
    "ve",
    "bir",
    "im",
    "wir",
    "eine",
    "du",
    "sur",
    "est",
    "gli",
    "para",
    "em",
];

/// Letters of scripts that English is not written in, against those of its own.
fn is_foreign_letter(c: char) -> bool {
    c.is_alphabetic() && u32::from(c) > 0x024F
}

/// Whether a report reads as English.
pub(crate) fn is_english(lines: &[Line]) -> bool {
    let (mut english, mut other, mut words, mut foreign) = (0_usize, 0_usize, 0_usize, 0_usize);
    for line in lines {
        for token in 0..line.tokens.len() {
            let Some(word) = line.word(token) else { continue };
            words += 1;
            english += usize::from(ENGLISH.contains(&word));
            other += usize::from(OTHER.contains(&word));
            foreign += usize::from(word.chars().any(is_foreign_letter));
        }
    }
    // A few words, or a bare table, tell nothing.
    if words < 12 {
        return foreign * 2 <= words;
    }
    foreign * 3 <= words && other * 2 <= english.max(1) * 3 && (english * 25 >= words || other == 0)
}
