//! Text that nobody typed: keys and tokens without a mark of their own, told from names by how their letters follow
//! each other.
//!
//! Names are made of words, digits at their end and hexadecimal numbers; in random text, capitals, small letters and
//! digits follow each other as they come. Every pair of neighbours adds to a score or takes from it.

use std::ops::Range;

use super::{Reading, Secret};

/// Shortest stretch that is judged by itself.
const SHORTEST: usize = 20;
/// Length of a secret access key.
const KEY_LENGTH: usize = 40;
/// Score from which a stretch with digits is random, and one without. Of a million random stretches of 24 letters and
/// digits some ten are below; of names hardly any is above.
const RANDOM: i32 = 16;
const RANDOM_WITHOUT_DIGITS: i32 = 100;
/// The same for stretches that separators join, which are longer.
const RANDOM_JOINED: i32 = 80;

/// Letters that often stand behind each letter of the alphabet in English, from `a`.
const FOLLOWERS: [&str; 26] = [
    "bcdgiklmnprstuwy",
    "elou",
    "acehiklortu",
    "aeiors",
    "acdefglmnpqrstvwxy",
    "aior",
    "aehisu",
    "aeio",
    "acdeglmnoprstvz",
    "s",
    "ei",
    "adefilostuy",
    "abeiopu",
    "acdegiostuw",
    "cdklmnoprstuvw",
    "aeilortu",
    "u",
    "acdeikmnorstuy",
    "acehikopstu",
    "acehiorstuy",
    "bcdeilmnprst",
    "aei",
    "aehinors",
    "t",
    "",
    "e",
];

/// Finds random text.
pub(super) fn find(text: &str, reading: Reading, found: &mut Vec<Secret>) {
    if text.len() < SHORTEST {
        return;
    }
    for run in stretches(text, is_base64) {
        if run.len() < SHORTEST {
            continue;
        }
        let run = without_words(text, run);
        let whole = part(text, &run);
        if is_random_key(whole) {
            let kind = if whole.len() == KEY_LENGTH { "AWS secret access key" } else { "random text" };
            found.push(Secret { range: with_padding(text, run), kind });
        }
    }
    for run in stretches(text, |b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_') {
        if run.len() < SHORTEST {
            continue;
        }
        let whole = part(text, &run);
        if whole.len() >= 32 && is_mixed(whole) && random_length(whole) >= 24 && joined_score(whole) >= RANDOM_JOINED {
            found.push(Secret { range: with_padding(text, run), kind: "random text" });
            continue;
        }
        for segment in stretches(whole, |b| b.is_ascii_alphanumeric()) {
            let segment = run.start + segment.start..run.start + segment.end;
            // What belongs to the one before is not looked at again.
            let is_new = found.last().is_none_or(|last| last.range.end <= segment.start);
            if is_new && is_random_segment(text, &segment, reading) {
                found.push(Secret { range: with_neighbours(text, segment), kind: "random text" });
            }
        }
    }
}

/// Whether a value that stands where a key may stand has random text in it, or is hexadecimal.
pub(super) fn is_random_value(value: &str) -> bool {
    const SHORTEST_VALUE: usize = 16;
    stretches(value, |b| b.is_ascii_alphanumeric()).any(|segment| {
        let segment = part(value, &segment);
        let digits = segment.bytes().filter(u8::is_ascii_digit).count();
        segment.len() >= SHORTEST_VALUE
            && digits >= 1
            && (is_hex(segment) || (is_mixed(segment) && best_score(segment, SHORTEST_VALUE) >= RANDOM))
    })
}

/// Whether a text is long and random enough that nobody can guess it.
pub(super) fn is_unguessable(text: &str) -> bool {
    const SHORTEST_UNGUESSABLE: usize = 20;
    text.len() >= SHORTEST_UNGUESSABLE
        && stretches(text, |b| b.is_ascii_alphanumeric()).any(|segment| {
            let segment = part(text, &segment);
            segment.len() >= SHORTEST_UNGUESSABLE
                && (is_hex(segment) || best_score(segment, SHORTEST_UNGUESSABLE) >= RANDOM)
        })
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'+' || byte == b'/'
}

/// Maximal stretches of bytes of a kind; the kinds are of ASCII.
pub(super) fn stretches(text: &str, is_part: impl Fn(u8) -> bool) -> impl Iterator<Item = Range<usize>> {
    let mut rest = text.bytes().enumerate();
    std::iter::from_fn(move || {
        let (start, _) = rest.find(|(_, b)| is_part(*b))?;
        let end = rest.find(|(_, b)| !is_part(*b)).map_or(text.len(), |(end, _)| end);
        Some(start..end)
    })
}

fn part<'a>(text: &'a str, range: &Range<usize>) -> &'a str {
    text.get(range.clone()).unwrap_or_default()
}

/// A stretch of base64 without the words of a path at its ends.
fn without_words(text: &str, run: Range<usize>) -> Range<usize> {
    let is_word = |segment: &str| !is_mixed(segment) && scores(segment).into_iter().sum::<i32>() <= 0;
    let mut run = run;
    while run.len() > KEY_LENGTH {
        let whole = part(text, &run);
        let first = whole.split_once('/').filter(|(first, _)| is_word(first));
        let last = whole.rsplit_once('/').filter(|(_, last)| is_word(last));
        match (first, last) {
            (Some((first, _)), _) => run.start += first.len() + 1,
            (None, Some((_, last))) => run.end -= last.len() + 1,
            (None, None) => break,
        }
    }
    run
}

/// A stretch of base64 of at least the length of a secret access key, with the signs that only base64 has.
fn is_random_key(run: &str) -> bool {
    let has_signs = run.contains(['+', '/']);
    run.len() >= KEY_LENGTH && has_signs && is_mixed(run) && joined_score(run) >= RANDOM_JOINED
}

fn is_random_segment(text: &str, range: &Range<usize>, reading: Reading) -> bool {
    let segment = part(text, range);
    if segment.len() < SHORTEST {
        return false;
    }
    if is_mixed(segment) {
        let has_digit = segment.bytes().any(|b| b.is_ascii_digit());
        return best_score(segment, SHORTEST) >= if has_digit { RANDOM } else { RANDOM_WITHOUT_DIGITS };
    }
    let (letters, digits) = letters_and_digits(segment);
    if segment.len() < 32 || letters < 6 || digits < 6 {
        return false;
    }
    if is_hex(segment) {
        return reading == Reading::Prose && !is_digest(text, range.start);
    }
    single_case_score(segment) >= RANDOM
}

/// Capitals and small letters.
fn is_mixed(text: &str) -> bool {
    text.bytes().any(|b| b.is_ascii_uppercase()) && text.bytes().any(|b| b.is_ascii_lowercase())
}

fn letters_and_digits(text: &str) -> (usize, usize) {
    let letters = text.bytes().filter(u8::is_ascii_alphabetic).count();
    (letters, text.bytes().filter(u8::is_ascii_digit).count())
}

fn is_hex(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_hexdigit()) && !is_mixed(text)
}

/// Whether what stands before says that a digest follows.
fn is_digest(text: &str, start: usize) -> bool {
    let from = text.floor_char_boundary(start.saturating_sub(12));
    let before = text.get(from..start).unwrap_or_default().to_ascii_lowercase();
    ["sha", "md5", "digest", "hash", "@"].iter().any(|word| before.contains(word))
}

/// The score of neighbours, in tenths: above 0 for those that random text has more often.
fn pair(before: u8, after: u8, small_letters: usize) -> i32 {
    match (before, after) {
        (b'a'..=b'z', b'a'..=b'z') => common(before, after, -10, 22),
        (b'A'..=b'Z', b'a'..=b'z') => common(before, after, -10, 16),
        // A capital behind a word is how names are joined.
        (b'a'..=b'z', b'A'..=b'Z') => match small_letters {
            1 => 12,
            2 => 2,
            _ => -5,
        },
        (b'A'..=b'Z', b'A'..=b'Z') if before == after => 0,
        (b'A'..=b'Z', b'A'..=b'Z') => 5,
        (b'0'..=b'9', b'0'..=b'9') => -10,
        (b'a'..=b'z', b'0'..=b'9') => 10,
        (b'0'..=b'9', b'a'..=b'z') => 18,
        (b'A'..=b'Z', b'0'..=b'9') | (b'0'..=b'9', b'A'..=b'Z') => 8,
        _ => 0,
    }
}

fn common(before: u8, after: u8, if_so: i32, otherwise: i32) -> i32 {
    let place = usize::from(before.to_ascii_lowercase().wrapping_sub(b'a'));
    let is_common = FOLLOWERS.get(place).is_some_and(|followers| followers.as_bytes().contains(&after));
    if is_common {
        return if_so;
    }
    // One letter over and over is no word and not random either: it must not outweigh what is.
    if before == after { 0 } else { otherwise }
}

/// The scores of all neighbours of a text.
fn scores(text: &str) -> Vec<i32> {
    const SHORTEST_NUMBER: usize = 8;
    let mut small_letters = 0;
    let neighbours = text.bytes().zip(text.bytes().skip(1));
    let mut scores: Vec<i32> = neighbours
        .map(|(before, after)| {
            small_letters = if before.is_ascii_lowercase() { small_letters + 1 } else { 0 };
            pair(before, after, small_letters)
        })
        .collect();
    // Hexadecimal numbers are random, and in names all the same.
    let numbers = stretches(text, |b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
        .chain(stretches(text, |b| b.is_ascii_digit() || (b'A'..=b'F').contains(&b)));
    for number in numbers {
        if number.len() >= SHORTEST_NUMBER && part(text, &number).bytes().any(|b| b.is_ascii_digit()) {
            scores.iter_mut().skip(number.start).take(number.len() - 1).for_each(|score| *score = -5);
        }
    }
    scores
}

/// The highest score of a stretch of at least `shortest` characters.
fn best_score(text: &str, shortest: usize) -> i32 {
    let mut sum = 0;
    let mut sums = vec![0];
    sums.extend(scores(text).into_iter().map(|score| {
        sum += score;
        sum
    }));
    let mut least = i32::MAX;
    let later = sums.iter().skip(shortest.saturating_sub(1));
    later
        .zip(&sums)
        .map(|(end, start)| {
            least = least.min(*start);
            end - least
        })
        .max()
        .unwrap_or(i32::MIN)
}

/// The score of a whole text with separators; parts in one case, as ids have them, count nothing.
fn joined_score(text: &str) -> i32 {
    const SHORTEST_ID: usize = 6;
    stretches(text, |b| b.is_ascii_alphanumeric())
        .map(|segment| part(text, &segment))
        .filter(|segment| segment.len() < SHORTEST_ID || is_mixed(segment))
        .map(|segment| scores(segment).into_iter().sum::<i32>())
        .sum()
}

/// Characters in parts that are random by themselves: names of log files end in sixteen of them.
fn random_length(text: &str) -> usize {
    stretches(text, |b| b.is_ascii_alphanumeric())
        .map(|segment| part(text, &segment))
        .filter(|segment| is_mixed(segment) && scores(segment).into_iter().sum::<i32>() > 0)
        .map(str::len)
        .sum()
}

fn single_case_score(text: &str) -> i32 {
    let small = text.to_ascii_lowercase();
    scores(&small).into_iter().sum()
}

/// Base64 may end in `=`.
fn with_padding(text: &str, range: Range<usize>) -> Range<usize> {
    let padding = text.get(range.end..).unwrap_or_default().bytes().take(2).take_while(|b| *b == b'=').count();
    range.start..range.end + padding
}

/// A random stretch with what belongs to it: parts beyond a sign of base64 that are no words either.
fn with_neighbours(text: &str, range: Range<usize>) -> Range<usize> {
    let is_joint = |b: u8| b"+/_-~".contains(&b);
    let mut range = range;
    loop {
        let after = text.get(range.end..).unwrap_or_default();
        let Some(joint) = after.bytes().next().filter(|b| is_joint(*b)) else { break };
        let length = after.bytes().skip(1).take_while(u8::is_ascii_alphanumeric).count();
        let next = after.get(1..=length).unwrap_or_default();
        if !belongs(next, joint) {
            break;
        }
        range.end += 1 + length;
    }
    loop {
        let before = text.get(..range.start).unwrap_or_default();
        let Some(joint) = before.bytes().next_back().filter(|b| is_joint(*b)) else { break };
        let length = before.bytes().rev().skip(1).take_while(u8::is_ascii_alphanumeric).count();
        let start = range.start - 1 - length;
        if !belongs(text.get(start..range.start - 1).unwrap_or_default(), joint) {
            break;
        }
        range.start = start;
    }
    with_padding(text, range)
}

fn belongs(segment: &str, joint: u8) -> bool {
    let (letters, digits) = letters_and_digits(segment);
    let is_no_word = is_mixed(segment) || (letters > 0 && digits > 0);
    let score: i32 = scores(segment).into_iter().sum();
    joint == b'+' || (segment.len() >= 2 && is_no_word && score > 0)
}
