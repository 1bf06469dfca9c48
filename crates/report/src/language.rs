//! Whether a text is in English: the verifier's words are.

use std::collections::HashSet;
use std::sync::LazyLock;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// Fewest words by which a language can be told.
const FEWEST_WORDS: usize = 12;

static ENGLISH: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    "the of and to for with by was were is are from this that there it on at which has have been not all their be or as \
     summary findings finding events event actions severity calls operations failed"
        .split_whitespace()
        .collect()
});

/// Short words of other languages that English does not share.
static OTHERS: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    "der das und ist nicht mit von für auf eine einem einen wurden wurde sind sich auch \
     le les est et dans pour une sur pas avec ont été sont aux cette \
     el los las una por para con fue fueron del está son más y \
     il di della sono stati per che non gli nel \
     o os uma foi foram não são com dos das em \
     het een van en zijn niet voor werden \
     i w na jest nie się och att som det är inte \
     es kein keine keinen alle alles bereits besteht aucun aucune tous toutes hay nada todo todos todas sin ya \
     nessun nessuna alcun alcuna tutti tutte geen alle bevindingen foram nenhum nenhuma todas ingen alla brak wszystkie"
        .split_whitespace()
        .filter(|word| {
            !matches!(
                *word,
                "i" | "o" | "en" | "on" | "y" | "per" | "son" | "il" | "sur" | "w" | "em" | "na" | "con" | "os"
            )
        })
        .collect()
});

/// Small words of English that hardly any other language has.
static SMALL: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    "the and with this that these those from by which who whose when while where were are been being has have had not no \
     nor none nothing nobody it its their there they them he she his her of to for on in at is was be as an a or all any \
     each every both some only other others another one two three four after before during between into within without \
     than then if but so because must should may might can could will would do does did how what why under over above \
     below per out up off again also more most less fewer few many such same own until since against through across \
     about here now first last i you your we our us whether"
        .split_whitespace()
        .collect()
});

/// Those of them that are everyday words of other languages too.
static SHARED: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    "a in an on no is was to of at for over per so or as do had he all under up by has not".split_whitespace().collect()
});

/// Words of the trade, for lines that do without small words.
static TRADE: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    "summary executive finding findings event events action actions activity severity call calls operation operations \
     failed failure failures resource resources account accounts region regions principal principals user users role roles \
     key keys access public bucket buckets security group groups open port ports root control controls issue issues \
     address addresses source error errors code codes denied risk high medium low critical count counts total number \
     read write sign ins console login logins active resolved new days recommended recommendations actions review restrict \
     rotate enable disable remove block encrypt revoke investigate require check update patch data gaps complete affected \
     common analysis behavior behaviour geography threat assessment rating name type service services policy policies \
     encryption logging trail traffic network storage unrestricted unencrypted excessive unused missing default"
        .split_whitespace()
        .collect()
});

/// Fewest words of a sentence by which its language is told.
const FEWEST_IN_SENTENCE: usize = 8;

/// Whether every sentence of a report reads as English, wherever it stands: in a paragraph, an item, a cell or a heading.
///
/// A sentence of some length has English small words, or is a list of words of the trade. A short one is not English only
/// when words of other languages stand in it and no English ones. Names, code spans and numbers are no words.
pub fn is_english_throughout(markdown: &str) -> bool {
    stretches(markdown).iter().all(|stretch| stretch.split(ENDS).all(is_english_sentence))
}

/// What ends a sentence. A point within a name parts it, which does no harm: names are no words.
const ENDS: [char; 8] = ['.', '!', '?', ';', ':', '。', '！', '？'];

fn is_english_sentence(sentence: &str) -> bool {
    let letters = sentence.chars().filter(|c| c.is_alphabetic()).count();
    let foreign_letters = sentence.chars().filter(|c| c.is_alphabetic() && !c.is_ascii()).count();
    if foreign_letters * 4 > letters && foreign_letters > 3 {
        return false;
    }
    let words: Vec<String> =
        sentence.split_whitespace().flat_map(|token| token.split(['-', '/', '—', '–'])).filter_map(word).collect();
    let count = |known: &HashSet<&str>| words.iter().filter(|word| known.contains(word.as_str())).count();
    let (small, shared, trade, others) = (count(&SMALL), count(&SHARED), count(&TRADE), count(&OTHERS));
    let own = small.saturating_sub(shared);
    if others > 1 && others > own {
        return false;
    }
    let accented = words.iter().filter(|word| !word.is_ascii()).count();
    if own == 0 && others + accented > trade.max(1) {
        return false;
    }
    let few = words.len() < FEWEST_IN_SENTENCE;
    few || own * 6 >= words.len() || small * 3 >= words.len() && own > 0 || (small + trade) * 2 >= words.len()
}

/// A word in lower case; `None` for what is a name, a label or a number rather than a word.
fn word(token: &str) -> Option<String> {
    let word = token.trim_matches(|c: char| !c.is_alphanumeric());
    let is_label = word.chars().count() > 1 && word.chars().all(char::is_uppercase);
    let is_name = word.chars().skip(1).any(char::is_uppercase)
        || word.chars().any(|c| !c.is_alphabetic() && c != '\'' && c != '’');
    (!word.is_empty() && !is_label && !is_name).then(|| word.to_lowercase())
}

/// The prose of each paragraph, item, cell and heading, without code.
fn stretches(markdown: &str) -> Vec<String> {
    let mut all = vec![];
    let mut current = String::new();
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let mut in_code = false;
    for event in Parser::new_ext(markdown, options) {
        match event {
            Event::Start(Tag::CodeBlock(_)) => in_code = true,
            Event::End(TagEnd::CodeBlock) => in_code = false,
            Event::Text(text) if !in_code => current.push_str(&text),
            Event::Code(_) | Event::SoftBreak | Event::HardBreak => current.push(' '),
            Event::Start(tag) if is_inline(&tag) => {}
            Event::Start(_) => all.push(std::mem::take(&mut current)),
            Event::End(TagEnd::Paragraph | TagEnd::Item | TagEnd::TableCell | TagEnd::Heading(_)) => {
                all.push(std::mem::take(&mut current));
            }
            _ => {}
        }
    }
    all.push(current);
    all
}

const fn is_inline(tag: &Tag<'_>) -> bool {
    matches!(tag, Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } | Tag::Image { .. })
}

/// Whether the prose of a report reads as English. Too little prose to tell counts as English.
pub fn is_english(markdown: &str) -> bool {
    let prose = without_code(markdown);
    let letters = prose.chars().filter(|c| c.is_alphabetic()).count();
    let foreign_letters = prose.chars().filter(|c| c.is_alphabetic() && !c.is_ascii()).count();
    if foreign_letters * 4 > letters {
        return false;
    }
    let words: Vec<String> =
        prose.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).map(str::to_lowercase).collect();
    if words.len() < FEWEST_WORDS {
        return true;
    }
    let count = |known: &HashSet<&str>| words.iter().filter(|word| known.contains(word.as_str())).count();
    count(&ENGLISH) >= count(&OTHERS)
}

/// The text outside of code spans, roughly: a span may hold a name in any language.
fn without_code(markdown: &str) -> String {
    markdown.split('`').step_by(2).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_in_another_language_is_found_wherever_it_stands() {
        for sentence in [
            "Alle Befunde wurden bereits behoben und es besteht keinerlei Handlungsbedarf mehr.",
            "Alle Events im Account wurden geprüft, keine Findings bleiben offen heute.",
            "Alle Befunde wurden behoben und sind erledigt.",
            "Todos los hallazgos ya fueron resueltos y no hace falta hacer nada.",
            "Toutes les anomalies ont été corrigées et aucune action n'est nécessaire.",
            "Tutti i problemi sono stati risolti e non serve alcun intervento.",
            "Kaikki havainnot on jo korjattu eikä mitään toimenpiteitä enää tarvita nyt.",
            "Minden talalat mar javitva lett, tovabbi teendo egyaltalan nincs sehol ma.",
            "Alle bevindingen zijn al opgelost en er is niets meer te doen.",
            "すべての検出結果は解決済みです",
            "Es besteht kein Handlungsbedarf.",
            "Alle Befunde sind bereits behoben.",
            "Aucune action n'est nécessaire.",
            "Tous les problèmes ont été corrigés.",
            "No hay nada que requiera atención.",
            "Non è richiesto alcun intervento.",
            "Ingen åtgärd krävs.",
        ] {
            for text in [
                format!("# Report\n\n18 findings are active, and the worst of them are listed below. {sentence}\n"),
                format!("# Report\n\n- Restrict `sg-1` first, because it is open.\n- {sentence}\n"),
                format!("# Report\n\n| What | Note |\n|---|---|\n| `S3.8` | {sentence} |\n"),
                format!("# Report\n\nAll of this was read.\n\n## {sentence}\n\nSee the table for the rest.\n"),
            ] {
                assert!(!is_english_throughout(&text), "{text}");
            }
        }
    }

    #[test]
    fn english_of_every_kind_passes_throughout() {
        for text in [
            "18 findings are active: 2 CRITICAL, 5 HIGH, 8 MEDIUM and 3 LOW. 4 findings were created in the last 7 days.",
            "- Public buckets, open ports, root account without MFA, stale keys, unencrypted storage, unrestricted access",
            "The role `Zuständigkeit und Überwachung für das Konto` made 12 calls; der Rest failed.",
            "Access to `eu-west-1` was denied: grant `securityhub:GetFindings` to the role and read again.",
            "The user Jürgen Müller signed in from Los Angeles.",
            "Los Angeles office: one sign-in without MFA.",
            "Café network",
            "Security groups should not allow unrestricted access to ports with high risk",
            "| Principal | Events |\n|---|---|\n| `arn:aws:iam::111122223333:user/die` | 412 |",
            "1. Rotate the keys of `los`, `una` and `para`.",
            "",
        ] {
            assert!(is_english_throughout(text), "{text}");
        }
    }

    #[test]
    fn english_is_told_from_other_languages() {
        for (text, english) in [
            ("# Summary\n\n18 findings: 2 CRITICAL, 5 HIGH. Restrict `sg-0a1b2c3d` first.", true),
            (
                "The role `Zuständigkeit und Überwachung für das Konto` made 12 calls, and none of them failed at night.",
                true,
            ),
            (
                "# Zusammenfassung\n\nEs wurden 18 Befunde gefunden, davon sind 2 kritisch und 5 hoch. Das Konto ist nicht mit \
                 MFA gesichert.",
                false,
            ),
            (
                "Se encontraron 18 hallazgos en la cuenta, de los cuales 2 son críticos y las llamadas fueron hechas por una \
                 sola identidad para los registros.",
                false,
            ),
            ("# 概要\n\n18 件の検出結果があります。うち 2 件は重大です。", false),
            ("", true),
        ] {
            assert_eq!(is_english(text), english, "{text}");
        }
    }
}
