//! Numbers that the report itself bears out: "three regions: a, b and c", "and 2 more", sums over what is named.

use std::collections::BTreeSet;

use super::document::Place;
use super::known::{Kinds, Names, bit};
use super::label::Label;
use super::line::Line;
use super::measure::Measures;
use super::quantity::{Amount, Quantity};
use super::report::Reading;
use super::token::Kind;
use super::words::concept::*;
use crate::NameKind;

/// Tokens before a number that may name what it counts.
const FURTHEST_NAMES: usize = 120;

/// Whether a count is borne out by what stands around it.
pub(super) fn bears_out(reading: &Reading<'_>, block: usize, line: &Line, quantity: &Quantity, label: &Label) -> bool {
    if quantity.low != quantity.high {
        return false;
    }
    if is_rest(line, quantity) {
        return rest_fits(reading, block, line, quantity);
    }
    in_order_of_labels(&reading.measures, line, quantity)
        || counts_names(reading, line, quantity, label)
        || counts_items(reading, block, line, quantity)
        || counts_list(reading, quantity, label)
        || sums_up(reading, line, quantity)
}

/// `2 more`, `3 others`, `and 4 further principals`.
pub(super) fn is_rest(line: &Line, quantity: &Quantity) -> bool {
    let word = line.word(quantity.tokens.end);
    let before = quantity.tokens.start.checked_sub(1).and_then(|token| line.word(token));
    matches!(word, Some("more" | "other" | "others" | "further" | "additional" | "remaining" | "rest"))
        || matches!(before, Some("other" | "remaining" | "further" | "additional" | "another" | "rest"))
}

/// Names before a token, nearest first, while they are of one kind; with that kind.
pub(super) fn names_before<'a>(reading: &Reading<'_>, line: &'a Line, at: usize) -> (Vec<&'a Names>, Kinds) {
    let (_, sentence) = line.sentence_of(at);
    let mut kinds: Kinds = 0;
    let mut names = Vec::new();
    for token in (sentence.start..at).rev() {
        let Some(Kind::Name { names: found, .. }) = line.kind(token) else { continue };
        let of = reading.directory.kinds(found);
        if kinds == 0 {
            kinds = of;
        }
        if of & kinds != 0 {
            names.push(found);
        }
    }
    (names, kinds)
}

/// The list that the sentence of a quantity names by its path in the answer.
fn path_named<'a>(reading: &Reading<'_>, line: &'a Line, quantity: &Quantity) -> Option<&'a str> {
    let (_, sentence) = line.sentence_of(quantity.tokens.start);
    let tokens = sentence.filter_map(|token| line.tokens.get(token));
    tokens.filter_map(|token| line.original(token.range())).find(|text| reading.has_list(text))
}

/// Whether it is clear which list `10 more` is the rest of.
pub(super) fn has_list(reading: &Reading<'_>, block: usize, line: &Line, quantity: &Quantity) -> bool {
    path_named(reading, line, quantity).is_some()
        && !(reading.items_before(block).is_empty() && names_before(reading, line, quantity.tokens.start).0.is_empty())
}

/// Whether what is named and the rest make up a list of the evidence.
fn rest_fits(reading: &Reading<'_>, block: usize, line: &Line, quantity: &Quantity) -> bool {
    let (here, kinds) = names_before(reading, line, quantity.tokens.start);
    let mut shown: Vec<(usize, Names)> = Vec::new();
    if let Some(last) = here.first() {
        let distinct: BTreeSet<&Names> = here.iter().copied().collect();
        shown.push((distinct.len(), (*last).clone()));
        // Of several lists in one sentence only the nearest counts; allow for names that repeat.
        shown.push((here.len(), (*last).clone()));
    }
    shown.extend(reading.items_before(block));
    let rest = quantity.value;
    // `10 more: events.high_risk` names its list.
    let path = path_named(reading, line, quantity);
    shown.iter().any(|(count, name)| {
        let lengths = path.map_or_else(|| reading.lengths_with(name), |path| reading.lengths_of(path));
        lengths.iter().any(|length| *length as f64 == *count as f64 + rest)
            || (kinds != 0
                && reading
                    .row_sizes(line, quantity.tokens.start, name, kinds)
                    .iter()
                    .any(|size| *size as f64 == *count as f64 + rest))
    })
}

/// `36 are CRITICAL or HIGH (2 and 34)`, `more reads than writes (2,178 vs. 433)`: numbers in brackets, in the order of the
/// labels before them.
fn in_order_of_labels(measures: &Measures, line: &Line, quantity: &Quantity) -> bool {
    let (_, sentence) = line.sentence_of(quantity.tokens.start);
    let at = quantity.tokens.start;
    let Some(open) = (sentence.start..at).rev().find(|token| line.is_mark(*token, '(')) else { return false };
    let Some(close) = (at..sentence.end).find(|token| line.is_mark(*token, ')')) else { return false };
    let only_numbers = (open + 1..close).all(|token| {
        line.quantity_at(token).is_some()
            || matches!(line.word(token), Some("and" | "plus" | "vs" | "versus" | "against" | "to"))
            || matches!(line.kind(token), Some(Kind::Mark(_)))
    });
    let parts: Vec<f64> = line.quantities_in(open..close).map(|part| part.value).collect();
    let label = |token: usize| {
        let phrase = line.phrase_at(token).filter(|phrase| phrase.tokens.start == token)?;
        DIMENSIONS
            .iter()
            .find(|dimension| dimension.meets(phrase.concepts))
            .map(|dimension| (phrase.concepts, *dimension))
    };
    let labels: Vec<(Concepts, Concepts)> = (sentence.start..open).filter_map(label).collect();
    let labels = labels.get(labels.len().saturating_sub(parts.len())..).unwrap_or(&[]);
    let one_dimension = labels.windows(2).all(|pair| matches!(pair, [(_, a), (_, b)] if a == b));
    let stated = |part: f64, concepts: Concepts, dimension: Concepts| {
        let of_all = measures.of_all();
        of_all.into_iter().any(|measure| {
            let labelled = measure.need.meets(concepts & dimension) && (measure.need - dimension).is_empty();
            labelled && measure.value as f64 == part
        })
    };
    parts.len() > 1
        && parts.len() == labels.len()
        && only_numbers
        && one_dimension
        && parts.iter().zip(labels).all(|(part, (concepts, dimension))| stated(*part, *concepts, *dimension))
}

/// Kinds of names that a word for what is counted may count.
fn kinds_counted(heads: Concepts) -> Kinds {
    const KINDS: &[(Concepts, Kinds)] = &[
        (PRINCIPAL, bit(NameKind::Principal)),
        (SESSION, bit(NameKind::Session)),
        (ADDRESS, bit(NameKind::SourceIp)),
        (REGION, bit(NameKind::Region)),
        (ACCOUNT, bit(NameKind::Account)),
        (RESOURCE, bit(NameKind::Resource)),
        (CONTROL, bit(NameKind::Control) | bit(NameKind::Title)),
        (FINDING, bit(NameKind::Finding) | bit(NameKind::Title)),
        (EVENT, bit(NameKind::EventName)),
        (OPERATION, bit(NameKind::EventName)),
        (ERROR_KIND, bit(NameKind::ErrorCode)),
        (PRODUCT, bit(NameKind::Product)),
        (CATEGORY, bit(NameKind::Category)),
        (CLIENT, bit(NameKind::UserAgentFamily)),
    ];
    if heads.is_empty() {
        return Kinds::MAX;
    }
    KINDS.iter().filter(|(concept, _)| concept.meets(heads)).fold(0, |kinds, (_, kind)| kinds | kind)
}

/// `three regions: a, b and c`.
fn counts_names(reading: &Reading<'_>, line: &Line, quantity: &Quantity, label: &Label) -> bool {
    let countable = kinds_counted(label.own() & HEADS);
    let (_, sentence) = line.sentence_of(quantity.tokens.start);
    let mut best = 0.0;
    // `a, b and c (three regions)`, `a, b and c: three in total`.
    let sums_up = quantity.tokens.start.checked_sub(1).is_some_and(|token| line.is_mark(token, '('))
        || sentence.clone().any(|token| matches!(line.word(token), Some("total" | "altogether" | "all")));
    // `A (1), B (1) and C (1). All three were called by X.`
    let all = quantity.tokens.start.checked_sub(1).and_then(|token| line.word(token));
    let before = if matches!(all, Some("all" | "these" | "those")) {
        quantity.tokens.start.saturating_sub(FURTHEST_NAMES)..quantity.tokens.start
    } else if sums_up {
        sentence.start..quantity.tokens.start
    } else {
        0..0
    };
    for side in [quantity.tokens.end..sentence.end, before] {
        let mut kinds: Kinds = 0;
        let mut names: BTreeSet<Vec<u32>> = BTreeSet::new();
        let mut more = 0.0;
        let mut of_other_numbers = 0;
        for token in side {
            if let Some((_, other)) = line.quantity_at(token)
                && matches!(other.amount, Amount::Count)
            {
                if is_rest(line, other) {
                    more = other.value;
                } else {
                    of_other_numbers += 1;
                }
            }
            let Some(Kind::Name { names: found, weak }) = line.kind(token) else { continue };
            let of = reading.directory.kinds(found);
            let counted = line.quantity_at(token + 2).is_some() && line.is_mark(token + 1, '(');
            if of & countable == 0 || *weak && !counted {
                continue;
            }
            if kinds == 0 {
                kinds = of;
            }
            if of & kinds != 0 {
                names.insert(found.clone());
            }
        }
        let listed = names.len() as f64;
        // Several names with a number each are a list of rows: their number is no less a count.
        if names.len() > 1 && (of_other_numbers == 0 || of_other_numbers >= names.len()) {
            best = listed + more;
            if best == quantity.value {
                return true;
            }
        }
    }
    best == quantity.value && best > 0.0
}

/// `in four regions`, where no number says how many there are but the evidence names them.
fn counts_list(reading: &Reading<'_>, quantity: &Quantity, label: &Label) -> bool {
    let heads = label.own() & HEADS;
    let plain = heads.len() == 1 && label.own() == heads && !heads.meets(DEFAULT_HEADS);
    if !plain || label.is_of_a_name() && !heads.meets(REGION) {
        return false;
    }
    let kinds = kinds_counted(heads);
    let whole = reading.facts.names.iter().filter(|name| bit(name.kind) & kinds != 0).count();
    if heads.meets(reading.measures.vocabulary) {
        // `in four regions`: those asked for, while a number says how many have something in them.
        return heads.meets(REGION | ACCOUNT) && whole as f64 == quantity.value;
    }
    let lists = reading
        .facts
        .rows
        .iter()
        .filter(|row| row.rank == 1 && row.names.first().is_some_and(|first| bit(first.kind) & kinds != 0));
    whole as f64 == quantity.value
        || lists.flat_map(|row| reading.lengths_of(&row.list)).any(|length| length as f64 == quantity.value)
}

/// `the following three actions` before a list or table of three.
fn counts_items(reading: &Reading<'_>, block: usize, line: &Line, quantity: &Quantity) -> bool {
    if reading.introduced_by(block).is_empty() {
        return false;
    }
    let (_, mut sentence) = line.sentence_of(quantity.tokens.start);
    let announces = line.lower.trim_end().ends_with(':')
        || sentence
            .any(|token| matches!(line.word(token), Some("following" | "below" | "these" | "follows" | "follow")));
    if !announces {
        return false;
    }
    reading.introduced_by(block).iter().any(|length| *length as f64 == quantity.value)
}

/// `together 133`, `the top three made 741`: sums over the named or the first of a list.
fn sums_up(reading: &Reading<'_>, line: &Line, quantity: &Quantity) -> bool {
    let (_, sentence) = line.sentence_of(quantity.tokens.start);
    let words = || sentence.clone().filter_map(|token| line.word(token));
    let together = words().any(|word| {
        matches!(word, "together" | "combined" | "total" | "altogether" | "both" | "sum" | "jointly" | "between")
    });
    let names: Vec<&Names> = sentence
        .clone()
        .filter_map(|token| match line.kind(token) {
            Some(Kind::Name { names, .. }) => Some(names),
            _ => None,
        })
        .collect();
    // `A and B alone explain 57`: the names right before.
    let joined = || {
        let named: Vec<usize> = (sentence.start..quantity.tokens.start)
            .filter(|token| matches!(line.kind(*token), Some(Kind::Name { .. })))
            .collect();
        let and = named
            .windows(2)
            .any(|pair| matches!(pair, [a, b] if (a + 1..*b).any(|token| line.word(token) == Some("and"))));
        and && named.len() == names.len()
            && named.first().is_some_and(|first| line.quantities_in(*first..quantity.tokens.start).next().is_none())
    };
    if names.len() >= 2 && (together || joined()) && sum_of_named(&reading.measures, &names, quantity) {
        return true;
    }
    let top = sentence.clone().find_map(|token| {
        let (_, other) = line.quantity_at(token)?;
        let before = other.tokens.start.checked_sub(1).and_then(|token| line.word(token));
        (other.amount == Amount::Inert && before == Some("top")).then_some(other.value)
    });
    top.is_some_and(|top| sum_of_first(&reading.measures, top as usize, quantity))
}

fn sum_of_named(measures: &Measures, names: &[&Names], quantity: &Quantity) -> bool {
    let Some((first, rest)) = names.split_first() else { return false };
    let firsts = first.iter().flat_map(|name| measures.about(*name)).filter_map(|index| measures.get(*index));
    firsts.into_iter().any(|measure| {
        let of_metric = |names: &&Names| {
            let all = names.iter().flat_map(|name| measures.about(*name)).filter_map(|index| measures.get(*index));
            all.filter(|other| other.metric == measure.metric).map(|other| other.value).next()
        };
        let others: Option<Vec<u64>> = rest.iter().map(of_metric).collect();
        others.is_some_and(|others| quantity.admits((measure.value + others.iter().sum::<u64>()) as f64))
    })
}

fn sum_of_first(measures: &Measures, count: usize, quantity: &Quantity) -> bool {
    let mut sums: std::collections::HashMap<u32, (usize, u64)> = std::collections::HashMap::new();
    for measure in measures.all.iter().filter(|measure| measure.name.is_some() && measure.facts.len() == 1) {
        let (seen, sum) = sums.entry(measure.metric).or_default();
        if *seen < count {
            *seen += 1;
            *sum = sum.saturating_add(measure.value);
        }
    }
    sums.values().any(|(seen, sum)| *seen == count && quantity.admits(*sum as f64))
}

/// Items of a list, or rows of a table, before a block, with one of their names.
pub(super) fn items_before(reading: &Reading<'_>, block: usize) -> Vec<(usize, Names)> {
    let document = &reading.document;
    let name_of = |block: usize| {
        let line = reading.lines.get(block)?;
        line.tokens.iter().find_map(|token| match &token.kind {
            Kind::Name { names, weak: false } => Some(names.clone()),
            _ => None,
        })
    };
    let mut found = Vec::new();
    if let Some(Place::Item { list, .. }) = document.blocks.get(block).map(|block| block.place) {
        let items = document.lists.get(list).map_or(&[][..], Vec::as_slice);
        let before = items.partition_point(|item| *item < block);
        found.extend(items.first().filter(|_| before > 0).and_then(|item| name_of(*item)).map(|name| (before, name)));
    }
    // What follows a list or table, be it a sentence or a list of one, speaks of it.
    match block.checked_sub(1).and_then(|before| document.blocks.get(before)).map(|block| block.place) {
        Some(Place::Item { list, .. }) => {
            let items = document.lists.get(list).map_or(&[][..], Vec::as_slice);
            found.extend(items.first().and_then(|item| name_of(*item)).map(|name| (items.len(), name)));
        }
        Some(Place::Cell { table, .. }) => {
            let rows = document.tables.get(table).map_or(&[][..], |table| table.rows.as_slice());
            let first = rows.get(1).into_iter().flatten().find_map(|cell| name_of(*cell));
            found.extend(first.map(|name| (rows.len().saturating_sub(1), name)));
        }
        _ => {}
    }
    found
}
