//! From a field with modifiers and values to tests.

use super::{Context, is_dear, unknown_field};
use crate::expr::{Check, Expr, FieldTest, Tests};
use crate::limits::{PATTERN_BYTES, PATTERNS, REGEX_BYTES, REGEX_TOTAL_BYTES};
use crate::matching::{
    Comparison, DASHES, Figure, Kind, Modifier, Network, Pattern, Piece, Plan, RegexRefused, Test, TimePart,
    Unexpanded, Where, compile_regex, encoded, expanded, pieces, plain,
};
use crate::problem::{Place, ProblemKind, Problems, quoted};
use crate::rule::{Item, Literal};
use crate::ruleset::Slot;

/// What is wrong with one value, and the fix.
struct Fault {
    kind: ProblemKind,
    what: String,
    fix: String,
}

impl Fault {
    fn value(what: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { kind: ProblemKind::Value, what: what.into(), fix: fix.into() }
    }

    fn too_large(what: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { kind: ProblemKind::TooLarge, what: what.into(), fix: fix.into() }
    }
}

/// The item as an expression, or at least one error among the problems.
pub(super) fn compile(item: &Item, context: &mut Context<'_>, problems: &mut Problems<'_>) -> Option<Expr> {
    let plan = match Plan::new(&item.modifiers, item.field.is_none()) {
        Ok(plan) => plan,
        Err((what, fix)) => {
            problems.error(ProblemKind::Value, item.at, format!("{}: {what}", shown_key(item)), fix);
            return None;
        }
    };
    let slot = match &item.field {
        Some(field) => Some(slot(field, item.at, context, problems)?),
        None => None,
    };
    notes(item, &plan, problems);
    match (plan.kind, slot) {
        (Kind::Exists, Some(slot)) => exists(item, slot, context, problems),
        (Kind::FieldRef, Some(slot)) => reference(item, &plan, slot, context, problems),
        _ => values(item, &plan, slot, context, problems),
    }
}

fn shown_key(item: &Item) -> String {
    let modifiers = item.modifiers.iter().map(|modifier| format!("|{}", modifier.as_str()));
    let key: String = std::iter::once(item.field.clone().unwrap_or_default()).chain(modifiers).collect();
    if key.is_empty() { "keywords".to_owned() } else { quoted(&key) }
}

fn slot(field: &str, at: Place, context: &mut Context<'_>, problems: &mut Problems<'_>) -> Option<Slot> {
    if let Some((what, fix)) = unknown_field(field, context) {
        problems.warning(ProblemKind::NeverMatches, at, what, fix);
    }
    let slot = context.slots.of(field);
    if slot.is_none() {
        problems.error(ProblemKind::TooLarge, at, "the rules name too many fields", "load fewer rules at a time");
    }
    slot
}

/// Warnings about the item as a whole.
fn notes(item: &Item, plan: &Plan, problems: &mut Problems<'_>) {
    if plan.all && item.values.len() == 1 {
        let what = format!("{} has `all` and one value", shown_key(item));
        problems.warning(ProblemKind::Structure, item.at, what, "remove `all`");
    }
    if plan.encodings.contains(&Modifier::Base64Offset) && plan.place != Where::Anywhere {
        let what = format!("{} looks for a part of Base64 as a whole value", shown_key(item));
        problems.warning(ProblemKind::NeverMatches, item.at, what, "add `contains` after `base64offset`");
    }
    if item.values.len() > 1 && item.values.iter().any(|(literal, _)| *literal == Literal::Null) {
        let what = format!("{} has null among other values", shown_key(item));
        problems.warning(ProblemKind::Structure, item.at, what, "give null a search of its own");
    }
}

/// What an item asks, or of an item under `all` one of its values.
struct Asked<'i> {
    item: &'i Item,
    only: Option<&'i Literal>,
    negated: bool,
}

impl<'i> Asked<'i> {
    fn whole(item: &'i Item, negated: bool) -> Self {
        Self { item, only: None, negated }
    }

    /// One for each value.
    fn each(item: &'i Item, negated: bool) -> impl Iterator<Item = Self> {
        item.values.iter().map(move |(literal, _)| Self { item, only: Some(literal), negated })
    }

    fn test(self, check: Check, shown: Vec<Box<str>>, context: &mut Context<'_>) -> Expr {
        let Self { item, only, negated } = self;
        let literals: Vec<&Literal> = match only {
            Some(literal) => vec![literal],
            None => item.values.iter().map(|(literal, _)| literal).collect(),
        };
        // Whatever else decides what is tested is the same for all rules of a set.
        let key = format!("{:?} {:?} {literals:?}", item.field, item.modifiers);
        let referred = literals.iter().filter_map(|literal| literal.written());
        let referred = referred.filter(|_| matches!(check, Check::Reference { .. }));
        let dear = item.field.as_deref().into_iter().chain(referred).any(|field| is_dear(field, context.options));
        Expr::Field(Box::new(FieldTest {
            predicate: context.predicates.of(key, check, negated, dear),
            of_all: only.is_some(),
            modifiers: item.modifiers.clone().into(),
            shown: shown.into(),
            given: literals.len(),
            at: item.at,
        }))
    }
}

fn exists(item: &Item, slot: Slot, context: &mut Context<'_>, problems: &mut Problems<'_>) -> Option<Expr> {
    let [(Literal::Bool(wanted), _)] = item.values.as_slice() else {
        let what = format!("{} has another value than true or false", shown_key(item));
        problems.error(ProblemKind::Value, item.at, what, "write `true` or `false`, without quotes");
        return None;
    };
    let shown = vec![wanted.to_string().into()];
    Some(Asked::whole(item, false).test(Check::Exists { slot, wanted: *wanted }, shown, context))
}

fn reference(
    item: &Item,
    plan: &Plan,
    slot: Slot,
    context: &mut Context<'_>,
    problems: &mut Problems<'_>,
) -> Option<Expr> {
    let mut found: Vec<(Vec<Slot>, Vec<Box<str>>)> = Vec::new();
    for (literal, at) in &item.values {
        let Literal::Text(field) = literal else {
            let what = format!("{} has a value that is no field name", shown_key(item));
            problems.error(ProblemKind::Value, *at, what, "write the name of a field");
            return None;
        };
        let fields = texts(field, plan, context).map_err(|fault| tell(fault, item, *at, problems)).ok()?;
        let mut others = Vec::with_capacity(fields.len());
        for field in &fields {
            others.push(self::slot(field, *at, context, problems)?);
        }
        found.push((others, fields.into_iter().map(Into::into).collect()));
    }
    let check =
        |others: Vec<Slot>| Check::Reference { slot, others: others.into(), place: plan.place, cased: plan.cased };
    if plan.all {
        let each = Asked::each(item, false).zip(found);
        return Some(Expr::All(each.map(|(one, (others, shown))| one.test(check(others), shown, context)).collect()));
    }
    let (others, shown): (Vec<_>, Vec<_>) = found.into_iter().unzip();
    Some(Asked::whole(item, plan.negated).test(check(others.concat()), shown.concat(), context))
}

/// All alternatives in one test, or under `all` a test for each value.
fn values(
    item: &Item,
    plan: &Plan,
    slot: Option<Slot>,
    context: &mut Context<'_>,
    problems: &mut Problems<'_>,
) -> Option<Expr> {
    let before = problems.errors();
    let mut found: Vec<(Vec<Test>, Box<str>)> = Vec::with_capacity(item.values.len());
    let mut patterns = 0;
    for (literal, at) in &item.values {
        match alternatives(literal, plan, slot.is_none(), context) {
            Ok(tests) => {
                patterns += tests.len();
                found.push((tests, literal.written().unwrap_or("null").into()));
            }
            Err(fault) => tell(fault, item, *at, problems),
        }
        if patterns > PATTERNS {
            let what = format!("{} stands for more than {PATTERNS} patterns", shown_key(item));
            problems.error(ProblemKind::TooLarge, item.at, what, "give fewer values");
            break;
        }
    }
    if problems.errors() > before {
        return None;
    }
    let check = |tests: Vec<Test>| {
        let tests = Tests::new(tests);
        match slot {
            Some(slot) => Check::Values { slot, tests },
            None => Check::Keywords(tests),
        }
    };
    if plan.all {
        let each = Asked::each(item, plan.negated).zip(found).map(|(one, (tests, shown))| {
            let shown = vec![shown; tests.len()];
            one.test(check(tests), shown, context)
        });
        return Some(Expr::All(each.collect()));
    }
    let (mut tests, mut shown) = (Vec::new(), Vec::new());
    for (own, text) in found {
        shown.extend(std::iter::repeat_n(text, own.len()));
        tests.extend(own);
    }
    Some(Asked::whole(item, plan.negated).test(check(tests), shown, context))
}

fn tell(fault: Fault, item: &Item, at: Place, problems: &mut Problems<'_>) {
    problems.error(fault.kind, at, format!("{}: {}", shown_key(item), fault.what), fault.fix);
}

/// The tests of which a value has to pass one.
fn alternatives(literal: &Literal, plan: &Plan, keyword: bool, context: &mut Context<'_>) -> Result<Vec<Test>, Fault> {
    match plan.kind {
        Kind::Plain => plain_value(literal, plan, keyword, context),
        Kind::Regex { .. } => regex(literal, plan, context),
        Kind::Network => networks(literal, plan, context),
        Kind::Compare(comparison) => {
            let figure = figures(literal, plan, context)?;
            Ok(figure.into_iter().map(|figure| Test::Number(comparison, figure)).collect())
        }
        Kind::Time(part, comparison) => time(literal, part, comparison),
        // Handled before the values are looked at.
        Kind::Exists | Kind::FieldRef => Ok(Vec::new()),
    }
}

fn written(literal: &Literal) -> Result<&str, Fault> {
    literal.written().ok_or_else(|| Fault::value("null is not text", "write a text, or null without modifiers"))
}

/// The value, or all that its placeholders make of it.
fn texts(text: &str, plan: &Plan, context: &Context<'_>) -> Result<Vec<String>, Fault> {
    if !plan.expand {
        return Ok(vec![text.to_owned()]);
    }
    expanded(text, &context.options.placeholders).map_err(|unexpanded| match unexpanded {
        Unexpanded::Unknown(name) => {
            let what = format!("the placeholder {} has no value", quoted(&format!("%{name}%")));
            Fault::value(what, "give the placeholder values when loading the rules, or remove `expand`")
        }
        Unexpanded::TooMany => Fault::too_large(
            format!("the placeholders stand for more than {PATTERNS} values, or for too long ones"),
            "give them fewer values",
        ),
    })
}

fn plain_value(literal: &Literal, plan: &Plan, keyword: bool, context: &Context<'_>) -> Result<Vec<Test>, Fault> {
    let bare = plan.place == Where::Whole && plan.encodings.is_empty() && !plan.cased && !plan.windash && !keyword;
    match literal {
        Literal::Null if bare => return Ok(vec![Test::Null]),
        Literal::Bool(wanted) if bare => return Ok(vec![Test::Bool(*wanted)]),
        Literal::Int(value, text) if bare => return Ok(number(Figure::Whole(*value), text)),
        Literal::Float(value, text) if bare => return Ok(number(Figure::Broken(*value), text)),
        _ => {}
    }
    // A keyword is looked for anywhere in the record.
    let place = if keyword && plan.place == Where::Whole { Where::Anywhere } else { plan.place };
    let mut tests = Vec::new();
    for text in texts(written(literal)?, plan, context)? {
        for pieces in encodings(&text, plan)? {
            let pattern = Pattern::new(&pieces, place, plan.cased);
            tests.push(Test::Text(
                pattern.ok_or_else(|| {
                    Fault::too_large("the stretch with `?` is too long", "use `*` for some of the `?`")
                })?,
            ));
        }
    }
    Ok(tests)
}

/// A number by its value, and as it is written where texts of records are not read as that number: `0x1F`, `1e3`.
fn number(figure: Figure, written: &str) -> Vec<Test> {
    let mut tests = vec![Test::Number(Comparison::Equal, figure)];
    if Figure::of_text(written).is_none() {
        tests.extend(Pattern::new(&pieces(written), Where::Whole, false).map(Test::Text));
    }
    tests
}

fn encodings(text: &str, plan: &Plan) -> Result<Vec<Vec<Piece>>, Fault> {
    let mut value = pieces(text);
    if plan.windash {
        value
            .iter_mut()
            .filter(|piece| matches!(piece, Piece::Char(c) if DASHES.contains(c)))
            .for_each(|piece| *piece = Piece::Dash);
    }
    if plan.encodings.is_empty() {
        return Ok(vec![value]);
    }
    let plain = plain(&value)
        .ok_or_else(|| Fault::value("wildcards cannot be encoded", r"write `\*` and `\?` for plain characters"))?;
    let encoded = encoded(&plain, &plan.encodings);
    if encoded.iter().any(String::is_empty) {
        return Err(Fault::value("the value is too short to be found in Base64", "write a longer value"));
    }
    if encoded.iter().any(|text| text.len() > 4 * PATTERN_BYTES) {
        return Err(Fault::too_large("the encoded value is too long", "write a shorter value"));
    }
    Ok(encoded.into_iter().map(|text| text.chars().map(Piece::Char).collect()).collect())
}

fn regex(literal: &Literal, plan: &Plan, context: &mut Context<'_>) -> Result<Vec<Test>, Fault> {
    let text = written(literal)?;
    let regex = compile_regex(text, plan.kind, &mut context.budget).map_err(|refused| match refused {
        RegexRefused::Syntax(message) => {
            let what = format!("the regular expression {} is not supported: {message}", quoted(text));
            Fault::value(what, "use only what the specification lists: . ^ $ * + ? {n,m} [ ] | ( )")
        }
        RegexRefused::TooLarge => {
            let what = format!(
                "the regular expression {} takes more than {REGEX_BYTES} bytes, or follows too many that do",
                quoted(text)
            );
            Fault::too_large(what, "lower its repetitions")
        }
        RegexRefused::OverBudget => {
            let what = format!("the regular expressions together take more than {REGEX_TOTAL_BYTES} bytes");
            Fault::too_large(what, "load fewer rules at a time")
        }
    })?;
    Ok(vec![Test::Regex(regex)])
}

fn networks(literal: &Literal, plan: &Plan, context: &Context<'_>) -> Result<Vec<Test>, Fault> {
    let parse = |text: String| {
        let network = Network::parse(&text);
        network.map(Test::Network).map_err(|why| {
            Fault::value(
                format!("{} is not a network: {why}", quoted(&text)),
                "write it as 192.0.2.0/24 or 2001:db8::/32",
            )
        })
    };
    texts(written(literal)?, plan, context)?.into_iter().map(parse).collect()
}

fn figures(literal: &Literal, plan: &Plan, context: &Context<'_>) -> Result<Vec<Figure>, Fault> {
    let fault = || Fault::value("the value is not a number", "write a number, without quotes");
    match literal {
        Literal::Text(text) if plan.expand => {
            texts(text, plan, context)?.iter().map(|text| Figure::of_text(text).ok_or_else(fault)).collect()
        }
        _ => Figure::of_literal(literal).map(|figure| vec![figure]).ok_or_else(fault),
    }
}

fn time(literal: &Literal, part: TimePart, comparison: Comparison) -> Result<Vec<Test>, Fault> {
    let range = match part {
        TimePart::Minute => 0..=59,
        TimePart::Hour => 0..=23,
        TimePart::Day => 1..=31,
        TimePart::Month => 1..=12,
        TimePart::Year => 0..=9999,
    };
    match Figure::of_literal(literal) {
        Some(Figure::Whole(value)) if range.contains(&value) => {
            Ok(vec![Test::Time(part, comparison, Figure::Whole(value))])
        }
        _ => {
            let what = "the value is not such a part of a date".to_owned();
            Err(Fault::value(what, format!("write a number from {} to {}", range.start(), range.end())))
        }
    }
}
